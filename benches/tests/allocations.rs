//! The decision allocates nothing, because every request passes through it.

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
