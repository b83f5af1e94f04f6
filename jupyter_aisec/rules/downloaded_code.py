"""Code that is fetched and run at once: through a pipe, from an address, as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.outside import worst
from jupyter_aisec.analysis.subscriptions import LineMagic
from jupyter_aisec.analysis.values import Ref, Value
from jupyter_aisec.knowledge import Origin
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Span
from jupyter_aisec.rules.remote_code import FAMILY

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "ash", "fish"})
_LANGUAGES = re.compile(r"python[\d.]*|perl|ruby|node|php|Rscript")
_FETCHERS = frozenset({"curl", "wget", "http", "https", "aria2c", "fetch"})


@FAMILY.rule(Severity.CRITICAL, cwe="CWE-494", atlas="AML.T0050", guidelines=("2.1",))
def pipe_to_shell(command: Command) -> Iterator[Hit]:
    """What a server sends is run at once.

    Nobody has seen the script, it can be another one for every caller, and half of it runs when the connection
    breaks. Download it, compare its SHA-256 or read it, and run the file.

    Bad:
        !curl -sSL https://example.org/install.sh | bash

    Good:
        !curl -sSLo install.sh https://example.org/install.sh
        !sha256sum -c install.sh.sha256 && bash install.sh
    """
    for source in _run_by(command):
        if source.program in _FETCHERS:
            first = min(source.span, command.span, key=lambda span: (span.line, span.column))
            span = Span(first.line, first.column, command.span.end_line, command.span.end_column)
            url = next((word.text for word in source.words if is_remote(word.text)), None)
            yield command.found(
                f"{command.program} runs whatever {url or source.program} sends; download it, check it, then run it",
                span=span,
            )
            return


def _run_by(command: Command) -> list[Command]:
    """The commands whose output this one takes for code."""
    program = command.program
    if program in {"eval", "source", "."}:
        return [inner for word in command.words for inner in word.commands]
    shell = program in _SHELLS
    if not shell and not _LANGUAGES.fullmatch(program):
        return []
    script = command.option("-c", *(() if shell else ("-e",)), behind="leuxi")
    if script is not None:
        return list(script.commands)
    if command.option("-m") is not None and not shell:
        return []
    given = command.positionals()
    if given and given[0].text != "-" and not (shell and command.flag("-s")):
        return list(given[0].commands)
    return command.sources()


@FAMILY.rule(
    Severity.CRITICAL,
    calls=("builtins.exec", "builtins.eval", "builtins.compile"),
    cwe="CWE-94",
    atlas="AML.T0050",
    guidelines=("2.1",),
)
def exec_downloaded_code(code: Call | LineMagic) -> Iterator[Hit]:
    """Code is fetched from the network and run.

    The server decides what runs as you, each time anew. Install a package at a fixed version, or keep the file in
    the project and import it.

    Bad:
        import requests
        source = requests.get("https://example.org/setup.py").text
        ---
        exec(source)

    Good:
        from mypackage import setup
        setup()
    """
    if isinstance(code, LineMagic):
        target = (code.text or "").split(" ")[-1] if code.name != "run" else _first_word(code.text)
        if code.name in {"run", "load", "loadpy"} and is_remote(target):
            does = "runs" if code.name == "run" else "puts into the cell"
            yield code.found(
                f"%{code.name} {does} whatever {target} sends; keep the file in the project",
                severity=None if code.name == "run" else Severity.MEDIUM,
            )
        return
    who = worst(call_value(code), Origin.NETWORK)
    if who is not None:
        origin = who.argument if is_remote(who.argument) else "the network"
        yield code.found(f"{code.called} runs code that came from {origin}; install or keep a version you have read")


def call_value(call: Call) -> Value | None:
    """What is run; ``exec(compile(…))`` is one thing, said where it is compiled."""
    value = call.value("source", 0)
    return None if isinstance(value, Ref) and value.path == "builtins.compile()" else value


def _first_word(text: str | None) -> str | None:
    return next((word for word in (text or "").split() if not word.startswith("-")), None)
