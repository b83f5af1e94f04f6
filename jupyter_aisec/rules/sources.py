"""Where data come from, in people's words."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec import knowledge
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Deed, Fact, Hit, own
from jupyter_aisec.analysis.rule import DATA, Family
from jupyter_aisec.model import Severity

FAMILY = Family("data protection and provenance", cwe="CWE-1059", atlas="AML.T0020", topics=DATA, guidelines=("2.3",))

_READERS = frozenset(
    {"read_csv", "read_table", "read_fwf", "read_excel", "read_json", "read_html", "read_xml", "read_hdf", "read_stata"}
    | {"read_parquet", "read_feather", "read_orc", "read_pickle", "read_sas", "read_spss", "read_avro", "read_ipc"}
    | {"read_ndjson", "read_delta", "scan_csv", "scan_parquet", "scan_ipc", "scan_ndjson", "scan_delta"}
    | {"loadtxt", "genfromtxt", "fromfile"}
)


@FAMILY.rule(Severity.INFO, named=_READERS)
def data_source_undocumented(call: Call) -> Iterator[Hit]:
    """Data are read of which the project keeps no document.

    No program knows where a file came from, under which licence, and whether it is about people. Answer once, in
    `.aisec/assets/`, while somebody still remembers: `%aisec document NAME` asks. Said only in a project that keeps
    such documents.

    Bad:
        import pandas as pd
        frame = pd.read_csv("data/undocumented.csv")

    Good:
        import pandas as pd
        frame = pd.read_csv("data/documented.csv")
    """
    documented = call.context.documented
    row = call.api if documented is not None else None
    if documented is None or row is None or row.at is None:
        return
    if row.act is knowledge.Act.READS and row.asset == "dataset":
        where = call.path_text(row.at, 0)
        if where and not documented(where):
            # What the notebook made itself is known by what it was made of.
            made = (Fact(Deed.WROTE, own(where)),)
            said = f"nothing is said about {where}; document it with %aisec document"
            yield call.found(said, once=where, unless=made)
