PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
INDEX ?= .juanzong
BIN := .venv/bin

.PHONY: serve test lint bench accuracy survey documents relevance cluster cluster-stop test-cluster torture release clean

# on this machine alone the pages of the corpus are shown too; with PUBLIC=1 nobody else gets them
serve: .venv/installed
	@ls $(INDEX)/generations 2>/dev/null | grep -q '^[0-9]' || $(BIN)/juanzong --index $(INDEX) rebuild seeds
	$(BIN)/juanzong --index $(INDEX) serve --host $(HOST) --port $(PORT) $(if $(PUBLIC),--public,--sources)

test: .venv/tested
	$(BIN)/python -m pytest -n auto

lint: .venv/tested
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check --quiet .
	$(BIN)/python -m mypy

# three real OpenSearch nodes on the loopback; needs a JDK 17 and Maven
cluster:
	$(PYTHON) scripts/cluster/nodes.py start

cluster-stop:
	$(PYTHON) scripts/cluster/nodes.py stop --wipe

# what must hold on a cluster as in a folder, and what can go wrong on a cluster only
test-cluster: .venv/tested
	$(BIN)/python -m pytest -m cluster
	JUANZONG_TEST_ENGINE=cluster $(BIN)/python -m pytest $(addprefix tests/search/test_,findability.py marks.py counts.py paging.py modes.py engine.py) tests/search/answer/test_explanation.py \
		tests/search/language/test_synonyms.py tests/web/routes tests/web/test_browser.py -k 'not browser or walk_of_a_reader'

accuracy: .venv/installed
	$(BIN)/python -m accuracy.score
	$(BIN)/python -m accuracy.pages

# what was read from a corpus, as a table in which errors can be seen: make survey CORPUS=folder
survey: .venv/installed
	$(BIN)/python -m accuracy.survey $(or $(CORPUS),seeds)

documents: .venv/recognising
	$(BIN)/python -m accuracy.documents
	@test ! -d ../shared/documents || $(BIN)/python -m accuracy.documents ../shared/documents

bench: .venv/measured
	$(BIN)/python -m benchmarks.ledger
	$(BIN)/python -m benchmarks.samejob
	$(BIN)/python -m benchmarks.studies

# a wheel, the hashes of the tested set, what an installation consists of, and whether a known fault is in it
release: .venv/tested
	$(BIN)/python -m pip install --quiet --editable '.[test,release]'
	$(BIN)/python -m scripts.lock
	$(BIN)/python -m scripts.audit
	$(BIN)/python -m scripts.sbom
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

# minutes; LONG=1 takes hours
torture: .venv/tested
	$(BIN)/python -m torture $(if $(LONG),--long)

relevance: .venv/installed
	$(BIN)/python -m benchmarks.relevance

.venv/installed: setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "juanzong needs Python 3.10 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/tested: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

.venv/recognising: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[ocr]'
	@touch $@

.venv/measured: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@

clean:
	rm -rf .venv .juanzong
