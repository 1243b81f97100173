# Newsroom. `make help` lists what can be asked for.

PYTHON ?= python3
PORT ?= 5000
# Test processes: one more than there are cores, because tests wait for servers and browsers; eight at most.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1 )))

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.installed-runtime
DEVELOPMENT := $(VENV)/.installed-development

export PORT
# A package index may answer slowly; pip's own notices are noise here.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where Python may not keep what it has compiled, every process compiles everything again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test demo fix lint migration faults submissions thorough golden clean screenshots judge letter-pictures

help: ## Show this list
	@echo "Usage: make TARGET [PORT=5000] [PYTHON=python3]"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(RUNTIME) ## Make .venv and put in what the product needs to run
	@echo "Ready. make run starts the site; make help lists the rest."

run: $(RUNTIME) ## Start the site and its worker, with sample content if the database is empty
run: export NEWSROOM_ENV = development
run:
	@$(BIN)/python -m newsroom.run check
	@$(BIN)/flask db upgrade
	@$(BIN)/flask demo fill
	@$(BIN)/python -m newsroom.run

demo: $(RUNTIME) ## The main job without a screen: a story becomes an issue in three inboxes, in demo/
demo: export NEWSROOM_ENV = development
demo:
	@$(BIN)/flask demo show demo

test: lint ## Everything CI runs: style, types and the whole suite (REQUIRE_ALL=1: skip nothing)
test: export NEWSROOM_ENV = development
test:
	@$(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 8 --dist worksteal

lint: $(DEVELOPMENT) ## Judge style and types without changing anything
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: run make fix." >&2; exit 1; }
	@$(BIN)/mypy

fix: $(DEVELOPMENT) ## Repair what can be repaired by itself: imports, layout, small sins
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

migration: $(DEVELOPMENT) ## Write the migration for changed models: make migration m="what changes"
migration: export NEWSROOM_ENV = development
migration:
	@test -n "$(m)" || { echo 'Say what changes: make migration m="stories get a language".' >&2; exit 2; }
	@$(BIN)/flask db upgrade
	@$(BIN)/flask db migrate -m "$(m)"
	@echo "Read the new file in newsroom/migrations/versions, then run make test."

faults: $(DEVELOPMENT) ## Kill workers, servers and databases in the middle of sends, and count letters (half an hour)
faults: export NEWSROOM_ENV = development
faults:
	@$(BIN)/pytest tests/faults --faults -o faulthandler_timeout=0

submissions: $(DEVELOPMENT) ## Send ten thousand hostile submissions to the story form (minutes)
submissions: export NEWSROOM_ENV = development
submissions:
	@$(BIN)/pytest tests/stories/test_generated_submissions.py tests/journeys/test_hostile_stories.py --submissions 10000 -o faulthandler_timeout=0

thorough: $(DEVELOPMENT) ## Try each law with a thousand examples from fresh chance, and all variants where the suite tries a few (minutes)
thorough: export NEWSROOM_ENV = development
thorough:
	@$(BIN)/pytest -m "hypothesis or variants" --hypothesis-profile thorough --numprocesses $(WORKERS) --maxprocesses 8 --dist worksteal -o faulthandler_timeout=0 $(ONLY)

golden: $(DEVELOPMENT) ## Rewrite the golden letters; then read the difference before you commit it
golden: export NEWSROOM_ENV = development
golden:
	@$(BIN)/pytest --quiet -m golden --rewrite-golden
	@git --no-pager diff --stat -- tests/golden

judge: $(DEVELOPMENT) ## Have the letters judged by programs that others wrote; the report goes to test-results (minutes; ONLY=vnu LETTER=sample)
judge: export NEWSROOM_ENV = development
judge:
	@scripts/install-judges
	@$(BIN)/python -m judges $(if $(ONLY),--only "$(ONLY)") $(if $(LETTER),--letter "$(LETTER)")

letter-pictures: $(DEVELOPMENT) ## Take pictures of letters in Thunderbird, light, dark and as text (LETTERS="sample arabic"; minutes)
letter-pictures: export NEWSROOM_ENV = development
letter-pictures:
	@scripts/install-judges pictures
	@$(BIN)/python -m scripts.letter_pictures $(LETTERS)

screenshots: $(DEVELOPMENT) ## Take the README's pictures again (needs Chromium)
screenshots: export NEWSROOM_ENV = development
screenshots:
	@$(BIN)/python -m scripts.screenshots

clean: ## Remove what was built; your database in instance/ stays
	@rm -rf $(VENV) demo test-results htmlcov .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: pip runs again only when the list it reads has changed.

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "Newsroom needs Python 3.11 or newer, and there is no $(PYTHON) here: install it, or name one with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Newsroom needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name a newer one with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); echo "Python could not make a virtual environment; on Debian and Ubuntu, install python3-venv first." >&2; exit 1; }

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing what requirements.txt names into $(VENV) …"
	@$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements.txt requirements-scale.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what requirements-dev.txt names into $(VENV) …"
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $(RUNTIME) $@
