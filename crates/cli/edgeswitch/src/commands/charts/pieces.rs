use edge_time::Timestamp;

/// The most points of a chart: more cannot be told apart.
const POINTS: i64 = 20;
const MINUTE: i64 = 60_000;

/// The length of the pieces of time that become the points of a chart, in minutes.
pub(in crate::commands) fn piece_minutes(from: Timestamp, until: Timestamp) -> i64 {
    let minutes = (until.0 - from.0) / MINUTE;
    (minutes / POINTS + i64::from(minutes % POINTS > 0)).max(1)
}
