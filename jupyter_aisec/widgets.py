"""Forms in a notebook. The only room that knows ipywidgets."""

from __future__ import annotations

from typing import Any

import ipywidgets as ui

from jupyter_aisec.commands.document import Documented, Form
from jupyter_aisec.documents import as_words
from jupyter_aisec.model import AisecError, Document, DocumentState
from jupyter_aisec.report.words import escaped, state_words

_ABOVE = {"flex_flow": "column", "align_items": "stretch", "width": "auto", "margin": "2px 16px 6px 2px"}
"""The question stands above its answer, however narrow the notebook is."""
_CELL = "padding:0 12px 0 0;text-align:left;vertical-align:top;overflow-wrap:anywhere;border:0"


class _Form(ui.VBox):  # type: ignore[misc] # ipywidgets has no types
    """A column of widgets that says the same in words where none can be drawn: in a terminal, or on a page."""

    instead = ""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any] | None:  # noqa: ANN401 - as the base class has it
        data: dict[str, Any] | None = super()._repr_mimebundle_(**options)
        if data is not None:
            data["text/plain"] = self.instead
        return data


def form(asked: Form) -> ui.Widget:
    """The questions about one asset, the answers so far filled in, and a button that writes them."""
    required = set(asked.schema["required"])
    fields = {
        key: _field(question, asked.answers.get(key, ""), optional=key not in required)
        for key, question in asked.schema["properties"].items()
    }
    # As it was last read from the file. Only what differs was typed here, and only that is written.
    shown = {key: _typed(field) for key, field in fields.items()}
    said = ui.HTML(layout=ui.Layout(margin="2px 16px 2px 8px"))
    is_stale = asked.document.state is DocumentState.STALE
    whole = ui.Layout(flex="0 0 auto", width="auto")
    save = ui.Button(description="Confirm" if is_stale else "Save", button_style="primary", icon="check", layout=whole)
    later = ui.Button(description="Remind me in a week", layout=whole)

    def write(_: ui.Button) -> None:
        typed = {key: _typed(field) for key, field in fields.items()}
        if not any(typed.values()):
            said.value = _line("✗ Not saved: no question is answered yet.")
            return
        try:
            document = _saved(asked, {key: answer for key, answer in typed.items() if answer != shown[key]})
        except AisecError as error:
            said.value = _line(f"✗ Not saved. {error}")
            return
        kept = {**document.answers, **as_words(document.inapplicable)}
        for key, field in fields.items():
            # What stands in the file, and nothing else.
            field.value = kept.get(key, "" if isinstance(field, ui.Text) else None)
            shown[key] = _typed(field)
        open_ = [key for key in fields if key in required and not kept.get(key)]
        more = f"; still asked: {', '.join(open_)}" if document.state is DocumentState.INCOMPLETE else ""
        said.value = _line(f"✓ Saved, {state_words[document.state]}{more}.")

    def postpone(_: ui.Button) -> None:
        try:
            said.value = _line(
                f"✓ Nobody is reminded before {asked.postpone().later}. What is typed here is not saved."
            )
        except AisecError as error:
            said.value = _line(f"✗ {error}")

    save.on_click(write)
    later.on_click(postpone)
    rows = [row for key, field in fields.items() for row in _rows(field, asked.schema["properties"][key])]
    drawn = _Form([ui.HTML(_head(asked)), *rows, ui.HBox([save, later, said], layout=ui.Layout(flex_flow="row wrap"))])
    drawn.instead = Documented(asked.document, asked.file, asked.schema, asked.derived, asked.project.mouth).text()
    return drawn


def _saved(asked: Form, answers: dict[str, str]) -> Document:
    """What was typed is written; with nothing typed, words that are stale are confirmed, and others left alone."""
    there = asked.project.documents.read(asked.name, asked.sha256)
    is_right = there.state in (DocumentState.DOCUMENTED, DocumentState.INCOMPLETE)
    return there if is_right and not answers else asked.save(answers)


def _typed(field: Any) -> str:  # noqa: ANN401 - ipywidgets has no types
    return (field.value or "").strip()


def _head(asked: Form) -> str:
    """What the form is about and for, and what needs no answer because it is known."""
    place = escaped(asked.file.as_posix())
    known = {key: value for key, value in asked.derived.items() if value != asked.name}
    facts = "".join(
        f"<tr><th scope='row' style='{_CELL};font-weight:600'>{escaped(key)}</th>"
        f"<td style='{_CELL}'>{escaped(value)}</td></tr>"
        for key, value in known.items()
    )
    return (
        "<div style='line-height:1.45;margin:4px 16px 4px 2px'>"
        f"<div style='font-weight:600;overflow-wrap:anywhere'>{escaped(asked.name)}</div>"
        f"<table style='margin:2px 0;border:0;border-collapse:collapse'>{facts}</table>"
        f"<div>{escaped(asked.document.problem or '')}</div>"
        f"<div>Only a person knows the rest. It is kept in <code>{place}</code>, a text file for git. Where a question "
        "does not fit, say why: <i>not applicable because …</i></div>"
        "</div>"
    )


def _field(question: dict[str, Any], answer: str, *, optional: bool) -> Any:  # noqa: ANN401 - ipywidgets has no types
    words = question["title"] + (" (optional)" if optional else "")
    look = {"description": words, "style": {"description_width": "max-content"}, "layout": ui.Layout(**_ABOVE)}
    choices = question.get("oneOf")
    if choices:
        return _choice({each["const"]: each["title"] for each in choices}, answer, look)
    example = f"for example: {question['examples'][0]}"
    return ui.Text(value=answer, placeholder=example, continuous_update=False, **look)


def _choice(titles: dict[str, str], answer: str, look: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
    """One of a few words, each a button: in a list, the arrow keys would leave the cell, and `dd` delete it."""
    look["style"]["button_width"] = "auto"
    options = [(title.partition(":")[0], const) for const, title in titles.items()]
    return ui.ToggleButtons(options=options, value=answer or None, tooltips=list(titles.values()), **look)


def _rows(field: ui.Widget, question: dict[str, Any]) -> list[ui.Widget]:
    """The field, below buttons what the chosen one means, as colour alone does not say it, and why it is asked."""
    below = ui.Layout(margin="-6px 16px 6px 4px")
    why = [ui.HTML(escaped(question["description"]), layout=below)] if "description" in question else []
    if not isinstance(field, ui.ToggleButtons):
        return [field, *why]
    titles = {each["const"]: each["title"] for each in question["oneOf"]}
    meaning = ui.HTML(layout=below)

    def tell(_: object = None) -> None:
        meaning.value = escaped(titles.get(field.value, "none chosen yet"))

    field.observe(tell, "value")
    tell()
    return [field, meaning, *why]


def _line(text: str) -> str:
    return f"<span role='status' style='overflow-wrap:anywhere'>{escaped(text)}</span>"
