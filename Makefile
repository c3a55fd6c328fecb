# Needs Python 3.11 or newer, git and make; everything else is set up in .venv, without root.
#
#   make demo    the whole story in a scratch directory: refusal, move to Vault, run, clean commit
#   make demo-lifecycle  a pilot from its first token to its end
#   make demo-audit  a quarter of a year in twenty repositories, and the answers that an audit asks for
#   make test    lint, then the whole test suite (what CI runs), on all cores; needs npm and Chromium too
#   make lint    ruff, mypy --strict, import layers
#   make lab     build the JupyterLab front end
#   make bench   measure side by side with the peers; writes benchmarks/RESULTS.md
#   make regression  whether anything got slower than benchmarks/limits.toml allows (CI runs it)
#   make eval    score detection on the labelled set, by family and form
#   make coverage  how much of the code the suite runs, commands in processes of their own counted
#   make fuzz    any bytes for the readers, guided by coverage (SECONDS=60 for each)
#   make mutate  does a test fail when the code is changed in small ways (SAMPLE=300 SEED=1 ROOMS=policy)
#   make vscode  build the VS Code extension, editors/vscode/nbguard.vsix
#   make docs    build the documentation into site/
#   make check   the quick loop: lint, and the tests of what changed since main (SINCE=ref picks another)
#   make release build all that a release consists of, twice, into dist/; sends nothing anywhere
#
# PYTHON=python3.13 picks the interpreter, VENV=dir another place for the environment.

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCHMARKS := cold_start detect generic growth history incremental jupyter large lsp samples strip sweep
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in $(CANDIDATES); do \
	"$$python" -c '$(NEW_ENOUGH)' 2>/dev/null && { echo "$$python"; exit; }; done)

# pip and pre-commit say more than a newcomer needs.
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help demo demo-audit demo-lifecycle test coverage lint check lab front-end vscode bench regression eval fuzz mutate docs release clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   make/  make/p' Makefile

demo: $(STAMP)
	@PRE_COMMIT_HOME="$${PRE_COMMIT_HOME:-$(CURDIR)/$(VENV)/pre-commit}" $(BIN)/python -m nbguard demo

demo-lifecycle: $(STAMP)
	@$(BIN)/python -m nbguard.cli.demo.retirement

demo-audit: $(STAMP)
	@$(BIN)/python -m tests.e2e.audit_quarter

# Unshuffled and with the same examples, so that what failed fails again; pytest by itself takes another order and
# other examples each time. JOBS: how many processes, by default one for each core.
JOBS ?= logical
WHOLE := --slow -p no:randomly --hypothesis-profile=steady

# Two runs: the browser's tools keep an event loop running, and the server tests start their own. Coverage is apart,
# as it makes the suite take three times as long.
test: lint front-end vscode
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(WHOLE)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(WHOLE) tests/browser

# The lines and branches that run, with those of commands that tests start as processes; without the browser.
coverage: lint
	rm -f .coverage .coverage.*
	-$(BIN)/coverage run --rcfile=tests/coverage_of_commands.toml -m pytest -q -n $(JOBS) --dist worksteal $(WHOLE) \
		--ignore tests/browser
	$(BIN)/coverage combine -q --rcfile=tests/coverage_of_commands.toml
	$(BIN)/coverage report --rcfile=tests/coverage_of_commands.toml --sort=cover

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

SINCE ?= main
check: lint
	@tests="$$($(BIN)/python -m tests.changed $(SINCE))"; \
		[ -n "$$tests" ] || { echo "no test belongs to what changed since $(SINCE)"; exit 0; }; \
		echo "testing:" $$tests; $(BIN)/python -m pytest -q -x $$tests

# npm and Node 20 or newer are needed here and in `test`, and nowhere else.
lab: $(STAMP)
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer (https://nodejs.org)" >&2; exit 1; }
	npm --prefix lab ci --ignore-scripts --no-audit --no-fund
	npm --prefix lab run build
	@$(BIN)/python lab/stamp.py
	@mkdir -p "$(VENV)/share/jupyter/labextensions/@nbguard"
	@ln -sfn "$(CURDIR)/nbguard/jupyter/labextension" "$(VENV)/share/jupyter/labextensions/@nbguard/lab"

# What `test` needs beside Python; the front end is built again when its sources changed.
front-end: $(STAMP)
	@for name in "$$NBGUARD_CHROMIUM" chromium chromium-browser google-chrome; do \
		[ -n "$$name" ] && command -v "$$name" >/dev/null && exit 0; done; \
		echo "Chromium is missing: apt-get install chromium, or set NBGUARD_CHROMIUM" >&2; exit 1
	@{ [ -d lab/node_modules ] && $(BIN)/python lab/stamp.py --check; } 2>/dev/null || $(MAKE) lab
	npm --prefix lab run check
	npm --prefix lab test

# npm and Node 20 or newer are needed here, too.
vscode:
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer (https://nodejs.org)" >&2; exit 1; }
	npm --prefix editors/vscode ci --ignore-scripts --no-audit --no-fund
	npm --prefix editors/vscode run package

bench: $(STAMP)
	$(BIN)/python -m benchmarks.results
	$(BIN)/python -m benchmarks.charts
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m "benchmarks.$$name" || exit 1; done

# What the work costs, as a multiple of a loop on the same machine.
regression: $(STAMP)
	$(BIN)/python -m benchmarks.regression

eval: $(STAMP)
	$(BIN)/python -m evaluation --forms --hold

SECONDS ?= 60
fuzz: $(VENV)/.fuzz
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

SAMPLE ?= 300
SEED ?= 1
mutate: $(VENV)/.mutation
	$(BIN)/python -m tests.mutation $(ROOMS) --sample $(SAMPLE) --seed $(SEED)

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

release: $(STAMP)
	.ci/release

clean:
	rm -rf build dist site htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Made again only when pyproject.toml changed.
$(STAMP): pyproject.toml | $(BIN)/python
	@echo "installing nbguard and its test tools into $(VENV); the first time this takes a minute or two"
	@$(BIN)/python -m pip install -q -e '.[test]'
	@touch $@

$(VENV)/.docs: $(STAMP)
	@$(BIN)/python -m pip install -q 'mkdocs-material>=9.5,<10'
	@touch $@

# atheris has wheels for Linux only.
$(VENV)/.fuzz: $(STAMP)
	@$(BIN)/python -m pip install -q 'atheris>=3,<4'
	@touch $@

$(VENV)/.mutation: $(STAMP)
	@$(BIN)/python -m pip install -q -e '.[mutation]'
	@touch $@

$(BIN)/python:
	@command -v git >/dev/null || { echo "git is missing: install it and run make again" >&2; exit 1; }
	@[ -n "$(PYTHON)" ] && "$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { \
		found="$(PYTHON)"; [ -n "$$found" ] || found="$$(command -v python3 || command -v python || echo none)"; \
		echo "nbguard needs Python 3.11 or newer; found: $$found $$("$$found" --version 2>/dev/null)." \
			"Install one, or name it: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@"$(PYTHON)" -m venv "$(VENV)" || { rm -f $(BIN)/python; \
		echo "$(PYTHON) can't make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
