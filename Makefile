# make test      everything that CI runs: style, types, tests
# make discover  a first discovery, from simulated data to a law
# make lint      style and types only
# make clean     remove the environment and what tools left behind

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS := auto
# One thread for BLAS: sums in a fixed order, so that equal seeds give equal bytes; and a worker a core.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.PHONY: test discover lint clean
.DELETE_ON_ERROR:

test: lint
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonpath $(BIN)/python

discover: $(STAMP)
	$(BIN)/invarieq discover kdv --noise 0.01

$(STAMP): pyproject.toml
	@python=''; \
	for candidate in $(PYTHON) python3 python3.11 python3.12 python3.13; do \
	  if "$$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'make: no Python 3.11 or later with venv was found (tried $(PYTHON) python3 python3.11 python3.12 python3.13): install one, or say make PYTHON=/path/to/python' >&2; exit 1; \
	fi; \
	test -x $(BIN)/python || "$$python" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .ruff_cache .hypothesis
	find invarieq systems tests -name __pycache__ -type d -prune -exec rm -rf {} +
