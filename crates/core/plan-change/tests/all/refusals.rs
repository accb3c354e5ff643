//! What is refused, and why.

mod ramps_and_releases;
mod traffic;

use edge_time::Timestamp;
use plan_change::{Change, Context, Share, When, apply};
use routing_core::DecideAt;

use crate::support::{TEN, World, add, canary, id, later, promote, ramp, share};

fn at(seconds: u64) -> Change {
    Change::Promote { id: id("new"), at: When::At(later(TEN, seconds)) }
}

fn paused() -> Vec<Change> {
    vec![ramp("new", &["10", "50"]), Change::RampPause]
}

/// Name, what was done before, each a minute after the other, what is refused, and why.
type Row = (&'static str, Vec<Change>, Change, &'static str);

#[test]
fn a_refusal_says_why() {
    for (name, before, change, why) in traffic::rows().into_iter().chain(ramps_and_releases::rows())
    {
        let mut world = World::after(&before);
        let refusal = world.try_change(&change).expect_err(name);
        assert_eq!(refusal.to_string(), why, "{name}");
    }
}

#[test]
fn without_draws_there_are_no_shares() {
    let world = World::after(&[]);
    let context = Context { decide_at: DecideAt::OriginRequest, ..world.context.clone() };
    for change in [canary("new", "10"), ramp("new", &["10"])] {
        let refusal = apply(&world.document, &change, &context).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "`decide_at` is `origin-request`: a release gets all viewers or none"
        );
    }
    assert!(apply(&world.document, &promote("new"), &context).is_ok());
}

#[test]
fn shares_have_tenths_and_are_above_nothing() {
    for (text, shown) in
        [("100", "100 %"), ("0.1", "0.1 %"), (" 12.5 % ", "12.5 %"), ("33.30", "33.3 %")]
    {
        assert_eq!(share(text).to_string(), shown, "{text}");
    }
    for text in ["", "0", "0.05", "100.1", "-1", "ten", "nan", "inf", "1,5"] {
        let error = Share::parse(text).expect_err(text).to_string();
        assert_eq!(
            error,
            format!(
                "`{text}` is not a share of viewers: allowed are 0.1 to 100 percent, in tenths"
            )
        );
    }
}

#[test]
fn the_largest_revision_is_the_last() {
    let text = format!(
        r#"{{"schema":1,"revision":{},"releases":{{"a":{{"prefix":"/a"}}}},"rollout":"r","stages":[{{"from":"2026-11-22T09:00:00Z","weights":[["a",1]]}}]}}"#,
        u64::MAX
    );
    let refusal = World::new(&text).try_change(&add("b")).unwrap_err();
    assert_eq!(refusal.to_string(), "`revision` is already the largest possible number");
}

#[test]
fn a_plan_that_would_break_a_rule_is_refused_in_the_plans_own_words() {
    let Change::AddRelease(mut release) = add("late") else { unreachable!() };
    release.prefix = Some("late".into());
    let refusal = World::after(&[]).try_change(&Change::AddRelease(release)).unwrap_err();
    assert!(
        refusal.to_string().starts_with("releases.late.prefix: `late` is not a prefix"),
        "{refusal}"
    );
    assert_eq!(TEN, Timestamp(1_795_341_600_000));
}
