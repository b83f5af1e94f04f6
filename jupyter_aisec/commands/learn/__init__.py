"""Walk through what was found in your own notebooks: what it is, where it stands, how to do it right.

A lesson for each rule that found something, the worst first. `learn 2` is the second one, `learn --all` all of them.
`learn --done --by NAME` writes a dated entry into .aisec/training.toml, which `status` counts for 1.1; with WORDS, for
a course that was taken elsewhere. An entry is a trace of learning, and no proof that anything was understood.
"""

from __future__ import annotations

import argparse
import datetime as dt

from jupyter_aisec.commands.learn.course import Course
from jupyter_aisec.commands.learn.lessons import lessons
from jupyter_aisec.commands.overview import Said
from jupyter_aisec.commands.status.shown import tell
from jupyter_aisec.knowledge.guidelines import claims
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import FOLDER, Project
from jupyter_aisec.report.words import plural, visible
from jupyter_aisec.statements import Record, day

__all__ = ["Course", "arguments", "run"]

_CLAIM = "1.1.a"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("what", nargs="?", metavar="NUMBER|WORDS", help="which lesson; with --done, which course it was")
    add("--all", action="store_true", help="all lessons at once")
    add("--done", action="store_true", help="write down that somebody learnt this, today")
    add("--by", metavar="NAME", help="who, as in git: `status` compares it with the authors of the notebooks")
    add("--on", metavar="DATE", help="the day of a course that is over already: 2026-02-03")
    add("--format", choices=("text", "json"), default="text", help="default: text")


def run(project: Project, options: argparse.Namespace) -> Course | Said:
    """Look for what there is to learn, or write down that it was learnt; `AisecError` for a lesson there is not."""
    if options.done:
        return _done(project, options)
    if options.by or options.on:
        raise AisecError(f"to write down that you are through: {project.mouth} learn --done --by NAME")
    found, files = lessons(project)
    number = None if options.all else 1
    if options.what is not None:
        if not options.what.isdecimal() or not 1 <= int(options.what) <= len(found):
            there = f"there are lessons 1 to {len(found)}" if found else "there is none: nothing was found"
            raise AisecError(f"no lesson {options.what!r}: {there}")
        number = int(options.what)
    return Course(found, number, files, project.mouth)


def _done(project: Project, options: argparse.Namespace) -> Said:
    if not options.by:
        raise AisecError(f"say who learnt it: {project.mouth} learn --done --by NAME")
    course = options.what
    if course is None:
        found, files = lessons(project)
        names = ", ".join(each.rule.name for each in found) or "no finding to learn from"
        course = f"jupyter aisec learn, {plural(len(found), 'lesson')} from {plural(files, 'file')}: {names}"
    today = dt.datetime.now(dt.UTC).date()
    on = day(options.on) if options.on else today
    if on > today:
        raise AisecError(f"{on} is yet to come: write it down when it is over")
    until = on + dt.timedelta(days=claims()[_CLAIM].valid_days)
    entry = {"who": options.by, "course": course, "on": on, "until": until}
    path = Record(project.root / FOLDER, project.root).add_training(entry)
    tell(project)
    return Said(f"{visible(options.by)} is through, which counts until {until}, in {project.name_of(path)}: commit it")
