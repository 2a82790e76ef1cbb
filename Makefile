# On a machine with Python 3.11+ and make, `make demo` alone and `make test` alone each do all that they need.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DEMO   ?= demo
WORKERS ?= auto
DATA    ?= ../shared/data
CACHE   ?= build/train
SEED    ?= 0

.PHONY: demo test lint docs bench train train-confidence train-smallest pool clean
.DEFAULT_GOAL := help

help:
	@echo "make demo   draw a workspace, run the whole chain on it offline, say where to look"
	@echo "make test   the whole test suite"
	@echo "make lint   formatting, rules, types, import contracts"
	@echo "make docs   build the documentation, strictly"
	@echo "make bench  speed and accuracy on the machine at hand, coverage of surveys"
	@echo "make train  fit the models again on the imagery in DATA (an hour; SEED=1 for another start)"
	@echo "make train-confidence  then fit how sure they are, on pairs left out (two hours)"
	@echo "make pool   then gather the quiet places that verdicts are ranked among (seconds)"
	@echo "make train-smallest    then measure how small a change they find (half an hour)"

$(BIN)/activate:
	$(PYTHON) -c 'import sys; sys.exit("sitewatch needs Python 3.11 or newer; found " + sys.version.split()[0] + "; set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.run: pyproject.toml | $(BIN)/activate
	$(BIN)/python -m pip install --quiet --editable '.[review,report,sign]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/activate
	$(BIN)/python -m pip install --quiet --editable '.[all]'
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run
	$(BIN)/sitewatch demo --out $(DEMO) --overwrite

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term:skip-covered --cov-fail-under=90

lint: $(VENV)/.dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

$(VENV)/.train: pyproject.toml | $(BIN)/activate
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	@touch $@ $(VENV)/.run

train: $(VENV)/.train
	$(BIN)/python -m training.fit_examiner --data $(DATA) --cache $(CACHE) --seed $(SEED)
	$(BIN)/python -m training.fit_coarse --data $(DATA) --seed $(SEED)

train-confidence: $(VENV)/.train
	$(BIN)/python -m training.fit_examiner --data $(DATA) --cache $(CACHE) --folds 0 1
	$(BIN)/python -m training.left_out --data $(DATA) --cache $(CACHE) --out $(CACHE)/fine
	$(BIN)/sitewatch benchmark --manifest $(DATA)/MANIFEST.csv --set calfire --set landsat --out $(CACHE)/coarse \
		--overwrite
	$(BIN)/python -m training.fit_confidence $(CACHE)/fine $(CACHE)/coarse --manifest $(DATA)/MANIFEST.csv

pool: $(VENV)/.train
	$(BIN)/python -m training.make_pool $(CACHE)/fine --manifest $(DATA)/MANIFEST.csv

train-smallest: $(VENV)/.run
	$(BIN)/python -m training.smallest --data $(DATA) --cache $(CACHE)/smallest --afresh

clean:
	rm -rf $(VENV) $(DEMO) site
