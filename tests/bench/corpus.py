"""A corpus of notebooks that nobody wrote: shaped as public ones are, in cells, in code and in outputs.

The shape is that of 3,426 public notebooks: 18 code cells and 155 kB each at the mean, most cells short; five of
six bytes are outputs, and of those most are pictures. As there, more than half of the code cells have a text that
another one has: notebooks begin alike, and a tutorial is there in several languages.
"""

from __future__ import annotations

import base64
import json
import random
import string
from pathlib import Path
from typing import Any

TEMPLATES = """
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.{a} import {B}
---
{a} = pd.read_csv("data/{b}.csv")
{a}.head()
---
{a}["{b}"] = {a}["{c}"].apply(lambda value: value * {n} if value > {m} else 0)
{a}.describe()
---
plt.figure(figsize=({n}, {m}))
plt.plot({a}["{b}"], label="{c}")
plt.legend()
plt.show()
---
def {a}({b}, {c}={n}):
    total = 0
    for item in {b}:
        if item.{c} is None:
            continue
        total += item.{c} / {m}
    return total
---
class {B}(nn.Module):
    def __init__(self, {a}, {b}):
        super().__init__()
        self.{c} = nn.Linear({a}, {b})
        self.drop = nn.Dropout(0.{n})

    def forward(self, x):
        x = F.relu(self.{c}(x))
        return self.drop(x)
---
for epoch in range({n}):
    {a}.train()
    for {b}, {c} in loader:
        optimizer.zero_grad()
        loss = criterion({a}({b}), {c})
        loss.backward()
        optimizer.step()
    print(f"epoch {{epoch}}: {{loss.item():.4f}}")
---
!pip install -q {a}=={n}.{m}
---
from transformers import AutoModel, AutoTokenizer
{a} = AutoTokenizer.from_pretrained("{b}/{c}")
{d} = AutoModel.from_pretrained("{b}/{c}")
---
{a} = [{b}.{c}(x, y={n}) for x in {d} if x not in seen]
len({a}), {a}[:{m}]
---
X_train, X_test, y_train, y_test = train_test_split({a}, {b}, test_size=0.{n}, random_state={m})
{c} = {B}(max_depth={n}).fit(X_train, y_train)
{c}.score(X_test, y_test)
---
with open("{a}.json") as f:
    {b} = json.load(f)
{c} = {{key: len(value) for key, value in {b}.items()}}
---
{a}.groupby("{b}").agg({{"{c}": ["mean", "std"], "{d}": "count"}}).sort_values(("{c}", "mean"))
---
messages = [
    {{"role": "system", "content": "You answer questions on {a} in {n} words."}},
    {{"role": "user", "content": "{b} {c} {d}?"}},
]
{a} = client.chat.completions.create(model="{b}", messages=messages)
print({a}.choices[0].message.content)
---
fig, ax = plt.subplots(1, 2, figsize=({n}, 4))
sns.heatmap({a}.corr(), ax=ax[0], annot=True)
sns.histplot({a}["{b}"], bins={m}, ax=ax[1])
ax[1].set_title("{c} by {d}")
---
%timeit {a}.{b}({n})
---
assert {a}.shape == ({n}, {m}), {a}.shape
""".strip().split("\n---\n")
_REPEATED = 0.55
"""The share of code cells whose text was met before: 34,576 of 63,235 public ones."""
_SYLLABLES = ("ba", "co", "di", "fe", "gu", "la", "mo", "ne", "pi", "ra", "se", "to", "vu", "xi", "za")


def generated(folder: Path, notebooks: int, seed: int = 1) -> None:
    """Write so many notebooks."""
    chance = random.Random(seed)
    picture = base64.b64encode(chance.randbytes(200_000)).decode()
    codes: list[str] = []
    for number in range(notebooks):
        cells = [_cell(chance, index, picture, codes) for index in range(max(3, int(chance.gauss(30, 12))))]
        found = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{number:05}.ipynb").write_text(json.dumps(found, indent=1), encoding="utf-8")


def _cell(chance: random.Random, index: int, picture: str, codes: list[str]) -> dict[str, Any]:
    """``codes`` are the texts of the code cells so far."""
    if chance.random() < 0.4:
        text = " ".join(_word(chance) for _ in range(int(chance.expovariate(1 / 60))))
        return {
            "cell_type": "markdown",
            "id": f"c{index}",
            "metadata": {},
            "source": f"## {text}".splitlines(keepends=True),
        }
    if codes and chance.random() < _REPEATED:
        code = chance.choice(codes)
    else:
        code = "\n".join(_code(chance) for _ in range(1 + int(chance.expovariate(0.9))))
        codes.append(code)
    return {
        "cell_type": "code",
        "execution_count": index + 1,
        "id": f"c{index}",
        "metadata": {},
        "outputs": _outputs(chance, index, picture),
        "source": code.splitlines(keepends=True),
    }


def _code(chance: random.Random) -> str:
    names = {letter: _word(chance) for letter in "abcd"}
    return chance.choice(TEMPLATES).format(
        **names, B=_word(chance).title(), n=chance.randint(2, 9), m=chance.randint(2, 400)
    )


def _outputs(chance: random.Random, index: int, picture: str) -> list[dict[str, Any]]:
    kind = chance.random()
    if kind < 0.4:
        return []
    if kind < 0.65:
        lines = [f"{_word(chance)} {chance.random():.4f} {_word(chance)}\n" for _ in range(chance.randint(1, 60))]
        return [{"name": "stdout", "output_type": "stream", "text": lines}]
    if kind < 0.88:
        rows = [[f"{chance.random():.5f}" for _ in range(8)] for _ in range(chance.randint(2, 12))]
        html = "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>\n" for row in rows)
        data = {
            "text/plain": ["\n".join("  ".join(row) for row in rows)],
            "text/html": f"<table>\n{html}</table>".splitlines(keepends=True),
        }
        return [{"data": data, "execution_count": index + 1, "metadata": {}, "output_type": "execute_result"}]
    start = chance.randrange(20_000)
    data = {
        "image/png": picture[start : start + chance.randint(5_000, 120_000)],
        "text/plain": ["<Figure size 640x480>"],
    }
    return [{"data": data, "metadata": {}, "output_type": "display_data"}]


def _word(chance: random.Random) -> str:
    word = "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4)))
    return word + chance.choice(["", "", "", "_x", *string.digits])
