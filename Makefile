# `make setup` once; then `make test lint docs`. Continuous integration calls the same targets.
PYTHON ?= .venv/bin/python
export NO_MKDOCS_2_WARNING = 1

.PHONY: help setup test slow lint docs serve pictures dist

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:  ## virtual environment in .venv with everything that the tests need
	python3 -m venv .venv
	.venv/bin/python -m pip install -c constraints.txt -e ".[dev]"

test:  ## the fast tests
	$(PYTHON) -m pytest

slow:  ## the slow tests: training runs, notebooks, supply chain
	$(PYTHON) -m pytest -m slow

lint:  ## format, lint, docstrings, types
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m pydoclint.main -q grooming_risk training fuzzing
	$(PYTHON) -m mypy

docs:  ## the documentation site into site/, warnings are errors
	$(PYTHON) -m mkdocs build --strict --site-dir site

serve:  ## the documentation site on localhost, built again on every change
	$(PYTHON) -m mkdocs serve

pictures:  ## the pictures of README and docs, from the bundled samples (needs Chromium)
	$(PYTHON) docs/pictures.py

dist:  ## sdist and wheel into dist/, checked as a package index would
	$(PYTHON) -m build --outdir dist .
	$(PYTHON) -m twine check --strict dist/*
