//! Logs that are written in the tests.

use access_log::{Reader, Row};
use observation::{Agents, By, Observation, Plans, Site};
use routing_core::Rules;

const FIELDS: [(&str, &str); 14] = [
    ("date", "2026-11-22"),
    ("time", "10:10:00"),
    ("c-ip", "192.0.2.10"),
    ("cs-method", "GET"),
    ("cs-uri-stem", "/"),
    ("cs-uri-query", "-"),
    ("sc-status", "200"),
    ("cs(User-Agent)", "Mozilla/5.0%20(X11)"),
    ("cs(Cookie)", "-"),
    ("sc-content-type", "-"),
    ("x-edge-result-type", "Hit"),
    ("x-edge-response-result-type", "Hit"),
    ("time-to-first-byte", "0.010"),
    ("origin-fbl", "-"),
];

/// A log with a row for each list of values that differ from the usual ones.
pub(crate) fn log(rows: &[&[(&str, &str)]]) -> String {
    let names = FIELDS.map(|(name, _)| name).join(" ");
    let mut log = format!("#Fields: {names}\n");
    for row in rows {
        assert!(row.iter().all(|(name, _)| FIELDS.iter().any(|(known, _)| known == name)));
        let value = |(name, usual): (&str, &str)| {
            let own = row.iter().find(|(own, _)| *own == name);
            own.map_or(usual.to_owned(), |(_, value)| (*value).to_owned())
        };
        log += &format!("{}\n", FIELDS.map(value).join("\t"));
    }
    log
}

/// Looks at the only row.
pub(crate) fn with_row<T>(values: &[(&str, &str)], look: impl FnOnce(&Row<'_>) -> T) -> T {
    let log = log(&[values]);
    let mut reader = Reader::new(log.as_bytes());
    look(&reader.next_row().unwrap().unwrap())
}

pub(crate) fn observe(rows: &[&[(&str, &str)]]) -> Observation {
    observe_with(rows, None)
}

/// Makes the decisions again with `plans`.
pub(crate) fn observe_with(rows: &[&[(&str, &str)]], plans: Option<&Plans>) -> Observation {
    observe_by(rows, plans, None)
}

/// Counts by time, too. The path of beacons is `/_b`.
pub(crate) fn observe_by(
    rows: &[&[(&str, &str)]],
    plans: Option<&Plans>,
    by: Option<By>,
) -> Observation {
    let log = log(rows);
    let mut reader = Reader::new(log.as_bytes());
    let mut observation = Observation::by(by);
    let rules = Rules::default();
    let site = Site { rules: &rules, plans, beacon: Some("/_b") };
    let mut agents = Agents::new(&rules);
    while let Some(row) = reader.next_row().unwrap() {
        observation.see(&row, agents.of(&row), &site);
    }
    assert_eq!(reader.skipped().lines, 0);
    observation
}
