# `make` or `make help` lists what there is.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FUZZTIME ?= 3000x
BENCH    ?= .
PKG      ?= ./...
COUNT    ?= 6
BASE     ?= main
SOAK     ?= 1h
ARGS     ?=
KILLS    ?= 1000
SEED     ?= 1
K6       ?= ramp hunt display

.PHONY: help
help: ## List the targets
	@echo 'usage: make TARGET [VARIABLE=VALUE]'
	@echo
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  %-12s %s\n", $$1, $$2 }'

.PHONY: run
run: ## Run the server (ARGS='--hunt FILE …')
	go run ./server $(ARGS)

.PHONY: build
build: ## Build bin/veltrix
	go build -ldflags '-X main.version=$(VERSION)' -o bin/veltrix ./server

.PHONY: test
test: ## Test everything, as continuous integration does (about a quarter of an hour the first time, less after)
	@scripts/test.sh

.PHONY: test-go
test-go: ## Run the Go tests, reusing results of what did not change
	go test ./...

# Tests of processes wait more than they compute, so four run at once. The two
# longest packages come first, so that the others run beside them.
.PHONY: test-race
test-race: ## Run the Go tests with the race detector, without results of before
	go test -race -count=1 -parallel 4 -timeout 15m ./server/e2e ./game/bolt ./...

# Not `npm ci`: it refuses a lock file that lacks the optional binaries of some
# other platform. This takes versions and checksums from the same lock file and
# leaves it as it is.
.PHONY: test-web
test-web: build ## Check the types, style, units and, in a real Chromium, the behaviour of the page
	cd web && npm install --no-save --no-audit --no-fund && VELTRIX_BIN="$(CURDIR)/bin/veltrix" npm test

.PHONY: bench-web
bench-web: ## Print what 500 changes a second cost the page in a real Chromium
	cd web && npm install --no-save --no-audit --no-fund && npm run bench

.PHONY: pictures
pictures: build ## Take the README's pictures again
	cd web && npm install --no-save --no-audit --no-fund && VELTRIX_BIN="$(CURDIR)/bin/veltrix" npm run pictures

.PHONY: diagram
diagram: ## Draw the picture in docs/architecture.md again (needs Graphviz)
	dot -Tsvg docs/images/claim.dot -o docs/images/claim.svg

.PHONY: load
load: build ## Put load on a server and verify its ledger (ARGS='--store redis --closed …'; report in bin/reports)
	@mkdir -p bin/reports
	go run ./loadtest --server bin/veltrix --json bin/reports/load.json --html bin/reports/load.html $(ARGS)

.PHONY: k6
k6: build ## Run the k6 scripts against a server (K6='ramp hunt display'; their settings are environment variables)
	go build -C loadtest/k6 -o ../../bin/k6 go.k6.io/k6
	scripts/k6.sh bin/k6 bin/veltrix $(K6)

.PHONY: faults
faults: failpoints ## Let everything go wrong, ten times each, and check what is left (ARGS='-f NAME --seed N'; about half an hour)
	go run ./faults run $(ARGS)

.PHONY: faults-short
faults-short: failpoints ## A selection of the faults, twice each, as `make test` runs it
	go run ./faults run --short --times 2 --claims 500 --seed 7 --dir bin/reports/short

.PHONY: soak
soak: failpoints ## Play for long with random faults and rolling restarts; look for growth (SOAK=1h)
	go run ./faults soak --for $(SOAK) $(ARGS)

.PHONY: failpoints
failpoints: # Build the server with its failpoints, and toxiproxy
	scripts/failpoints.sh

.PHONY: fuzz
fuzz: ## Run every fuzz target (FUZZTIME=3000x each: so many inputs)
	scripts/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: ## Run the benchmarks, for benchstat in bin/reports/bench.txt (BENCH=REGEXP PKG=./... COUNT=6)
	@mkdir -p bin/reports
	go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) -timeout 2h $(PKG) | tee bin/reports/bench.txt

.PHONY: bench-compare
bench-compare: ## Compare benchmarks with those of another commit, in turn (PKG=./server/protocol BASE=main BENCH=REGEXP COUNT=6)
	go build -C tools -o ../bin/tools/ golang.org/x/perf/cmd/benchstat
	scripts/bench-compare.sh '$(BASE)' '$(BENCH)' '$(COUNT)' $(PKG)

# npm as in test-web; the peers on Node need no build.
.PHONY: compare
compare: ## Compare Veltrix with what people would use instead (ARGS='--quick' to see that it works; else about a quarter of an hour, on a quiet machine)
	go build -o bin/peers/veltrix ./server
	go build -o bin/peers/ ./loadtest ./loadtest/compare
	go build -C loadtest/peers/centrifuge -o '$(CURDIR)/bin/peers/centrifuge' .
	for peer in socketio colyseus; do (cd loadtest/peers/$$peer && npm install --no-save --no-audit --no-fund); done
	bin/peers/compare $(ARGS)

.PHONY: targets
targets: ## Measure the performance targets and say which are met (ARGS='--quick' to see that it works; else about a quarter of an hour, on a quiet machine)
	go build -o bin/peers/veltrix ./server
	go build -o bin/peers/ ./loadtest ./loadtest/targets
	bin/peers/targets $(ARGS)

.PHONY: faults-bolt
faults-bolt: ## Kill, cut the power of, fill the disk of and damage the embedded store (KILLS=1000, SEED=1)
	go test ./game/bolt -count=1 -timeout 60m -v -run '^Test(Killed|PowerCut|TornMeta|FailingDisk|DiskFull|FileSystemFull|NoRoomToStart|ReadOnly|SecondProcess|Damaged|Foreign)$$' -args -kills $(KILLS) -cuts 3000 -damages 3000 -seed $(SEED)
	go test ./game/bolt/salvage -count=1 -timeout 60m -v -run '^Test(DamagedPlaces|Repair.*|Copies.*|Newer)$$' -args -seed $(SEED)

.PHONY: lint
lint: tools ## Run golangci-lint
	bin/tools/golangci-lint run

.PHONY: vuln
vuln: tools ## Look for known vulnerabilities
	scripts/vuln.sh

.PHONY: fmt
fmt: tools ## Format the Go files
	bin/tools/golangci-lint fmt

.PHONY: tidy-check
tidy-check: ## Check that go.mod and go.sum are what `go mod tidy` makes of them
	go mod tidy -diff
	go mod verify

.PHONY: deps
deps: ## Check the programs that the tests need; install what is missing where that is possible
	@scripts/deps.sh

.PHONY: tools
tools: ## Build the linters and benchstat at the versions of tools/go.mod
	@mkdir -p bin/tools
	go build -C tools -o ../bin/tools/ tool

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin web/node_modules loadtest/peers/*/node_modules
