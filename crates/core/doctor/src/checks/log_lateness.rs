use std::time::Duration;

use edge_config::Gate;
use edge_time::Timestamp;

use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::snapshot::Snapshot;
use crate::source::Source;
use crate::view::View;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: i64 = 60_000;

/// The question for the gate's logs.
pub(crate) fn delivered_logs(snapshot: &Snapshot) -> Option<Source> {
    let (bucket, prefix) = snapshot.gate.bucket()?;
    Some(Source::DeliveredLogs { bucket: bucket.into(), prefix: prefix.into() })
}

/// Logs come before the gate looks at their requests.
///
/// The name of a log has the hour of its requests. How late the requests of a log are that came within this hour cannot be
/// told without reading it. But logs come several times an hour, so the last ones come after it.
pub(crate) fn lateness(view: &View<'_>, notes: &mut Notes) {
    let Some(source) = delivered_logs(view.snapshot) else { return };
    let Some(answer) = notes.read(view, &source) else { return };
    let all = answer.get("Contents").list();
    let late = |log: &Field<'_>| minutes_late(log).filter(|minutes| *minutes >= 0);
    let late = all.iter().filter_map(|log| Some((late(log)?, log)));
    let Some((minutes, latest)) = late.max_by_key(|(minutes, _)| *minutes) else {
        return notes.skip(&source, Why::NoField("log that came after the end of its hour"));
    };
    notes.measure(format!(
        "the latest of {} access logs came {minutes} minutes after the end of its hour",
        all.len()
    ));
    let allowed = view.snapshot.gate.lateness.unwrap_or(Gate::LATENESS).as_secs() / 60;
    if minutes.unsigned_abs() > allowed {
        let words = Words::new(
            format!(
                "access logs come {minutes} minutes late, and the gate looks at requests that are {allowed} minutes old: \
                 it does not see all of them"
            ),
            format!("set `lateness_seconds = {}` in `[gate]`", minutes * 60),
            format!("edgeswitch gate RELEASE --lateness {minutes}m"),
        );
        notes.warning(&latest.get("LastModified"), words);
    }
}

/// The minutes from the end of a log's hour to its delivery, rounded up. `None` if its name has no hour.
fn minutes_late(log: &Field<'_>) -> Option<i64> {
    let came = Timestamp::parse(log.get("LastModified").text()).ok()?;
    let end = hour(log.get("Key").text())?.plus(HOUR);
    Some((came.0 - end.0 + MINUTE - 1).div_euclid(MINUTE))
}

/// The hour in a name such as `cdn/E1.2026-11-22-10.4f0a91c2.gz`.
fn hour(key: &str) -> Option<Timestamp> {
    let name = key.rsplit_once('/').map_or(key, |(_, name)| name);
    let (date, hour) = name.split('.').nth(1)?.rsplit_once('-')?;
    Timestamp::parse(&format!("{date}T{hour}:00:00Z")).ok()
}
