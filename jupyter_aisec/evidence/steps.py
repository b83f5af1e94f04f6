"""What to do next about a claim that no evidence names a step for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

from jupyter_aisec.claims import Cost, State, Step, Target, Thing
from jupyter_aisec.knowledge.guidelines import About, Claim

START = Step("train or save a model in a notebook that begins with %load_ext jupyter_aisec", Cost.WORK)
NAMELESS = "a notebook without a name"
"""What a notebook is called whose kernel was not told its path."""
_NAMED = "run it again where its path is known: in JupyterLab, or with `JPY_SESSION_NAME=FILE.ipynb` before the command"
_IN_DOCUMENTS = frozenset({"1.2.c", "1.3.e", "2.3.a", "2.3.b"})
"""Claims that the document of a dataset or model answers."""
_WORDS = {
    "1.1.a": "who took which course, and when",
    "2.4.b": "in use until …; then deleted: …; kept: …; told: …",
}
"""What a statement is to say, where the claim leaves it open."""
_HAVING_NONE = {
    About.DATASET: Step("read the training data in a notebook that begins with %load_ext jupyter_aisec", Cost.WORK),
    About.NOTEBOOK: Step("run the notebook that makes the model, with %load_ext jupyter_aisec", Cost.WORK),
}


def to_be_read(mouth: str, name: str) -> Step:
    """For a notebook that was not analysed as a whole."""
    text = _NAMED if name == NAMELESS else f"`{mouth} check {quote(name)}`, and mend what it says could not be analysed"
    return Step(text, Cost.WORK)


@dataclass(frozen=True, slots=True)
class Steps:
    """As a person calls commands from here."""

    mouth: str

    def __call__(self, claim: Claim, state: State, things: Sequence[Thing]) -> Step:
        """The step that costs least."""
        if not things:
            none = f'{self.mouth} decide {claim.id} not-applicable --by NAME --until DATE "there is no {claim.about}"'
            return _HAVING_NONE.get(claim.about, Step(none, Cost.DECISION))
        if claim.id in _IN_DOCUMENTS:
            return Step(f"{self.mouth} document {quote(things[0].name)}", Cost.ANSWER, Target(things[0].name))
        about = f" --about {quote(things[0].name)}" if claim.about.has_digest else ""
        text = f'{self.mouth} state {claim.id}{about} --by NAME "{_WORDS.get(claim.id, "WORDS")}"'
        if not claim.is_automatic:
            return Step(text, Cost.STATEMENT)
        if state is State.MISSING:
            return Step(f"nothing looks at this yet; if you did it by other means: `{text}`", Cost.LATER)
        return Step(f"look at it anew: `{self.mouth} status`", Cost.COMMAND)
