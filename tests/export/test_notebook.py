"""From a notebook that really ran: what was captured is what is handed over."""

from __future__ import annotations

import json
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

import jupyter_aisec
from tests.export import test_crate, test_openlineage, test_prov

CELLS = (
    "import pandas as pd\nfrom sklearn.linear_model import LinearRegression\nimport joblib\ndf = pd.read_csv('a.csv')",
    "model = LinearRegression().fit(df[['x']], df['y'])",
    "joblib.dump(model, 'model.joblib')",
    "%aisec export prov model.joblib --output prov.json",
    "%aisec export openlineage model.joblib --output events.jsonl",
    "%aisec export ro-crate model.joblib --output crate --with-files",
)


def test_every_format_from_a_notebook(project: Path) -> None:
    (project / "a.csv").write_text("x,y\n1,2\n3,4\n")
    shell = InteractiveShell()
    jupyter_aisec.load_ipython_extension(shell)
    try:
        for cell in CELLS:
            shell.run_cell(cell, store_history=True).raise_error()
        asked = jupyter_aisec.ask("export", "prov", "model.joblib").data()
    finally:
        jupyter_aisec.unload_ipython_extension(shell)
    data = json.loads((project / "prov.json").read_text())
    test_prov.check(data)
    assert asked == data
    named = {key: each["prov:label"] for key, each in data["entity"].items() if "prov:label" in each}
    derived = {(named[e["prov:generatedEntity"]], named[e["prov:usedEntity"]]) for e in data["wasDerivedFrom"].values()}
    assert derived == {("LinearRegression", "a.csv"), ("model.joblib", "LinearRegression")}
    events = [json.loads(line) for line in (project / "events.jsonl").read_text().splitlines()]
    for event in events:
        test_openlineage.check(event)
    assert [event["eventType"] for event in events].count("COMPLETE") == 4
    crate = json.loads((project / "crate" / "ro-crate-metadata.json").read_text())
    entities = {each["@id"]: each for each in crate["@graph"]}
    assert {"a.csv", "model.joblib"} <= set(entities)
    assert test_crate.unknown_words(crate) == set()
