# Every command makes its own environment first: a fresh clone needs Python 3.11, git and make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help env run test format messages assets pins

BIN := .venv/bin
CODE := bot flows workers tests requirements $(wildcard bench)
WORKERS ?= auto
# Empty means no: bytecode is kept, or every process that is started compiles its libraries again.
export PYTHONDONTWRITEBYTECODE :=
ARGS ?=

help:  ## show these lines
	@sed -n 's/^\([a-z]*\):.*##/make \1:/p' Makefile

env:  ## make .venv from the pins
	@python3 requirements/bootstrap.py

run: env  ## start everything, with a demonstration (make run ARGS="--port 9000")
	@exec $(BIN)/awaaz run $(ARGS)

# Extracted as `make messages` does, so that a new sentence can not miss the translators.
EXTRACT := $(BIN)/pybabel -q extract -F pyproject.toml -k Phrase:1c,2 --no-location --omit-header \
	--width 100 -o

test: env  ## format, lint, types, contracts, catalogues, every test, coverage
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@fresh=$$(mktemp) && $(EXTRACT) $$fresh . && \
		{ diff -u locales/survey.pot $$fresh || { echo 'locales/survey.pot is old: run `make messages`.'; exit 1; }; }; \
		status=$$?; rm -f $$fresh; exit $$status
	$(BIN)/coverage erase
	$(BIN)/pytest -n $(WORKERS) --maxprocesses=$$(getconf _NPROCESSORS_ONLN) --dist worksteal \
		--cov --cov-branch --cov-report= $(ARGS)
	$(BIN)/coverage report --include 'flows/*' --show-missing --skip-covered --fail-under 100
	$(BIN)/coverage report --include 'bot/*,workers/*' --show-missing --skip-covered --fail-under 90

format: env  ## put the code into the house's shape
	$(BIN)/ruff check --fix-only --quiet $(CODE)
	$(BIN)/ruff format $(CODE)

# A catalogue's head stays as its translators wrote it: Babel would drop what it does not know.
messages: env  ## extract what the bot and its pages say, and bring every catalogue up to date
	$(EXTRACT) locales/survey.pot .
	$(BIN)/pybabel -q extract -F locales/console.toml -k Sentence -k counted:1,2 --no-location \
		--omit-header --width 100 -o locales/console.pot .
	@for file in locales/*/LC_MESSAGES/*.po; do \
		code=$$(basename $$(dirname $$(dirname $$file))); \
		head=$$(sed '/^$$/q' $$file); \
		$(BIN)/pybabel -q update -i locales/$$(basename $$file .po).pot -o $$file -l $${code//-/_} \
			--no-fuzzy-matching --omit-header --width 100 || exit; \
		{ printf '%s\n\n' "$$head"; cat $$file; } > $$file.new && mv $$file.new $$file; \
	done

ASSETS := bot/web/static/source
assets:  ## build the console's style sheets and script anew (needs node and npm)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && cp $(ASSETS)/package.json "$$folder" && \
		npm install --prefix "$$folder" --no-fund --no-audit --silent && \
		node $(ASSETS)/build.mjs "$$PWD/$(ASSETS)" "$$folder"

PIN := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

pins: env  ## resolve the requirements anew
	$(PIN) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(PIN) pyproject.toml -o requirements/run.txt
	$(PIN) pyproject.toml --extra test -o requirements/test.txt
