"""Check notebooks and Python files for unsafe cells.

In a notebook, without a path, the cells that ran so far are checked. Exit codes: 0 nothing found, 1 findings,
2 something could not be checked. Of a diff, 1 says that fixes would change something. `explain RULE` says what a rule
is about and what to do, `rules` lists all of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from jupyter_aisec import advisories
from jupyter_aisec.advisories import Advisories
from jupyter_aisec.commands.check.answer import STREAMED, Checked, Streamed, Written, in_colour, written
from jupyter_aisec.commands.check.cache import Cache
from jupyter_aisec.commands.check.files import Task, shown
from jupyter_aisec.commands.check.jobs import all_checked
from jupyter_aisec.commands.check.options import STDIN, arguments, names, whole
from jupyter_aisec.model import Cell, CellKind, NotAnalysed, Notebook, Severity
from jupyter_aisec.notebook.decode import LIMIT
from jupyter_aisec.notebook.files import below
from jupyter_aisec.project import Kernel, Project
from jupyter_aisec.report.checked import Total
from jupyter_aisec.report.stream import Stream
from jupyter_aisec.report.words import plural
from jupyter_aisec.rules import analyser
from jupyter_aisec.rules.selection import Selection

__all__ = ["Checked", "arguments", "run"]


def run(project: Project, options: argparse.Namespace) -> Checked | Streamed | Written:
    """Check everything that is named, and go on after what can't be read."""
    options = whole(options, project)
    selection = project.selection.narrowed(names(options.select), names(options.ignore), strict=options.strict)
    if project.kernel is not None and not options.paths:
        stream = _of_kernel(project, project.kernel, selection)
    else:
        stream = _of_files(project, selection, options)
    asked = frozenset((*(str(Path(path)) for path in options.paths), options.stdin_name))
    failed = partial(_is_failed, asked=asked)
    if options.write_baseline:
        from jupyter_aisec.commands.check import baseline

        number = baseline.write(Path(options.write_baseline), stream)
        said = f"{plural(number, 'finding')} {'is' if number == 1 else 'are'} known from now on"
        return Written(2 if failed(stream.rest) else 0, options.write_baseline, said)
    if options.baseline:
        from jupyter_aisec.commands.check.baseline import Baseline

        stream.files = Baseline.read(Path(options.baseline)).without_known(stream.files, asked)
    # Whoever closes the pipe ends the check; what is to be fixed is fixed before anything is said.
    if project.kernel is None and options.format in STREAMED and not options.fix:
        answer = Streamed(stream, options.format, failed, statistics=options.statistics, diff=options.diff)
        return answer if options.output_file is None else answer.into(options.output_file)
    total = Total(list(stream), stream.folders, stream.rules)
    found = Checked(
        total,
        options.format,
        failed(total),
        statistics=options.statistics,
        colour=project.kernel is None and options.output_file is None and in_colour(),
        fixing=options.fix and not options.diff,
        diff=options.diff,
    )
    return found if options.output_file is None else written(found, options.output_file)


def _is_failed(total: Total, asked: Container[str]) -> bool:
    """Whether something could not be checked, or fixed.

    A notebook in another language is no failure where it only lies beside others: it was not asked for.
    """
    return bool(total.folders) or any(
        file.is_unread
        or file.problem is not None
        or (file.path in asked and any(missed.cell_index is None for missed in file.not_analysed))
        for file in total.files
    )


def _known(project: Project) -> Advisories | None:
    """What the project knows of vulnerable packages. Raises `AisecError` for a file that can't be read."""
    return None if project.advisories is None else advisories.read(project.advisories)


def _of_files(project: Project, selection: Selection, options: argparse.Namespace) -> Stream:
    _known(project)  # what is wrong with it is said once, and not for each file
    folders: list[NotAnalysed] = []
    every = _task(project, tuple(rule.name for rule in selection.chosen()), options)

    def tasks() -> Iterator[Task]:
        for file in _files(options.paths):
            if isinstance(file, NotAnalysed):
                folders.append(file)
                continue
            task = _of_stdin(every, options.stdin_name) if file == STDIN else replace(every, path=file)
            if selection.per_file:
                rules = tuple(rule.name for rule in selection.chosen(project.name_of(Path(task.path))))
                task = replace(task, rules=rules)
            yield task

    return Stream(all_checked(tasks(), options.jobs), folders, every.rules)


def _task(project: Project, rules: tuple[str, ...], options: argparse.Namespace) -> Task:
    """What is to be done with every file."""
    fixes = options.fix or options.diff
    # What a kernel has imported may be older than the files of this package are by now.
    is_remembered = not (options.no_cache or fixes or project.kernel)
    return Task(
        "",
        project.root,
        rules,
        Severity(options.severity),
        fixes=fixes,
        unsafe=options.unsafe_fixes,
        writes=options.fix and not options.diff,
        places=options.format in {"sarif", "github"},
        fingerprints=options.format in {"json", "sarif"} or bool(options.baseline or options.write_baseline),
        advisories=project.advisories,
        is_documented=project.documents.folder.is_dir(),
        cache=Cache.of(project.advisories) if is_remembered else None,
    )


def _of_stdin(every: Task, name: str) -> Task:
    """What an editor gives is asked once, and not remembered."""
    data = sys.stdin.buffer.read(LIMIT + 1)
    return replace(every, path=name, data=data, is_script=not _is_json(data), cache=None)


def _of_kernel(project: Project, kernel: Kernel, selection: Selection) -> Stream:
    """The cells that ran, in that order, behind what was imported before we were there."""
    from jupyter_aisec.analysis.versions import Installed

    rules = selection.chosen(kernel.session.notebook)
    found = analyser(rules, Installed(), project.documented(Path.cwd()), _known(project))
    found.check(Cell(-1, CellKind.CODE, kernel.prelude))
    notebook = Notebook(kernel.session.notebook or "notebook", kernel.executed)
    return Stream([shown(found.analyse(notebook), notebook, rules)], rules=tuple(rule.name for rule in rules))


def _files(paths: Sequence[str]) -> Iterator[str | NotAnalysed]:
    """Each file once, ``-`` for standard input, and the folders that can't be read."""
    seen: set[str] = set()
    for path in paths:
        for found in (STDIN,) if path == STDIN else below(Path(path)):
            if isinstance(found, NotAnalysed):
                yield found
            elif str(found) not in seen:
                seen.add(str(found))
                yield str(found)


def _is_json(data: bytes) -> bool:
    """A notebook begins with a brace and a key; a Python file may begin with a brace, but hardly so."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and start[1:].lstrip()[:1] in {b'"', b"}", b""}
