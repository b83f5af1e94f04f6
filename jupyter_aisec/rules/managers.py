"""Programs that install: which one, into what, and whether it is told a version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import ShellKind, Span
from jupyter_aisec.rules.installs import FAMILY, listed
from jupyter_aisec.rules.requirements import install_of


@FAMILY.rule(Severity.INFO, default=False, cwe="CWE-1188", guidelines=("2.4",))
def bang_pip(command: Command) -> Iterator[Hit]:
    """Pip may install into another Python than the one that runs the notebook.

    `!pip` is whatever pip comes first on the path; `%pip` is that of the kernel. What is checked, recorded and pinned
    then belongs to another environment than what runs. `sudo pip` and `--break-system-packages` change the Python of
    the operating system.

    Bad:
        !pip install numpy==2.4.6

    Good:
        %pip install numpy==2.4.6
    """
    shell = command.shell
    words = command.known
    if command.program != "pip" or shell is None or not {"install", "uninstall"}.intersection(words[:1]):
        return
    lead = [word.text for word in command.lead]
    if "sudo" in lead:
        yield command.found("sudo pip changes the Python of the operating system; use %pip in a virtual environment")
    elif "--break-system-packages" in words:
        yield command.found(
            "--break-system-packages changes the Python of the operating system; use a virtual environment"
        )
    elif shell.kind is ShellKind.COMMAND or "uv" in lead or any("executable" in word.written for word in command.lead):
        return
    elif shell.kind is not ShellKind.CELL or not re.search(r"\b(?:activate|conda|venv)\b", shell.text):
        written = "pip" if shell.kind is ShellKind.AUTOMAGIC else "!pip"
        yield command.found(
            f"{written} may install for another Python than this one; use %pip", repair=_with_percent(command)
        )


def _with_percent(command: Command) -> Repair | None:
    """``%`` in place of the sign, where it begins the line and nothing else stands in front of pip."""
    shell = command.shell
    if shell is None or command.lead or not re.match(r"pip3?[ \t]", shell.text) or command.span.line != shell.line:
        return None
    line, column = shell.line, shell.column
    if shell.kind is ShellKind.AUTOMAGIC:
        return Repair("use %pip", safe=True, changes=(Change(Span(line, column, line, column), "%"),))
    # `!!pip` begins a column later, `%sx pip` further on.
    if shell.kind is not ShellKind.LINE or column != 2:  # noqa: PLR2004 - the column behind the sign
        return None
    return Repair("use %pip", safe=True, changes=(Change(Span(line, 1, line, 2), "%"),))


@FAMILY.rule(Severity.INFO, default=False)
def requirements_unhashed(command: Command) -> Iterator[Hit]:
    """A list of packages is installed without asking for their hashes.

    With `--require-hashes`, pip refuses every package, also one that another depends on, whose hash does not stand in
    the list: `pip-compile --generate-hashes` or `uv pip compile --generate-hashes` writes such a list. Whether this one
    has hashes is not looked up. A list that is fetched from an address is medium, for its owner decides what is
    installed, and high where it is fetched without encryption.

    Bad:
        %pip install -r requirements.txt

    Good:
        %pip install --require-hashes -r requirements.txt
    """
    found = install_of(command)
    if found is None or command.flag("--require-hashes"):
        return
    for word in found.files:
        name = word.text
        if name is None:
            continue
        if name.lower().startswith("http://"):
            yield command.found(
                f"anybody on the way decides what {name} installs; keep the list beside the notebook",
                severity=Severity.HIGH,
            )
        elif "://" in name:
            yield command.found(
                f"the owner of {name} decides what is installed; keep the list beside the notebook",
                severity=Severity.MEDIUM,
            )
        else:
            yield command.found(f"packages of {name} are not compared with hashes; add --require-hashes")


_CONDA_VALUES = frozenset(
    {"-n", "--name", "-c", "--channel", "-p", "--prefix", "--file", "-f", "--solver", "--platform"}
)
_APT_VALUES = frozenset({"-t", "--target-release", "-o", "-c", "--option"})
_EXACT = re.compile(r"[^\s=<>!~]+={1,2}[^\s=<>!~*]+(?:=[^\s=]+)?")
_TAGGED = re.compile(r"@?[^@]+@\d[\w.-]*")


@FAMILY.rule(Severity.LOW, default=False)
def other_manager_unpinned(command: Command) -> Iterator[Hit]:
    """conda, apt, npm or another installer is not told a version.

    The next run gets other programs, from whoever owns the name by then. Write the versions down, or install them once
    into the image that the notebook runs in.

    Bad:
        !conda install -y pytorch

    Good:
        !conda install -y pytorch=2.12.0
    """
    loose = [word.text or "" for word in _wanted(command) if word.text and not _is_exact(command.program, word.text)]
    if loose:
        yield command.found(f"{command.program}: {listed(tuple(loose))} installed without a version; write one down")
    elif command.program in {"R", "Rscript"} and any("install.packages(" in word for word in command.known):
        yield command.found(f"{command.program}: install.packages takes the newest; use remotes::install_version")


def _wanted(command: Command) -> list[Word]:
    """What a command installs, or runs after installing it."""
    program = command.program
    if program in {"conda", "mamba", "micromamba"}:
        given = command.positionals(_CONDA_VALUES)
        return given[1:] if given and given[0].text in {"install", "create"} else []
    if program in {"apt", "apt-get", "aptitude", "apk"}:
        given = command.positionals(_APT_VALUES)
        return [word for word in given[1:] if _is_name(word)] if given and given[0].text in {"install", "add"} else []
    if program in {"npm", "pnpm", "yarn", "bun"}:
        given = command.positionals()
        is_global = command.flag("-g", "--global") or (program == "yarn" and given[:1] and given[0].text == "global")
        behind = 2 if program == "yarn" else 1
        return [word for word in given[behind:] if _is_name(word)] if is_global else []
    if program in {"npx", "bunx"}:
        return command.positionals(frozenset({"-p", "--package", "-c", "--call"}))[:1]
    if program in {"uvx", "pipx"} or (program == "uv" and command.known[:2] in {("tool", "run"), ("tool", "install")}):
        return _tools(command)
    return []


def _tools(command: Command) -> list[Word]:
    source = command.option("--from", "--spec")
    if source is not None:
        return [source]
    given = command.positionals(frozenset({"--with", "-p", "--python", "--index-url", "-i"}))
    if command.program == "uvx":
        return given[:1]
    if command.program == "pipx":
        return given[1:2] if given and given[0].text in {"run", "install"} else []
    return given[2:3]


def _is_name(word: Word) -> bool:
    text = word.text or ""
    return "/" not in text.removeprefix("@").partition("/")[2] and not text.startswith((".", "/", "$", "git+", "http"))


def _is_exact(program: str, text: str) -> bool:
    if program in {"npm", "pnpm", "yarn", "bun", "npx", "bunx"}:
        return bool(_TAGGED.fullmatch(text)) or text.startswith((".", "/"))
    if program in {"uvx", "uv", "pipx"}:
        return "==" in text or bool(_TAGGED.fullmatch(text)) or "/" in text
    return bool(_EXACT.fullmatch(text)) or text.endswith((".deb", ".conda", ".tar.bz2"))
