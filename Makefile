# `make lab` to work, `make test` to check; everything finer stands below.
PYTHON ?= $(firstword $(shell for each in python3.13 python3.12 python3.11 python3; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each; done))
VENV ?= .venv
BIN = $(VENV)/bin
OLDEST = $(VENV)-oldest
# An editable install copies the front end; with a link, what is built next is what JupyterLab loads.
LINK = $(BIN)/jupyter-builder develop . --overwrite >/dev/null

# Thousands of processes would compile our modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: lab demo test test-oldest lint bench front clean

lab: $(VENV)/.lab front  ## JupyterLab on the quickstart and an MLflow server beside it, both on loopback
	$(BIN)/python .ci/lab.py

demo: $(VENV)/.lab  ## the quickstart without a screen
	$(BIN)/python .ci/demo.py

test: $(VENV)/.test front  ## everything that CI checks
	PYTHON=$(BIN)/python .ci/check

test-oldest: $(OLDEST)/.mlflow  ## what MLflow does and nowhere promises, with the oldest that we support
	$(OLDEST)/bin/python -m pytest -q -m contract -n 2 --dist loadfile tests/tracking

lint: $(VENV)/.test front
	PYTHON=$(BIN)/python .ci/check --lint

bench: $(VENV)/.test  ## what a checked and watched cell, a keystroke and a question cost
	$(BIN)/python tests/bench/run.py
	$(BIN)/python -m tests.bench.overhead
	$(BIN)/python -m tests.bench.loops
	$(BIN)/python -m tests.bench.keystroke
	$(BIN)/python -m tests.bench.check
	$(BIN)/python -m tests.bench.questions
	$(BIN)/python -m tests.bench.status

front:  ## the front end, when its sources are newer than what was built
	$(BIN)/python labextension/build.py

clean:
	rm -rf $(VENV) $(VENV)-* labextension/node_modules labextension/lib jupyter_aisec/labextension .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# An environment with one of the extras. Compiled by all cores at once, which pip does with one; where only parts of it
# are imported, Python does that as it goes.
$(VENV)/.%: pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or later found; name one with PYTHON=…" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[$*]'
	$(if $(filter suite,$*),,-$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib)
	$(if $(filter suite,$*),,$(LINK))
	touch $@

# All that the other environment has, and before it the oldest MLflow, with what that wants otherwise.
$(OLDEST)/.mlflow: $(VENV)/.test pyproject.toml
	$(BIN)/python -m venv $(OLDEST)
	$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
		>"$$($(OLDEST)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/rest.pth"
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile \
		"mlflow==$$(sed -n 's/.*"mlflow>=\([0-9.]*\),.*/\1/p' pyproject.toml)"
	touch $@
