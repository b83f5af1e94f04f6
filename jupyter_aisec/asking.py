"""Asks MLflow: in a shell here, from a notebook in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TypeVar, cast

import msgspec

from jupyter_aisec.isolation import environment
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project
from jupyter_aisec.tracking import questions

PATIENCE = 120.0
"""Seconds that an answer may take, MLflow's import included."""

Found = TypeVar("Found")


def ask(project: Project, question: questions.Question, kind: type[Found]) -> Found:
    """The answer, of the ``kind`` that the question says.

    Raises:
        AisecError: MLflow can't be reached, or has no answer; in one line.
    """
    if project.kernel is None:
        return cast("Found", question.answer())
    # -P: nothing in a project's folder may stand in for a module. A URI may hold credentials: not as an argument.
    command = [sys.executable, "-P", "-m", questions.__name__]
    try:
        done = subprocess.run(
            command, input=msgspec.json.encode(question), capture_output=True, timeout=PATIENCE, check=False,
            cwd=project.root, env=environment(),
        )  # fmt: skip
        answer = msgspec.json.decode(done.stdout, type=questions.Answer)
    except subprocess.TimeoutExpired:
        raise AisecError(f"MLflow did not answer within {PATIENCE:.0f} s: ask less, or in a terminal") from None
    except (OSError, msgspec.DecodeError):
        raise AisecError("MLflow can't be asked from here: ask the same in a terminal to see what is wrong") from None
    if answer.problem is not None:
        raise AisecError(answer.problem)
    return msgspec.json.decode(answer.found, type=kind)


def ask_any(project: Project, question: questions.Recall | questions.Runs, kind: type[Found]) -> Found:
    """The first answer that one of the project's stores has; `AisecError` when none has, of the first."""
    first: AisecError | None = None
    for store in project.stores:
        try:
            return ask(project, msgspec.structs.replace(question, tracking_uri=store), kind)
        except AisecError as error:
            first = first or error
    assert first is not None
    raise first
