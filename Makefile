# Everything is done through these targets; `make help` lists them.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
# Every process would compile all libraries again: a test starts hundreds.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin
WORKBENCH := $(VENV)/.workbench
CLASS := $(VENV)/.class
LITE := $(VENV)/.lite
READY := $(VENV)/.ready
SMARTCARD := $(VENV)/.smartcard
MAKE_VENV = [ -n "$(PYTHON)" ] || { echo "myna_lab needs Python 3.11 or newer, and found none."; exit 1; }; \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
PIP_INSTALL = PYTHONWARNINGS="ignore:Editable installation" $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt
# A system's pip may be years old, and a new one takes a third of its time.
NEW_PIP = $(PIP_INSTALL) --quiet --upgrade pip

# Three runs side by side, each a third of the work. What asks readers, doors and browsers mostly waits, and goes first:
# what computes is nice.
JUDGES := document_octets field_table kit kit_documents kit_judged kit_keys lab_openssl openssl pdf pkilint profile_order sqlite_tool
OTHERS := tests/notebooks tests/rules tests/property $(wildcard tests/test_*.py) $(JUDGES:%=tests/interop/test_%.py)
ALONE := tests $(patsubst %,--ignore=%,tests/unit $(OTHERS))
# A lab's file waits for the disk at each event: the tests' files are in memory, where it has room for them.
SCRATCH := $(shell [ -w /dev/shm ] && df -Pk /dev/shm | awk 'NR == 2 && $$4 > 4000000 {print "TMPDIR=/dev/shm"}')

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get
SYSTEM := curl sqlite3 bubblewrap opensc pcscd vsmartcard-vpcd openssl poppler-utils fonts-noto-cjk gcc libpcsclite-dev python3-dev swig default-jdk-headless golang-go

.DEFAULT_GOAL := help
.PHONY: help setup lab show class lite test types unit others alone walkthrough bench notebooks pictures system soak

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY) $(SMARTCARD) ## a virtual environment in .venv with everything that lab and test need

$(WORKBENCH): pyproject.toml setup.py constraints.txt
	@echo "Installing the workbench into $(VENV). It takes a minute or two, once. (初回だけ1〜2分かかります)"
	@$(MAKE_VENV)
	@$(NEW_PIP)
	@$(PIP_INSTALL) --editable '.[workbench]'
	@touch $@

$(CLASS): $(WORKBENCH)
	@echo "Installing the hub for a class, and its proxy."
	@$(PIP_INSTALL) --quiet --editable '.[class]'
	@$(BIN)/myna-lab class install
	@touch $@

$(LITE): $(WORKBENCH)
	@echo "Installing what builds a site for a browser."
	@$(PIP_INSTALL) --quiet --editable '.[lite]'
	@touch $@

# The development extra asks for the class, and the class for the workbench: one installation brings all.
$(READY): pyproject.toml setup.py constraints.txt
	@$(MAKE_VENV)
	@echo "Installing what the tests need."
	@$(NEW_PIP)
	@$(PIP_INSTALL) --quiet --no-compile --editable '.[development]'
	@$(BIN)/myna-lab class install || echo "Without its proxy the tests of a class are left out."
	@touch $(WORKBENCH) $(CLASS) $@

# pyscard is compiled against the PC/SC headers: only where `make system` brought them.
$(SMARTCARD): $(READY)
	@if [ -e /usr/include/PCSC/winscard.h ] && command -v swig gcc >/dev/null; then \
		$(PIP_INSTALL) --quiet pyscard; fi
	@touch $@

lab: $(WORKBENCH) ## JupyterLab on the first notebook (without a screen: prints the address)
	$(BIN)/myna-lab lab

show: $(WORKBENCH) ## the wizard's notebook as a page without code; another one: myna-lab show NOTEBOOK
	$(BIN)/myna-lab show

test: setup ## lint, types, import contracts, then every test, the notebooks included
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache
	@$(MAKE) --no-print-directory --jobs types unit others alone

types: $(READY)
	$(BIN)/mypy

# Each says what it found at its end, so that they do not write into each other's lines; the first one shows its dots.
SAID_LATER = >$(VENV)/$@.txt 2>&1; code=$$?; cat $(VENV)/$@.txt; exit $$code

unit:
	$(SCRATCH) nice -n 10 $(BIN)/pytest tests/unit

others:
	@$(SCRATCH) nice -n 10 $(BIN)/pytest $(OTHERS) $(SAID_LATER)

alone:
	@$(SCRATCH) $(BIN)/pytest $(ALONE) $(SAID_LATER)

class: $(CLASS) ## a hub for a class of 40 on this computer; on a network: myna-lab class --address
	$(BIN)/myna-lab class --students 40

lite: $(LITE) ## a site that runs in the browser alone, in build/lite/site (see docs/browser.md)
	@$(BIN)/python tools/make_lite.py $(WHEELS)

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
	@rm -f $(SMARTCARD)
	@# Ubuntu's chromium is a door to a snap, which does not open inside a container: take what is there, or say so.
	@if . /etc/os-release && [ "$$ID" = ubuntu ]; then \
		command -v google-chrome chromium >/dev/null || $(SUDO) snap install chromium || \
		echo "No browser: install Chrome or the chromium snap, or set MYNA_LAB_CHROMIUM to one."; \
	else $(APT) install --quiet --yes --no-install-recommends chromium; fi
