//! Time and allocations of one decision, with 20 cookies and 5 releases.

use divan::{AllocProfiler, Bencher};
use edgeswitch_benches::{SCENARIOS, Scenario};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench(args = SCENARIOS)]
fn decide(bencher: Bencher<'_, '_>, name: &str) {
    let scenario = Scenario::named(name);
    bencher.bench(|| scenario.decide(|decision| decision.stamp().is_some()));
}
