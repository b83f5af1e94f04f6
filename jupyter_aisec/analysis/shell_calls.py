"""Python calls that run a command: their text or list of words is the same to rules as a shell line."""

from __future__ import annotations

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.programs import build
from jupyter_aisec.analysis.shell import ShellParser
from jupyter_aisec.analysis.values import Built, Constant, Items, Ref, Value, leaves, text
from jupyter_aisec.notebook.magics import COMMAND_LINE
from jupyter_aisec.notebook.syntax import Span

_TEXT = frozenset(
    {
        *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"),
        *("IPython.get_ipython().system", "IPython.get_ipython().getoutput", "IPython.utils.process.system"),
        *("IPython.core.getipython.get_ipython().system", "asyncio.create_subprocess_shell"),
    }
)
_EITHER = frozenset(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen"))
_WORDS = frozenset({"pip.main", "pip._internal.main", "pip._internal.cli.main.main"})
_IPYTHON = frozenset({"system", "getoutput", "system_raw", "system_piped"})


def commands_of(call: Call) -> list[Command]:
    """The commands that a call runs; none where it is no such call or its text is not known."""
    path = call.path
    if path in _EITHER:
        words = call.value("args", 0)
        if isinstance(words, Items):
            return _listed(call, words)
        return _parsed(call, words)
    if path in _TEXT or (call.name in _IPYTHON and _is_shell(call)):
        name = "cmd" if path.startswith(("subprocess.", "os.", "IPython", "asyncio.")) else "command"
        return _parsed(call, call.value(name, 0))
    if call.name == "run_line_magic" and _is_shell(call):
        # What an exported notebook has for `%pip install …`.
        magic, rest = call.text("magic_name", 0), call.text("line", 1)
        return _parsed(call, Constant(f"{magic} {rest}")) if magic in COMMAND_LINE and rest else []
    if path in _WORDS:
        words = call.value("args", 0)
        if isinstance(words, Items):
            made = _listed(call, Items((None, *words.values)))
            return [Command("pip", made[0].words, call.span, call.context, path)] if made else []
    return []


def _is_shell(call: Call) -> bool:
    """``get_ipython()`` needs no import in a notebook."""
    receiver = call.receiver
    return isinstance(receiver, Ref) and receiver.path.endswith("get_ipython()")


def _parsed(call: Call, value: Value | None) -> list[Command]:
    """The commands of a text; where all of it is unknown, one that says whose words it is."""
    source = value.template if isinstance(value, Built) else text(value)
    parts, whole = leaves(value), call.span
    if source is None:
        start = Word(None, "", whole, parts=parts)
        return [Command("", (), whole, call.context, call.called, start=start)] if parts else []

    def locate(start: int, end: int) -> Span:
        del start, end
        return whole

    parser = ShellParser(source, locate, lambda _: None, call.context, expands=False, via=call.called, parts=parts)
    return parser.commands()


def _listed(call: Call, items: Items) -> list[Command]:
    """The words of a list; `sys.executable` stays an unknown word, which `build` takes for an interpreter."""
    if not items.values:
        return []
    words = [
        Word(text(value), text(value) or "", call.span, parts=() if text(value) else leaves(value))
        for value in items.values
    ]
    made = build(words, call.span, call.context, call.called)
    made.is_list = True
    script = made.option("-c") if made.program in {"bash", "sh", "zsh"} else None
    if script is not None:
        return [made, *_parsed(call, Built(None, script.parts) if script.text is None else Constant(script.text))]
    return [made]
