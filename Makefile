# VENV names the folder of the virtual environment; PYTHON and ANSIBLE_CORE choose what goes into it (see tools/setup).
export VENV ?= .venv
export EMULATOR_PORT ?= 4566
BIN := $(abspath $(VENV))/bin
export PATH := $(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup demo stop test molecule lint matrix docs bench release

help:  ## List these targets
	@awk -F ':.*##' '/^[a-z]+:.*##/ { printf "  %-8s %s\n", $$1, $$2 }' Makefile

setup:  ## Make the virtual environment with what the demo needs
	@tools/setup run

demo: setup  ## Deploy the whole estate into the local emulator, and leave that running
	@$(BIN)/ansible-playbook --inventory inventories/local playbooks/demo.yml

stop: setup  ## Stop the emulator
	@$(BIN)/ansible-playbook --inventory inventories/local playbooks/stop.yml

# The tests of a file run in one worker, as they may share what takes long to make; files with long tests come first.
test:  ## Run all tests but the scenarios of molecule
	@tools/setup dev && \
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --durations 40 --durations-min 5

molecule: setup  ## Run all molecule scenarios
	@tools/setup dev && tools/molecule

matrix:  ## Unit tests and deployments on every pair of Python and ansible-core that is here
	@tools/matrix

docs: setup  ## Build the documentation site
	@tools/docs

release:  ## Make a release of the version in galaxy.yml
	@tools/setup dev && tools/release

lint:  ## Check style, types, Ansible rules and documentation
	@tools/setup dev && tools/lint

bench: setup  ## Compare the speed with today's modules; BENCH="--tables 7 --runs 1" takes some minutes, --help tells more
	@$(BIN)/python tests/benchmark/run.py $(BENCH)
