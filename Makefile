# tencent-chat-groups: `make demo` shows it at work, `make test` checks everything, `make build` makes what npm publishes.
# Needed: Go, Node.js and make. Everything else is installed from the module and package registries as it is needed, but
# for Chromium, which scripts/chromium.sh finds or installs.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build

GOROOT := $(shell go env GOROOT)
GO_FILES := $(shell find . -name '*.go' -not -path './node_modules/*') go.mod go.sum
WASM := GOOS=js GOARCH=wasm
WASM_PACKAGES := ./core/... ./wasm/...
# -s -w leave out symbols and debugging information: half of the module's size. -l compiles the engine without inlining, which
# it does not need (what does is in core/words): docs/benchmarks.md says what that saves.
SMALL := -gcflags=tencent-chat-groups/core=-l -gcflags=tencent-chat-groups/wasm/...=-l
WASM_BUILD := $(WASM) go build -trimpath -ldflags "-s -w" $(SMALL)
# The race detector needs a C compiler.
RACE := $(if $(shell command -v gcc cc 2>/dev/null),-race,)
CGO := $(if $(RACE),CGO_ENABLED=1,)

.PHONY: build
build: dist/groups.wasm dist/usersig.wasm dist/wasm_exec.js

dist/groups.wasm dist/usersig.wasm: dist/%.wasm: $(GO_FILES)
	$(WASM_BUILD) -o $@ ./wasm/$*

dist/wasm_exec.js: scripts/wasm-exec.mjs $(GOROOT)/lib/wasm/wasm_exec.js
	@mkdir -p dist
	node scripts/wasm-exec.mjs $(GOROOT)/lib/wasm/wasm_exec.js $@

build/sandbox: $(GO_FILES)
	go build -trimpath -o $@ ./cmd/sandbox

build/wasmbrowsertest: go.mod go.sum
	go build -o $@ github.com/agnivade/wasmbrowsertest

build/staticcheck: go.mod go.sum
	go build -o $@ honnef.co/go/tools/cmd/staticcheck

# Not `npm ci`: it refuses a lock file without the entry of every platform's binary of Biome, and not every registry has all.
node_modules: package.json package-lock.json
	npm install --no-save
	@touch $@

# ---- see it at work ----

.PHONY: demo
demo: build build/sandbox
	node scripts/demo.mjs

# ---- tests ----

.PHONY: test
test: lint test-go test-wasm test-browser test-js

.PHONY: lint
lint: node_modules build build/staticcheck
	@unformatted=$$(gofmt -l bench cmd core internal wasm); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt: $$unformatted"; exit 1; fi
	go vet ./...
	$(WASM) go vet $(WASM_PACKAGES)
	build/staticcheck ./...
	$(WASM) build/staticcheck $(WASM_PACKAGES)
	npx biome check .
	npx tsc --project test/types/tsconfig.json
	npx tsc --project test/types/tsconfig.node.json

.PHONY: test-go
test-go:
	$(CGO) go test $(RACE) ./...

# The core and its border once more, as the WebAssembly that they are shipped as: in Node.js, then in a real browser.
.PHONY: test-wasm
test-wasm:
	$(WASM) go test -exec="$(GOROOT)/lib/wasm/go_js_wasm_exec" $(WASM_PACKAGES)

.PHONY: test-browser
test-browser: build/wasmbrowsertest
	PATH="$$(dirname "$$(scripts/chromium.sh)"):$$PATH" $(WASM) go test -exec="$(CURDIR)/build/wasmbrowsertest" $(WASM_PACKAGES)

.PHONY: test-js
test-js: node_modules build build/sandbox
	CHROMIUM="$$(scripts/chromium.sh)" node --test test/*.test.js

# ---- longer hunts: each has a short form in `make test` ----

N ?= 1000000
SEED ?= 1
.PHONY: simulate
simulate:
	go run ./cmd/simulate --runs $(N) --seed $(SEED)

.PHONY: mutations
mutations:
	go run ./cmd/simulate --mutations

FUZZTIME ?= 10m
.PHONY: fuzz
fuzz:
	for package in $$(go list ./core/...); do \
		for target in $$(go test $$package -list '^Fuzz' | grep '^Fuzz'); do \
			go test $$package -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME); \
		done; \
	done

KILLS ?= 200
.PHONY: kill
kill: build build/sandbox
	KILLS=$(KILLS) node --test test/kill.test.js

.PHONY: pace
pace: build build/sandbox
	node scripts/pace.mjs

# ---- speed and size, as ratios ----

build/empty.wasm: build/%.wasm: $(GO_FILES)
	$(WASM_BUILD) -o $@ ./bench/$*

.PHONY: bench-quick
bench-quick: build build/sandbox build/empty.wasm
	node bench/bench.mjs

.PHONY: bench
bench: build build/sandbox build/empty.wasm
	node bench/bench.mjs --full

.PHONY: clean
clean:
	rm -rf build dist node_modules
