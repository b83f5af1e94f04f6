# `make lab` to work, `make test` to check; everything finer stands below.
PYTHON ?= $(firstword $(shell for each in python3.13 python3.12 python3.11 python3; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each; done))
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: lab demo test lint bench clean

lab: $(VENV)/.lab  ## JupyterLab on the quickstart and an MLflow server beside it, both on loopback
	$(BIN)/python .ci/lab.py

demo: $(VENV)/.lab  ## the quickstart without a screen
	$(BIN)/python .ci/demo.py

test: $(VENV)/.test  ## everything that CI checks
	PYTHON=$(BIN)/python .ci/check

lint: $(VENV)/.test
	PYTHON=$(BIN)/python .ci/check --lint

bench: $(VENV)/.test  ## what a checked and watched cell costs, as ratios in one run
	$(BIN)/python tests/bench/run.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.lab: pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or later found; name one with PYTHON=…" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[lab]'
	touch $@

$(VENV)/.test: pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or later found; name one with PYTHON=…" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@
