# Everything is done through these targets; `make help` lists them.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
WORKBENCH := $(VENV)/.workbench
READY := $(VENV)/.ready
PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

# What shares nothing runs side by side; readers, doors, browsers and saved notebooks one after the other.
JUDGES := document_octets field_table kit kit_documents kit_judged kit_keys lab_openssl openssl pdf pkilint profile_order
QUICK := tests/notebooks tests/unit tests/rules tests/property $(wildcard tests/test_*.py) $(JUDGES:%=tests/interop/test_%.py)
ALONE := tests $(QUICK:%=--ignore=%)

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get
SYSTEM := curl opensc pcscd vsmartcard-vpcd openssl poppler-utils fonts-noto-cjk gcc libpcsclite-dev python3-dev swig default-jdk-headless golang-go

.DEFAULT_GOAL := help
.PHONY: help setup lab test walkthrough bench notebooks pictures system soak

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY) ## a virtual environment in .venv with everything that lab and test need

$(WORKBENCH): pyproject.toml setup.py constraints.txt
	@[ -n "$(PYTHON)" ] || { echo "myna_lab needs Python 3.11 or newer, and found none."; exit 1; }
	@echo "Installing the workbench into $(VENV). It takes a minute or two, once. (初回だけ1〜2分かかります)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP_INSTALL) --editable '.[workbench]'
	@touch $@

$(READY): $(WORKBENCH)
	@echo "Installing what the tests need."
	@$(PIP_INSTALL) --quiet --editable '.[development]'
	@# pyscard is compiled against the PC/SC headers: only where `make system` brought them.
	@if [ -e /usr/include/PCSC/winscard.h ] && command -v swig gcc >/dev/null; then \
		$(PIP_INSTALL) --quiet pyscard; fi
	@touch $@

lab: $(WORKBENCH) ## JupyterLab on the first notebook (without a screen: prints the address)
	$(BIN)/myna-lab lab

test: setup ## lint, types, import contracts, then every test, the notebooks included
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n 2 --dist worksteal $(QUICK)
	$(BIN)/pytest $(ALONE)

walkthrough: $(WORKBENCH) ## the whole story in the terminal
	$(BIN)/myna-lab walkthrough

bench: setup ## peers, limits and ours, side by side
	@set -e; for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

notebooks: setup ## run every notebook again and save it
	$(BIN)/python tools/refresh_notebooks.py

pictures: setup ## take the pictures of the wizard and of the two phones again (needs a browser)
	$(BIN)/python tools/make_pictures.py

soak: setup ## the long fuzzing, crash and load runs
	MYNA_LAB_SOAK=1 $(BIN)/pytest -m 'soak or hypothesis'

system: ## the optional system packages: real clients and the browser test (Debian, Ubuntu)
	$(APT) update --quiet
	$(APT) install --quiet --yes --no-install-recommends $(SYSTEM)
	@rm -f $(READY)
	@# Ubuntu's chromium is a door to a snap, which does not open inside a container: take what is there, or say so.
	@if . /etc/os-release && [ "$$ID" = ubuntu ]; then \
		command -v google-chrome chromium >/dev/null || $(SUDO) snap install chromium || \
		echo "No browser: install Chrome or the chromium snap, or set MYNA_LAB_CHROMIUM to one."; \
	else $(APT) install --quiet --yes --no-install-recommends chromium; fi
