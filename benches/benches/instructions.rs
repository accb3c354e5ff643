//! The instructions of one decision, counted by callgrind. The count is the same in every run of a binary.

#![allow(missing_docs, reason = "gungraun's macros make public items without docs")]

use std::hint::black_box;

use edgeswitch_benches::Scenario;
use gungraun::{library_benchmark, library_benchmark_group, main};

#[library_benchmark]
#[bench::document_sticky(Scenario::named("document, sticky"))]
#[bench::document_first_visit(Scenario::named("document, first visit"))]
#[bench::asset_sticky(Scenario::named("asset, sticky"))]
#[bench::asset_pinned(Scenario::named("asset, pinned"))]
fn decide(scenario: Scenario) -> (bool, Scenario) {
    // Returned, so that the drop is not counted.
    (black_box(&scenario).decide(|decision| black_box(decision.stamp().is_some())), scenario)
}

library_benchmark_group!(name = decision, benchmarks = decide);
main!(library_benchmark_groups = decision);
