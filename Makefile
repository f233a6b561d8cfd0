# One command for each thing one does with a checkout. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup engines demo demo-tickets dev fix check test test-pg e2e lock migrate migration docs clean

UV := $(or $(shell command -v uv),.uv/bin/uv)
RUN := .venv/bin

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.uv/bin/uv: requirements-uv.lock
	python3 -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock

.venv/.complete: requirements.lock pyproject.toml | $(filter .uv/bin/uv,$(UV))
	$(UV) venv --quiet --allow-existing .venv
	$(UV) pip sync --quiet --require-hashes --python .venv requirements.lock
	$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	touch $@

setup: .venv/.complete ## make the platform's environment in .venv

engines: setup ## make the engines' environments (shared between checkouts)
	@$(RUN)/tomas engines install

demo: engines ## from a data set to a paper, with no key and no network
	@REHEARSAL=true $(RUN)/tomas run research --follow \
		--file data_files=$(or $(FILE),examples/research/pendulums.csv) \
		--input data_description="$(or $(ABOUT),Angles of forty pendulums against time. length_m is the length of the thread.)" \
		--task "Find the strongest relation in these data and write it up."
	@echo; echo "Next, a year of a help desk's tickets: make demo-tickets"

demo-tickets: engines ## an analysis of a ticket export, with no key and no network
	@REHEARSAL=true $(RUN)/tomas run itops --follow --file tickets=$(or $(FILE),examples/itops/tickets.csv) \
		--input analysis_focus=root_cause,patterns,team_performance,sla \
		--task "Find out what drives our tickets, and what to do about it."

dev: engines ## serve, and start anew when a file changes
	DEBUG=true $(RUN)/uvicorn --factory tomas.app:factory --reload --reload-dir src --reload-dir engines

fix: setup ## mend what can be mended mechanically
	$(RUN)/ruff check --fix-only --quiet .
	$(RUN)/ruff format --quiet .

check: setup ## lint, types, layers, lengths
	$(RUN)/ruff check --quiet .
	$(RUN)/ruff format --quiet --check .
	$(RUN)/pyright
	$(RUN)/lint-imports
	$(RUN)/python tests/lengths.py

test: engines ## everything: unit, contract, end to end
	$(RUN)/pytest -n 2 --dist loadgroup

test-pg: setup ## the tests that meet a PostgreSQL
	$(RUN)/pytest tests/contract/store

e2e: engines ## real server, real engines
	$(RUN)/pytest tests/e2e

lock: $(UV) ## write the hash-locked requirements anew
	$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-annotate --all-extras --group dev \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
	echo uv | $(UV) pip compile --quiet --universal --generate-hashes --no-annotate \
		--custom-compile-command "make lock" - --output-file requirements-uv.lock
	$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --excludes engines/cmbagent/excludes.txt \
		engines/cmbagent/requirements.in --output-file engines/cmbagent/requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --excludes engines/denario/excludes.txt \
		engines/denario/requirements.in --output-file engines/denario/requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --excludes engines/denario/excludes.txt \
		engines/denario/requirements.in --output-file engines/denario/requirements.lock

migrate: setup ## bring the database of .env to the newest revision
	$(RUN)/alembic upgrade head

migration: setup ## write a migration from the tables' change: make migration NAME="what changed"
	$(RUN)/alembic revision --autogenerate -m "$(NAME)"

clean: ## remove what setup made in this checkout
	rm -rf .venv .uv .pytest_cache .ruff_cache .import_linter_cache .hypothesis
