"""Credentials by their format, wherever in a notebook they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jupyter_aisec.analysis.beside import Metadata, Output
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.named import Named
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.source import Code, Prose
from jupyter_aisec.model import Part, Severity
from jupyter_aisec.rules.connections import in_settings, in_urls
from jupyter_aisec.rules.tokens import SHORTEST, Token, has_token, tokens

FAMILY = Family(
    "secrets",
    cwe="CWE-798",
    atlas="AML.T0055",
    topics=Topics("", "LLM02", "LLM02"),
    guidelines=("2.2", "3.1"),
)
_SHORTEST = 16
"""Characters of the shortest text that can have one in an address."""
_ANONYMOUS = "wandb.ai/anony-"
"""Begins addresses of accounts that Weights & Biases makes up for one run, with a key that opens nothing else."""
_PLACES = {
    Part.METADATA: "the metadata of this cell",
    Part.ATTACHMENT: "an attachment of this cell",
    Part.NOTEBOOK: "the metadata of the notebook (its widgets, perhaps)",
}


_Exposed = tuple[str, Severity | None]


def _exposed(text: str) -> Iterator[_Exposed]:
    """What credentials a text has, in words that do not repeat them, and how bad it is where the rule does not say."""
    if len(text) < _SHORTEST:
        return
    yield from ((f"{_named(token)} ({token.shown})", _severity(token)) for token in tokens(text))
    for found in in_urls(text, signed=False):
        yield f"a password or key in an {found.what}", _brief(text[found.start : found.end])
    yield from ((f"a key in {found.what}", None) for found in in_settings(text))


def _is_exposed(text: str) -> bool:
    return next(_exposed(text), None) is not None


@FAMILY.rule(Severity.CRITICAL, shortest=SHORTEST, screen=has_token)
def provider_token(cell: Code | Named) -> Iterator[Hit]:
    """A token or key of a provider stands in the code.

    Whoever can read the notebook can use it: colleagues, a public repository, every copy and every backup. Bots
    search new commits on public code hosts within minutes, and taking the line out later leaves it in the history.
    So revoke the token at its provider first; then keep the new one outside, in the environment or a secret store.
    Formats are tested (length, alphabet, and the checksum where there is one), so that placeholders are not reported.
    Medium for a JSON web token that holds for a day at most.

    Bad:
        from huggingface_hub import login
        hf_token = "hf_" "qhHdBtdAbwdewQglGXEuYcSphgqQjEHtCd"
        login(hf_token)

    Good:
        import os
        from huggingface_hub import login
        login(os.environ["HF_TOKEN"])
    """
    if isinstance(cell, Named):
        # In one piece it is seen in the source.
        for token in tokens(cell.text):
            if not cell.literal.is_written(token.text):
                instead = cell.literal.instead(*_environment(token))
                yield cell.found(_said(token), severity=_severity(token), repair=instead)
    else:
        for token in tokens(cell.text):
            literal = cell.literal(token.start, token.end)
            repair = None if literal is None else literal.instead(*_environment(token))
            yield cell.found(token.start, token.end, _said(token), severity=_severity(token), repair=repair)


@FAMILY.rule(Severity.CRITICAL, cwe="CWE-532", screen=_is_exposed)
def secret_in_output(output: Output) -> Iterator[Hit]:
    """A credential stands in an output that is saved with the notebook.

    Outputs go wherever the file goes, and few people read them before they commit: a printed environment, a traceback
    with a connection string, a configuration that was shown to see whether it is right. Revoke the credential at its
    provider, then clear the output. Taking the `print` out is not enough while the output is still in the file.
    Medium for a JSON web token that holds for a day at most: it is dead when most people read it, and names its user;
    and for the key of an account that Weights & Biases made up for one run, or of a web server on this machine.

    Bad:
        print(engine.url)
        --- output
        postgresql://ann:Tr0ub4dor&3xyz@db.bigbank.co.uk/prod

    Good:
        print(engine.url.host)
        --- output
        db.bigbank.co.uk
    """
    found = _worst(each for text in output.texts for each in _exposed(text.text))
    if found is not None:
        what, severity = found
        message = f"{what} stands in output {output.index + 1}; revoke it at its provider, then clear the output"
        yield output.found(message, severity=severity, repair=output.cleared())


@FAMILY.rule(Severity.HIGH, screen=_is_exposed)
def secret_in_notebook_other(part: Prose | Metadata) -> Iterator[Hit]:
    """A credential stands in a part of the notebook that is no code.

    In a note beside the code, in the state of a widget into which it was typed, in metadata: the file holds it all
    the same, and an editor may not even show it. Revoke it at its provider, then take it out.

    Bad:
        --- markdown
        The database is at postgresql://ann:Tr0ub4dor&3xyz@db.bigbank.co.uk/prod

    Good:
        --- markdown
        The database is the one that `DATABASE_URL` names
    """
    if isinstance(part, Metadata):
        found = _worst(_exposed(part.text))
        if found is not None:
            what, severity = found
            message = f"{what} stands in {_PLACES[part.part]}; revoke it at its provider, then take it out"
            yield part.found(message, severity=severity)
    else:
        for token in tokens(part.text):
            message = _said(token, step="take it out of this text")
            yield part.found(token.start, token.end, message, severity=_severity(token))
        for where in in_urls(part.text, signed=False):
            message = f"a password or key stands in an {where.what}; change it where it is used, then take it out"
            yield part.found(where.start, where.end, message, severity=_brief(part.text[where.start : where.end]))


def _worst(found: Iterable[_Exposed]) -> _Exposed | None:
    """The first that lasts, else the first."""
    first = None
    for each in found:
        if each[1] is None:
            return each
        first = first or each
    return first


def _brief(url: str) -> Severity | None:
    """How bad a key in an address is that opens one run, or a server that nobody else reaches; None for any other."""
    return Severity.MEDIUM if _ANONYMOUS in url or (not is_remote(url) and url.startswith("http")) else None


def _severity(token: Token) -> Severity | None:
    return Severity.MEDIUM if token.is_brief else None


def _named(token: Token) -> str:
    name = token.format.name
    return f"{'an' if name[0] in 'AEIOUaeiou' or name.startswith(('npm', 'NVIDIA', 'xAI')) else 'a'} {name}"


def _said(token: Token, step: str = "") -> str:
    step = step or f'read it from os.environ["{token.format.variable}"]'
    return f"{_named(token)} ({token.shown}) stands in the notebook; revoke it at its provider, then {step}"


def _environment(token: Token) -> tuple[str, str, str]:
    return f'os.environ["{token.format.variable}"]', "os", "read it from the environment"
