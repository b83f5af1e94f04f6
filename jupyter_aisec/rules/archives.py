"""Unpacking archives, which may write anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.deserialization import FAMILY

_TAR = re.compile(r"\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz)$", re.IGNORECASE)
_TAR_METHODS = frozenset(
    f"tarfile.{made}.{method}"
    for made in ("open()", "TarFile()", "TarFile.open()")
    for method in ("extractall", "extract")
)


@FAMILY.rule(
    Severity.MEDIUM,
    calls=_TAR_METHODS | {"shutil.unpack_archive"},
    cwe="CWE-22",
    atlas="AML.T0011",
    guidelines=("2.1",),
)
def unsafe_archive_extract(call: Call) -> Iterator[Hit]:
    """A tar archive may write outside the folder that it is extracted to.

    Member names with `..`, absolute names and links lead anywhere. `filter="data"` refuses them; it is the default
    only since Python 3.14. (CPython itself cleans the names in zip files.)

    Bad:
        import tarfile
        tarfile.open("data.tgz").extractall("data")

    Good:
        import tarfile
        tarfile.open("data.tgz").extractall("data", filter="data")
    """
    if call.context.older("python", 3, 14) is False and call.given("filter") is False:
        return
    if call.path == "shutil.unpack_archive" and not _TAR.search(call.path_text("filename", 0) or ""):
        return
    if call.given("filter") is False or call.text("filter") == "fully_trusted":
        yield call.found(
            f"{call.called} lets the archive write outside its folder; add filter='data'",
            repair=call.with_keyword("filter", '"data"', "refuse members that leave the folder", safe=True),
        )
