from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.analysis.incremental import Incremental
from jupyter_aisec.analysis.judge import Judge
from jupyter_aisec.model import Cell, CellKind, Notebook, Severity
from jupyter_aisec.rules import all_rules, default_rules

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = {rule.name: rule for rule in all_rules()}

PUSHES = [
    ("model.push_to_hub('a/b')", Severity.MEDIUM),
    ("model.push_to_hub(repo_id=name, private=None)", Severity.MEDIUM),
    ("tokenizer.push_to_hub('a/b')", Severity.LOW),
    ("model.push_to_hub_merged('a/b', tokenizer)", Severity.MEDIUM),
    ("import huggingface_hub\nhuggingface_hub.create_repo('a/b', repo_type='dataset')", Severity.HIGH),
    ("api.upload_large_folder('a/b', folder_path='f')", Severity.MEDIUM),
    ("import datasets as d\nx = d.load_dataset('csv', data_files='f')\nx.map(f).push_to_hub('a/b')", Severity.HIGH),
    ("from datasets import Dataset\nDataset.from_pandas(frame).push_to_hub('a/b')", Severity.HIGH),
    ("from transformers import TrainingArguments as T\nT('out', push_to_hub=True)", Severity.MEDIUM),
    ("!hf upload a/b folder", Severity.MEDIUM),
    ("model.save_pretrained('out', push_to_hub=True)", Severity.MEDIUM),
    ("!huggingface-cli repo create b --type dataset", Severity.HIGH),
]


@pytest.mark.parametrize(("source", "severity"), PUSHES)
def test_push_that_does_not_say_who_may_see_it(source: str, severity: Severity, analyse: Analyse) -> None:
    assert [(each.rule, each.severity) for each in analyse(source).findings] == [("public-push", severity)]


PRIVATE = [
    ("model.push_to_hub('a/b', private=True)",),
    ("model.push_to_hub('a/b', private=False)",),
    ("model.push_to_hub('a/b', private=flag)",),
    ("model.push_to_hub('a/b', **options)",),
    ("model.push_to_hub('a/b', create_pr=True)",),
    ("trainer.push_to_hub('End of training')",),
    ("trainer.push_to_hub('done')",),
    ("model.push_to_hub()",),
    ("model.save_pretrained('out')",),
    ("model.save_pretrained('out', push_to_hub=True, private=True)",),
    ("api.create_repo('a/b', visibility='private')",),
    ("api.create_repo('a/b', private=True)", "model.push_to_hub('a/b')", "tokenizer.push_to_hub('a/b')"),
    ("api.create_repo(name, private=True)", "model.push_to_hub('a/b')"),
    ("api.create_repo('a/b', private=True)", "model.push_to_hub(name)"),
    ("model.push_to_hub('a/b')", "api.update_repo_settings('a/b', private=True)"),
    ("!hf repo create a/b --private", "model.push_to_hub('a/b')"),
    ("!hf upload a/b folder --private",),
    ("!hf upload a/b folder --repo-type space",),
    ("import trl\ntrl.SFTConfig('out', push_to_hub=True, hub_private_repo=True)",),
    ("import trl\ntrl.SFTConfig('out', push_to_hub=push)",),
    ("api.upload_folder(repo_id='a/b', folder_path='f')",),
]


@pytest.mark.parametrize("cells", PRIVATE)
def test_push_that_is_private_or_decided_is_silent(cells: tuple[str, ...], check: Check) -> None:
    assert check(*cells) == []


def test_a_repository_that_is_private_speaks_for_itself_only(check: Check) -> None:
    assert check("api.create_repo('a/b', private=True)", "model.push_to_hub('a/c')") == [("public-push", 1, 1)]
    assert check("api.create_repo('a/b', private=False)", "model.push_to_hub('a/b')") == [("public-push", 1, 1)]
    assert check("api.create_repo('a/b')", "model.push_to_hub('a/b')") == [("public-push", 0, 1)]


def test_fix_makes_it_private(analyse: Analyse) -> None:
    (finding,) = analyse("model.push_to_hub('a/b', private=None)").findings
    assert finding.fix is not None
    assert [(edit.text, edit.place.column) for edit in finding.fix.edits] == [("True", 34)]


RUN = "import mlflow\nwith mlflow.start_run():\n    model.fit(x, y)"
LOGGED = [
    "mlflow.log_input(mlflow.data.from_pandas(frame))",
    "client.log_inputs(run_id, datasets=found)",
    "import mlflow\nmlflow.autolog()",
    "import mlflow\nmlflow.sklearn.autolog(log_models=False)",
    "%load_ext jupyter_aisec",
]


def test_run_that_trains_says_on_what(check: Check) -> None:
    assert check(RUN) == [("dataset-not-logged", 0, 2)]
    assert check(RUN, RUN) == [("dataset-not-logged", 0, 2)]
    assert check("import mlflow\nwith mlflow.start_run():\n    mlflow.log_metric('a', 1)") == []
    assert check("model.fit(x, y)") == []
    assert check("import mlflow\nwith mlflow.start_run() as run:\n    pass", "loss.backward()") != []
    assert check("import mlflow\nwith mlflow.start_run() as run:\n    pass", "model.train()") == []
    assert check(RUN, "mlflow.sklearn.autolog(log_datasets=False)") == [("dataset-not-logged", 0, 2)]


@pytest.mark.parametrize("logged", LOGGED)
def test_run_whose_data_are_logged_anywhere_is_silent(logged: str, check: Check) -> None:
    assert check(RUN, logged) == []
    assert check(logged, RUN) == []


BASE = "from transformers import AutoModel\nm = AutoModel.from_pretrained('a/b', revision='" + "0f" * 20 + "')"
TRAINED = "import mlflow\nmlflow.log_input(data)\nwith mlflow.start_run():\n    m.fit(x)"
TOLD = [
    "mlflow.set_tag('base', 'a/b@0123')",
    "import mlflow\nmlflow.log_params({'model': 'a/b', 'rate': 0.1})",
    "mlflow.log_param('model', m.name_or_path)",
    "mlflow.log_params(config)",
    "import mlflow\nmlflow.transformers.log_model(m, name='m')",
    "from transformers import Trainer\ntrainer = Trainer(model=m)",
    "%load_ext jupyter_aisec",
]


def test_run_that_trains_further_says_from_what(check: Check) -> None:
    assert check(BASE, TRAINED) == [("base-model-not-logged", 0, 2)]
    assert check(BASE, TRAINED, "mlflow.log_param('rate', 0.1)") == [("base-model-not-logged", 0, 2)]
    assert check(BASE, "import mlflow\nmlflow.log_input(d)\nmlflow.start_run()") == []
    assert check(BASE.replace("AutoModel", "AutoTokenizer"), TRAINED) == []


@pytest.mark.parametrize("told", TOLD)
def test_run_that_may_name_its_base_model_is_silent(told: str, check: Check) -> None:
    assert check(BASE, TRAINED, told) == []


def test_editor_follows_what_other_cells_do() -> None:
    notebook = Incremental(Judge(default_rules()))

    def said(**cells: str) -> list[str]:
        notebook.update(cells, ["run", "fit", "log"])
        return [each.finding.rule for each in notebook.said("run").settled]

    assert said(run="import mlflow\nwith mlflow.start_run():\n    pass", fit="", log="") == []
    assert said(fit="model.fit(x)") == ["dataset-not-logged"]
    assert said(log="mlflow.log_input(data)") == []
    assert said(log="mlflow.log_metric('a', 1)") == ["dataset-not-logged"]
    assert said(fit="model.score(x)") == []


BARE = [
    ("mlflow.sklearn.log_model(m, name='m')", 1),
    ("mlflow.pyfunc.log_model(python_model=m, name='m')", 1),
    ("mlflow.sklearn.log_model(m, name='m', signature=s)", 0),
    ("mlflow.xgboost.log_model(m, name='m', input_example=x)", 0),
    ("mlflow.langchain.log_model(m, name='m')", 0),
    ("mlflow.sklearn.log_model(m, **options)", 0),
]


@pytest.mark.parametrize(("source", "count"), BARE)
def test_model_that_does_not_say_what_it_takes(source: str, count: int, check: Check) -> None:
    found = check(f"import mlflow\n{source}", rule=RULES["model-logged-bare"])
    assert found == [("model-logged-bare", 0, 2)] * count


READ = "import pandas as pd\nframe = pd.read_csv('a.csv')\nother = pd.read_csv(path)"


def test_documents_are_asked_for_where_a_project_keeps_them() -> None:
    notebook = Notebook("test.ipynb", (Cell(0, CellKind.CODE, READ), Cell(1, CellKind.CODE, READ)))
    asked: list[str] = []

    def documented(where: str) -> bool:
        asked.append(where)
        return False

    found = Analyser(default_rules(), documented=documented).analyse(notebook).findings
    assert [(each.rule, each.place.cell_index, each.place.line) for each in found] == [
        ("data-source-undocumented", 0, 2)
    ]
    assert set(asked) == {"a.csv"}
    assert Analyser(default_rules()).analyse(notebook).findings == ()
    assert Analyser(default_rules(), documented=lambda _: True).analyse(notebook).findings == ()


@pytest.mark.parametrize(
    "write",
    [
        "frame.to_csv('a.csv', index=False)",
        "frame.to_csv(path_or_buf='a.csv')",
        "load_iris(as_frame=True).frame.to_parquet('a.csv')",
        "frame.write_csv(file='a.csv')",
    ],
)
def test_nobody_is_asked_about_data_that_the_notebook_made_itself(write: str) -> None:
    for cells, number in (((write, READ), 0), ((write.replace("a.csv", "b.csv"), READ), 1)):
        every = tuple(Cell(index, CellKind.CODE, source) for index, source in enumerate(cells))
        found = Analyser(default_rules(), documented=lambda _: False).analyse(Notebook("test.ipynb", every)).findings
        assert [each.rule for each in found] == ["data-source-undocumented"] * number


def test_project_says_what_is_documented(tmp_path: Path) -> None:
    from jupyter_aisec.model import AssetKind
    from jupyter_aisec.project import Project

    project = Project(tmp_path)
    assert project.documented(tmp_path / "notebooks") is None
    project.documents.write("data/a.csv", {"source": "a survey"}, None, AssetKind.DATASET)
    documented = project.documented(tmp_path / "notebooks")
    assert documented is not None
    assert documented("../data/a.csv")
    assert documented(str(tmp_path / "data" / "a.csv"))
    assert not documented("data/a.csv")
    assert not documented("https://example.org/a.csv")
