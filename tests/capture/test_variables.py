"""To look at what a function's names hold keeps nothing of it alive."""

from __future__ import annotations

import sys
import weakref

import pytest

from jupyter_aisec.capture.variables import variables
from jupyter_aisec.model import Verb
from tests.capture.conftest import Watched


class Thing:
    """Stands for a tensor."""


def test_what_a_function_deletes_is_gone_at_once() -> None:
    def look() -> tuple[bool, bool]:  # outside of assertions, which keep what they looked at
        thing = Thing()
        held = weakref.ref(thing)
        seen = variables(sys._getframe())["thing"] is thing
        del thing
        return seen, held() is None

    assert look() == (True, True)


def test_what_a_function_asks_for_itself_stays() -> None:
    thing = Thing()
    own = locals()
    assert variables(sys._getframe())["thing"] is thing
    assert own["thing"] is thing


def test_what_is_fitted_inside_a_method_is_not_kept(watched: Watched) -> None:
    watched.run(
        "import weakref\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\n"
        "from sklearn.multioutput import MultiOutputRegressor\n"
        "frame = pd.read_csv('a.csv')\n"
        "alive = []\n"
        "class Part(Ridge):\n"
        "    def fit(self, X, y, sample_weight=None):\n"
        "        return super().fit(X, y)\n"
        "def train():\n"
        "    rows = frame[['x']]\n"
        "    model = MultiOutputRegressor(Part()).fit(rows, frame[['y', 'z']])\n"
        "    there = weakref.ref(rows)\n    del rows\n    alive.append(there() is not None)\n    return model\n"
        "model = train()"
    )
    assert watched.shell.user_ns["alive"] == [False]
    assert [use for use in watched.uses if use.verb is Verb.FITTED]


@pytest.mark.filterwarnings("ignore")
def test_a_tensor_that_a_training_function_deletes_is_gone(watched: Watched) -> None:
    pytest.importorskip("torch")
    watched.run(
        "import weakref, torch, pandas as pd\n"
        "frame = pd.read_csv('a.csv')\n"
        "alive = []\n"
        "def train():\n"
        "    model = torch.nn.Linear(1, 1)\n"
        "    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)\n"
        "    batch = torch.tensor(frame[['x']].to_numpy(), dtype=torch.float32)\n"
        "    for _ in range(3):\n"
        "        loss = model(batch).sum()\n        loss.backward()\n        optimizer.step()\n"
        "    there = weakref.ref(batch)\n    del batch, loss\n    alive.append(there() is not None)\n    return model\n"
        "model = train()"
    )
    assert watched.shell.user_ns["alive"] == [False]
