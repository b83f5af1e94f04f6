"""Forms in a notebook. The only room that knows ipywidgets."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as ui

from jupyter_aisec.model import AisecError, DocumentState
from jupyter_aisec.report.words import escaped, state_words

if TYPE_CHECKING:
    from jupyter_aisec.commands.document import Form


_FACT = "text-align:left;padding-right:12px"


def form(asked: Form) -> ui.Widget:
    """The questions about one asset, the answers so far filled in, and a button that writes them."""
    fields = {key: _field(question, asked.answers.get(key, "")) for key, question in asked.schema["properties"].items()}
    required = set(asked.schema["required"])
    said = ui.HTML()
    save = ui.Button(description="Save", button_style="primary", icon="check")

    def write(_: ui.Button) -> None:
        try:
            document = asked.save({key: field.value or "" for key, field in fields.items()})
        except AisecError as error:
            said.value = _line(f"Not saved. {error}")
            return
        open_ = sorted(required - {key for key, value in document.answers.items() if value})
        word = state_words[document.state]
        more = f"; still asked: {', '.join(open_)}" if document.state is DocumentState.INCOMPLETE else ""
        said.value = _line(f"Saved, {word}{more}. {asked.project.documents.path(asked.name)}")
        if asked.project.kernel is not None:
            asked.project.kernel.tell()

    save.on_click(write)
    facts = "".join(
        f"<tr><th scope='row' style='{_FACT}'>{escaped(key)}</th><td>{escaped(value)}</td></tr>"
        for key, value in asked.derived.items()
    )
    head = ui.HTML(f"<b>{escaped(asked.name)}</b><table style='margin:4px 0'>{facts}</table>")
    rows = [
        ui.VBox([ui.HTML(_question(key, asked.schema["properties"][key], required)), field])
        for key, field in fields.items()
    ]
    return ui.VBox([head, *rows, ui.HBox([save, said])])


def _question(key: str, question: dict[str, Any], required: set[str]) -> str:
    optional = "" if key in required else " <i>(optional)</i>"
    return f"<label>{html.escape(question['title'])}{optional}</label>"


def _field(question: dict[str, Any], answer: str) -> Any:  # noqa: ANN401 - ipywidgets has no type for "has a value"
    layout = ui.Layout(width="95%")
    choices = question.get("oneOf")
    if choices:
        options = [("Choose…", ""), *((each["title"], each["const"]) for each in choices)]
        return ui.Dropdown(options=options, value=answer or "", layout=layout)
    return ui.Text(value=answer, placeholder=question["examples"][0], layout=layout, continuous_update=False)


def _line(text: str) -> str:
    return f"<span role='status'>{escaped(text)}</span>"
