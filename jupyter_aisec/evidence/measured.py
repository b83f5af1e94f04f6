"""What was measured, by the numbers that MLflow keeps: of a simpler model, of this one, and of the one before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from shlex import quote

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step
from jupyter_aisec.evidence.around import Other
from jupyter_aisec.evidence.case import Case, Recorded
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.kept import Metric
from jupyter_aisec.knowledge.guidelines import About

LOGGED = "models:/"
_SIMPLEST = frozenset({"DummyClassifier", "DummyRegressor"})
_SIMPLE = frozenset({
    "BernoulliNB", "CategoricalNB", "ComplementNB", "DecisionTreeClassifier", "DecisionTreeRegressor", "ElasticNet",
    "GaussianNB", "KNeighborsClassifier", "KNeighborsRegressor", "Lasso", "LinearRegression", "LinearSVC", "LinearSVR",
    "LogisticRegression", "MultinomialNB", "NearestCentroid", "Perceptron", "Ridge", "RidgeClassifier",
})  # fmt: skip
"""Estimators of scikit-learn that are taken as a baseline; of any other, only people know how complex it is."""
_ROBUSTNESS = re.compile(r"robust|adversarial|attack|perturb", re.IGNORECASE)
_RED_TEAM = re.compile(r"red.?team|jailbreak|injection", re.IGNORECASE)
_SHOWN = 3


@judges("1.4.b")
def a_baseline_was_trained(case: Case) -> Iterator[Evidence]:
    """A simpler estimator, fitted on source data with the same digests, with numbers of its own in MLflow."""
    for each in case.of(About.MODEL):
        name, around = each.thing.name, case.around
        step = Step("fit a DummyClassifier or a linear model on the same data, and log its score", Cost.WORK)
        if each is not case.candidate or not around.rivals:
            yield case.lacking("1.4.b", each.thing, f"no other model was trained on the data of {name}", step)
            continue
        simpler = [other for other in around.rivals if _complexity(other.estimator) < _complexity(around.estimator)]
        if not simpler:
            classes = sorted({other.estimator or other.name for other in around.rivals})
            gap = f"whether {_listed(classes)}, trained on the same data, is simpler, only people can say"
            words = f'{case.mouth} state 1.4.b --about {quote(name)} --by NAME "WORDS"'
            yield case.evidence("1.4.b", each.thing, Outcome.UNKNOWN, gap, gap=gap, step=Step(words, Cost.STATEMENT))
            continue
        yield _compared(case, each, simpler, step)


def _compared(case: Case, model: Recorded, simpler: Sequence[Other], step: Step) -> Evidence:
    for other in simpler:
        metrics = _of_run(case, other) if not model.run or other.run != model.run else ()
        if metrics:
            said = f"{other.estimator} was trained on data with the same digests; its {_names(metrics)} is in MLflow"
            return case.evidence("1.4.b", model.thing, Outcome.PASS, said, gap=model.thing.changed, step=step)
    said = f"{simpler[0].estimator} was trained on data with the same digests"
    gap = f"no number of {simpler[0].estimator} is in a run of its own: {case.around.kept.problem or 'none was logged'}"
    return case.evidence(
        "1.4.b", model.thing, Outcome.UNKNOWN, said, gap=gap,
        step=Step("fit it in an mlflow.start_run() of its own, and log its score there", Cost.WORK),
    )  # fmt: skip


@judges("3.4.a")
def it_was_evaluated(case: Case) -> Iterator[Evidence]:
    """Numbers logged for exactly this model, after it: of a benchmark, and by their names of robustness and attacks."""
    for each in case.of(About.MODEL):
        name, own = each.thing.name, _own(case, each)
        step = Step("mlflow.log_metric(NAME, VALUE, model_id=…) for the benchmark, and for robust_… of it", Cost.WORK)
        if not own:
            if case.around.kept.problem:
                said = case.around.kept.problem
                yield case.evidence("3.4.a", each.thing, Outcome.UNKNOWN, said, gap=said, step=_ask(case))
            else:
                loose = _names(_beside(case, each))
                gap = f"no number was logged for {name}" + (f"; {loose} of its run name no model" if loose else "")
                yield case.lacking("3.4.a", each.thing, gap, step)
            continue
        lacks = [] if any(not _ROBUSTNESS.search(metric.name) for metric in own) else ["a benchmark"]
        lacks += [] if any(_ROBUSTNESS.search(metric.name) for metric in own) else ["robustness"]
        if case.of(About.PROMPT) and not any(_RED_TEAM.search(metric.name) for metric in own):
            lacks.append("a red team")
        said = f"{_names(own)} logged for {name}"
        gap = f"no number is named after {' or '.join(lacks)}" if lacks else each.thing.changed
        outcome = Outcome.UNKNOWN if lacks else Outcome.PASS
        yield case.evidence("3.4.a", each.thing, outcome, said, gap=gap, step=step, at=_last(own))


@judges("4.3.a")
def it_was_tested_again(case: Case) -> Iterator[Evidence]:
    """Whether every number that the version before has was measured of this one too."""
    for each in case.of(About.MODEL):
        name, before = each.thing.name, _before(case, each)
        if before is None:
            text = f'{case.mouth} decide 4.3.a not-applicable --by NAME --until DATE "it is the first version"'
            gap = f"no version before {name} is recorded here"
            yield case.lacking("4.3.a", each.thing, gap, Step(text, Cost.DECISION))
            continue
        label, wanted = before
        own = _own(case, each) or _beside(case, each)
        left = sorted({metric.name for metric in wanted} - {metric.name for metric in own})
        step = Step(f"measure {_listed(left) or name} again, and log it in the run of {name}", Cost.WORK)
        if not wanted:
            why = case.around.kept.problem or f"no number of {label} is in MLflow"
            gap = f"what was tested of the version before can't be told: {why}"
            yield case.evidence("4.3.a", each.thing, Outcome.UNKNOWN, gap, gap=gap, step=_ask(case))
        elif left:
            gap = f"measured of {label} and not of {name}: {_listed(left)}"
            yield case.evidence("4.3.a", each.thing, Outcome.UNKNOWN, gap, gap=gap, step=step)
        else:
            said = f"all that was measured of {label} was measured of {name}: {_names(wanted)}"
            yield case.evidence(
                "4.3.a", each.thing, Outcome.PASS, said, gap=each.thing.changed, step=step, at=_last(own)
            )


def _before(case: Case, model: Recorded) -> tuple[str, Sequence[Metric]] | None:
    """What the version before is called, and what was measured of it; None where there is none, or in the same run."""
    if model is not case.candidate:
        return None
    kept, other = case.around.kept, case.around.before
    if other is not None and (other.run is None or other.run != model.run):
        return f"the {other.name} before", _of_run(case, other)
    found = kept.models.get((model.node.location or "").removeprefix(LOGGED))
    number = max((each.version for each in found.versions), default=0) if found else 0
    earlier = [each for each in found.others if each.version < number] if found else []
    if not earlier:
        return None
    last = max(earlier, key=lambda each: each.version)
    run = kept.runs.get(last.run_id or "")
    return f"{last.name}/{last.version}", run.metrics if run else ()


def _own(case: Case, model: Recorded) -> Sequence[Metric]:
    """The numbers that were logged for the model itself."""
    found = case.around.kept.models.get((model.node.location or "").removeprefix(LOGGED))
    return found.metrics if found else ()


def _of_run(case: Case, other: Other) -> Sequence[Metric]:
    run = case.around.kept.runs.get(other.run.run_id) if other.run else None
    return run.metrics if run else ()


def _beside(case: Case, model: Recorded) -> Sequence[Metric]:
    """The numbers of the run that it was made in: they may be of anything."""
    run = case.around.kept.runs.get(model.run.run_id) if model.run else None
    return run.metrics if run else ()


def _ask(case: Case) -> Step:
    return Step(f"{case.mouth} status --mlflow", Cost.COMMAND)


def _complexity(estimator: str | None) -> int:
    name = (estimator or "").rpartition(".")[2]
    return 0 if name in _SIMPLEST else 1 if name in _SIMPLE else 2


def _last(metrics: Sequence[Metric]) -> dt.datetime:
    return dt.datetime.fromtimestamp(max(each.at for each in metrics) / 1000, dt.UTC)


def _names(metrics: Sequence[Metric]) -> str:
    return _listed(sorted({each.name for each in metrics}))


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more
