"""The small files that the notebooks of the suite read, and what each of them imports first."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

_ROWS = 30
_DAY = date(2024, 1, 1)

PRELUDE = """\
import csv, functools, glob, itertools, json, math, os, pickle, re
from pathlib import Path
import joblib
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge, SGDClassifier, SGDRegressor
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
"""


def made(folder: Path) -> None:
    """Tables ``a.csv`` to ``d.csv`` and ``parts/*.csv`` of the same columns; arrays ``n.txt``, ``m.txt``, ``o.txt``."""
    (folder / "parts").mkdir()
    for name in ("a", "b", "c", "d", "parts/one", "parts/two", "parts/three"):
        (folder / f"{name}.csv").write_text(_table(name))
    for name in ("n", "m", "o"):
        (folder / f"{name}.txt").write_text(_array(name))


def _table(name: str) -> str:
    chance = Random(name)
    lines = ["id,x,z,group,text,day,y"]
    for row in range(_ROWS):
        x, z = chance.gauss(0, 2), chance.gauss(1, 3)
        text = f"{chance.choice(('red', 'green'))} {chance.choice(('fish', 'bird', 'cat'))}"
        lines.append(f"{row},{x:.4f},{z:.4f},{'uvw'[row % 3]},{text},{_DAY + timedelta(days=row)},{row * 7 % 5 % 2}")
    return "\n".join(lines) + "\n"


def _array(name: str) -> str:
    chance = Random(name)
    return "".join(f"{chance.gauss(0, 1):.5f} {chance.gauss(2, 1):.5f} {chance.random():.5f}\n" for _ in range(_ROWS))
