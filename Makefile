# One name per chore. Every target makes the environment it needs; run again, it starts at once.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.ready

.PHONY: setup demo test drills lint format types bench docs pictures lock clean

setup: $(STAMP)

$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "LiaisonBot needs Python 3.11 or newer; install it, or name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python lacks venv: install it first (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)  # also what was begun and cut short
	@$(PY) -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	@touch $@

demo: $(STAMP)
	@$(PY) bot.py demo $(ARGS)

test: $(STAMP)
	@$(PY) -m pytest -n auto -m "not drill" $(ARGS)

drills: $(STAMP)
	@$(PY) -m pytest -m drill $(ARGS)

lint: $(STAMP)
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

format: $(STAMP)
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

types: $(STAMP)
	@$(PY) -m mypy

bench: $(STAMP)
	@$(PY) -m benchmarks $(ARGS)

docs: $(STAMP)
	@$(PY) -m docs.draw && $(PY) -m docs.settings_pages && $(PY) -m docs.figures_pages && $(PY) -m docs.holidays_table

pictures: $(STAMP)
	@$(PY) -m docs.pictures.take && $(PY) -m docs.pictures.take_summary

lock: $(STAMP)
	@$(PY) -m pip install --quiet uv
	@$(PY) -m uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet $(ARGS) -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
