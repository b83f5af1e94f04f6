"""What MLflow's runs and registry say of a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step
from jupyter_aisec.evidence.case import Case, Recorded
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.kept import KeptModel, KeptRun
from jupyter_aisec.knowledge.guidelines import About

COMMIT, NOTEBOOKS = "aisec.git_commit", "aisec.notebooks_sha256"
"""Tags of a run that `status --mlflow` writes: the commit, and the notebooks as ``;path@sha256;``."""
_OF_MLFLOW = "mlflow.source.git.commit"


@judges("2.2.b")
def model_is_joined(case: Case) -> Iterator[Evidence]:
    """The run in MLflow, its tags for the commit and for the notebooks' digests, and a registered version."""
    for each in case.of(About.MODEL):
        name, kept = each.thing.name, case.around.kept
        if each.run is None:
            gap = f"no MLflow run is recorded that {name} was made in"
            step = Step(f"make {name} inside mlflow.start_run(), and log it", Cost.WORK)
            yield case.lacking("2.2.b", each.thing, gap, step)
            continue
        short = each.run.run_id[:8]
        ask = Step(f"{case.mouth} status --mlflow", Cost.COMMAND)
        said = f"{name} was made in run {short}"
        if kept.problem:
            yield case.evidence("2.2.b", each.thing, Outcome.UNKNOWN, said, gap=kept.problem, step=ask)
        elif each.run.run_id in kept.gone:
            gap = f"run {short}, in which {name} was made, is not in MLflow, or deleted there"
            step = Step("restore the run in MLflow, or train again", Cost.WORK)
            yield case.evidence("2.2.b", each.thing, Outcome.FAIL, gap, gap=gap, step=step)
        elif each.run.run_id not in kept.runs:
            gap = f"run {short} is in another store of MLflow, or one of very many: it was not asked"
            words = f'{case.mouth} state 2.2.b --about {quote(name)} --by NAME "WORDS"'
            yield case.evidence("2.2.b", each.thing, Outcome.UNKNOWN, said, gap=gap, step=Step(words, Cost.STATEMENT))
        else:
            yield _joined(case, each, kept.runs[each.run.run_id], _of(case, each), said)


def _joined(case: Case, model: Recorded, run: KeptRun, known: KeptModel | None, said: str) -> Evidence:
    lacks, step = [], Step(f"{case.mouth} status --mlflow", Cost.COMMAND)
    if not run.tags.get(_OF_MLFLOW) and not run.tags.get(COMMIT):
        why = case.around.checkout.problem
        lacks.append(f"the commit is not on the run{f' ({why})' if why else ''}")
        if why:
            step = Step("commit the notebooks as they are, then look again", Cost.WORK)
    tagged = run.tags.get(NOTEBOOKS, "")
    lacks += [
        f"the digest of {each.thing.name} as it is now is not on the run"
        for each in case.notebooks
        if f";{each.thing.name}@{each.thing.sha256};" not in tagged
    ]
    if not known or not known.versions:
        lacks.append(f"{model.thing.name} is not registered as a version")
        step = step if len(lacks) > 1 else _register(model)
    versions = ", ".join(f"{each.name}/{each.version}" for each in known.versions) if known else ""
    said += f", registered as {versions}" if versions else ""
    outcome = Outcome.UNKNOWN if lacks else Outcome.PASS
    return case.evidence("2.2.b", model.thing, outcome, said, gap="; ".join(lacks) or model.thing.changed, step=step)


@judges("4.3.b")
def versions_are_kept(case: Case) -> Iterator[Evidence]:
    """Versions in the registry: the one before still there, and a description of what changed."""
    for each in case.of(About.MODEL):
        name, found = each.thing.name, _of(case, each)
        if found is not None and found.versions:
            yield _versions(case, each, found)
        elif case.around.kept.problem and each.run:
            gap = case.around.kept.problem
            step = Step(f"{case.mouth} status --mlflow", Cost.COMMAND)
            yield case.evidence("4.3.b", each.thing, Outcome.UNKNOWN, gap, gap=gap, step=step)
        elif each is case.candidate and case.around.before is not None:
            gap = f"{name} was written over the version before, which is kept nowhere that is known"
            yield case.evidence("4.3.b", each.thing, Outcome.UNKNOWN, gap, gap=gap, step=_register(each))
        else:
            yield case.lacking("4.3.b", each.thing, f"{name} is not registered as a version", _register(each))


def _versions(case: Case, model: Recorded, found: KeptModel) -> Evidence:
    newest = max(found.versions, key=lambda each: each.version)
    label = f"{newest.name}/{newest.version}"
    earlier: Sequence[int] = [
        each.version for each in (*found.others, *found.versions)
        if each.name == newest.name and each.version < newest.version
    ]  # fmt: skip
    aliases = f", alias {', '.join(newest.aliases)}" if newest.aliases else ""
    said = f"{model.thing.name} is {label}{aliases}, versions before it that are kept: {len(earlier)}"
    if newest.version > 1 and not earlier:
        gap = f"{label} is the only version left of {newest.name}"
        step = Step("keep at least one version before: rolling back needs it", Cost.WORK)
        return case.evidence("4.3.b", model.thing, Outcome.FAIL, said, gap=gap, step=step)
    step = Step(f"write what changed into the description of {label} in MLflow", Cost.STATEMENT)
    gap = "" if newest.note else f"{label} has no description of what changed"
    outcome = Outcome.PASS if newest.note else Outcome.UNKNOWN
    return case.evidence("4.3.b", model.thing, outcome, said, gap=gap or model.thing.changed, step=step)


def _of(case: Case, model: Recorded) -> KeptModel | None:
    return case.around.kept.models.get((model.node.location or "").removeprefix("models:/"))


def _register(model: Recorded) -> Step:
    place = model.node.location or ""
    if place.startswith("models:/"):
        return Step(f'mlflow.register_model("{place}", "NAME")', Cost.WORK)
    return Step("log the model with registered_model_name=…, in the notebook that trains it", Cost.WORK)
