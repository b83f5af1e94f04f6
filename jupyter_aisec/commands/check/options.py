"""What can be asked of a check, and what of it does not go together."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from jupyter_aisec.model import AisecError, Severity
from jupyter_aisec.project import Project

STDIN = "-"
_FORMATS = ("text", "json", "sarif", "github")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("paths", metavar="PATH", nargs="*", help="notebook, Python file or folder; - is standard input")
    add("--fix", action="store_true", help="apply safe fixes, after which a working program does the same")
    add("--unsafe-fixes", action="store_true", help="with --fix or --diff: the other fixes too; read them before")
    add("--diff", action="store_true", help="show what the fixes would change, and write nothing")
    add("--select", metavar="RULES", action="append", default=[], help="rules or families that run, with commas")
    add("--ignore", metavar="RULES", action="append", default=[], help="rules or families that don't run")
    add("--strict", action="store_true", help="run also the rules that are no default ones")
    severities = [each.value for each in Severity]
    add("--severity", metavar="LEVEL", choices=severities, default="info", help=f"the least: {', '.join(severities)}")
    add("--baseline", metavar="FILE", help="report only what this file does not know yet")
    add("--write-baseline", metavar="FILE", help="write what is found into this file, for --baseline")
    add("--format", choices=_FORMATS, default="text", help="how to say it")
    add("--statistics", action="store_true", help="how often each rule found something")
    add("--output-file", metavar="FILE", help="write it into this file, in place of the screen")
    add("--jobs", metavar="N", type=int, default=1, help="processes that work at the same time; 0: one for each core")
    add("--no-cache", action="store_true", help="look at files anew that are what they were at the last check")
    add("--stdin-name", metavar="NAME", default="<stdin>", help="the name of standard input in findings")


def whole(options: argparse.Namespace, project: Project) -> argparse.Namespace:
    """The options with those that nobody gave: callers other than a parser give only theirs.

    Raises `AisecError` for what does not go together.
    """
    parser = argparse.ArgumentParser(add_help=False)
    arguments(parser)
    found = argparse.Namespace(**(vars(parser.parse_args([])) | vars(options)))
    _verify(project, found)
    return found


def names(given: Sequence[str]) -> list[str]:
    """Names that were given with commas, or one after the other."""
    return [name.strip() for each in given for name in each.split(",") if name.strip()]


def _verify(project: Project, options: argparse.Namespace) -> None:
    """Say at once what does not go together."""
    fixes = options.fix or options.diff
    if options.unsafe_fixes and not fixes:
        raise AisecError("--unsafe-fixes needs --fix, or --diff to see first what it would change")
    if not options.paths and project.kernel is None:
        raise AisecError("check needs a path: `jupyter aisec check .` checks this folder")
    if fixes and not options.paths:
        raise AisecError("cells that ran can't be fixed: save the notebook and name it, `%aisec check --diff PATH`")
    if options.fix and not options.diff and STDIN in options.paths:
        raise AisecError("standard input can't be fixed: name a file, or use --diff")
    if options.jobs < 0:
        raise AisecError("--jobs needs a number of processes, or 0 for one for each core")
