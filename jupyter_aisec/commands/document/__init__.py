"""Say what no program can know about data, a model or a prompt: where it comes from, what it is for, where it fails.

With a name alone, a notebook shows a form and a shell shows what is known and what is asked. `%%aisec document NAME`
takes the answers as TOML from the cell, and `--set licence=CC-BY-4.0` one at a time. An answer may be `not applicable
because …`, and an empty one takes back what was said. They are kept in .aisec/assets/, for git.

When the bytes change, what was said is stale. `--confirm` without a name shows all that is, and what changed; with one
name or several, a person says that it still holds.
"""

from __future__ import annotations

import argparse
import tomllib

from jupyter_aisec.commands.document.answer import Documented
from jupyter_aisec.commands.document.form import Form, opened
from jupyter_aisec.commands.document.form import names as described
from jupyter_aisec.commands.document.stale import Stale, confirmed, stale
from jupyter_aisec.commands.document.twin import answers_like
from jupyter_aisec.model import AisecError, DocumentState
from jupyter_aisec.project import Project

__all__ = ["Documented", "Form", "Stale", "arguments", "opened", "run", "words"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    named = "the data, model or prompt, by its name; by default the first that is not documented"
    add("names", nargs="*", metavar="NAME", help=f"{named}; several with --confirm")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="answer one question; may be repeated")
    add(
        "--confirm",
        action="store_true",
        help="what was said still holds for the bytes of now; alone: what is stale",
    )
    add("--like", metavar="NAME", help="take over what was said about the same bytes under another name")
    add("--later", metavar="DATE", help="remind nobody before that day: 2026-08-31")
    add("--format", choices=("text", "json"), default="text", help="how to say it")


def words(project: Project) -> list[str]:
    """The names that can be documented."""
    return described(project)


def run(project: Project, options: argparse.Namespace) -> Documented | Stale:
    """Write the answers that are given, or show what is asked."""
    if project.kernel is not None:
        project.kernel.settle(10)  # a document is bound to a digest
    answers = _answers(options)
    changes = bool(answers) or options.confirm or options.later is not None or options.like is not None
    names = options.names
    if options.like is not None and len(names) != 1:
        raise AisecError("--like takes over words for one asset: name that one")
    if options.confirm and not answers and options.later is None and len(names) != 1:
        return confirmed(project, names) if names else stale(project)
    if len(names) > 1:
        raise AisecError("one at a time, please: only --confirm takes several names")
    if changes and not names:
        raise AisecError("say what the answers are about: `sources` lists what there is")
    asked = opened(project, names[0] if names else None)
    if options.like is not None:
        answers = answers_like(project, options.like, asked.kind, asked.sha256, asked.document) | answers
    document, asks = asked.document, None
    if answers or options.confirm:
        document = asked.save(answers)
    if options.later is not None:
        from jupyter_aisec.statements import day

        document = asked.postpone(day(options.later))
    if not changes and project.kernel is not None and document.state is not DocumentState.UNKNOWN:
        asks = asked
    return Documented(document, asked.file, asked.schema, asked.derived, project.mouth, asks)


def _answers(options: argparse.Namespace) -> dict[str, object]:
    answers: dict[str, object] = {}
    if options.cell is not None:
        try:
            answers |= tomllib.loads(options.cell)
        except tomllib.TOMLDecodeError as error:
            raise AisecError(f'the cell is not TOML: {error}. Write lines such as: licence = "CC-BY-4.0"') from None
        if not answers:
            raise AisecError('the cell has no answers. Write lines such as: licence = "CC-BY-4.0"')
    for pair in options.set:
        key, equals, value = pair.partition("=")
        if not equals:
            raise AisecError(f"`--set {pair}`: write it as KEY=VALUE")
        answers[key.strip()] = value.strip()
    return answers
