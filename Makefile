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
# -s -w leave out symbols and debugging information: half of the module's size.
WASM_BUILD := $(WASM) go build -trimpath -ldflags "-s -w"
# -l compiles the engine and Go's runtime without inlining, which only core/internal/bytescan depends on: another tenth.
# docs/benchmarks.md says what that saves, and that nothing becomes slower.
SMALL := -gcflags=runtime=-l -gcflags=tencent-chat-groups/core/...=-l -gcflags=tencent-chat-groups/core/internal/bytescan= -gcflags=tencent-chat-groups/wasm/...=-l
# The race detector needs a C compiler.
RACE := $(if $(shell command -v gcc cc 2>/dev/null),-race,)
CGO := $(if $(RACE),CGO_ENABLED=1,)

.PHONY: build
build: dist/groups.wasm dist/usersig.wasm dist/sandbox.wasm dist/wasm_exec.js dist/inline/groups.js dist/inline/usersig.js dist/node.js

dist/groups.wasm dist/usersig.wasm dist/sandbox.wasm: dist/%.wasm: $(GO_FILES)
	$(WASM_BUILD) $(SMALL) -o $@ ./wasm/$*

dist/wasm_exec.js: scripts/wasm-exec.mjs $(GOROOT)/lib/wasm/wasm_exec.js
	@mkdir -p dist
	node scripts/wasm-exec.mjs $(GOROOT)/lib/wasm/wasm_exec.js $@

dist/inline/%.js: dist/%.wasm scripts/inline.mjs
	node scripts/inline.mjs $< $@

# With the other files that scripts/bundles.mjs names.
dist/node.js: scripts/bundles.mjs index.d.ts $(wildcard js/*.js) dist/wasm_exec.js | node_modules
	node scripts/bundles.mjs

build/sandbox: $(GO_FILES)
	go build -trimpath -o $@ ./cmd/sandbox

# With the files that it names.
console/dist/index.html: scripts/console.mjs $(wildcard console/* console/src/* console/src/views/* js/*.js js/cli/formats.js) dist/groups.wasm dist/wasm_exec.js | node_modules
	node scripts/console.mjs

# One static binary, with the console in it.
build/proxy: $(GO_FILES) console/dist/index.html
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o $@ ./cmd/proxy

build/cyclonedx-gomod: scripts/release/go.mod scripts/release/go.sum
	go -C scripts/release build -trimpath -o $(CURDIR)/$@ github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod

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

# The sandbox, the signing proxy and its console, on this machine.
.PHONY: console
console: build/proxy build/sandbox
	node scripts/start-console.mjs

# ---- tests ----

.PHONY: test
test: lint test-go test-wasm test-browser test-js

.PHONY: lint
lint: node_modules build build/staticcheck
	@unformatted=$$(gofmt -l bench cmd console core internal wasm); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt: $$unformatted"; exit 1; fi
	go vet ./...
	GOOS=windows go vet ./...
	GOOS=darwin go vet ./...
	$(WASM) go vet $(WASM_PACKAGES) ./bench/...
	build/staticcheck ./...
	$(WASM) build/staticcheck $(WASM_PACKAGES) ./bench/...
	npx biome check .
	npx tsc --project test/types/tsconfig.json
	npx tsc --project test/types/tsconfig.node.json

.PHONY: test-go
test-go: console/dist/index.html
	REDIS_SERVER="$$(scripts/redis.sh)" $(CGO) go test $(RACE) ./...

# The core and its border once more, as the WebAssembly that they are shipped as: in Node.js, then in a real browser.
.PHONY: test-wasm
test-wasm:
	$(WASM) go test $(SMALL) -exec="$(GOROOT)/lib/wasm/go_js_wasm_exec" $(WASM_PACKAGES)

.PHONY: test-browser
test-browser: build/wasmbrowsertest
	PATH="$$(dirname "$$(scripts/chromium.sh)"):$$PATH" $(WASM) go test $(SMALL) -exec="$(CURDIR)/build/wasmbrowsertest" $(WASM_PACKAGES)

.PHONY: test-js
test-js: node_modules scripts/api-reference/node_modules build build/sandbox build/proxy build/empty.wasm build/cyclonedx-gomod
	CHROMIUM="$$(scripts/chromium.sh)" REDIS_SERVER="$$(scripts/redis.sh)" node --test test/*.test.js

# ---- at home wherever its users work: docs/compatibility.md ----

build/compat/tools/node_modules: test/compat/tools/package.json test/compat/tools/package-lock.json
	@mkdir -p build/compat/tools
	cp .npmrc $^ build/compat/tools/
	cd build/compat/tools && npm install --no-save
	@touch $@

# The package, packed and installed in projects outside this folder, in every program that the documentation names.
.PHONY: test-compat
test-compat: node_modules build build/sandbox build/compat/tools/node_modules
	rm -rf build/compat/results
	npm pack --ignore-scripts --pack-destination build/compat
	mv build/compat/tencent-chat-groups-*.tgz build/compat/package.tgz
	CHROMIUM="$$(scripts/chromium.sh)" node --test test/compat/*.test.js
	node --test test/compat/table/current.test.js

# Writes the table of what passed in the last `make test-compat`.
.PHONY: compatibility
compatibility:
	node scripts/compatibility.mjs

# ---- documentation: what of it is generated is committed, and `make test` fails where it is stale ----

# TypeDoc does not run on the TypeScript that the project is checked with: it has a folder and a TypeScript of its own.
scripts/api-reference/node_modules: scripts/api-reference/package.json scripts/api-reference/package-lock.json
	cd scripts/api-reference && npm install --no-save
	@touch $@

.PHONY: docs
docs: scripts/api-reference/node_modules build
	node scripts/api-reference/generate.mjs
	go test ./core/restapi -run '^TestThe(Error|Proxy)Page' -count=1 -update-docs
	node scripts/readme-sizes.mjs

# ---- releases ----

# The npm tarball, the signing proxy and the sandbox for each platform, licenses, SBOMs and SHA-256 sums, in build/release.
PLATFORMS ?=
.PHONY: release
release: build console/dist/index.html build/cyclonedx-gomod
	node scripts/release/release.mjs $(PLATFORMS)

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
	for package in $$(go list ./core/... ./internal/proxy/...); do \
		for target in $$(go test $$package -list '^Fuzz' | grep '^Fuzz'); do \
			go test $$package -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME); \
		done; \
	done

KILLS ?= 200
.PHONY: kill
kill: build build/sandbox
	KILLS=$(KILLS) node --test test/kill.test.js

# A load run of the signing proxy, half a minute: the table of docs/proxy.md.
.PHONY: load
load: build/proxy build/sandbox
	node scripts/load.mjs

# Two replicas of the signing proxy under attack, some twelve minutes: the tables of docs/proxy.md.
.PHONY: soak
soak: build build/proxy build/sandbox
	REDIS_SERVER="$$(scripts/redis.sh)" node scripts/soak.mjs

.PHONY: pace
pace: build build/sandbox
	node scripts/pace.mjs

# ---- speed and size, as ratios ----

build/empty.wasm build/ordinary.wasm: build/%.wasm: $(GO_FILES)
	$(WASM_BUILD) -o $@ ./bench/$*

build/empty-small.wasm: $(GO_FILES)
	$(WASM_BUILD) $(SMALL) -o $@ ./bench/empty

build/wasm_exec.js: $(GOROOT)/lib/wasm/wasm_exec.js
	@mkdir -p build
	cp $< $@

build/benchstat: go.mod go.sum
	go build -o $@ golang.org/x/perf/cmd/benchstat

.PHONY: bench-quick
bench-quick: build build/sandbox build/empty.wasm build/empty-small.wasm
	node bench/bench.mjs

GO_BENCH := go test ./core/restapi -run '^$$' -bench '^BenchmarkAnswer$$' -benchmem -benchtime 0.3s -count 10

# Some six minutes. Writes docs/benchmarks.md and its plot.
.PHONY: bench
bench: build build/sandbox build/empty.wasm build/empty-small.wasm build/ordinary.wasm build/wasm_exec.js build/benchstat
	$(GO_BENCH) | tee build/bench-go.txt
	$(WASM) $(GO_BENCH) $(SMALL) -exec="$(GOROOT)/lib/wasm/go_js_wasm_exec" | tee build/bench-go-wasm.txt
	for runs in build/bench-go.txt build/bench-go-wasm.txt; do build/benchstat -col /reader $$runs; echo; done > build/benchstat.txt
	node bench/bench.mjs --full

.PHONY: clean
clean:
	rm -rf build dist node_modules scripts/api-reference/node_modules
