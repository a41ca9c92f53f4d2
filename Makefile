# Everything stays inside this folder: .venv, node_modules, instance. `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PY := .venv/bin/python

.PHONY: help run test sure bench demo i18n lock setup setup-dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## start everything and print the address (PORT, HOST, DATABASE_URL; Ctrl+C stops)
	@exec $(PY) -m concierge.cli.serve

test: setup-dev ## every test, on SQLite and PostgreSQL, stories in a browser (ARGS="-k words" for some)
	@$(PY) -m ruff check .
	@$(PY) scripts/contracts.py
	@$(PY) -m pytest -n 2 --dist loadscope $(ARGS)

sure: setup-dev ## quick: lint, types, import contracts, the pure rules
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) scripts/contracts.py
	@$(PY) -m pytest -q tests/domain tests/house/test_rooms.py $(ARGS)

bench: ## how fast, beside two floors in the same run (docs/performance.md)
	@DEV=1 BENCH=1 scripts/setup.sh
	@$(PY) -m bench $(ARGS)

demo: setup ## empty the local database and load the demo cases again
	@$(PY) -m concierge.cli.serve --reload-demo

i18n: setup-dev ## collect the texts, bring every catalogue up to date, compile
	@$(PY) scripts/i18n.py

lock: setup-dev ## write requirements/*.txt again from the *.in files
	@$(PY) scripts/lock.py

setup:
	@scripts/setup.sh

setup-dev:
	@DEV=1 scripts/setup.sh
