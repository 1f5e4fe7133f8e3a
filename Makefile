# `make serve` sets up, builds if there is no release yet, and serves; `make test` runs all tests.
PYTHON ?= python3
PORT ?= 8000
JOBS ?= 3
MINIMUM := $(shell sed -n 's/^requires-python = ">=\(.*\)"/\1/p' pyproject.toml)
VENV := .venv
BIN := $(VENV)/bin
VENDOR := var/vendor
PEERS := var/peers

.PHONY: serve build test lint format derived pictures notebooks setup wheel vendor peers lock clean

serve: setup vendor
	@[ -e releases/current ] || $(BIN)/iccgraph build
	$(BIN)/iccgraph serve --port $(PORT)

build: setup
	$(BIN)/iccgraph build

test: setup vendor lint
	$(BIN)/pytest -n $(JOBS) --dist=loadfile

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Columns, JSON-LD terms and rows of documents that follow from the files that add a property.
derived: setup
	$(BIN)/python -m tests.derived

# The pictures of pages that the documents show; needs Chromium and its driver.
pictures: setup vendor
	$(BIN)/python -m tests.pictures

# The notebooks as documents, run anew against the release of the tables.
notebooks: setup
	$(BIN)/python -m tests.notebooks.render

setup: $(VENV)/.ready

$(VENV)/.ready: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; old = sys.version_info[:2] < tuple(map(int, "$(MINIMUM)".split("."))); \
	  sys.exit(old and "iccgraph needs Python $(MINIMUM) or newer, and $(PYTHON) is %d.%d; name" \
	    " another one: make PYTHON=python$(MINIMUM)" % sys.version_info[:2])'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What is uploaded: the wheel, which `iccgraph init` and the rest run from, and the source archive.
wheel: setup
	rm -rf dist
	$(BIN)/python -m hatchling build

# Without npm there are no outlines and no query editor; its absence is told and is no error.
vendor: $(VENDOR)/.ready

$(VENDOR)/.ready: package.json package-lock.json
	@mkdir -p $(VENDOR)
	@if command -v npm >/dev/null 2>&1; then \
	  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && \
	  cp node_modules/world-atlas/countries-50m.json \
	    node_modules/world-atlas/countries-110m.json \
	    node_modules/@zazuko/yasqe/build/yasqe.min.js \
	    node_modules/@zazuko/yasqe/build/yasqe.min.css \
	    node_modules/leaflet/dist/leaflet.js node_modules/leaflet/dist/leaflet.css \
	    $(VENDOR)/ && touch $@ || \
	  echo "npm could not install the front-end files; the pages do without them"; \
	else echo "npm is not installed; the pages do without its files"; fi

# Servers and clients of others that the tests run beside ours; without one, its tests are skipped.
peers: $(PEERS)/.ready-jena $(PEERS)/.ready-rdf4j $(PEERS)/.ready-comunica \
  $(PEERS)/.ready-readers $(PEERS)/.ready-tables $(PEERS)/.ready-networks $(PEERS)/.ready-ckan

# Each in an environment of its own, for they want other versions than we and than each other.
$(PEERS)/.ready-readers $(PEERS)/.ready-tables $(PEERS)/.ready-networks: \
    $(PEERS)/.ready-%: tests/peers/%.txt
	@mkdir -p $(PEERS)
	@$(PYTHON) -m venv --clear $(PEERS)/$* && \
	  $(PEERS)/$*/bin/python -m pip install --quiet --disable-pip-version-check \
	    --requirement $< && touch $@ || \
	  echo "pip could not install the readers of $<; their tests will be skipped"

$(PEERS)/.ready-jena: tests/peers/pom.xml
	@mkdir -p $(PEERS)
	@if command -v java >/dev/null 2>&1 && command -v mvn >/dev/null 2>&1; then \
	  mvn --quiet --batch-mode --strict-checksums --file tests/peers/pom.xml \
	    dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(PEERS)/jena \
	    -Dmdep.stripVersion=true && touch $@ || \
	  echo "mvn could not fetch Apache Jena; its tests will be skipped"; \
	else echo "java or mvn is not installed; the tests with Apache Jena will be skipped"; fi

# Two versions: 4 is the last that reads JSON-LD 1.0 and no later one.
$(PEERS)/.ready-rdf4j: tests/peers/rdf4j/pom.xml
	@mkdir -p $(PEERS)
	@if command -v java >/dev/null 2>&1 && command -v mvn >/dev/null 2>&1; then \
	  failed=0; for version in 4.3.16 5.1.6; do \
	    mvn --quiet --batch-mode --strict-checksums --file tests/peers/rdf4j/pom.xml \
	      dependency:copy-dependencies -Drdf4j.version=$$version -DexcludeTypes=pom \
	      -DoutputDirectory=$(CURDIR)/$(PEERS)/rdf4j-$${version%%.*} || { failed=1; break; }; \
	  done; [ $$failed = 0 ] && touch $@ || \
	  echo "mvn could not fetch Eclipse RDF4J; its tests will be skipped"; \
	else echo "java or mvn is not installed; the tests with Eclipse RDF4J will be skipped"; fi

$(PEERS)/.ready-comunica: tests/peers/package.json tests/peers/package-lock.json
	@mkdir -p $(PEERS)/comunica
	@if command -v npm >/dev/null 2>&1; then \
	  cp tests/peers/package.json tests/peers/package-lock.json $(PEERS)/comunica/ && \
	  npm ci --prefix $(PEERS)/comunica --ignore-scripts --no-audit --no-fund \
	    --loglevel=error && touch $@ || \
	  echo "npm could not fetch Comunica; its tests will be skipped"; \
	else echo "npm is not installed; the tests with Comunica will be skipped"; fi

# CKAN and its harvester of DCAT, in an environment of their own: they want other versions than we.
$(PEERS)/.ready-ckan: tests/peers/ckan.txt
	@mkdir -p $(PEERS)
	@$(PYTHON) -m venv --clear $(PEERS)/ckan && \
	  $(PEERS)/ckan/bin/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes -r tests/peers/ckan.txt && touch $@ || \
	  echo "pip could not fetch CKAN; its tests will be skipped"

# Locks what pyproject.toml asks for, with the checksums of every file that may be installed:
# requirements-dev.txt is everything, requirements.txt what runs, in the same versions.
# What is locked stays as it is; `make lock UPGRADE=--upgrade` takes the newest versions.
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

lock: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(LOCK) $(UPGRADE) --extra dev --extra notebooks --extra research -o requirements-dev.txt pyproject.toml
	$(LOCK) --upgrade --constraint requirements-dev.txt -o requirements.txt pyproject.toml

clean:
	rm -rf $(VENV) var node_modules releases dist
