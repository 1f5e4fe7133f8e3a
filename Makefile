# `make serve` sets up, builds if there is no release yet, and serves; `make test` runs all tests.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
VENDOR := var/vendor

.PHONY: serve build test lint format setup vendor lock clean

serve: setup vendor
	@[ -e releases/current ] || $(BIN)/iccgraph build
	$(BIN)/iccgraph serve --port $(PORT)

build: setup
	$(BIN)/iccgraph build

test: setup vendor lint
	$(BIN)/pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Maps have no outlines without npm, so its absence is told and is no error.
vendor: $(VENDOR)/.ready

$(VENDOR)/.ready: package.json package-lock.json
	@mkdir -p $(VENDOR)
	@if command -v npm >/dev/null 2>&1; then \
	  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && \
	  cp node_modules/world-atlas/countries-50m.json \
	    node_modules/world-atlas/countries-110m.json $(VENDOR)/ && touch $@ || \
	  echo "npm could not install the front-end files; maps will have no outlines"; \
	else echo "npm is not installed; maps will have no outlines"; fi

# Locks what pyproject.toml asks for, with the checksums of every file that may be installed.
lock: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --strip-extras --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.txt pyproject.toml

clean:
	rm -rf $(VENV) var node_modules releases
