"""The language server: for VS Code, Neovim and others, the same hints as in JupyterLab, over standard input and output.

It opens no port, and ends when its editor does: then the pipe closes. It needs pygls, which is an extra and no
dependency, for other language servers in the same environment may need another version of it.
"""

from __future__ import annotations

import sys

from jupyter_aisec.model import AisecError

SUMMARY = "The language server: for editors, which start it themselves."

_USAGE = f"""usage: jupyter aisec lsp [--stdio]

{SUMMARY}

It speaks the Language Server Protocol over standard input and output; --stdio says so, and changes nothing.
The README says what to tell VS Code and Neovim. jupyter-lsp finds it by itself.
"""

_OURS = frozenset({"attrs", "cattrs", "lsprotocol", "pygls"})


def usage() -> str:
    """What ``--help`` says."""
    return _USAGE


def main(words: list[str]) -> int:
    """Serve one editor, until it ends; gives the exit code that the protocol asks for.

    Raises:
        AisecError: pygls is not there, or is another than we know; nobody but a person at a terminal is there.
    """
    unknown = [word for word in words if word != "--stdio"]
    if unknown:
        raise AisecError(f"jupyter aisec lsp: no option `{unknown[0]}`. `jupyter aisec lsp --help` shows what it takes")
    try:
        from jupyter_aisec.lsp.server import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _OURS:
            raise
        raise AisecError("the language server needs pygls 2: pip install 'jupyter-aisec[lsp]'") from error
    if sys.stdin.isatty():
        raise AisecError("an editor starts the language server, and speaks with it; the README says how to set one up")
    return serve()
