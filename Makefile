# make run    a working helpline with demo data, a browser phone and printed logins
# make test   everything that CI runs: style, types, contracts, tests on SQLite and PostgreSQL, a browser
# make prove  the long forms: all kills, races and fuzz; figures go to docs/reliability.md
# make translations  collects the words of the pages for the translators, and compiles theirs
# make bench  speed, each figure beside a reference measured in the same run

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
unexport PYTHONDONTWRITEBYTECODE  # the tests start many processes; compiled once, each starts sooner

.PHONY: run test check prove bench lock install translations clean

run: .make/runtime
	@$(BIN)/python -m helpline.cli demo

test: check
	$(PYTEST) -n $(WORKERS) --dist worksteal -q

check: .make/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

prove: .make/dev
	PROVE=1 $(PYTEST) -n $(WORKERS) -q -m storm
	$(BIN)/python -m tests.load.reliability

bench: .make/dev
	$(BIN)/python -m tests.load.bench

install: .make/dev

lock: .make/dev
	$(BIN)/pip-compile $(LOCK) -o requirements/runtime.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra dev --allow-unsafe -o requirements/dev.txt pyproject.toml

LOCK := --quiet --upgrade --generate-hashes --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.make/venv:
	@mkdir -p .make
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Helpline needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "Missing: python3-venv. As root: apt-get install python3-venv"; exit 1; fi; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

.make/runtime: .make/venv requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	@touch $@

.make/dev: .make/runtime requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fonts-noto-core; \
	  else echo "Missing: chromium. As root: apt-get install chromium fonts-noto-cjk fonts-noto-core"; exit 1; fi; }
	@touch $@

clean:
	rm -rf $(VENV) .make .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

BABEL := $(BIN)/python -m babel.messages.frontend
WORDS := helpline/translations

translations: .make/dev
	$(BABEL) extract -F $(WORDS)/babel.cfg --omit-header --no-wrap --sort-by-file \
	  --add-location file -o $(WORDS)/messages.pot helpline
	for language in zh_Hans hi; do $(BABEL) update --no-wrap --no-fuzzy-matching --ignore-obsolete \
	  --ignore-pot-creation-date -l $$language -i $(WORDS)/messages.pot -d $(WORDS); done
	$(BABEL) compile -d $(WORDS)
