# Wasl. `make run` is all a first look needs; `make help` lists the rest.

PYTHON := .venv/bin/python
# Parallel test processes; each has a database of its own.
TESTERS ?= 2

.PHONY: help set-up set-up-dev run check test lint unit drills bench bench-full bench-table profile lock clean

set-up: ## install what Wasl needs, into this folder only
	@bin/set-up

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: set-up ## start everything on this machine
	@.venv/bin/wasl run

check: set-up ## look whether all is well
	@.venv/bin/wasl check

set-up-dev: ## install what the checks and tests need besides
	@bin/set-up dev

test: set-up-dev lint unit ## all checks and tests

lint: set-up-dev ## style, floors, types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy wasl

# Native traces: pytest's own reader of sources can fall over (CPython's parser, deep within the browser's greenlets),
# and then the name of the failing test is lost with the whole run.
unit: set-up-dev ## the tests, on an embedded PostgreSQL made for them
	.venv/bin/pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder --tb=native -m 'not drill' $(ARGS)

drills: export WASL_CHANCE = 1 # what is tried at random is something new each time
drills: set-up-dev ## longer trials: kill -9 everywhere, the tests on Debian's PostgreSQL 15
	.venv/bin/pytest drills $(ARGS)
	.venv/bin/pytest tests wasl -m drill $(ARGS)
	bin/with-postgres-15 .venv/bin/pytest -n $(TESTERS) --dist loadfile

bench: set-up-dev ## measure speed and memory in under 5 minutes; JSON lines on standard output
	@$(PYTHON) -m bench quick $(ARGS)

bench-full: set-up-dev ## the same with up to a million cases; more than an hour
	@$(PYTHON) -m bench full $(ARGS)

bench-table: set-up-dev ## put what the last runs have measured into docs/performance.md
	@$(PYTHON) -m bench table --page docs/performance.md $(or $(ARGS),$(wildcard var/bench/*.jsonl))

profile: set-up-dev ## where the time of a create goes
	@$(PYTHON) -m bench profile $(ARGS)

lock: ## pin every dependency anew, with hashes
	@bin/lock

clean: ## remove what the targets made, but for the data in var/
	rm -rf .venv node_modules wasl/web/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
