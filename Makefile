# Two commands for a fresh machine: `make demo` and `make test`. Each makes its own virtual environment.
PYTHON ?= python3
# the CPU build of torch is pinned here; package metadata holds a range
TORCH = torch==2.13.0

.PHONY: demo test check benchmarks

demo: .venv-demo/installed
	.venv-demo/bin/labor-signals analyze src/labor_signals/examples/kitchen_table.txt

test: .venv-test/installed check
	.venv-test/bin/python -m pytest --cov --cov-report=term

check: .venv-test/installed
	.venv-test/bin/ruff check .
	.venv-test/bin/ruff format --check .
	.venv-test/bin/mypy

benchmarks: .venv-test/installed
	.venv-test/bin/python benchmarks/read.py
	.venv-test/bin/python benchmarks/aggregate.py
	.venv-test/bin/python benchmarks/measures.py
	.venv-test/bin/python benchmarks/import_time.py
	.venv-test/bin/python benchmarks/accuracy.py
	.venv-test/bin/python benchmarks/accuracy.py --tagger fast
	.venv-test/bin/python benchmarks/tagger_speed.py

.venv-demo/installed: pyproject.toml
	$(PYTHON) -m venv .venv-demo
	.venv-demo/bin/pip install --quiet .
	touch $@

.venv-test/installed: pyproject.toml
	$(PYTHON) -m venv .venv-test
	.venv-test/bin/pip install --quiet $(TORCH)
	.venv-test/bin/pip install --quiet -e '.[test]'
	touch $@
