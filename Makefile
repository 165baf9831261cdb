# run, setup, test, style, quality: the same five words everywhere.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501

.PHONY: run setup test browser style quality lock check-load-reports benchmarks clean

run: setup  ## Open the app.
	$(BIN)/streamlit run streamlit_app.py --server.port $(PORT)

setup: .venv/installed  ## Make the virtual environment with what the app needs.

test: .venv/installed-dev browser  ## Run every test, those in a real browser too.
	$(BIN)/python -m pytest -n 2 --dist loadfile

browser: .venv/installed-dev  ## Find a Chromium, or install one.
	$(BIN)/python -m tests.browser.chromium

style: .venv/installed-dev  ## Put the code in shape.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

quality: .venv/installed-dev  ## Say what is wrong with the code's shape and its types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_imports.py

check-load-reports: .venv/installed-dev  ## Compare load reports with real loads for every model type (long).
	$(BIN)/python -m benchmarks.check_load_reports

benchmarks: .venv/installed-dev  ## Measure everything in docs/benchmarks.md again (long).
	$(BIN)/python -m benchmarks

# Needs uv. The CPU build of torch must be among the packages that pip can find.
LOCK := uv pip compile --generate-hashes --no-annotate --python-version 3.11 --quiet \
	--python-platform x86_64-manylinux_2_28 --custom-compile-command "make lock"
lock:  ## Write the locks anew from the pins.
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements-dev.txt -o requirements-dev.lock

clean:  ## Remove what the other commands made.
	rm -rf .venv artefacts .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

# The versions of the lock without its hashes: another build of torch has others.
.venv/constraints.txt: requirements-dev.lock | .venv/bin/python
	sed -nE 's/^([A-Za-z0-9_.-]+==[^ ;+]+).*/\1/p' requirements-dev.lock > $@

.venv/installed: requirements.txt .venv/constraints.txt
	$(BIN)/python -m pip install --quiet --constraint .venv/constraints.txt -r requirements.txt
	touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/python -m pip install --quiet --constraint .venv/constraints.txt -r requirements-dev.txt
	touch $@
