//! From the second one on a decision allocates nothing, because every request passes through it.

use edgeswitch_benches::{SCENARIOS, Scenario};

#[test]
fn no_decision_allocates() {
    for name in SCENARIOS {
        let scenario = Scenario::named(name);
        // The first decision builds the search for crawlers.
        let mut stamped = scenario.decide(|decision| decision.stamp().is_some());
        let counted = allocation_counter::measure(|| {
            stamped = scenario.decide(|decision| decision.stamp().is_some());
        });
        assert!(stamped, "{name}");
        assert_eq!(counted.count_total, 0, "{name}");
    }
}
