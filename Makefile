# The two commands of README are `make run` and `make test`; `make check` is what a developer runs before each commit.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
UV_VERSION := 0.13.9
UV := UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv .tools/bin/uv
PO := src/pustaka/locale/id/LC_MESSAGES/django.po
MO := $(PO:.po=.mo)

.PHONY: help run test check messages clean

help:
	@echo "make run    install everything, load the demo library, serve it at http://127.0.0.1:8000 (PORT=… for another)"
	@echo "make test   install what tests need and run them on SQLite and PostgreSQL"
	@echo "make check  quick and strict: ruff, mypy, import contract, migrations, translations"

.tools/bin/uv:
	@.ci/packages python
	@python3 -m venv .tools
	@.tools/bin/pip install --quiet "uv==$(UV_VERSION)"

.venv/.product: .tools/bin/uv pyproject.toml uv.lock
	@$(UV) sync --quiet --frozen --inexact --no-default-groups
	@touch $@

.venv/.everything: .tools/bin/uv pyproject.toml uv.lock
	@$(UV) sync --quiet --frozen --group check --group test
	@touch $@ .venv/.product

$(MO): $(PO) | .venv/.product
	@.venv/bin/python -m babel.messages.frontend compile --use-fuzzy --input-file $< --output-file $@ --locale id 2>&1 | { grep -v "^compiling" || true; }

run: .venv/.product $(MO)
	@PUSTAKA_DEMO=1 .venv/bin/pustaka demo --if-empty
	@PUSTAKA_DEMO=1 exec .venv/bin/pustaka serve

test: .venv/.everything $(MO)
	@.ci/packages tests
	@.ci/test

check: .venv/.everything $(MO)
	@.ci/packages messages
	@.ci/check

messages: .venv/.everything
	@.ci/packages messages
	@cd src/pustaka && PUSTAKA_DATA="$$(mktemp -d)" ../../.venv/bin/pustaka manage makemessages --locale id --no-location --no-obsolete

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(MO)
