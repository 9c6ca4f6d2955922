# One word per chore. `make` alone lists them. Needs make and Python 3.11 or newer; everything else is installed into
# .venv from the locked, hashed requirements. Name another Python with `make demo PYTHON=/path/to/python3.12`.

PYTHON ?= python3
RUN := .venv/bin/python
CODE := $(wildcard functions tests tools bench demo)
UV_VERSION := 0.13.8
# Extras stay in the lock: pip as some platforms have it looks past a pin for a library that another asks for with an
# extra, and fails on the hash of a newer release.
COMPILE = build/uv/bin/uv pip compile --quiet $(if $(UPGRADE),--upgrade) pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-strip-extras --custom-compile-command "make lock"

.PHONY: help demo install live test check torture bench package wheels infra-check lock python run parts dev
.DEFAULT_GOAL := help

help: ## list the words
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 13

demo: $(if $(filter firestore,$(STORE)),parts dev,run) ## two simulated servers, two pairs, a working day (DEMO_EVENTS=n DEMO_JSON=file SERVE=1 STORE=firestore)
	@PYTHONPATH=tests exec $(RUN) -m demo

install: run ## the command and what it needs, into .venv: .venv/bin/calpair

live: run ## the same walk on your own mailbox and calendar
	@PYTHONPATH=tests exec $(RUN) -m demo.live

test: dev ## every test that can run here, coverage, and a table of what ran and what was left out
	@mkdir -p build
	@CALPAIR_TABLE=1 $(RUN) -m pytest --numprocesses 3 --cov --cov-report=json:build/coverage.json --cov-report=term
	@$(RUN) -m tools.floors build/coverage.json

check: dev ## style, types, import law, lock files; no test, under a minute
	@$(RUN) -m ruff check --quiet .
	@$(RUN) -m ruff format --quiet --check .
	@$(RUN) -m mypy $(CODE)
	@PYTHONPATH=functions:tests:. .venv/bin/lint-imports --no-logo
	@$(RUN) -m tools.locks

torture: dev ## the long crash loops and random walks, ten thousand rules, every mutant, every story of series on every server
	@CALPAIR_TORTURE=1 $(RUN) -m pytest --capture=no tests/mutants tests/torture tests/scenarios/test_series_*.py

bench: dev ## requests, quota units, store operations and memory against the budgets (CHECK=1 fails on a worse one)
	@PYTHONPATH=functions:tests $(RUN) -m bench

package: python ## what is deployed, as one zip that is the same to the byte from the same files: build/calpair.zip
	@$(PYTHON) -m tools.package build/calpair.zip

wheels: python ## the libraries of what is deployed, in build/wheels, for a test that installs them without an index
	@$(PYTHON) tools/environment.py --wheels build/wheels functions/requirements.txt

infra-check: dev ## the Terraform files in infra/, without a network: style, table of functions, schema, plan, tests
	@$(RUN) -m tools.infra

lock: python ## write the lock files anew from pyproject.toml (asks the package index; UPGRADE=1 takes newer releases)
	@test -x build/uv/bin/uv || { $(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet uv==$(UV_VERSION); }
	$(COMPILE) --output-file functions/requirements.txt
	$(COMPILE) --group dev --constraint functions/requirements.txt --output-file requirements-dev.txt

run: python
	@$(PYTHON) tools/environment.py functions/requirements.txt

parts: python
	@$(PYTHON) -m demo.lacks

dev: python
	@$(PYTHON) tools/environment.py requirements-dev.txt

python:
	@command -v "$(PYTHON)" >/dev/null || { echo "calpair needs Python 3.11 or newer: $(PYTHON) is not there (make PYTHON=/path/to/python3.11 ...)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "calpair needs Python 3.11 or newer: $(PYTHON) is $$($(PYTHON) -V 2>&1) (make PYTHON=/path/to/python3.11 ...)"; exit 1; }
	@test -x $(RUN) || $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "calpair needs Python's venv module: $(PYTHON) comes without it (on Debian and Ubuntu: install python3-venv)"; exit 1; }
