//! `kill -9` in the middle of a command. The plan stays valid, and the next command says what is unfinished.

use plan_change::Progress;

use crate::aws::account::create_distribution;
use crate::aws::shop::Shop;

#[test]
#[ignore = "needs `make setup`"]
fn a_killed_promote_switches_all_the_same_and_status_says_when() {
    let shop = Shop::open("promoted");
    let mut promote = shop.start("promote 9f2c1e7 --at +1h -y");
    promote.until("the switch happens at");
    promote.kill();
    assert_eq!(shop.summary().progress, Progress::UnderWay);
    shop.expect("status", 3, "next       9f2c1e7 100 % from");
    let again =
        shop.expect("promote 9f2c1e7 -y", 1, "error: a change in progress already gives `9f2c1e7`");
    assert!(again.err.contains("take its traffic back: `edgeswitch rollback`"), "{}", again.err);
    shop.expect("rollback -y", 0, "is cancelled");
    assert_eq!(shop.summary().progress, Progress::Settled);
}

#[test]
#[ignore = "needs `make setup`"]
fn a_killed_ramp_is_taken_over() {
    let shop = Shop::open("ramped");
    let mut ramp = shop.start("ramp 9f2c1e7 --steps 10,50 --every 60s -y");
    ramp.until("9f2c1e7 has 0 % of the viewers");
    ramp.kill();
    assert_eq!(shop.summary().progress, Progress::UnderWay);
    let status = shop.expect("status", 3, "next       41ab03d 90 %, 9f2c1e7 10 %");
    for words in ["lease      until", "hint       `edgeswitch ramp --resume` renews the lease"] {
        assert!(status.out.contains(words), "{}", status.out);
    }
    let promote =
        shop.expect("promote 9f2c1e7 -y", 1, "error: a change in progress already gives `9f2c1e7`");
    assert!(promote.err.contains("`edgeswitch ramp finish`"), "{}", promote.err);
    let mut ramp = shop.start("ramp --resume");
    ramp.until("9f2c1e7 has");
    shop.expect("rollback -y", 0, "everybody will get 41ab03d at once");
    ramp.end().check("ramp --resume", 1, "error: the ramp of `9f2c1e7` was ended");
    assert_eq!(shop.summary().progress, Progress::Settled);
}

#[test]
#[ignore = "needs `make setup`"]
fn a_promote_that_is_killed_before_its_invalidation_is_finished_by_the_next() {
    let shop = Shop::open("stale");
    let distribution = create_distribution(&shop.account, "stale");
    shop.decide_at_origin_request(&distribution);
    let mut promote = shop.start("promote 9f2c1e7 --now -y");
    promote.until("waiting until every edge location has the plan");
    promote.kill();
    let repair = "`edgeswitch promote 9f2c1e7` does it";
    let status = shop.expect("status --wait --timeout 4s", 3, "documents  not invalidated since");
    assert!(status.out.contains(repair), "{}", status.out);
    shop.expect("promote 9f2c1e7 -y", 0, "is completed");
    assert_eq!(shop.summary().revision, 3, "no plan is written for that");
    shop.expect("status", 0, "documents  invalidated since");
}
