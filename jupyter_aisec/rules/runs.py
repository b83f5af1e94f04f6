"""What a saved notebook shows of how it was run."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from jupyter_aisec.analysis.beside import Output, Whole
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.model import Cell, Severity
from jupyter_aisec.notebook.stored import TextKind
from jupyter_aisec.notebook.syntax import Parsed, SyntaxProblem, parse

FAMILY = Family(
    "hygiene and exposure",
    cwe="CWE-1188",
    atlas="AML.T0031",
    topics=Topics("ML09", "", ""),
    guidelines=("2.4",),
)
_LOCAL = re.compile(
    r"(?<![\w.\]/-])(?:/(?:home|Users|mnt|data|srv|opt|root)/|[A-Z]:\\)[\w./\\-]+|\b(?:\d{1,3}\.){3}\d{1,3}:\d+"
)
_MOST = 1_000_000
"""Characters of code of the largest notebook whose cells are read beside each other; it bounds the time that takes."""
_LIBRARY = re.compile(r"site-packages|dist-packages|/lib/python|conda|ipykernel|/usr/")
_GIVEN = frozenset({*dir(builtins), "get_ipython", "display", "In", "Out", "_", "__", "___", "exit", "quit", "spark"})


@FAMILY.rule(Severity.INFO, cwe="CWE-1068")
def run_out_of_order(whole: Whole) -> Iterator[Hit]:
    """The outputs were not made by running the cells from top to bottom.

    Then the file does not show what its code does: a result may come from a cell that was changed or taken out since,
    and nobody can repeat it. Restart the kernel, run all cells, and save.

    Bad:
        --- run 3
        x = 1
        ---
        --- run 1
        x = 2

    Good:
        --- run 1
        x = 1
        ---
        --- run 2
        x = 2
    """
    last = 0
    counted = [cell for cell in whole.code if cell.execution_count is not None]
    for cell in whole.code:
        number = cell.execution_count
        if number is None:
            if counted and whole.has_outputs(cell):
                yield whole.found(
                    cell, "this cell has outputs and no number of a run; restart the kernel, run all cells"
                )
                return
        elif number < last:
            yield whole.found(
                cell,
                f"this cell ran before one above it ([{number}] below [{last}]); restart the kernel and run all cells",
            )
            return
        else:
            last = number


@FAMILY.rule(Severity.LOW, default=False, cwe="CWE-456")
def stale_or_hidden_state(whole: Whole) -> Iterator[Hit]:
    """A cell uses a name that only a later cell defines.

    It worked because cells were run in another order, and fails, or uses something older, when they are run from top
    to bottom. Move the definition up.

    Bad:
        print(model)
        ---
        model = 1

    Good:
        model = 1
        ---
        print(model)
    """
    if sum(len(cell.source) for cell in whole.code) > _MOST:
        return
    parsed = [(cell, _parsed(cell)) for cell in whole.code]
    if any(found is not None and _is_open(found) for _, found in parsed):
        return
    later = {name for _, found in parsed if found is not None for name in _defined(found)}
    known: set[str] = set()
    for cell, found in parsed:
        if found is None:
            return
        here = _defined(found)
        for name in _used(found):
            if name.id in later and name.id not in known | here | _GIVEN:
                known.add(name.id)
                message = f"{name.id} is defined only in a cell below; move its definition up"
                yield whole.found(cell, message, span=found.span(name))
        known |= here


@FAMILY.rule(
    Severity.LOW,
    default=False,
    cwe="CWE-209",
    atlas="AML.T0037",
    topics=Topics("", "LLM02", "LLM02"),
    guidelines=("2.2",),
)
def traceback_in_output(output: Output) -> Iterator[Hit]:
    """An error that was left in the file shows paths or addresses of the machine.

    A traceback tells strangers where things are and what runs there. Mend what went wrong and run the cell again, or
    clear its output.

    Bad:
        open("x.csv")
        --- error
        FileNotFoundError: [Errno 2] No such file or directory: '/home/ann/clients/x.csv'

    Good:
        open("x.csv").read()
        --- output
        a,b
    """
    for text in output.texts:
        if text.kind is TextKind.ERROR:
            found = next((each[0] for each in _LOCAL.finditer(text.text) if not _LIBRARY.search(each[0])), None)
            if found:
                message = (
                    f"the error in output {output.index + 1} shows {found[:80]}; mend it and run again, or clear it"
                )
                yield output.found(message, repair=output.cleared())
                return


def _parsed(cell: Cell) -> Parsed | None:
    try:
        found = parse(cell.source)
    except (SyntaxProblem, RecursionError, MemoryError):
        return None
    # A line that was not read may define what is used.
    return None if found.unread else found


def _is_open(found: Parsed) -> bool:
    """Whether names can come from elsewhere: a star, a script that is run in this namespace."""
    if any(magic.name in {"run", "load", "pylab", "load_ext", "store"} for magic in found.magics):
        return True
    return any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        for node in ast.walk(found.tree)
    )


def _defined(found: Parsed) -> set[str]:
    """Names that the cell binds, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(found.tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def _used(found: Parsed) -> Iterator[ast.Name]:
    """Names that are looked up when the cell runs: not those in bodies of functions, which run later."""
    waiting: list[ast.AST] = [*reversed(found.tree.body)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        waiting.extend(reversed([*ast.iter_child_nodes(node)]))
