//! Verdicts, and how they read.

use release_verdict::{Batch, CannotTell, Cell, Comparison, Kind, Pair, Settings, Side, Verdict};

const KINDS: [Kind; 2] = [Kind::ServerError, Kind::MissingFile];

fn comparison(
    loads: (u64, u64),
    viewers: (u64, u64),
    errors: (u64, u64),
    missing: (u64, u64),
) -> Comparison {
    let mut comparison = Comparison::new(Settings::default(), &KINDS).unwrap();
    let viewers = Pair::new(viewers.0, viewers.1);
    let cell =
        |kind, bad: (u64, u64)| Cell { kind, stratum: 0, viewers, bad: Pair::new(bad.0, bad.1) };
    let cells = vec![cell(Kind::ServerError, errors), cell(Kind::MissingFile, missing)];
    comparison.add(&Batch { minute: 0, page_loads: Pair::new(loads.0, loads.1), cells });
    comparison
}

#[test]
fn each_verdict_says_its_numbers() {
    let some = (200, 1800);
    let table = [
        (
            "worse",
            comparison(some, (1000, 9000), (12, 9), (0, 3)),
            700,
            "worse: 12 viewers of the candidate had a server error, 9 of the active release: at least 2.4 times as often \
             (evidence 5911, needed 100)",
        ),
        (
            "worse before the soak",
            comparison((20, 180), (100, 900), (0, 3), (12, 9)),
            10,
            "worse: 12 viewers of the candidate had a missing file, 9 of the active release: at least 2.4 times as often \
             (evidence 5911, needed 100)",
        ),
        (
            "too few bad viewers",
            comparison(some, (100, 9900), (4, 0), (0, 0)),
            700,
            "cannot tell: only 4 viewers of the candidate had a server error, 5 are needed",
        ),
        (
            "too few page loads",
            comparison((99, 900), (1000, 9000), (1, 9), (1, 9)),
            700,
            "cannot tell: the candidate had 99 page loads, 100 are needed",
        ),
        (
            "the soak is not over",
            comparison(some, (1000, 9000), (1, 9), (1, 9)),
            599,
            "cannot tell: the stage has lasted 599 s, 600 s are needed",
        ),
        (
            "nothing to compare with",
            comparison((200, 0), (1000, 0), (0, 0), (0, 0)),
            700,
            "cannot tell: the active release had no page load",
        ),
        (
            "not worse",
            comparison(some, (1000, 9000), (10, 90), (3, 60)),
            600,
            "not worse so far: a server error at most 2.9 times as often, after 200 page loads",
        ),
        (
            "not worse, without a bound",
            comparison(some, (1000, 9000), (0, 1), (0, 0)),
            600,
            "not worse so far: too few bad viewers for a bound, after 200 page loads",
        ),
    ];
    for (name, comparison, soaked, expected) in table {
        assert_eq!(comparison.verdict(soaked).to_string(), expected, "{name}");
    }
}

#[test]
fn a_wrong_share_comes_first() {
    let mut comparison = comparison((200, 1800), (1000, 9000), (50, 9), (0, 0));
    assert!(matches!(comparison.verdict(700), Verdict::Worse(_)));
    comparison.shares.add(3, 0.1, Side::Active, 800);
    comparison.shares.add(3, 0.1, Side::Candidate, 200);
    let verdict = comparison.verdict(700);
    assert!(matches!(verdict, Verdict::CannotTell(CannotTell::Share(_))));
    let expected = "cannot tell: 20.0 % of the viewers have the candidate, 10.0 % are planned";
    assert_eq!(verdict.to_string(), expected);
}

/// A gate that looked a minute ago and one that looks only now say the same.
#[test]
fn evidence_that_was_enough_once_stays_enough() {
    let mut comparison = comparison((200, 1800), (1000, 9000), (12, 9), (0, 3));
    let viewers = Pair::new(1000, 9000);
    let cells = vec![Cell { kind: Kind::ServerError, stratum: 0, viewers, bad: Pair::new(0, 200) }];
    comparison.add(&Batch { minute: 0, page_loads: Pair::new(0, 0), cells });
    assert!(comparison.log_evidence() < 0.0);
    assert!(matches!(comparison.verdict(700), Verdict::Worse(_)));
}

#[test]
fn the_figures_are_estimates_with_bounds() {
    let comparison = comparison((200, 1800), (1000, 9000), (20, 60), (0, 0));
    let figures: Vec<_> = comparison.figures().collect();
    let errors = figures[0];
    assert_eq!(errors.ratio, Some(3.0));
    assert!(errors.at_least.unwrap() < 3.0 && errors.at_most.unwrap() > 3.0, "{errors:?}");
    let missing = figures[1];
    assert_eq!((missing.ratio, missing.at_least, missing.at_most), (None, None, None));
}

#[test]
fn settings_have_ranges() {
    let with = |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        change(&mut settings);
        Comparison::new(settings, &KINDS).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(with(|_| ()), Ok(()));
    let ratio = "invalid tolerated ratio `0.9`: expected at least 1 and less than 32";
    assert_eq!(with(|settings| settings.tolerated_ratio = 0.9), Err(ratio.to_owned()));
    assert!(with(|settings| settings.tolerated_ratio = f64::NAN).is_err());
    let alpha = "invalid error rate `0`: expected more than 0 and at most 0.5";
    assert_eq!(with(|settings| settings.alpha = 0.0), Err(alpha.to_owned()));
    assert_eq!(with(|settings| settings.share_alpha = 0.5), Ok(()));
    assert!(with(|settings| settings.share_alpha = 0.51).is_err());
}
