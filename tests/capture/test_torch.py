"""Training loops, checkpoints and weights of PyTorch, and of what is built on it. Too large for a test environment."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from jupyter_aisec.model import AssetKind, Certainty, Use, Verb
from tests.capture.conftest import Watched
from tests.capture.graph import above, graph_of, sha

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed"),
    pytest.mark.filterwarnings("ignore"),
]

READ = """
import pandas as pd, torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split
df, other = pd.read_csv('a.csv'), pd.read_csv('b.csv')

def tensor(column):
    return torch.tensor(column.to_numpy(), dtype=torch.float32).reshape(-1, 1)

class Rows(Dataset):
    def __init__(self, frame):
        self.frame = frame
    def __len__(self):
        return len(self.frame)
    def __getitem__(self, index):
        row = self.frame.iloc[index]
        return torch.tensor([float(row.x)]), torch.tensor([float(row.y)])

model = nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters())
criterion = nn.MSELoss()
"""
STEP = """
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
"""
LOOP = f"""
for epoch in range(2):
    for xb, yb in loader:{STEP}"""
WHOLE = "X, y = tensor(df.x), tensor(df.y)\nfor epoch in range(3):\n    for xb, yb in [(X, y)]:" + STEP


def fitted(watched: Watched) -> Use:
    """The last word on the training."""
    return [each for each in watched.uses if each.verb is Verb.FITTED][-1]


LOOPS = {
    "a data set of one's own": ("loader = DataLoader(Rows(df), batch_size=8)", LOOP, Certainty.OBSERVED),
    "a part of it": (
        "part, rest = random_split(Rows(df), [15, 5])\nloader = DataLoader(part, batch_size=8)",
        LOOP,
        Certainty.OBSERVED,
    ),
    "tensors": ("loader = DataLoader(TensorDataset(tensor(df.x), tensor(df.y)))", LOOP, Certainty.INFERRED),
    "no loader": ("", WHOLE, Certainty.INFERRED),
    "evaluated on others": (
        "loader, held = DataLoader(Rows(df), batch_size=8), DataLoader(Rows(other), batch_size=8)",
        LOOP + "    for xb, yb in held:\n        criterion(model(xb), yb)",
        Certainty.OBSERVED,
    ),
    "evaluated by workers that stay": (
        (
            "kept = {'num_workers': 1, 'persistent_workers': True}\n"
            "loader, held = DataLoader(Rows(df), batch_size=8, **kept), DataLoader(Rows(other), batch_size=8, **kept)"
        ),
        LOOP + "    for xb, yb in held:\n        criterion(model(xb), yb)",
        Certainty.OBSERVED,
    ),
    "evaluated in part by workers that stay": (
        (
            "loader = DataLoader(Rows(df), batch_size=8)\n"
            "held = DataLoader(Rows(other), batch_size=8, num_workers=1, persistent_workers=True)"
        ),
        LOOP + "        for xv, yv in held:\n            criterion(model(xv), yv)\n            break",
        Certainty.OBSERVED,
    ),
    "a function": (
        "loader = DataLoader(Rows(df), batch_size=8)\n"
        "def train(model, loader, optimizer):\n    for xb, yb in loader:" + STEP + "    return model",
        "train(model, loader, optimizer)",
        Certainty.OBSERVED,
    ),
    "a class": (
        (
            "class Trainer:\n    def __init__(self, model, loader):\n"
            "        self.model, self.loader = model, loader\n"
            "        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.01)\n"
            "    def fit(self):\n        for xb, yb in self.loader:\n            self.optimizer.zero_grad()\n"
            "            criterion(self.model(xb), yb).backward()\n            self.optimizer.step()\n"
            "trainer = Trainer(model, DataLoader(Rows(df), batch_size=8))"
        ),
        "trainer.fit()",
        Certainty.OBSERVED,
    ),
    "a scheduler": (
        ("loader = DataLoader(Rows(df), batch_size=8)\nscheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)"),
        LOOP + "    scheduler.step()",
        Certainty.OBSERVED,
    ),
    "batches by hand": (
        "steps = iter(DataLoader(Rows(df), batch_size=8))",
        "while True:\n    try:\n        xb, yb = next(steps)\n    except StopIteration:\n        break\n    if True:"
        + STEP,
        Certainty.OBSERVED,
    ),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_makes_its_model_of_what_it_goes_through(watched: Watched, name: str) -> None:
    before, loop, certainty = LOOPS[name]
    watched.run(READ, before, loop, "torch.save(model.state_dict(), 'model.pt')")
    use = fitted(watched)
    assert watched.went_into(use) == {"a.csv"}
    assert {each.certainty for each in use.sources} == {certainty}
    assert use.facts["class"] == "torch.nn.modules.container.Sequential"
    saved = watched.only(Verb.SAVED)
    assert [(each.key, each.certainty) for each in saved.sources] == [(use.key, Certainty.OBSERVED)]
    assert watched.digest(saved).sha256 == sha("model.pt")


def test_data_that_nobody_saw_is_an_unknown_source(watched: Watched) -> None:
    watched.run(READ, "loader = DataLoader(TensorDataset(torch.rand(8, 1), torch.rand(8, 1)))", LOOP)
    assert [each.key for each in fitted(watched).sources] == ["unknown"]


def test_of_workers_that_stay_the_last_batch_counts(watched: Watched) -> None:
    watched.run(
        READ,
        "loader = DataLoader(Rows(df), batch_size=8, num_workers=1, persistent_workers=True)",
        "for number, (xb, yb) in enumerate(loader):\n    if number == len(loader) - 1:" + STEP,
    )
    use = fitted(watched)
    assert (watched.went_into(use), {each.certainty for each in use.sources}) == ({"a.csv"}, {Certainty.OBSERVED})


def test_a_function_that_failed_feeds_no_later_training(watched: Watched) -> None:
    watched.run(READ, "loader, held = DataLoader(Rows(df), batch_size=8), DataLoader(Rows(other), batch_size=8)")
    begun = "begun = iter(DataLoader(Rows(pd.read_csv('c.csv')), batch_size=8))\n"
    watched.fail(begun + "def evaluate():\n    batches = iter(held)\n    return next(batches)[9]\nevaluate()")
    watched.run(LOOP)
    assert watched.went_into(fitted(watched)) == {"a.csv", "c.csv"}


def test_a_model_that_is_trained_on_is_the_same_model_with_more_data(watched: Watched) -> None:
    watched.run(READ, "loader = DataLoader(Rows(df), batch_size=8)", LOOP)
    watched.run("loader = DataLoader(Rows(other), batch_size=8)", LOOP)
    first, second = [each for each in watched.uses if each.verb is Verb.FITTED]
    assert first.key == second.key
    assert (watched.went_into(first), watched.went_into(second)) == ({"a.csv"}, {"b.csv"})


def test_checkpoints_of_each_epoch_are_hashed_and_come_from_the_model(watched: Watched) -> None:
    save = "    torch.save({'epoch': epoch, 'model': model.state_dict()}, f'{epoch}.pt')"
    watched.run(READ, "loader = DataLoader(Rows(df), batch_size=8)", LOOP + save)
    saved = [each for each in watched.uses if each.verb is Verb.SAVED]
    assert [each.location for each in saved] == ["0.pt", "1.pt"]
    assert [watched.digest(each).sha256 for each in saved] == [sha("0.pt"), sha("1.pt")]
    assert {tuple(source.key for source in each.sources) for each in saved} == {(fitted(watched).key,)}


def test_weights_from_outside_go_into_what_is_trained_on_them(watched: Watched) -> None:
    import torch

    net = torch.nn.Sequential(torch.nn.Linear(1, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    torch.save(net.state_dict(), "there.pt")
    watched.run(
        READ,
        "loader = DataLoader(Rows(df), batch_size=8)\n"
        "model = nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 1))\n"
        "model.load_state_dict(torch.load('there.pt'))\noptimizer = torch.optim.SGD(model.parameters(), lr=0.01)",
        LOOP + "torch.save(model, 'model.pt')",
    )
    loaded = watched.only(Verb.LOADED)
    assert (loaded.kind, loaded.location) == (AssetKind.MODEL, "there.pt")
    found = above(graph_of(watched), "model.pt")
    assert found == {"a.csv": sha("a.csv"), "there.pt": sha("there.pt"), "Sequential": None}


def test_of_two_networks_each_step_makes_its_own(watched: Watched) -> None:
    watched.run(
        READ,
        "both = nn.ModuleList([model, nn.Linear(1, 1)])\nloader = DataLoader(Rows(df), batch_size=8)",
        LOOP,
        "torch.save(both[1].state_dict(), 'untrained.pt')",
    )
    assert watched.only(Verb.FITTED).facts["class"] == "torch.nn.modules.container.Sequential"
    assert watched.went_into(watched.only(Verb.SAVED)) == {"unknown"}


def test_scripted_models_are_saved_and_loaded(watched: Watched) -> None:
    watched.run(
        READ,
        "loader = DataLoader(Rows(df), batch_size=8)",
        LOOP,
        "torch.jit.script(model).save('one.ts')\ntorch.jit.save(torch.jit.trace(model, torch.zeros(1, 1)), 'two.ts')",
        "torch.jit.load('one.ts')",
    )
    saved = [each for each in watched.uses if each.verb is Verb.SAVED]
    assert [each.location for each in saved] == ["one.ts", "two.ts"]
    assert all(watched.went_into(each) == {"a.csv"} for each in saved)
    assert watched.only(Verb.LOADED).location == "one.ts"


def test_a_long_loop_is_one_use_and_leaves_no_trace_in_the_library(watched: Watched) -> None:
    watched.run(READ, "loader = DataLoader(Rows(df), batch_size=1)", LOOP.replace("range(2)", "range(30)"))
    assert len([each for each in watched.uses if each.verb is Verb.FITTED]) == 1
    hooks = sys.modules["torch.optim.optimizer"]._global_optimizer_post_hooks
    assert len(hooks) == 1
    watched.capture.stop()
    assert len(hooks) == 0


@pytest.mark.skipif(importlib.util.find_spec("lightning") is None, reason="lightning is not installed")
def test_a_trainer_of_lightning_trains_its_module(watched: Watched) -> None:
    watched.run(
        READ,
        "import lightning\n"
        "class Net(lightning.LightningModule):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layer = nn.Linear(1, 1)\n"
        "    def training_step(self, batch, index):\n        return ((self.layer(batch[0]) - batch[1]) ** 2).mean()\n"
        "    def configure_optimizers(self):\n        return torch.optim.SGD(self.parameters(), lr=0.01)\n"
        "net = Net()\n"
        "trainer = lightning.Trainer(max_epochs=1, accelerator='cpu', logger=False, enable_checkpointing=False,\n"
        "    enable_progress_bar=False, enable_model_summary=False)\n"
        "trainer.fit(net, DataLoader(Rows(df), batch_size=8))\ntrainer.save_checkpoint('net.ckpt')\n"
        "torch.save(net.state_dict(), 'net.pt')",
    )
    use = watched.only(Verb.FITTED)
    assert (watched.went_into(use), use.facts["class"]) == ({"a.csv"}, "__main__.Net")
    saved = [each for each in watched.uses if each.verb is Verb.SAVED]
    assert [(each.location, each.sources[0].key) for each in saved] == [("net.ckpt", use.key), ("net.pt", use.key)]


@pytest.mark.skipif(importlib.util.find_spec("transformers") is None, reason="transformers is not installed")
def test_a_trainer_of_transformers_goes_on_from_weights(
    watched: Watched, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", folder / "cache")
    watched.run(
        READ,
        "import transformers\nfrom datasets import Dataset as Table\n"
        "config = transformers.BertConfig(vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,\n"
        "    intermediate_size=8)\n"
        "transformers.BertForSequenceClassification(config).save_pretrained('tiny')",
        "net = transformers.AutoModelForSequenceClassification.from_pretrained('tiny')\n"
        "rows = [{'labels': int(each), 'input_ids': [1, 2], 'attention_mask': [1, 1]} for each in df.y]\n"
        "given = transformers.TrainingArguments('out', num_train_epochs=1, save_strategy='no', report_to=[],\n"
        "    use_cpu=True, disable_tqdm=True)\n"
        "trainer = transformers.Trainer(model=net, args=given, train_dataset=Table.from_list(rows))\n"
        "trainer.train()\ntrainer.save_model('tuned')",
    )
    found = above(graph_of(watched), "tuned")
    assert {"a.csv", "tiny", "BertForSequenceClassification"} <= set(found)


@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="keras is not installed")
def test_a_model_of_keras_is_fitted_saved_and_loaded(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    watched.run(
        READ,
        "import keras\nnet = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])\n"
        "net.compile('sgd', 'mse')\nnet.fit(df[['x']].values, df['y'].values, epochs=1, verbose=0)\n"
        "net.save('net.keras')\nkeras.models.load_model('net.keras')",
    )
    assert above(graph_of(watched), "net.keras") == {"a.csv": sha("a.csv"), "Sequential": None}
    assert watched.only(Verb.LOADED).location == "net.keras"


@pytest.mark.skipif(importlib.util.find_spec("catboost") is None, reason="catboost is not installed")
def test_a_model_of_catboost_is_fitted_saved_and_loaded(watched: Watched) -> None:
    watched.run(
        READ,
        "from catboost import CatBoostClassifier\n"
        "net = CatBoostClassifier(iterations=2, verbose=0, allow_writing_files=False).fit(df[['x']], df['y'])\n"
        "net.save_model('net.cbm')\nCatBoostClassifier().load_model('net.cbm')",
    )
    assert above(graph_of(watched), "net.cbm") == {"a.csv": sha("a.csv"), "CatBoostClassifier": None}
    assert watched.only(Verb.LOADED).location == "net.cbm"


@pytest.mark.skipif(importlib.util.find_spec("sentence_transformers") is None, reason="it is not installed")
def test_a_model_of_sentence_transformers_is_loaded_and_saved(
    watched: Watched, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (folder / "words").mkdir()
    (folder / "words" / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nred\nfish\n")
    watched.run(
        "import transformers\nfrom sentence_transformers import SentenceTransformer, models\n"
        "config = transformers.BertConfig(vocab_size=7, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,\n"
        "    intermediate_size=8)\n"
        "transformers.BertModel(config).save_pretrained('tiny')\n"
        "transformers.BertTokenizer('words/vocab.txt').save_pretrained('tiny')\n"
        "word = models.Transformer('tiny')\n"
        "SentenceTransformer(modules=[word, models.Pooling(8)], device='cpu').save('made')",
        "net = SentenceTransformer('made', device='cpu')\nnet.save_pretrained('copied')",
    )
    loaded = [each for each in watched.uses if each.verb is Verb.LOADED and each.location == "made"]
    assert [each.kind for each in loaded] == [AssetKind.MODEL]
    [copied] = [each for each in watched.uses if each.verb is Verb.SAVED and each.location == "copied"]
    assert loaded[0].key in {each.key for each in copied.sources}
    assert watched.digest(loaded[0]).sha256
