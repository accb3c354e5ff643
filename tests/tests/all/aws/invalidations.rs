//! With decisions at origin-request, documents are invalidated when every edge location has the plan.

use crate::aws::account::{create_distribution, invalidations, texts};
use crate::aws::shop::Shop;

#[test]
#[ignore = "needs `make setup`"]
fn each_change_of_traffic_is_followed_by_an_invalidation() {
    let shop = Shop::open("cached");
    let distribution = create_distribution(&shop.account, "cached");
    shop.decide_at_origin_request(&distribution);
    let lines = ["promote 9f2c1e7 --now -y", "rollback -y", "promote 9f2c1e7 -y"];
    for (line, count) in lines.into_iter().zip(1..) {
        let ran = shop.expect(line, 0, "is completed");
        let wait =
            "waiting until every edge location has the plan, to invalidate the old documents";
        assert!(ran.err.contains(wait), "{line}: {}", ran.err);
        let made = invalidations(&shop.account, &distribution);
        assert_eq!(made.len(), count, "{line}");
        for invalidation in made {
            assert_eq!(texts(&invalidation, "Path"), ["/*"], "{line}");
            assert_eq!(texts(&invalidation, "Status"), ["Completed"], "{line}");
        }
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn a_distribution_that_is_not_there_is_no_reason_to_think_that_nothing_was_written() {
    let shop = Shop::open("uncached");
    shop.decide_at_origin_request("E2QWRUHAPOMQZL");
    let ran =
        shop.expect("promote 9f2c1e7 --now -y", 1, "error: the plan is written, but documents");
    assert!(ran.err.contains("E2QWRUHAPOMQZL`: NoSuchDistribution"), "{}", ran.err);
    assert!(ran.err.contains("\nhint: `edgeswitch promote` with the release"), "{}", ran.err);
    assert_eq!(shop.summary().percent("9f2c1e7"), 100.0);
}
