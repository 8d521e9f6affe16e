# The commands of this project. `make help` lists them; README.md says how long each takes.

SWIFT ?= swift
# The tests have a build of their own: release speed, with @testable imports allowed.
TEST_SCRATCH := .build-test
TEST_FLAGS := -c release -Xswiftc -enable-testing --scratch-path $(TEST_SCRATCH)
ORACLE_PYTHON := $(CURDIR)/.build-oracles/bin/python

MINUTES ?= 10
FILTER ?=
FILES ?=
TARGET ?=
SIZE ?= small

export SWIFT TEST_SCRATCH TEST_FLAGS ORACLE_PYTHON

.PHONY: help demo build test bench bench-gate differential fuzz fuzz-short dependencies oracles install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: dependencies build ## build, ingest files of this machine, hunt the rules of Examples/ over them
	@scripts/demo

build: dependencies ## build the binary: .build/release/retrohunt
	@scripts/quietly .build/build.log $(SWIFT) build -c release --static-swift-stdlib --product retrohunt

test: dependencies oracles ## build and run every test; FILTER=Name runs those whose name contains it
	@if [ -z "$(FILTER)" ]; then scripts/fuzz short; fi
	@scripts/test $(FILTER)

bench: dependencies build ## measure against the peers on the SIZE=small|full corpus or FILES=folder; takes an hour and more
	@scripts/bench $(SIZE) $(FILES)

bench-gate: dependencies build ## count the instructions of fixed scans and compare them with Benchmarks/instructions.json
	@Benchmarks/instructions .build/release/retrohunt

differential: dependencies oracles ## ask the engine and its peers random questions for MINUTES=10, FILES=folder of real files
	@scripts/differential $(MINUTES) $(FILES)

fuzz: dependencies ## hostile bytes into TARGET=name for MINUTES=10; without TARGET lists them
	@scripts/fuzz $(TARGET) $(if $(TARGET),$(MINUTES))

fuzz-short: dependencies ## every fuzz target for a fixed number of inputs; part of `make test`
	@scripts/fuzz short

dependencies: ## install the Debian packages that are missing
	@scripts/install-dependencies

oracles: ## install the oracles that tests ask into .build-oracles
	@scripts/install-oracles

install: build ## copy the binary to PREFIX (default /usr/local)
	install -D -m 755 .build/release/retrohunt $(DESTDIR)$(or $(PREFIX),/usr/local)/bin/retrohunt

clean: ## remove everything that was built
	rm -rf .build .build-test .build-demo .build-oracles .build-peers .build-bench .build-fuzz
