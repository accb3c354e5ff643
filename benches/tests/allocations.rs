//! The decision allocates nothing: what every request passes through leaves the heap alone.

use edgeswitch_benches::{SCENARIOS, Scenario};

#[test]
fn no_decision_allocates() {
    for name in SCENARIOS {
        let scenario = Scenario::named(name);
        let mut stamped = false;
        let counted = allocation_counter::measure(|| {
            stamped = scenario.decide(|decision| decision.stamp().is_some());
        });
        assert!(stamped, "{name}");
        assert_eq!(counted.count_total, 0, "{name}");
    }
}
