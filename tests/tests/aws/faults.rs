//! Trouble between the program and AWS: a write that is not confirmed is never reported as done, and none is made
//! twice.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use edgeswitch_tests::{Microburst, Ministack, Tools};
use plan_store::{PrefixTemplate, parse};
use serde_json::{Value, json};

use crate::account::{create_distribution, invalidations, shared};
use crate::shop::Shop;
use crate::{HOME, REPLICA};

const PATIENCE: Duration = Duration::from_secs(60);
/// Longer than any test, in milliseconds.
const HELD: u64 = 600_000;

/// What plays the trouble, and the account behind it.
struct Trouble {
    microburst: Microburst,
    _account: Arc<Ministack>,
}

static SHARED: Mutex<Weak<Trouble>> = Mutex::new(Weak::new());

/// The trouble of all tests, each with a parameter of its own; it ends with the last test that has it.
fn trouble() -> Arc<Trouble> {
    let mut last = SHARED.lock().unwrap();
    if let Some(trouble) = last.upgrade() {
        return trouble;
    }
    let account = shared();
    let microburst = Microburst::start(&Tools::find().unwrap(), account.endpoint()).unwrap();
    let trouble = Arc::new(Trouble { microburst, _account: account });
    *last = Arc::downgrade(&trouble);
    trouble
}

/// A shop behind trouble that befalls one operation on its parameter, and the trouble's number.
fn troubled(
    trouble: &Trouble,
    name: &'static str,
    operation: &str,
    mut fault: Value,
) -> (Shop, u64) {
    let shop = Shop::open(name, "").through(trouble.microburst.endpoint());
    fault["service"] = "ssm".into();
    fault["operation"] = operation.into();
    fault["body"] = format!("Name == '{}'", shop.parameter()).into();
    let rule = trouble.microburst.add(&fault).unwrap();
    (shop, rule)
}

fn revisions(texts: &[String]) -> Vec<u64> {
    let plan = |text: &String| parse(text, &PrefixTemplate::default()).unwrap();
    texts.iter().map(|text| plan(text).revision()).collect()
}

#[test]
fn passing_trouble_is_overcome_and_no_revision_is_doubled() {
    let trouble = trouble();
    let (read, write) = ("GetParameter", "PutParameter");
    let rows = [
        ("throttled-read", read, json!({ "times": 2, "error": { "code": "ThrottlingException" } })),
        (
            "throttled-write",
            write,
            json!({ "times": 2, "error": { "code": "ThrottlingException" } }),
        ),
        ("broken-write", write, json!({ "times": 2, "error": { "code": "InternalServerError" } })),
        ("reset-write", write, json!({ "times": 2, "reset": true })),
        ("lost-answer", write, json!({ "times": 1, "response": { "abort_bytes": 0 } })),
        ("lost-answers", write, json!({ "response": { "abort_bytes": 0 } })),
    ];
    for (name, operation, fault) in rows {
        let (shop, rule) = troubled(&trouble, name, operation, fault);
        let ran = shop.run("promote 9f2c1e7 --now -y");
        ran.check(name, 0, "revision 3 of");
        assert!(trouble.microburst.fired(rule).unwrap() > 0, "{name}");
        for region in [HOME, REPLICA] {
            assert_eq!(revisions(&shop.versions(region)), [1, 2, 3], "{name} in {region}");
        }
    }
}

/// It is given up after five seconds, and arrives all the same.
#[test]
fn a_write_that_is_late_is_made_again_with_the_same_plan() {
    let trouble = trouble();
    let late = json!({ "times": 1, "latency": 6000 });
    let (shop, rule) = troubled(&trouble, "late", "PutParameter", late);
    shop.expect("promote 9f2c1e7 --now -y", 0, "revision 3 of");
    assert_eq!(trouble.microburst.fired(rule).unwrap(), 1);
    let mut copies = shop.versions(REPLICA);
    copies.dedup();
    assert_eq!(
        (revisions(&shop.versions(HOME)), revisions(&copies)),
        (vec![1, 2, 3], vec![1, 2, 3])
    );
}

#[test]
fn trouble_that_lasts_is_said_and_nothing_is_reported_as_done() {
    let trouble = trouble();
    let uncertain = "error: it is not certain whether the plan was written";
    let rows = [
        (
            "always-throttled",
            json!({ "error": { "code": "ThrottlingException" } }),
            "ThrottlingException",
        ),
        ("always-broken", json!({ "error": { "code": "InternalServerError" } }), uncertain),
        ("always-reset", json!({ "reset": true }), uncertain),
        (
            "denied",
            json!({ "error": { "code": "AccessDeniedException" } }),
            "AccessDeniedException",
        ),
    ];
    for (name, fault, words) in rows {
        let (shop, _) = troubled(&trouble, name, "PutParameter", fault);
        let ran = shop.run("promote 9f2c1e7 --now -y");
        ran.check(name, 1, words);
        assert!(
            ran.out.is_empty() && ran.err.contains("\nhint: "),
            "{name}: {}{}",
            ran.out,
            ran.err
        );
        for region in [HOME, REPLICA] {
            assert_eq!(revisions(&shop.versions(region)), [1, 2], "{name} in {region}");
        }
    }
}

#[test]
fn a_region_that_fails_is_named_and_the_named_command_repairs_it() {
    let trouble = trouble();
    let rows = [
        (
            "home-fails",
            "promote 9f2c1e7 --now -y",
            HOME,
            "repeat the command",
            "promote 9f2c1e7 --now -y",
        ),
        ("copy-fails", "rollback 9f2c1e7 -y", REPLICA, "`edgeswitch sync`", "sync -y"),
    ];
    for (name, line, region, hint, repair) in rows {
        let denied =
            json!({ "times": 1, "region": region, "error": { "code": "AccessDeniedException" } });
        let (shop, _) = troubled(&trouble, name, "PutParameter", denied);
        let ran = shop.run(line);
        ran.check(name, 1, "error: not every Region has the new plan\n");
        let other = if region == HOME { REPLICA } else { HOME };
        for words in
            [format!("\n  {other:12}  written, version 3\n"), format!("\n  {region:12}  failed: ")]
        {
            assert!(ran.err.contains(&words), "{name}: {}", ran.err);
        }
        assert!(ran.err.lines().last().unwrap().contains(hint), "{name}: {}", ran.err);
        shop.expect(repair, 0, "version 3 in ");
        assert_eq!(shop.versions(HOME).last(), shop.versions(REPLICA).last(), "{name}");
    }
}

#[test]
fn a_command_that_is_killed_between_two_regions_leaves_two_plans_and_status_says_so() {
    let trouble = trouble();
    let rows = [
        ("killed-promote", "promote 9f2c1e7 --now -y", HOME, "promote 9f2c1e7 --now -y"),
        ("killed-rollback", "rollback 9f2c1e7 -y", REPLICA, "sync -y"),
    ];
    for (name, line, region, repair) in rows {
        let held = json!({ "times": 1, "region": region, "latency": HELD });
        let (shop, rule) = troubled(&trouble, name, "PutParameter", held);
        let command = shop.start(line);
        let began = Instant::now();
        while trouble.microburst.fired(rule).unwrap() == 0 {
            assert!(began.elapsed() < PATIENCE, "{name}: nothing was written in {region}");
        }
        command.kill();
        for place in [HOME, REPLICA] {
            let expected: &[u64] = if place == region { &[1, 2] } else { &[1, 2, 3] };
            assert_eq!(revisions(&shop.versions(place)), expected, "{name} in {place}");
        }
        shop.expect("status", 1, "replica    us-east-1: another plan; `edgeswitch sync` copies");
        shop.expect(repair, 0, "is written: ");
        assert_eq!(shop.versions(HOME).last(), shop.versions(REPLICA).last(), "{name}");
        shop.expect("status --wait", 0, "active     9f2c1e7 100 %");
    }
}

/// CloudFront takes 15 invalidations with a `*` at a time.
#[test]
fn an_invalidation_that_must_wait_its_turn_is_made_once() {
    let trouble = trouble();
    let shop = Shop::open("queued", "").through(trouble.microburst.endpoint());
    let distribution = create_distribution(&shop.account, "queued");
    let settings = "decide_at = \"origin-request\"\ndistribution_id = ";
    shop.configure(&format!("{settings}\"{distribution}\""));
    let busy = json!({
        "service": "cloudfront", "operation": "CreateInvalidation", "times": 1,
        "error": { "code": "TooManyInvalidationsInProgress" },
    });
    let rule = trouble.microburst.add(&busy).unwrap();
    shop.expect("promote 9f2c1e7 --now -y", 0, "is completed");
    assert_eq!(trouble.microburst.fired(rule).unwrap(), 1);
    assert_eq!(invalidations(&shop.account, &distribution).len(), 1);
}
