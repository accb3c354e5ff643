//! `kill -9` at every write of every command that writes. The plan stays valid in both Regions, `status` says what is
//! unfinished, and one command finishes it.

use serde_json::{Value, json};

use crate::aws::shop::Shop;
use crate::aws::trouble::{Trouble, at_once, revisions};
use crate::aws::{HOME, REPLICA};

/// A latency in milliseconds that is longer than any test.
const HELD: u64 = 600_000;

/// A command that is killed while its write in the first or in the second Region is on its way.
struct Row {
    name: &'static str,
    /// The plan before; `None` for no plan.
    plan: Option<fn() -> Value>,
    line: &'static str,
    /// The Regions in the order of the writes.
    order: [&'static str; 2],
    /// The command that finishes what the second write began.
    repair: Option<&'static str>,
}

/// Most changes reach the home Region last.
const LAST: [&str; 2] = [REPLICA, HOME];
/// The first plan and a rollback reach it first.
const FIRST: [&str; 2] = [HOME, REPLICA];

/// 41ab03d has all traffic, and 9f2c1e7 is staged.
fn staged() -> Value {
    json!({
        "schema": 1, "revision": 7, "rollout": "r6",
        "releases": { "41ab03d": {}, "9f2c1e7": {} },
        "stages": [{ "from": "2026-01-01T09:00:00Z", "weights": [["41ab03d", 100]] }],
    })
}

/// 9f2c1e7 has 10 % of the viewers.
fn canary() -> Value {
    with_stage(staged(), "2026-01-01T10:00:00Z", &json!([["41ab03d", 90], ["9f2c1e7", 10]]))
}

/// 9f2c1e7 has 10 % of the viewers, and everybody at a later time.
fn ramp() -> Value {
    with_stage(canary(), "2099-01-01T10:00:00Z", &json!([["9f2c1e7", 100], ["41ab03d", 0]]))
}

fn with_stage(mut plan: Value, from: &str, weights: &Value) -> Value {
    let stages = plan["stages"].as_array_mut().unwrap();
    stages.push(json!({ "from": from, "weights": weights }));
    plan
}

/// No viewer can have c0ffee1 any more.
fn drained() -> Value {
    let mut plan = staged();
    plan["releases"]["c0ffee1"] = json!({ "served_until": "2025-01-01T10:00:00Z" });
    plan
}

/// 9f2c1e7 is not registered.
fn alone() -> Value {
    let mut plan = staged();
    plan["releases"] = json!({ "41ab03d": {} });
    plan
}

fn rows() -> Vec<Row> {
    let last = |name, plan: fn() -> Value, line| Row {
        name,
        plan: Some(plan),
        line,
        order: LAST,
        repair: None,
    };
    let first = |name, plan, line| Row { name, plan, line, order: FIRST, repair: Some("sync -y") };
    vec![
        first("k-init", None, "init 41ab03d -y"),
        first("k-rollback", Some(canary as fn() -> Value), "rollback -y"),
        first("k-abort", Some(ramp as fn() -> Value), "ramp abort -y"),
        last("k-promote", staged, "promote 9f2c1e7 --now -y"),
        last("k-canary", staged, "canary 9f2c1e7 --weight 10 -y"),
        last("k-ramp", staged, "ramp 9f2c1e7 --steps 10,100 --every 60s --detach -y"),
        last("k-finish", ramp, "ramp finish -y"),
        last("k-pause", ramp, "ramp pause -y"),
        last("k-add", alone, "release add 9f2c1e7 -y"),
        last("k-prune", drained, "release prune --keep 0 -y"),
        last("k-remove", staged, "release remove 9f2c1e7 -y"),
        last("k-withdraw", staged, "release withdraw 9f2c1e7 -y"),
    ]
}

impl Row {
    fn open(&self, name: &'static str) -> Shop {
        let shop = Shop::new(name);
        if let Some(plan) = self.plan {
            for region in [HOME, REPLICA] {
                let text = plan().to_string();
                shop.account.put_parameter(region, &shop.parameter(), &text).unwrap();
            }
        }
        shop
    }

    /// The number of versions before the command.
    fn before(&self) -> usize {
        usize::from(self.plan.is_some())
    }

    /// Kills the command while its write in `held` is on its way, and finishes its work.
    fn check(&self, trouble: &Trouble, number: usize) {
        let held = self.order[number];
        let name: &'static str = format!("{}-{number}", self.name).leak();
        let fault = json!({ "times": 1, "region": held, "latency": HELD });
        let (shop, rule) = trouble.befall(self.open(name), "PutParameter", fault);
        let command = shop.start(self.line);
        trouble.until(rule);
        command.kill();
        for (index, region) in self.order.into_iter().enumerate() {
            let written = usize::from(index < number);
            assert_eq!(count(&shop, region), self.before() + written, "{name} in {region}");
        }
        if number > 0 {
            let told = "us-east-1: another plan; `edgeswitch sync` copies";
            let told = if self.plan.is_some() { told } else { "us-east-1: " };
            shop.expect("status", 1, told);
        }
        let repair = self.repair.filter(|_| number > 0).unwrap_or(self.line);
        shop.expect(repair, 0, "version ");
        assert_eq!(shop.versions(HOME).last(), shop.versions(REPLICA).last(), "{name}");
        assert!(count(&shop, HOME) > self.before(), "{name}: the change is made");
    }
}

/// The number of versions in a Region, all of them valid.
fn count(shop: &Shop, region: &str) -> usize {
    let versions = shop.account.parameter_versions(region, &shop.parameter());
    versions.map_or(0, |versions| revisions(&versions).len())
}

#[test]
#[ignore = "needs `make setup`"]
fn a_command_that_is_killed_at_any_write_is_finished_by_one_command() {
    let trouble = Trouble::shared();
    let rows = rows();
    at_once(rows.iter().flat_map(|row| [(row, 0), (row, 1)]), |(row, number)| {
        row.check(&trouble, number);
    });
}
