//! The life of a release, from `release add` to `release remove`, with a replica Region.

use plan_format::{ReleaseDefaults, parse};

use crate::aws::account::remove_index;
use crate::aws::shop::Shop;
use crate::aws::{HOME, REPLICA};

/// A command, its exit code, and words that it prints.
type Row = (&'static str, i32, &'static str);

fn run(shop: &Shop, rows: &[Row]) {
    for (line, code, words) in rows {
        shop.expect(line, *code, words);
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn a_release_from_its_registration_to_its_end() {
    let shop = Shop::new("life");
    run(
        &shop,
        &[
            ("status", 1, "there is no parameter `/life/plan` in `eu-central-1`"),
            ("init 41ab03d -y", 0, "version 1 in eu-central-1, version 1 in us-east-1"),
            ("init 9f2c1e7 -y", 1, "parameter `/life/plan` already exists in `eu-central-1`"),
            ("release add c0ffee1 -y", 1, "has no `c0ffee1/index.html`"),
            ("release add 9f2c1e7 --slot green -y", 0, "version 2 in eu-central-1"),
            ("release list", 0, "green  staged"),
            ("promote 9f2c1e7 -y", 0, "9f2c1e7 has all traffic at every edge location since"),
            ("status --wait", 0, "active     9f2c1e7 (green) 100 %"),
            ("canary 41ab03d --weight 10 -y", 0, "10 % of new viewers will get 41ab03d from"),
            ("status", 3, "state      in progress"),
            ("rollback -y --reason slow", 0, "is cancelled"),
            ("promote 41ab03d --at +10m --no-wait -y", 0, "everybody will get 41ab03d from"),
            (
                "promote 41ab03d --now -y",
                1,
                "hint: give it all traffic now: `edgeswitch ramp finish`",
            ),
            ("status", 3, "next       41ab03d 100 %"),
            ("rollback -y", 0, "version 7 in eu-central-1, version 7 in us-east-1"),
            ("status --wait", 0, "state      settled"),
            ("promote 41ab03d --now --dry-run", 0, "+  \"revision\": 8,"),
            ("promote 41ab03d --now -y", 0, "version 8 in us-east-1, version 8 in eu-central-1"),
            ("release remove 9f2c1e7 -y", 1, "until"),
            ("release withdraw 9f2c1e7 -y", 0, "9f2c1e7 is never served again"),
            ("release remove 9f2c1e7 -y", 0, "9f2c1e7 will be removed from the plan"),
            ("history", 0, "rollback by alice: slow"),
            ("diff 1 2", 0, "release 9f2c1e7 is registered"),
            ("diff 1 99", 1, "ParameterVersionNotFound"),
            ("sync -y", 0, "nothing was written"),
        ],
    );
    let versions = shop.versions(HOME);
    assert_eq!(versions, shop.versions(REPLICA), "the Regions have had the same plans");
    for (text, revision) in versions.iter().zip(1..) {
        let plan = parse(text, &ReleaseDefaults::default()).unwrap();
        assert_eq!(plan.revision(), revision, "no revision twice: {text}");
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn a_rollback_needs_the_parameter_alone_and_sync_repairs_the_other_region() {
    let shop = Shop::open("emergency");
    shop.expect("promote 9f2c1e7 --now -y", 0, "revision 3");
    let elsewhere = tempfile::TempDir::new().unwrap();
    let line = format!("rollback -y --parameter {} --region {HOME}", shop.parameter());
    let ran = shop.run_in(elsewhere.path(), &line);
    ran.check(&line, 0, "every edge location follows within 45 s");
    run(
        &shop,
        &[
            ("status", 1, "replica    us-east-1: another plan; `edgeswitch sync`"),
            ("sync -y", 0, "the home Region's plan is written: version 4 in us-east-1"),
            ("status --wait", 0, "replica    us-east-1: the same plan"),
        ],
    );
}

#[test]
#[ignore = "needs `make setup`"]
fn a_history_of_several_pages_is_read_whole() {
    let shop = Shop::new("pages");
    for version in 1..=60 {
        let text = if version % 2 == 0 { "41ab03d" } else { "9f2c1e7 41ab03d" };
        shop.account.put_parameter(HOME, &shop.parameter(), text).unwrap();
    }
    let ran = shop.expect("history -n 100 --output json", 0, "\"versions\"");
    let history: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let versions = history["versions"].as_array().unwrap();
    let numbers: Vec<_> = versions.iter().filter_map(|one| one["version"].as_u64()).collect();
    assert_eq!(numbers, (1..=60).rev().collect::<Vec<_>>());
}

#[test]
#[ignore = "needs `make setup`"]
fn a_release_without_its_index_document_gets_no_traffic() {
    let shop = Shop::open("emptied");
    remove_index(&shop.account, "emptied-releases", "9f2c1e7");
    let words = "bucket `emptied-releases` has no `9f2c1e7/index.html`";
    for line in [
        "promote 9f2c1e7 -y",
        "canary 9f2c1e7 --weight 10 -y",
        "ramp 9f2c1e7 --steps 10,100 --every 10m --detach -y",
    ] {
        shop.expect(line, 1, words);
    }
    assert_eq!(shop.versions(HOME).len(), 2, "nothing is written");
}
