//! When a candidate had a share.

use release_trial::{NoTrial, Trial};

use crate::plans::{at, find, plan, written};

const OLD: &str = "09:00:00 old:100";

/// The stretches, as `10:00:00-10:10:00 10.0 %`.
fn stretches(trial: &Trial) -> Vec<String> {
    let time = |at: edge_time::Timestamp| at.to_string()[11..19].to_owned();
    let words = trial
        .stretches()
        .iter()
        .map(|one| format!("{}-{} {:.1} %", time(one.from), time(one.until), 100.0 * one.share));
    words.collect()
}

#[test]
fn a_ramp_is_one_trial() {
    let steps = [OLD, "10:00:00 old:99 new:1", "10:10:00 old:90 new:10", "10:20:00 old:50 new:50"];
    let first = plan(&steps, Some("10:06:00"));
    let renewed = plan(&steps, Some("10:30:00"));
    let history = [("09:59:00", &first), ("10:05:00", &renewed)];
    let trial = find(&history, "new", "10:25:00").unwrap();
    assert_eq!((&*trial.candidate, &*trial.active), ("new", "old"));
    let expected =
        ["10:00:00-10:10:00 1.0 %", "10:10:00-10:20:00 10.0 %", "10:20:00-10:25:00 50.0 %"];
    assert_eq!(stretches(&trial), expected);
    assert_eq!((trial.from(), trial.until()), (at("10:00:00"), at("10:25:00")));
}

#[test]
fn a_lease_that_ended_ends_the_trial() {
    let ramp = plan(&[OLD, "10:00:00 old:90 new:10"], Some("10:06:00"));
    let trial = find(&[("09:59:00", &ramp)], "new", "10:25:00").unwrap();
    assert_eq!(stretches(&trial), ["10:00:00-10:06:00 10.0 %"]);
}

#[test]
fn a_rollback_ends_the_trial_in_the_minute_of_its_write() {
    let canary = plan(&[OLD, "10:00:00 old:90 new:10"], None);
    let back = plan(&[OLD, "10:00:00 old:90 new:10", "10:04:30 old:100"], None);
    let history = [("09:59:00", &canary), ("10:04:30", &back)];
    let trial = find(&history, "new", "11:00:00").unwrap();
    assert_eq!(stretches(&trial), ["10:00:00-10:04:30 10.0 %"]);
}

#[test]
fn the_last_trial_counts() {
    let canary = plan(&[OLD, "10:00:00 old:90 new:10"], None);
    let back = plan(&[OLD], None);
    let again = plan(&[OLD, "12:00:00 old:80 new:20"], None);
    let history = [("09:59:00", &canary), ("10:04:30", &back), ("11:59:00", &again)];
    let trial = find(&history, "new", "12:30:00").unwrap();
    assert_eq!(stretches(&trial), ["12:00:00-12:30:00 20.0 %"]);
}

#[test]
fn what_the_oldest_version_keeps_of_the_past_counts() {
    let steps = [OLD, "10:00:00 old:99 new:1", "10:10:00 old:90 new:10"];
    let trial = find(&[("10:30:00", &plan(&steps, None))], "new", "10:40:00").unwrap();
    assert_eq!(stretches(&trial), ["10:00:00-10:10:00 1.0 %", "10:10:00-10:40:00 10.0 %"]);
}

#[test]
fn a_release_that_got_everybody_is_compared_with_the_one_before() {
    let promoted = plan(&[OLD, "10:00:00 new:100"], None);
    let trial = find(&[("09:59:00", &promoted)], "new", "10:10:00").unwrap();
    assert_eq!(trial.active, "old");
    assert_eq!(stretches(&trial), ["10:00:00-10:10:00 100.0 %"]);
}

/// The share of viewers of these two releases only.
#[test]
fn a_third_release_does_not_count() {
    let three = plan(&[OLD, "10:00:00 old:60 new:20 other:20"], None);
    let trial = find(&[("09:59:00", &three)], "new", "10:10:00").unwrap();
    assert_eq!(stretches(&trial), ["10:00:00-10:10:00 25.0 %"]);
}

#[test]
fn without_a_trial_there_is_an_error() {
    let canary = plan(&[OLD, "10:00:00 old:90 new:10"], None);
    let no = |candidate| find(&[("09:59:00", &canary)], candidate, "10:10:00").unwrap_err();
    assert_eq!(no("other"), NoTrial::NoShare("other".into()));
    assert_eq!(no("old"), NoTrial::AlwaysActive("old".into()));
    assert_eq!(find(&[], "new", "10:10:00"), Err(NoTrial::NoShare("new".into())));
}

/// A release that got everybody back had no trial: nobody had the other one beside it.
#[test]
fn each_release_that_shared_the_viewers_has_a_trial() {
    let canary = plan(&[OLD, "10:00:00 old:90 new:10"], None);
    let back = plan(&[OLD, "10:00:00 old:90 new:10", "10:10:00 old:100"], None);
    let next = plan(&[OLD, "11:00:00 old:80 other:20"], None);
    let over = plan(&[OLD, "11:30:00 other:100"], None);
    let again = plan(&[OLD, "11:40:00 old:100"], None);
    let history = [
        ("09:59:00", &canary),
        ("10:10:00", &back),
        ("10:59:00", &next),
        ("11:30:00", &over),
        ("11:40:00", &again),
    ];
    let trials = Trial::all(&written(&history), at("12:00:00"));
    let trials: Vec<_> =
        trials.iter().map(|one| (&*one.candidate, &*one.active, stretches(one))).collect();
    let expected = [
        ("new", "old", vec!["10:00:00-10:10:00 10.0 %".to_owned()]),
        (
            "other",
            "old",
            vec!["11:00:00-11:30:00 20.0 %".to_owned(), "11:30:00-11:40:00 100.0 %".to_owned()],
        ),
    ];
    assert_eq!(trials, expected);
    assert_eq!(Trial::all(&[], at("12:00:00")), []);
}

#[test]
fn a_time_belongs_to_one_stretch() {
    let steps = [OLD, "10:00:00 old:99 new:1", "10:10:00 old:90 new:10"];
    let trial = find(&[("09:59:00", &plan(&steps, None))], "new", "10:20:00").unwrap();
    let number = |time| trial.stretch_at(at(time)).map(|(number, _)| number);
    let table = [
        ("09:59:59", None),
        ("10:00:00", Some(0)),
        ("10:09:59", Some(0)),
        ("10:10:00", Some(1)),
        ("10:20:00", None),
    ];
    for (time, expected) in table {
        assert_eq!(number(time), expected, "{time}");
    }
}
