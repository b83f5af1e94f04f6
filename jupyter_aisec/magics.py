"""The notebook's mouth: ``%aisec``, and the check of each cell before it runs. The only room that knows IPython."""

from __future__ import annotations

import ast
import atexit
import json
import shlex
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.error import InputRejected, UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display as _display

from jupyter_aisec import commands
from jupyter_aisec.kernel import Kernel, Verdict
from jupyter_aisec.model import AisecError
from jupyter_aisec.news import News
from jupyter_aisec.settings import Mode

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

_MOUTH = "%aisec"
display: Any = _display
"""IPython has no types for it."""


class _Shown:
    """Something to display: HTML where it can be rendered, text elsewhere."""

    def __init__(self, text: str, html: str | None) -> None:
        self._text = text
        self._html = html

    def __repr__(self) -> str:
        return self._text

    def _repr_html_(self) -> str | None:
        return self._html


class _Refused(InputRejected):
    """A cell that must not run; shown as one line."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class _Gate(ast.NodeTransformer):
    """IPython's place to refuse a cell: a transformer that changes nothing, and may raise `InputRejected`."""

    def __init__(self) -> None:
        self.verdict = Verdict()

    def visit(self, node: Any) -> Any:  # noqa: ANN401 - as the base class has it
        verdict, self.verdict = self.verdict, Verdict()
        if verdict.refused:
            raise _Refused(
                "Cell not run: it has a high or critical finding, and the mode is `block`. "
                "Mend it, or `# aisec: ignore[RULE] reason` on its line, or `%aisec on warn`."
            )
        return node


@magics_class
class AisecMagics(Magics):
    """``%aisec``; all state of the extension lives on this instance."""

    shell: InteractiveShell

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._news = News(shell)
        self.kernel = Kernel(shell.user_ns, news=self._news.tell)
        self._gate = _Gate()

    def start(self) -> None:
        """Begin to check and watch, in the mode that the project's settings say."""
        self.shell.events.register("pre_run_cell", self._before)
        self.shell.events.register("post_run_cell", self._after)
        self.shell.ast_transformers.append(self._gate)
        self.shell.Completer.custom_matchers.append(self._complete)
        atexit.register(self.kernel.close)
        try:
            mode = self.kernel.project.settings.mode
        except AisecError as error:
            print(f"aisec: {error} Going on with the default settings.")  # noqa: T201 - for the person at the notebook
            mode = Mode.WARN
        self.kernel.steer(mode)
        self._news.stand(watching=self.kernel.is_watching)
        self._adopt()

    def stop(self) -> None:
        """Leave the shell as it was found."""
        self.shell.events.unregister("pre_run_cell", self._before)
        self.shell.events.unregister("post_run_cell", self._after)
        if self._gate in self.shell.ast_transformers:
            self.shell.ast_transformers.remove(self._gate)
        if self._complete in self.shell.Completer.custom_matchers:
            self.shell.Completer.custom_matchers.remove(self._complete)
        self.shell.magics_manager.magics["line"].pop("aisec", None)
        self.shell.magics_manager.magics["cell"].pop("aisec", None)
        atexit.unregister(self.kernel.close)
        self._news.close()
        self.kernel.close()

    @line_cell_magic
    def aisec(self, line: str, cell: str | None = None) -> None:
        """Secure ML development: ``%aisec`` says what is going on, ``%aisec --help`` what can be asked."""
        try:
            self._run(line, cell)
        except commands.HelpAsked as asked:
            print(asked, end="")  # noqa: T201
        except AisecError as error:
            raise UsageError(str(error)) from None

    def _run(self, line: str, cell: str | None) -> None:
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise AisecError(f"can't read `%aisec {line}`: {error}") from None
        if words[:1] in (["-h"], ["--help"], ["help"]):
            raise commands.HelpAsked(commands.usage(_MOUTH))
        name = words[0] if words and not words[0].startswith("-") else "overview"
        options = commands.parser(name, _MOUTH).parse_args(words[1:] if words[:1] == [name] else words)
        options.cell = cell
        result = commands.load(name).run(self.kernel.project, options)
        asked = getattr(options, "format", "text")
        if asked == "json":
            print(json.dumps(result.data(), indent=2, ensure_ascii=False))  # noqa: T201
            return
        asks = getattr(result, "asks", None)
        if asks is not None:
            from jupyter_aisec import widgets

            display(widgets.form(asks))
            return
        display(_Shown(result.text(), result.html()))

    def _adopt(self) -> None:
        """The rest of the cell that has `%load_ext` in it is watched too; it can be told of findings, not refused."""
        history = self.shell.history_manager
        source = history.input_hist_raw[-1] if history is not None else ""
        if "load_ext" in source and "jupyter_aisec" in source and not _is_ours(source):
            parent = self.shell.get_parent() if hasattr(self.shell, "get_parent") else {}
            self._check(source, parent.get("metadata", {}).get("cellId"), self.shell.execution_count - 1)

    def _before(self, info: ExecutionInfo) -> None:
        source = info.raw_cell
        self._gate.verdict = Verdict()
        if isinstance(source, str) and not _is_ours(source):
            # IPython has counted on by now, unless the cell leaves no history.
            number = self.shell.execution_count - bool(info.store_history)
            self._gate.verdict = self._check(source, getattr(info, "cell_id", None), number)

    def _check(self, source: str, cell_id: str | None, number: int) -> Verdict:
        verdict = self.kernel.before(source, cell_id, number)
        if verdict.findings:
            from jupyter_aisec.report import findings

            display(_Shown(findings.cell_text(verdict.findings), findings.html(verdict.findings)))
        return verdict

    def _after(self, result: ExecutionResult) -> None:
        error = result.error_in_exec
        new = self.kernel.after(error.__traceback__ if error is not None else None)
        complaint = self.kernel.complaint()
        if complaint:
            print(f"aisec: records wait in memory until there is room: {complaint}")  # noqa: T201
        if new is not None:
            from jupyter_aisec.report import sources

            said = (new.sources, new.models, new.remark)
            display(_Shown(sources.announcement(*said), sources.announcement_html(*said)))
        self._news.stand(watching=self.kernel.is_watching)

    @context_matcher()  # type: ignore[untyped-decorator]
    def _complete(self, context: CompletionContext) -> SimpleMatcherResult:
        """What may come next on a line of ours, and nothing else."""
        line = context.line_with_cursor[: context.cursor_position].lstrip()
        if not line.startswith(("%aisec ", "%%aisec ")):
            return {"completions": []}
        words = commands.complete(self.kernel.project, line)
        typed = "" if line.endswith(" ") else line.split()[-1]
        found = [SimpleCompletion(text=word, type="aisec") for word in words]
        return {"completions": found, "matched_fragment": typed, "suppress": True, "ordered": True}


def _is_ours(source: str) -> bool:
    """Cells with nothing but `%aisec` words are not the user's work: they are neither checked nor watched."""
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines and lines[0].lstrip().startswith("%%aisec"):
        return True
    ours = ("%aisec", "%load_ext jupyter_aisec", "%unload_ext jupyter_aisec", "%reload_ext jupyter_aisec")
    return bool(lines) and all(line.lstrip().startswith(ours) for line in lines)
