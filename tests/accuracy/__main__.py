"""``python -m tests.accuracy [WORD]``: plays the notebooks with the word in their names, and prints the figures."""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

from tests.accuracy.play import Answer, play
from tests.accuracy.score import HEAD, Score
from tests.accuracy.suite import cases


def main(word: str = "") -> None:
    """Print each wrong answer, then a line for each family and one for all."""
    warnings.simplefilter("ignore")
    families: defaultdict[str, list[Answer]] = defaultdict(list)
    for case in cases():
        if word in case.id:
            with tempfile.TemporaryDirectory() as folder:
                answers = play(case, Path(folder).resolve())
            families[case.family] += answers
            for each in answers:
                if each.true != each.answered:
                    print(f"{case.id}: {each}")
    print(f"\n{'':12}{HEAD}")
    for family, answers in families.items():
        print(f"{family:12}{Score.of(answers)}")
    print(f"{'all':12}{Score.of(each for answers in families.values() for each in answers)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
