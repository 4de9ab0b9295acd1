# Two commands do everything on a fresh machine: `make run` plans the reference park, `make test` passes
# the tests. Both make their own virtual environment from the pinned versions of constraints.txt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PARK ?= parks/kenli-base
RUNS ?= runs

.PHONY: run test test-fast test-slow lint docs clean help

help:
	@echo "make run        plan the reference park and write its report"
	@echo "make test       lint and all tests that fit in half an hour"
	@echo "make test-fast  the fast circle, under two minutes"
	@echo "make docs       build the documentation into site/"

$(BIN)/kenli: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kenli needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(BIN)/kenli
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,lint,docs]'
	@touch $@

run: $(BIN)/kenli
	$(BIN)/kenli plan $(PARK) --out $(RUNS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_lengths.py

test-fast: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto -m "not slow and not needs_network"

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto -m "slow and not needs_network"

test: lint test-fast test-slow

docs: $(VENV)/.dev
	$(BIN)/python tools/generate_docs.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache .hypothesis
