# Everything that is needed is set up by the targets themselves: Python 3.11 or newer and make are enough.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test lint types check bench messages manifest lock migration clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## / — /'

$(READY): requirements.lock pyproject.toml tools/setup.sh
	sh tools/setup.sh $(VENV)

run: $(READY) ## run the bot: on Slack with tokens, else a demo with a page to click
	@$(BIN)/rapport run --or-demo

test: check ## set up, check style and types, run every test
	$(BIN)/python -m pytest -n auto --dist loadfile

check: lint types

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

bench: $(READY) ## measure against floors, side by side in one run; a quarter of an hour
	$(BIN)/python -m bench

messages: $(READY) ## bring the catalogues up to date with the code
	$(BIN)/python -m handlers.locales

manifest: $(READY) ## write manifest.yml from the code
	$(BIN)/rapport manifest > manifest.yml

lock: $(READY) ## pin the newest versions that pyproject.toml allows
	$(BIN)/pip install --quiet "uv>=0.9"
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --generate-hashes \
		--upgrade --group dev --all-extras pyproject.toml -o requirements.lock

clean: ## remove what was set up; the book in .rapport stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
