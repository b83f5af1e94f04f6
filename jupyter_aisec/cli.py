"""The shell's mouth: ``jupyter aisec COMMAND …``, with exit codes 0 clean, 1 findings, 2 could not do it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from jupyter_aisec import commands, lsp
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project

_MOUTH = "jupyter aisec"
_FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; without one, say what is going on in the project."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that knows fewer characters than a notebook is shown their names.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(words)
    except commands.HelpAsked as asked:
        print(asked, end="")  # noqa: T201 - this is a command line
        return 0
    except AisecError as error:
        print(f"aisec: {error}", file=sys.stderr)  # noqa: T201
        return _FAILED
    except BrokenPipeError:
        # The reader has gone (`| head`): say no more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except OSError as error:
        print(f"aisec: can't write what was found: {error.strerror}", file=sys.stderr)  # noqa: T201
        return _FAILED
    except KeyboardInterrupt:
        return 130


def _run(words: list[str]) -> int:
    if words[:1] in (["-h"], ["--help"], ["help"]):
        raise commands.HelpAsked(commands.usage(_MOUTH, {"lsp": lsp.SUMMARY}))
    if words[:1] == ["--version"]:
        from importlib.metadata import version

        print(version("jupyter-aisec"))  # noqa: T201
        return 0
    if words[:1] == ["lsp"]:
        if {"-h", "--help"} & set(words):
            raise commands.HelpAsked(lsp.usage())
        return lsp.main(words[1:])
    name = words[0] if words and not words[0].startswith("-") else "overview"
    parser = commands.parser(name, _MOUTH)
    options = parser.parse_args(words[1:] if words[:1] == [name] else words)
    project = Project.open()
    _ = project.settings  # what is wrong with them is said before anything else
    result = commands.load(name).run(project, options)
    if isinstance(result, commands.StreamedResult):
        sys.stdout.writelines(result.pieces())
    elif getattr(options, "format", "text") == "json":
        from jupyter_aisec.report import contract

        print(contract.dumped(result.data()))  # noqa: T201
    elif isinstance(result, commands.LongResult):
        for part in result.parts():
            print(part)  # noqa: T201
    else:
        print(result.text())  # noqa: T201
    sys.stdout.flush()
    return result.exit_code
