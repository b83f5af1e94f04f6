"""Personal data and private places that go with a notebook wherever it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.beside import Output
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.source import Code, Source
from jupyter_aisec.model import CellKind, Confidence, Severity
from jupyter_aisec.rules.people import are_people
from jupyter_aisec.rules.personal import counted, is_personal, personal

FAMILY = Family(
    "data protection and provenance",
    cwe="CWE-359",
    atlas="AML.T0036",
    topics=Topics("ML03", "LLM02", "LLM02"),
    guidelines=("2.2", "2.3"),
)
_PATH = re.compile(
    r"(?:/home/|/Users/|/mnt/c/Users/|[A-Z]:\\{1,2}Users\\{1,2}|[A-Z]:/Users/)(?P<user>[A-Za-z][\w.-]{1,40})(?=[/\\])"
    r"|(?<![\w:/\\])\\\\{1,3}(?P<share>(?!u[0-9a-fA-F]{4})[A-Za-z][\w.-]{1,40})\\{1,2}[A-Za-z$]"
)
_STANDARD = re.compile(
    r"(?i)(?:jovyan|user(?:name|s)?|your.*|my.*|me|ubuntu|ec2-user|runner|root|shared|public|all|default|admin|azureuser"
    r"|vsts.*|sagemaker-user|studio-lab-user|colab|coder|codespace|vscode|gitpod|app|node|docker|conda|databricks|xxx+"
    r"|test|guest|someone|name|student|dev|jupyter|notebook|work|zeus|cdsw|hadoop|spark|airflow|mlflow|centos|debian|pi)$"
)
_LINE = 200
_CREDIT = re.compile(
    r"(?i)author|maintain|contact|credit|copyright|sets? by|owner|creator|donor|by:"
    r"|(?:construct|creat|donat|collect|provid|written|develop)\w* by"
)


@FAMILY.rule(Severity.MEDIUM, screen=is_personal)
def pii_in_source(cell: Source) -> Iterator[Hit]:
    """Personal data stand in the source of a cell.

    An address or an account number that is typed into a notebook goes to everybody who gets the notebook, and stays in
    its history when the person asks to be forgotten. Read such data from where access to them is managed, and use
    invented ones in examples: `example.com` and `example.org` belong to nobody. One or two e-mail addresses are low,
    and so is what looks invented, or published by its owners.

    Bad:
        customer = {"name": "Ann Lee", "email": "ann.lee@bigbank.co.uk"}

    Good:
        customer = {"name": "A. Customer", "email": "customer@example.com"}
    """
    is_code = cell.kind is CellKind.CODE
    # In prose, people give their own addresses.
    found = [
        datum for datum in personal(cell.text, emails=is_code) if not (is_code and _is_said(cell.text, datum.start))
    ]
    if found:
        stand = "stands" if len(found) == 1 else "stand"
        yield cell.found(
            found[0].start,
            found[0].end,
            f"{counted(found)} {stand} in this cell; read such data from where access to them is managed",
            severity=None if are_people(cell.text, found) else Severity.LOW,
            confidence=Confidence.MEDIUM,
        )


@FAMILY.rule(Severity.MEDIUM, screen=is_personal)
def pii_in_output(output: Output) -> Iterator[Hit]:
    """Personal data stand in an output that is saved with the notebook.

    A look at the first rows of a table puts those people into the file: into the repository, into the pages that are
    made of it, into mails. Show counts and types in place of rows, or take these columns out before; and clear what
    was shown. One or two e-mail addresses are low, and so is what looks invented, or published by its owners.

    Bad:
        customers.head()
        --- output
           name     email
        0  Ann Lee  ann.lee@bigbank.co.uk

    Good:
        customers.shape
        --- output
        (1200, 2)
    """
    by_text = [
        (text.text, [datum for datum in personal(text.text) if not _is_credit(text.text, datum.start)])
        for text in output.texts
    ]
    # The same table is there as text and as HTML.
    found = {datum.text: datum for _, each in by_text for datum in each}
    if found:
        what = counted(found.values())
        stand = "stands" if len(found) == 1 else "stand"
        is_list = any(are_people(text, each) for text, each in by_text)
        yield output.found(
            f"{what} {stand} in output {output.index + 1}; clear it, and show such data without these columns",
            severity=None if is_list else Severity.LOW,
            confidence=Confidence.MEDIUM,
            repair=output.cleared(),
        )


@FAMILY.rule(
    Severity.LOW,
    default=False,
    cwe="CWE-200",
    atlas="AML.T0037",
    topics=Topics("", "LLM02", "LLM02"),
    guidelines=("2.2", "2.4"),
)
def absolute_local_path(part: Code | Output) -> Iterator[Hit]:
    """A path names a person's folder, or a machine of an inner network.

    It tells strangers a login name and how a machine is set up, and the notebook runs on that machine only. Use paths
    relative to the project.

    Bad:
        import pandas as pd
        clients = pd.read_csv("/home/ann/clients/acme.csv")

    Good:
        import pandas as pd
        clients = pd.read_csv("data/acme.csv")
    """
    if isinstance(part, Output):
        names = [match[0] for text in part.texts for match in _paths(text.text)]
        if names:
            message = f"output {part.index + 1} shows {names[0]}; run with paths relative to the project, or clear it"
            yield part.found(message, repair=part.cleared())
    else:
        for match in _paths(part.text):
            message = f"{match[0]} is somebody's own folder or machine; use a path relative to the project"
            yield part.found(match.start(), match.end(), message)


def _paths(text: str) -> Iterator[re.Match[str]]:
    for match in _PATH.finditer(text):
        if not _STANDARD.match(match["user"] or match["share"]):
            yield match


def _is_said(text: str, at: int) -> bool:
    """Whether a comment says it, or it is a credit."""
    return "#" in text[text.rfind("\n", 0, at) + 1 : at] or _is_credit(text, at)


def _is_credit(text: str, at: int) -> bool:
    """Whether it says there who made something: people put that there themselves."""
    start = max(text.rfind("\n", 0, at) + 1, at - _LINE)
    return _CREDIT.search(text[start:at]) is not None
