//! Faults between the program and AWS. An unconfirmed write is never reported as done, and no write is made
//! twice.

use serde_json::{Value, json};

use crate::aws::account::{create_distribution, invalidations};
use crate::aws::shop::Shop;
use crate::aws::trouble::{Trouble, at_once, revisions};
use crate::aws::{HOME, REPLICA};

const PROMOTE: &str = "promote 9f2c1e7 --now -y";

fn twice(code: &str) -> Value {
    json!({ "times": 2, "error": { "code": code } })
}

fn always(code: &str) -> Value {
    json!({ "error": { "code": code } })
}

#[test]
#[ignore = "needs `make setup`"]
fn passing_trouble_is_overcome_and_no_revision_is_doubled() {
    let trouble = Trouble::shared();
    let (read, write) = ("GetParameter", "PutParameter");
    let rows = [
        ("throttled-read", read, twice("ThrottlingException")),
        ("broken-read", read, twice("InternalServerError")),
        ("late-read", read, json!({ "times": 1, "latency": 6000 })),
        ("throttled-write", write, twice("ThrottlingException")),
        ("broken-write", write, twice("InternalServerError")),
        ("reset-write", write, json!({ "times": 2, "reset": true })),
        ("lost-answer", write, json!({ "times": 1, "response": { "abort_bytes": 0 } })),
        ("lost-answers", write, json!({ "response": { "abort_bytes": 0 } })),
    ];
    at_once(rows, |(name, operation, fault)| {
        let (shop, rule) = trouble.befall(Shop::open(name), operation, fault);
        shop.run(PROMOTE).check(name, 0, "revision 3 of");
        assert!(trouble.microburst.fired(rule).unwrap() > 0, "{name}");
        for region in [HOME, REPLICA] {
            assert_eq!(revisions(&shop.versions(region)), [1, 2, 3], "{name} in {region}");
        }
    });
}

/// The program gives up the write after five seconds, but the write still arrives.
#[test]
#[ignore = "needs `make setup`"]
fn a_write_that_is_late_is_made_again_with_the_same_plan() {
    let trouble = Trouble::shared();
    let late = json!({ "times": 1, "latency": 6000 });
    let (shop, rule) = trouble.befall(Shop::open("late-write"), "PutParameter", late);
    shop.expect(PROMOTE, 0, "revision 3 of");
    assert_eq!(trouble.microburst.fired(rule).unwrap(), 1);
    assert_eq!(revisions(&shop.versions(HOME)), [1, 2, 3]);
    let mut copies = shop.versions(REPLICA);
    copies.dedup();
    assert_eq!(revisions(&copies), [1, 2, 3]);
}

#[test]
#[ignore = "needs `make setup`"]
fn trouble_that_lasts_is_said_and_nothing_is_reported_as_done() {
    let trouble = Trouble::shared();
    let uncertain = "error: it is not certain whether the plan was written";
    let rows = [
        ("always-throttled", always("ThrottlingException"), "ThrottlingException"),
        ("always-broken", always("InternalServerError"), uncertain),
        ("always-reset", json!({ "reset": true }), uncertain),
        ("always-denied", always("AccessDeniedException"), "AccessDeniedException"),
    ];
    at_once(rows, |(name, fault, words)| {
        let (shop, _) = trouble.befall(Shop::open(name), "PutParameter", fault);
        let ran = shop.run(PROMOTE);
        ran.check(name, 1, words);
        assert!(ran.err.contains("\nhint: "), "{name}: {}", ran.err);
        assert_eq!(ran.out, "", "{name}");
        for region in [HOME, REPLICA] {
            assert_eq!(revisions(&shop.versions(region)), [1, 2], "{name} in {region}");
        }
    });
}

/// CloudFront allows 15 invalidations with a `*` at the same time.
#[test]
#[ignore = "needs `make setup`"]
fn an_invalidation_that_must_wait_its_turn_is_made_once() {
    let trouble = Trouble::shared();
    let shop = Shop::open("queued").through(trouble.microburst.endpoint());
    let distribution = create_distribution(&shop.account, "queued");
    shop.decide_at_origin_request(&distribution);
    let busy = json!({
        "service": "cloudfront", "operation": "CreateInvalidation", "times": 1,
        "error": { "code": "TooManyInvalidationsInProgress" },
    });
    let rule = trouble.microburst.add(&busy).unwrap();
    shop.expect(PROMOTE, 0, "is completed");
    assert_eq!(trouble.microburst.fired(rule).unwrap(), 1);
    assert_eq!(invalidations(&shop.account, &distribution).len(), 1);
}
