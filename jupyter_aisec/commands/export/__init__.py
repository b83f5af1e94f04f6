"""Hand what is known over to others: a card, Croissant or a bill of materials of one asset, or the lineage of all.

card is Markdown with the metadata that Hugging Face reads, of a data set or of a model; croissant is Croissant 1.0 of
a data set, with its RAI fields; bom is a CycloneDX 1.6 bill of materials of a model. openlineage, prov (W3C PROV) and
ro-crate tell the lineage. What no document answers is left out or said to be unknown. Passwords in addresses and paths
outside of the project stay here; what people said goes along.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from jupyter_aisec.commands.export.compose import compose
from jupyter_aisec.commands.export.describe import described
from jupyter_aisec.commands.export.packing import pack
from jupyter_aisec.commands.export.papers import as_json, attached, papers
from jupyter_aisec.documents import put
from jupyter_aisec.export import Record
from jupyter_aisec.export.crate import crate
from jupyter_aisec.export.openlineage import openlineage
from jupyter_aisec.export.prov import prov
from jupyter_aisec.model import AisecError, AssetKind
from jupyter_aisec.project import Project
from jupyter_aisec.report.words import plural, visible

_CRATE = "ro-crate"
_PATIENCE = 10.0
"""Seconds to wait for files that are being hashed."""


def _lines(data: object) -> str:
    """One object a line, as OpenLineage's own file transport writes events."""
    assert isinstance(data, list)
    return "".join(f"{json.dumps(each)}\n" for each in data)


formats: Mapping[str, tuple[Callable[[Record], object], Callable[[object], str]]] = MappingProxyType(
    {"openlineage": (openlineage, _lines), "prov": (prov, as_json), _CRATE: (crate, as_json)}
)
"""What makes plain data of a record, and what makes text of that."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was made: ``document`` as plain data, ``words`` as it is written, and to where."""

    document: object
    words: str
    assets: int
    cells: int
    path: Path | None = None
    files: int = 0
    left_out: Mapping[str, str] = field(default_factory=dict)
    place: str | None = None
    exit_code: int = 0

    def text(self) -> str:
        """The document itself or, where it was put somewhere, a line about that."""
        if self.path is None and self.place is None:
            return self.words.rstrip("\n")
        put_there = [f"In MLflow now: {self.place}."] if self.place else []
        if self.path is None:
            return put_there[0]
        files = f", with {plural(self.files, 'file')}" if self.files else ""
        lines = [
            *put_there,
            f"Wrote {plural(self.assets, 'asset')} and {plural(self.cells, 'cell')} to {self.path}{files}.",
        ]
        lines += [f"Left out: {visible(name)}: {why}" for name, why in self.left_out.items()]
        return "\n".join(lines)

    def html(self) -> str | None:
        """The text says it best."""
        return None

    def data(self) -> object:
        """The document."""
        return self.document


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("standard", choices=(*papers, *formats), metavar="FORMAT", help=", ".join((*papers, *formats)))
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME|MODEL|RUN",
        help="a name, a file, a SHA-256 or its beginning, models:/NAME/1, models:/NAME@ALIAS, models:/m-…, a run's id;"
        " default: for card and bom the newest model, for a lineage everything",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="PATH",
        help="the file to write; for ro-crate a new folder, or a file that ends in .zip; default: shown here",
    )
    parser.add_argument(
        "--with-files", action="store_true", help="put the files into the crate that still are what the lineage says"
    )
    parser.add_argument("--mlflow", action="store_true", help="put the card or the bom beside the model in MLflow")


def words(project: Project) -> list[str]:
    """The formats, and the data and models that can be named."""
    named = (AssetKind.DATASET, AssetKind.MODEL)
    names = dict.fromkeys(node.name for node in project.graph().nodes if node.kind in named)
    return [*papers, *formats, *names]


def run(project: Project, options: argparse.Namespace) -> Exported:
    """Do as the command line says."""
    return export(
        project,
        options.standard,
        options.name,
        output=options.output,
        with_files=options.with_files,
        mlflow=options.mlflow,
    )


def export(
    project: Project,
    standard: str,
    name: str | None = None,
    *,
    output: Path | None = None,
    with_files: bool = False,
    mlflow: bool = False,
) -> Exported:
    """A description of one asset, or the lineage of everything, of an asset or of an MLflow run, in a standard.

    Written to ``output`` if that is given; with ``mlflow``, what describes a model is put beside it there.

    Raises:
        AisecError: nothing is called so, nothing is recorded yet, or the file can't be written.
    """
    if with_files and (output is None or standard != _CRATE):
        raise AisecError("--with-files fills a crate: say `export ro-crate --with-files --output FOLDER`, or a .zip")
    if mlflow and not (standard in papers and papers[standard].is_of_models):
        raise AisecError("--mlflow puts the card or the bom of a model beside it: say `export bom MODEL --mlflow`")
    if project.kernel is not None:
        project.kernel.settle(_PATIENCE)  # digests are what an export is for
    if standard in papers:
        return _described(project, standard, name, output, mlflow=mlflow)
    record = compose(project, name)
    if not record.executions:
        raise AisecError("no lineage is recorded here yet: run a notebook with %load_ext jupyter_aisec first")
    make, write = formats[standard]
    assets, cells = sum(node.kind is not AssetKind.NOTEBOOK for node in record.graph.nodes), len(record.executions)
    try:
        if output is not None and standard == _CRATE:
            packed = pack(project, record, output, with_files=with_files)
            words = write(packed.document)
            return Exported(packed.document, words, assets, cells, output, packed.files, packed.left_out)
        document = make(record)
        words = write(document)
        if output is not None:
            put(output, words.encode())
    except OSError as error:
        raise _unwritable(output, error) from error
    return Exported(document, words, assets, cells, output)


def _described(project: Project, standard: str, name: str | None, output: Path | None, *, mlflow: bool) -> Exported:
    paper = papers[standard]
    found = described(project, name, (AssetKind.MODEL,) if mlflow else paper.kinds)
    document = paper.make(found)
    words = paper.write(document)
    if output is not None:
        try:
            put(output, words.encode())
        except OSError as error:
            raise _unwritable(output, error) from error
    place = attached(project, standard, found, words) if mlflow else None
    assets = sum(node.kind is not AssetKind.NOTEBOOK for node in found.record.graph.nodes)
    return Exported(document, words, assets, len(found.record.executions), output, place=place)


def _unwritable(output: Path | None, error: OSError) -> AisecError:
    return AisecError(f"can't write {output}: {error.strerror}; name another place with --output")
