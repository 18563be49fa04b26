# Every target sets itself up on a machine that has only Python 3.11 (or newer) and make.
# Without make: python -m venv .venv, then pip install . (docs/how-to/install-offline.md).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Debian packages that tests use: a database, readers of foreign files, tools that check us.
TEST_PACKAGES = postgresql libimage-exiftool-perl ffmpeg age libmagic1 poppler-utils \
	tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng chromium
# Tests run on this many processes.
JOBS ?= 3

.PHONY: help demo test test-all lint format bench docs reference lock wheelhouse clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ----- set-up: each step runs again only when what it depends on has changed -----

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Bayyina needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11 ..." >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "python3 -m venv failed; on Debian: apt-get install -y python3-venv" >&2; exit 2; }

$(VENV)/.run-requirements: requirements/run.txt requirements/build.txt | $(VENV)/bin/python
	@echo "Installing what Bayyina needs to run (requirements/run.txt) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.dev-requirements: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing what development needs (requirements/dev.txt) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $(VENV)/.run-requirements $@

$(VENV)/.package: pyproject.toml $(VENV)/.run-requirements
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: run-ready dev-ready
run-ready: $(VENV)/.package
dev-ready: $(VENV)/.dev-requirements $(VENV)/.package

# ----- what people use -----

demo: run-ready ## the whole job on invented records, ending with a report in two languages
	@$(BIN)/bayyina demo

test: dev-ready ## the tests, without the slow ones
	@scripts/system-packages $(TEST_PACKAGES)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not slow"

test-all: dev-ready ## all tests
	@scripts/system-packages $(TEST_PACKAGES)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

lint: dev-ready ## format, lint, types, import layers, migrations, documentation, repository rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m django makemigrations --check --dry-run --settings bayyina.db.settings
	@$(BIN)/python scripts/check_repository.py
	@$(BIN)/python scripts/generate_reference.py --check
	@$(BIN)/mkdocs build --strict --quiet --site-dir "$$(mktemp -d)/site"

format: dev-ready ## put the code into its format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

$(VENV)/.peer-requirements: requirements/peers.txt | $(VENV)/.dev-requirements
	@echo "Installing what the benchmarks measure against (requirements/peers.txt) ..."
	@$(PIP) install --require-hashes -r requirements/peers.txt
	@touch $@

bench: dev-ready $(VENV)/.peer-requirements ## measure speed, memory and accuracy, against the best peers
	@$(BIN)/python -m bench

docs: dev-ready ## the documentation as web pages, in site/
	@$(BIN)/python scripts/generate_reference.py
	@$(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html"

reference: dev-ready ## write the generated pages of docs/reference anew
	@$(BIN)/python scripts/generate_reference.py

# ----- dependencies -----

# Universal: one file with the hashes of all platforms' wheels, and no index address.
COMPILE = $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(LOCK_OPTIONS)

lock: dev-ready ## pin the newest allowed versions (LOCK_OPTIONS=--upgrade), with hashes
	@$(COMPILE) pyproject.toml --extra postgres --extra imagery --extra media --extra s3 --group dev --output-file requirements/dev.txt
	@$(COMPILE) pyproject.toml --extra imagery --extra media --constraint requirements/dev.txt --output-file requirements/run.txt
	@$(COMPILE) --group peers --constraint requirements/dev.txt --output-file requirements/peers.txt
	@$(COMPILE) --group build --constraint requirements/dev.txt --output-file requirements/build.txt
	@$(BIN)/python scripts/check_repository.py

# For another kind of machine, for example:
#   make wheelhouse WHEELHOUSE_OPTIONS="--platform win_amd64 --python-version 3.11"
# pip weighs markers against this machine even then, so what only Windows needs is always taken along.
wheelhouse: run-ready ## all wheels in wheelhouse/, to install on a machine without a network
	@mkdir -p wheelhouse
	@sed "s/ ; sys_platform == 'win32'//" requirements/run.txt > wheelhouse/requirements.txt
	@$(if $(WHEELHOUSE_OPTIONS),$(PIP) download --only-binary :all: $(WHEELHOUSE_OPTIONS) --dest,$(PIP) wheel --wheel-dir) \
	  wheelhouse --require-hashes -r wheelhouse/requirements.txt
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir wheelhouse .
	@du -sh wheelhouse
	@echo "On the other machine: python -m pip install --no-index --find-links wheelhouse bayyina"

clean: ## remove what make made; workspaces are left alone
	rm -rf $(VENV) site dist build wheelhouse .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
