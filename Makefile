# Every command makes .venv on first use and installs again only when what is asked for changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 4010

.PHONY: help setup serve test check gallery bench bench-check bench-size corpus lint package clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Understudy needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev
	@touch $@

setup: $(VENV)/.installed-dev  ## create .venv with everything needed to work here

serve: $(VENV)/.installed  ## serve the two shipped APIs on http://127.0.0.1:4010
	@$(BIN)/understudy serve --port $(PORT)

test: $(VENV)/.installed-dev  ## run the test suite
	@$(BIN)/pytest -n 2

lint: $(VENV)/.installed-dev  ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.installed-dev  ## requests/s and cold start beside Prism, connexion and Starlette
	@$(BIN)/python -m bench

bench-size: $(VENV)/.installed-dev  ## cold start, memory and latency as documents grow, beside Prism
	@$(BIN)/python -m bench.size

bench-check: $(VENV)/.installed-dev  ## cases/s of understudy check beside schemathesis run
	@$(BIN)/python -m bench.check

corpus: $(VENV)/.installed-dev  ## hold the fake of each document in UNDERSTUDY_CORPUS, or in DOCUMENTS, to itself
	@$(BIN)/python -m bench.corpus $(DOCUMENTS)

check: $(VENV)/.installed  ## hold the fake to its own contracts
	@$(BIN)/understudy check

gallery: $(VENV)/.installed-dev  ## hold the check to every defect of the gallery
	@$(BIN)/pytest -n 2 tests/gallery/test_walk.py

package: $(VENV)/.installed-dev  ## build the wheel and the source archive into dist/
	$(BIN)/python -m build --quiet

clean:  ## remove .venv and build output
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache
