//! Sightings become batches and verdicts.

use std::time::Duration;

use observation::{Content, Outcome};
use release_trial::{Answer, Event, Judgement, Ledger, Seen, Served, Sighting};
use release_verdict::{CannotTell, Kind, Pair, Settings, Verdict};

use crate::plans::{at, find, plan};

const KINDS: [Kind; 3] = [Kind::ServerError, Kind::MissingFile, Kind::PageError];
const LATENESS: Duration = Duration::from_secs(600);
const SETTLING: Duration = Duration::from_secs(60);

/// A canary of 10 % from ten on, looked at `now`.
fn ledger(now: &str) -> Ledger {
    let canary = plan(&["09:00:00 old:100", "10:00:00 old:90 new:10"], None);
    let trial = find(&[("09:59:00", &canary)], "new", now).unwrap();
    Ledger::new(trial, at(now), LATENESS, SETTLING)
}

fn answer(content: Content, served: Served, outcome: Outcome) -> Event {
    Event::Answer(Answer { content, served, outcome })
}

fn page(outcome: Outcome) -> Event {
    answer(Content::Page, Served::Origin, outcome)
}

fn see(ledger: &mut Ledger, time: &str, release: &str, viewer: u64, event: Event) {
    ledger.see(&Sighting { at: at(time), release, viewer, event });
}

fn judge(ledger: Ledger) -> Judgement {
    ledger.judge(Settings::default(), &KINDS).unwrap()
}

/// Each cell with a bad viewer: its kind, viewers and bad viewers.
fn bad(judgement: &Judgement) -> Vec<(Kind, Pair<u64>, Pair<u64>)> {
    let cells = judgement.batches.iter().flat_map(|batch| &batch.cells);
    let bad = cells.filter(|cell| cell.bad.sum() > 0);
    bad.map(|cell| (cell.kind, cell.viewers, cell.bad)).collect()
}

#[test]
fn only_the_two_releases_in_the_time_of_the_trial_count() {
    let mut ledger = ledger("11:00:00");
    for (time, release) in [
        ("09:59:59", "old"),
        ("10:00:00", "old"),
        ("10:49:59", "new"),
        ("10:50:00", "new"),
        ("10:30:00", "other"),
    ] {
        see(&mut ledger, time, release, 1, page(Outcome::Fine));
    }
    let judgement = judge(ledger);
    let seen = Seen { counted: 2, others: 1, outside: 2, function_errors: 0 };
    assert_eq!(judgement.seen, seen);
    assert_eq!((judgement.until, judgement.soaked_seconds), (at("10:50:00"), 3000));
    assert_eq!(judgement.page_loads, Pair::new(1, 1));
}

#[test]
fn each_kind_is_counted_among_those_whom_it_can_meet() {
    let mut ledger = ledger("11:00:00");
    for (viewer, release) in [(1, "new"), (2, "new"), (3, "old"), (4, "old"), (5, "old")] {
        let served = if viewer % 2 == 0 { Served::Origin } else { Served::Cache };
        for content in [Content::Page, Content::File] {
            let fine = answer(content, served, Outcome::Fine);
            see(&mut ledger, "10:10:00", release, viewer, fine);
        }
    }
    see(&mut ledger, "10:10:01", "new", 1, page(Outcome::ServerError));
    see(&mut ledger, "10:10:01", "new", 1, page(Outcome::FunctionError));
    let missing = answer(Content::File, Served::Origin, Outcome::MissingFile);
    see(&mut ledger, "10:10:02", "new", 2, missing);
    see(&mut ledger, "10:10:03", "old", 3, Event::PageError);
    let judgement = judge(ledger);
    let expected = [
        (Kind::PageError, Pair::new(2, 3), Pair::new(0, 1)),
        (Kind::MissingFile, Pair::new(2, 3), Pair::new(1, 0)),
        (Kind::ServerError, Pair::new(2, 1), Pair::new(1, 0)),
    ];
    assert_eq!(bad(&judgement), expected);
    assert_eq!(judgement.seen.function_errors, 1);
}

/// In a minute of a small site, the cache may answer all viewers of the active release. If everybody counted then, the
/// candidate alone could have errors in it.
#[test]
fn minutes_without_the_active_release_at_the_origin_are_put_together() {
    let cached = answer(Content::Page, Served::Cache, Outcome::Fine);
    let missed = answer(Content::Page, Served::Origin, Outcome::Fine);
    let failed = page(Outcome::ServerError);
    let table = [
        ("it comes two minutes later", "10:12:00", missed, Some((1, 1, 1, 0))),
        ("it comes much later", "10:50:00", missed, Some((1, 1, 1, 0))),
        ("it comes with an error", "10:50:00", failed, Some((1, 1, 1, 1))),
        ("it has not come yet", "10:50:00", cached, None),
        ("it has not come for an hour", "11:09:00", cached, Some((1, 10, 1, 0))),
    ];
    for (name, time, event, expected) in table {
        let mut ledger = ledger("12:00:00");
        for viewer in 1..10 {
            see(&mut ledger, "10:10:00", "old", viewer, cached);
        }
        see(&mut ledger, "10:10:01", "new", 11, failed);
        see(&mut ledger, time, "old", 12, event);
        let expected = expected.map(|(new, old, bad_new, bad_old)| {
            (Kind::ServerError, Pair::new(new, old), Pair::new(bad_new, bad_old))
        });
        assert_eq!(bad(&judge(ledger)), expected.into_iter().collect::<Vec<_>>(), "{name}");
    }
}

/// Every second request fails, whatever the release. One viewer of the active release in three minutes is at the origin.
#[test]
fn a_small_site_with_a_broken_origin_has_no_false_alarm() {
    let mut ledger = ledger("12:00:00");
    let missed = |is_bad| {
        let outcome = if is_bad { Outcome::ServerError } else { Outcome::Fine };
        answer(Content::Page, Served::Origin, outcome)
    };
    for minute in 0..60_u64 {
        let time = format!("10:{minute:02}:00");
        for viewer in 0..12 {
            let cached = answer(Content::Page, Served::Cache, Outcome::Fine);
            see(&mut ledger, &time, "old", 1000 * minute + viewer, cached);
        }
        see(&mut ledger, &time, "new", 1000 * minute + 20, missed(minute % 2 == 0));
        if minute % 3 == 0 {
            see(&mut ledger, &time, "old", 1000 * minute + 30, missed(minute % 2 == 0));
        }
    }
    let judgement = judge(ledger);
    let figures = judgement.figures[0];
    assert_eq!(figures.bad, Pair::new(29, 10), "the last minutes are still open");
    assert!(!matches!(judgement.verdict, Verdict::Worse(_)), "{}", judgement.verdict);
}

/// A new release's cache is empty. With the same errors at the origin, it is not worse.
#[test]
fn an_empty_cache_does_not_make_a_release_worse() {
    let mut ledger = ledger("12:00:00");
    let mut viewer = 0_u64;
    for minute in 10..40 {
        let time = format!("10:{minute}:00");
        for (release, viewers, misses) in [("new", 100, 100), ("old", 900, 45)] {
            for number in 0..viewers {
                viewer += 1;
                let served = if number < misses { Served::Origin } else { Served::Cache };
                let mixed = viewer.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
                let is_bad = served == Served::Origin && mixed.is_multiple_of(50);
                let outcome = if is_bad { Outcome::ServerError } else { Outcome::Fine };
                see(&mut ledger, &time, release, viewer, answer(Content::Page, served, outcome));
            }
        }
    }
    let judgement = judge(ledger);
    let figures = judgement.figures[0];
    assert!(figures.bad.candidate > 40 && figures.bad.active < 40, "{figures:?}");
    assert!(matches!(judgement.verdict, Verdict::NotWorse(_)), "{}", judgement.verdict);
}

#[test]
fn a_broken_candidate_is_worse_and_the_verdict_says_why() {
    let mut ledger = ledger("11:00:00");
    let mut viewer = 0;
    for minute in 10..40 {
        for (release, viewers) in [("new", 10), ("old", 90)] {
            for number in 0..viewers {
                viewer += 1;
                let is_bad = release == "new" && number == 0;
                let outcome = if is_bad { Outcome::ServerError } else { Outcome::Fine };
                let time = format!("10:{minute}:00");
                see(&mut ledger, &time, release, viewer, page(outcome));
            }
        }
    }
    let judgement = judge(ledger);
    assert!(matches!(judgement.verdict, Verdict::Worse(_)), "{}", judgement.verdict);
    let words = judgement.verdict.to_string();
    let begin =
        "worse: 30 viewers of the candidate had a server error, 0 of the active release: at least ";
    assert!(words.starts_with(begin), "{words}");
    assert_eq!(judgement.looks.len(), 30);
    assert!(judgement.looks.is_sorted_by(|one, next| one.log_evidence <= next.log_evidence));
}

/// Page loads before the edge has the plan, and further page loads of a viewer, say nothing of the share.
#[test]
fn a_viewer_counts_once_in_the_shares() {
    let canary =
        plan(&["09:00:00 old:100", "10:00:00 old:90 new:10", "10:20:00 old:50 new:50"], None);
    let trial = find(&[("09:59:00", &canary)], "new", "11:00:00").unwrap();
    let mut halves = [0; 2].map(|_| Ledger::new(trial.clone(), at("11:00:00"), LATENESS, SETTLING));
    for (half, time, release, viewer) in [
        (0, "10:00:30", "old", 1),
        (0, "10:21:00", "new", 1),
        (1, "10:01:00", "old", 2),
        (0, "10:30:00", "new", 2),
        (1, "10:02:00", "new", 3),
        (0, "10:02:00", "old", 4),
        (1, "10:40:00", "new", 4),
    ] {
        see(&mut halves[half], time, release, viewer, page(Outcome::Fine));
    }
    let [mut one, other] = halves;
    one.merge(other);
    let shares = judge(one).shares;
    let shares: Vec<_> = shares.stages().map(|(_, one)| (one.planned, one.viewers)).collect();
    assert_eq!(shares, [(0.1, Pair::new(1, 2)), (0.5, Pair::new(1, 0))]);
}

#[test]
fn a_wrong_split_comes_before_everything_else() {
    let mut ledger = ledger("11:00:00");
    for viewer in 0..1000 {
        let release = if viewer % 2 == 0 { "new" } else { "old" };
        let outcome = if release == "new" { Outcome::ServerError } else { Outcome::Fine };
        see(&mut ledger, "10:10:00", release, viewer, page(outcome));
    }
    let judgement = judge(ledger);
    let is_share = matches!(&judgement.verdict, Verdict::CannotTell(CannotTell::Share(_)));
    assert!(is_share, "{}", judgement.verdict);
}

/// Whether the rows are of one log or of several, and in which order, does not matter.
#[test]
fn ledgers_of_several_logs_are_one() {
    let (mut whole, mut parts) = (ledger("11:00:00"), [ledger("11:00:00"), ledger("11:00:00")]);
    let mut sightings = Vec::new();
    for number in 0..2000_u64 {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let release = if mixed % 10 == 0 { "new" } else { "old" };
        let outcome = [Outcome::Fine, Outcome::ServerError][usize::from(mixed % 7 == 0)];
        sightings.push((
            format!("10:{:02}:{:02}", mixed % 59, mixed % 60),
            release,
            mixed % 300,
            outcome,
        ));
    }
    for (time, release, viewer, outcome) in &sightings {
        see(&mut whole, time, release, *viewer, page(*outcome));
    }
    for (number, (time, release, viewer, outcome)) in sightings.iter().rev().enumerate() {
        see(&mut parts[number % 2], time, release, *viewer, page(*outcome));
    }
    let [mut one, other] = parts;
    one.merge(other);
    assert_eq!(judge(one), judge(whole));
}

#[test]
fn the_last_minute_counts_if_the_trial_ended_in_it() {
    let back = plan(&["09:00:00 old:100", "10:00:00 old:90 new:10", "10:04:30 old:100"], None);
    let trial = find(&[("09:59:00", &back)], "new", "11:00:00").unwrap();
    let mut ledger = Ledger::new(trial, at("11:00:00"), LATENESS, SETTLING);
    see(&mut ledger, "10:04:10", "new", 1, page(Outcome::Fine));
    see(&mut ledger, "10:04:40", "new", 1, page(Outcome::Fine));
    assert_eq!(judge(ledger).page_loads, Pair::new(1, 0));
}
