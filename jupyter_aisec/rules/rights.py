"""More rights than a notebook needs: files that all may write, commands that root runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.values import Constant
from jupyter_aisec.knowledge import Act
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Span

FAMILY = Family("hygiene and exposure", cwe="CWE-732", atlas="AML.T0018", guidelines=("3.1", "3.2"))

_OCTAL = re.compile(r"[0-7]?[0-7][0-7][2367]")
_LETTERS = re.compile(r"(?:[ug]*[oa][ugoa]*)?[+=][rxXst]*w[rwxXst]*")
_OTHERS_WRITE = 0o002
_STICKY = 0o1000
_SHARED = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108 - the folders that are looked for
_MODEL_FILES = frozenset({"dump", "save", "save_model", "load", "load_model"})


@FAMILY.rule(
    Severity.LOW,
    named=_MODEL_FILES | {"chmod", "mktemp", "umask", "read_pickle"},
    default=False,
    topics=Topics("ML10", "LLM04", "LLM05"),
)
def world_writable(call: Call | Command) -> Iterator[Hit]:
    """A file can be changed by every user of the machine.

    On a shared server, another user puts a model of their own in the place of yours, and it runs with your rights when
    it is loaded. That holds for `chmod 777` and for a model with a fixed name in `/tmp`, where everybody may create
    the file first. Give rights to a group (`chmod 750`), and use `tempfile.mkdtemp` for what is temporary.

    Bad:
        !chmod -R 777 /data

    Good:
        !chmod -R 750 /data
    """
    if isinstance(call, Command):
        word = _loose_mode(call)
        if word is not None:
            yield call.found(
                f"{call.program} {word.text} lets every user of the machine change it; use 750",
                repair=_narrowed(word) if call.via is None else None,
            )
        return
    if call.path == "tempfile.mktemp":
        yield call.found(f"{call.called} names a file that somebody else can create first; use tempfile.mkstemp")
    elif call.name == "chmod":
        mode = call.value("mode", 1 if call.path == "os.chmod" else 0)
        if isinstance(mode, Constant) and isinstance(mode.value, int) and _is_loose(mode.value):
            yield call.found(f"{call.called} with {mode.value:#o} lets every user change it; use 0o750")
    elif call.path == "os.umask":
        mask = call.value("mask", 0)
        if isinstance(mask, Constant) and isinstance(mask.value, int) and not mask.value & _OTHERS_WRITE:
            yield call.found(f"{call.called}({mask.value:#o}) lets every user change later files; use 0o027")
    elif call.api is not None and (call.api.act in {Act.LOADS, Act.SAVES} or call.api.unpickles):
        path = call.path_text(call.api.at or "", 0) or call.path_text("", 1)
        if path and path.startswith(_SHARED):
            yield call.found(f"{call.called} uses {path}, which any user can put there first; use a folder of your own")


def _is_loose(mode: int) -> bool:
    return bool(mode & _OTHERS_WRITE) and not mode & _STICKY


def _loose_mode(command: Command) -> Word | None:
    if command.program == "chmod":
        for word in command.words:
            text = word.text or ""
            if not text.startswith("-"):
                loose = _is_loose(int(text, 8)) if _OCTAL.fullmatch(text) else bool(_LETTERS.fullmatch(text))
                return word if loose and ("+" not in text or re.match(r"[ugoa]*[oa]", text)) else None
    elif command.program in {"mkdir", "install"}:
        mode = command.option("-m", "--mode")
        if mode is not None and _OCTAL.fullmatch(mode.text or "") and _is_loose(int(mode.text or "", 8)):
            return mode
    return None


def _narrowed(word: Word) -> Repair | None:
    text, span = word.text or "", word.span
    if word.written != text or not text.isdigit() or span.line != span.end_line:
        return None
    kept = f"{text[:-2]}{int(text[-2]) & ~2}0"
    at = Span(span.line, span.end_column - len(text), span.line, span.end_column)
    return Repair("let others neither write nor read", safe=False, changes=(Change(at, kept),))


@FAMILY.rule(
    Severity.LOW,
    default=False,
    cwe="CWE-250",
    atlas="AML.T0105",
    topics=Topics("", "LLM06", "LLM03"),
    guidelines=("3.1",),
)
def root_shell(command: Command) -> Iterator[Hit]:
    """A command runs with the rights of root.

    What the command downloads or installs may change the whole machine, and a notebook runs whatever somebody pasted
    into it. Put what needs root into the image or into the administrator's hands; run Jupyter and containers as an
    ordinary user.

    Bad:
        !sudo apt-get install -y ffmpeg=7:6.1.1-3

    Good:
        !apt-get --version
    """
    lead = [word.text for word in command.lead]
    words = command.known
    if ("sudo" in lead and not _as_other(command.lead)) or (command.program == "su" and ("-c" in words or not words)):
        yield command.found(f"{command.program} runs as root; do this when the machine or image is set up")
    elif "--allow-root" in words:
        yield command.found(f"{command.program} --allow-root serves a shell of root; run it as an ordinary user")
    elif command.program in {"docker", "podman"} and "run" in words and command.flag("--privileged"):
        yield command.found(
            f"{command.program} --privileged gives the container the whole machine; add the one capability it needs"
        )


def _as_other(lead: tuple[Word, ...]) -> bool:
    """``sudo -u name``: another user, and not root."""
    texts = [word.text or "" for word in lead]
    return any(
        (text in {"-u", "--user"} and texts[index + 1 : index + 2] not in (["root"], []))
        or (text.startswith("--user=") and text != "--user=root")
        for index, text in enumerate(texts)
    )
