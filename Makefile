# What there is to do here. `make help` lists it; every target is a few cargo calls.

CONFIG ?= edgeswitch.toml

MUSL := x86_64-unknown-linux-musl
FUNCTIONS := viewer-request origin-request origin-response
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
RELEASE := $(TARGET_DIR)/$(MUSL)/release
CARGO_HOME ?= $(HOME)/.cargo

# The packages must depend neither on the folder nor on the time they are built in (C code may print both).
REPRODUCIBLY := SOURCE_DATE_EPOCH=315532800 RUSTFLAGS="--remap-path-prefix=$(CURDIR)=/edgeswitch --remap-path-prefix=$(CARGO_HOME)=/cargo" \
	CFLAGS_$(subst -,_,$(MUSL))="-ffile-prefix-map=$(CARGO_HOME)=/cargo"

.PHONY: help setup build functions package test test-packages bench lint ci

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install what is not Rust into target/tools: runtime clients, AWS on loopback, cargo-lambda
	scripts/setup

build: ## build the control program
	cargo build --release -p edgeswitch

functions:
	$(REPRODUCIBLY) cargo build --release --target $(MUSL) $(FUNCTIONS:%=-p %)

package: functions ## build dist/*.zip for Lambda@Edge, from CONFIG=edgeswitch.toml
	cargo run --quiet -p edgeswitch -- package --config $(CONFIG) --bin-dir $(RELEASE) --out dist

test: ## run all tests that need nothing but Rust
	cargo test --workspace

test-packages: setup package ## run the packages under AWS's own runtime clients
	$(REPRODUCIBLY) cargo build --release --target $(MUSL) -p edgeswitch-benches --bin flood
	EDGESWITCH_BIN=$(abspath $(RELEASE)) cargo test -p edgeswitch-tests --features packages --test packages

bench: setup package ## compare the functions with a Node.js one under AWS's runtime clients
	$(REPRODUCIBLY) cargo build --release --target $(MUSL) -p edgeswitch-benches --bin echo
	CARGO_PROFILE_BENCH_LTO=off EDGESWITCH_BIN=$(abspath $(RELEASE)) cargo bench -p edgeswitch-benches --bench invocations

lint: ## check formatting, lints and documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --features edgeswitch-tests/packages -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

ci: lint test test-packages ## all of it
