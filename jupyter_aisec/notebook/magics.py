"""What the names behind ``%`` and ``%%`` do with the text that follows them."""

from __future__ import annotations

import re

PYTHON_LINE = {
    "time": "",
    "timeit": "nrp",
    "prun": "lsTD",
    "memit": "rti",
    "lprun": "fmsTDu",
    "mprun": "fT",
}
"""Line magics that run the rest of their line as Python, with the options that take a value."""

PYTHON_CELL = frozenset({*PYTHON_LINE, "capture", "python", "python2", "python3", "pypy", "debug"})
"""Cell magics whose body is Python: it must parse."""

FILE_CELL = frozenset({"writefile", "file"})
"""Cell magics that write their body into a file."""

OTHER_CELL = frozenset(
    {
        *("html", "HTML", "javascript", "js", "latex", "markdown", "svg", "SVG", "sql"),
        *("bigquery", "R", "ruby", "perl", "cmd", "powershell", "pwsh", "css", "mermaid", "dot", "cpp", "cu", "cuda"),
        *FILE_CELL,
        *("bq", "md", "scala", "r"),
        *("julia", "octave", "stan", "graphql", "cython", "aisec", "ai", "jsx", "json", "yaml", "xml"),
    }
)
"""Cell magics whose body is something else. A cell magic in none of these sets is tried as Python."""

SHELL_CELL = frozenset({"bash", "sh", "zsh", "!", "sx", "system", "shell"})
SHELL_LINE = frozenset({"sx", "system", "shell", "sh", "bash"})
"""``%sh`` is that of Databricks, ``%bash`` that of Datalab."""
COMMAND_LINE = frozenset({"pip", "pip3", "conda", "mamba", "micromamba", "uv"})
"""Line magics that are the command of that name."""

AUTOMAGIC = re.compile(
    r"(?P<name>pip3?|conda|mamba|micromamba|uv|cd|ls|ll|mkdir|rmdir|cat|cp|mv|rm|less|man|run|load|load_ext|reload_ext|"
    r"matplotlib|env|set_env|time|timeit|who|whos|reset|autoreload|config|history|pinfo|pylab|store|alias|pwd)"
    r"[ \t]+(?![=,(\[<>*/%&|^:+@]|(?:in|is|if|and|or|not|for|else)\b)(?P<rest>\S.*)"
)
"""A magic without its ``%``: only looked for where the line is no Python."""

_OPTION = re.compile(r"-(-\S+|[A-Za-z])(\S*)[ \t]*")


def statement_of(name: str, rest: str) -> int:
    """Where in ``rest`` the Python of a line magic begins, behind its options."""
    start = len(rest) - len(rest.lstrip())
    while found := _OPTION.match(rest, start):
        start = found.end()
        if found[1] in PYTHON_LINE[name] and not found[2]:
            value = re.compile(r"\S+[ \t]*").match(rest, start)
            start = value.end() if value else start
    return start


def python_file(rest: str) -> str | None:
    """The Python file that ``%%writefile`` names, or None for another file."""
    names = [word for word in rest.split() if not word.startswith("-")]
    name = " ".join(names).strip("\"'")
    return name if name.lower().endswith((".py", ".pyw")) else None


def script_of(rest: str) -> str:
    """The interpreter that ``%%script`` starts: ``sh``, ``python``, or ``other`` (also for no interpreter at all)."""
    words = [word for word in rest.split() if not word.startswith("-")]
    program = words[0].rpartition("/")[2] if words else ""
    if program == "env" and len(words) > 1:
        program = words[1]
    if program in {"bash", "sh", "zsh", "dash", "ksh"}:
        return "sh"
    return "python" if re.fullmatch(r"python[\d.]*", program) else "other"
