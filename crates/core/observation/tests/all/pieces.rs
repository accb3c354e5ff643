//! Pieces of time, for charts.

use observation::{By, Observation};

use crate::support::observe_by;

/// A row in each of so many minutes, from this one on.
fn minutes(from: i64, count: i64) -> Observation {
    let times: Vec<(String, String)> = (from..from + count)
        .map(|minute| {
            let (day, hour) = (1 + minute / 1440, minute / 60 % 24);
            (format!("2026-11-{day:02}"), format!("{hour:02}:{:02}:30", minute % 60))
        })
        .collect();
    let kind = ("sc-content-type", "text/html;%20release=41ab03d");
    let rows: Vec<[(&str, &str); 3]> =
        times.iter().map(|(date, time)| [("date", &**date), ("time", &**time), kind]).collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(|row| &row[..]).collect();
    observe_by(&rows, None, Some(By::Piece))
}

/// The start of each piece in minutes after the first, and its page loads.
fn pieces(seen: &Observation) -> Vec<(i64, u64)> {
    let first = seen.spans.keys().next().unwrap().0;
    let loads = |span: &observation::Span| span.releases["41ab03d"].page_loads;
    seen.spans.iter().map(|(start, span)| ((start.0 - first) / 60_000, loads(span))).collect()
}

#[test]
fn pieces_are_minutes_until_they_are_too_many() {
    let seen = minutes(0, 128);
    assert_eq!((seen.piece_minutes(), seen.spans.len()), (1, 128));
    let seen = minutes(0, 129);
    assert_eq!((seen.piece_minutes(), seen.spans.len()), (2, 65));
    assert_eq!(pieces(&seen)[..2], [(0, 2), (2, 2)]);
    assert_eq!(pieces(&seen)[64], (128, 1));
}

#[test]
fn a_week_has_few_pieces_and_no_row_is_lost() {
    let seen = minutes(0, 7 * 1440);
    assert_eq!((seen.piece_minutes(), seen.beyond_spans), (128, 0));
    assert_eq!(pieces(&seen).iter().map(|(_, loads)| loads).sum::<u64>(), 7 * 1440);
}

#[test]
fn parts_in_any_order_have_the_pieces_of_the_whole() {
    let whole = minutes(0, 3000);
    let parts = [minutes(0, 100), minutes(100, 2000), minutes(2100, 900)];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let mut merged = Observation::by(Some(By::Piece));
        order.iter().for_each(|part| merged.merge(&parts[*part]));
        assert_eq!(merged, whole, "{order:?}");
    }
}
