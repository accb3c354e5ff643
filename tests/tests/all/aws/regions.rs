//! Two Regions, of which one fails or cannot be reached: the program says what is unfinished, and repairs it.

use serde_json::{Value, json};

use crate::aws::shop::Shop;
use crate::aws::trouble::{Trouble, at_once, revisions};
use crate::aws::{HOME, REPLICA};

const WRITE: &str = "PutParameter";
const PROMOTE: &str = "promote 9f2c1e7 --now -y";
const ROLLBACK: &str = "rollback 9f2c1e7 -y";
/// A latency in milliseconds that is longer than any test.
const HELD: u64 = 600_000;

/// A fault: the first write in a Region is refused.
fn denied(region: &str) -> Value {
    json!({ "times": 1, "region": region, "error": { "code": "AccessDeniedException" } })
}

/// A shop in which 9f2c1e7 had all traffic if the command is a rollback to it.
fn open(name: &'static str, line: &str) -> Shop {
    let shop = Shop::open(name);
    if line == ROLLBACK {
        shop.expect(PROMOTE, 0, "revision 3");
        shop.expect("promote 41ab03d --now -y", 0, "revision 4");
    }
    shop
}

fn check_same_plan(shop: &Shop, name: &str) {
    assert_eq!(shop.versions(HOME).last(), shop.versions(REPLICA).last(), "{name}");
}

#[test]
#[ignore = "needs `make setup`"]
fn a_region_that_fails_is_named_and_the_named_command_repairs_it() {
    let trouble = Trouble::shared();
    let rows = [
        ("home-fails", PROMOTE, HOME, REPLICA, "repeat the command", PROMOTE),
        ("copy-fails", ROLLBACK, REPLICA, HOME, "`edgeswitch sync`", "sync -y"),
    ];
    at_once(rows, |(name, line, region, other, hint, repair)| {
        let opened = open(name, line);
        let next = opened.versions(HOME).len() + 1;
        let (shop, _) = trouble.befall(opened, WRITE, denied(region));
        let ran = shop.run(line);
        ran.check(name, 1, "error: not every Region has the new plan: ");
        let written = format!(" {other}: written, version {next};");
        let failed = format!(" {region}: failed: write `{}`", shop.parameter());
        assert!(ran.err.contains(&written) && ran.err.contains(&failed), "{name}: {}", ran.err);
        assert!(ran.err.lines().last().unwrap().contains(hint), "{name}: {}", ran.err);
        shop.expect(repair, 0, &format!("version {next} in "));
        check_same_plan(&shop, name);
    });
}

#[test]
#[ignore = "needs `make setup`"]
fn a_first_plan_that_is_not_copied_is_not_made_again() {
    let trouble = Trouble::shared();
    let (shop, _) = trouble.befall(Shop::new("first"), WRITE, denied(REPLICA));
    let ran = shop.expect("init 41ab03d -y", 1, " eu-central-1: written, version 1;");
    assert!(ran.err.contains(" us-east-1: failed: write"), "{}", ran.err);
    shop.expect("sync -y", 0, "version 1 in us-east-1");
    check_same_plan(&shop, "first");
}

#[test]
#[ignore = "needs `make setup`"]
fn a_command_that_is_killed_between_two_regions_leaves_two_plans_and_status_says_so() {
    let trouble = Trouble::shared();
    let rows = [
        ("killed-promote", PROMOTE, HOME, REPLICA, PROMOTE),
        ("killed-rollback", ROLLBACK, REPLICA, HOME, "sync -y"),
    ];
    at_once(rows, |(name, line, region, other, repair)| {
        let held = json!({ "times": 1, "region": region, "latency": HELD });
        let opened = open(name, line);
        let before = revisions(&opened.versions(HOME));
        let (shop, rule) = trouble.befall(opened, WRITE, held);
        let command = shop.start(line);
        trouble.until(rule);
        command.kill();
        assert_eq!(revisions(&shop.versions(region)), before, "{name}");
        assert_eq!(shop.versions(other).len(), before.len() + 1, "{name}");
        shop.expect("status", 1, "replica    us-east-1: another plan; `edgeswitch sync` copies");
        shop.expect(repair, 0, "is written: ");
        check_same_plan(&shop, name);
        shop.expect("status --wait", 0, "active     9f2c1e7 100 %");
    });
}
