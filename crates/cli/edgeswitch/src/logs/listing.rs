//! The logs of a bucket, by time.

use edge_time::Timestamp;

use crate::aws::{AwsError, LogBucket, LogObject};

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// The logs below `prefix` that can have requests since then, in their order.
///
/// The name of a log has the hour of its requests, `ID.2026-11-22-10.4f0a91c2.gz`, whenever it was delivered. So the logs
/// of an hour stand together, and those before it are not listed. Folders can have the year, the month, the day and the
/// hour.
pub(crate) async fn objects(
    bucket: &LogBucket,
    prefix: &str,
    since: Option<Timestamp>,
) -> Result<Vec<LogObject>, AwsError> {
    let (mut objects, mut open) = (Vec::new(), vec![prefix.to_owned()]);
    while let Some(folder) = open.pop() {
        let (mut after, mut folders) = (String::new(), Vec::new());
        loop {
            let page = bucket.list(&folder, &after).await?;
            let last =
                page.objects.iter().map(|object| &object.key).chain(&page.folders).max().cloned();
            let mut next = last.unwrap_or_default();
            for object in page.objects {
                let looked = |since| look(&object.key, object.modified, since);
                match since.map_or(Look::Take, looked) {
                    Look::Take => objects.push(object),
                    Look::Skip => {}
                    Look::From(later) => {
                        next = next.max(later);
                    }
                }
            }
            let may_have = |name: &String| since.is_none_or(|since| may_have(name, since));
            folders.extend(page.folders.into_iter().filter(may_have));
            if page.is_last || next <= after {
                break;
            }
            after = next;
        }
        folders.dedup();
        open.extend(folders.into_iter().rev());
    }
    objects.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(objects)
}

/// Whether a log is read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Look {
    Take,
    Skip,
    /// It is too early, and so are all logs up to this key.
    From(String),
}

fn look(key: &str, modified: Timestamp, since: Timestamp) -> Look {
    let name = key.rsplit_once('/').map_or(key, |(_, name)| name);
    let hour = name.split('.').nth(1).filter(|hour| is_hour(hour));
    // A log is delivered after the last of its requests.
    let is_old = modified < since;
    match hour {
        Some(hour) if hour < first_hour(since).as_str() => {
            let before = key.len() - name.len() + name.find('.').unwrap_or_default();
            let start = key.get(..before).unwrap_or_default();
            Look::From(format!("{start}.{}", first_hour(since)))
        }
        Some(_) | None if is_old => Look::Skip,
        Some(_) | None => Look::Take,
    }
}

/// The hour of the first log that is read: the one before, in case that a row is not in the log of its own hour.
fn first_hour(since: Timestamp) -> String {
    let utc = Timestamp(since.0.saturating_sub(HOUR)).utc();
    format!("{}-{:02}", utc.date(), utc.hour())
}

/// `2026-11-22-10`
fn is_hour(text: &str) -> bool {
    let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    text.bytes().map(shape).eq(*b"0000-00-00-00")
}

/// Whether a folder can have logs since then, by the date in its path: `.../2026/11/22/`, or with Hive's names,
/// `.../year=2026/month=11/`.
fn may_have(folder: &str, since: Timestamp) -> bool {
    let first = first_hour(since);
    let values = folder.trim_end_matches('/').split('/');
    let values: Vec<&str> =
        values.map(|part| part.split_once('=').map_or(part, |(_, value)| value)).collect();
    let is_number =
        |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = values.iter().rposition(|value| is_number(value, 4) && value.starts_with("20"));
    let Some(date) = year.and_then(|year| values.get(year..)) else { return true };
    let (year, rest) = date.split_at(1);
    let numbers = rest.iter().take_while(|value| is_number(value, 2));
    let date: Vec<&str> = year.iter().chain(numbers).copied().take(4).collect();
    let date = date.join("-");
    date.as_str() >= first.get(..date.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SINCE: &str = "2026-11-22T10:30:00Z";

    #[test]
    fn a_log_is_read_by_the_hour_in_its_name_however_late_it_came() {
        let since = Timestamp::parse(SINCE).unwrap();
        let late = Timestamp::parse("2026-11-23T09:00:00Z").unwrap();
        let early = Timestamp::parse("2026-11-22T10:29:59Z").unwrap();
        let from = |key: &str| Look::From(key.to_owned());
        let table = [
            ("of the hour", "cdn/E1.2026-11-22-10.4f0a91c2.gz", late, Look::Take),
            ("of the hour before", "cdn/E1.2026-11-22-09.4f0a91c2.gz", late, Look::Take),
            ("delivered before", "cdn/E1.2026-11-22-10.4f0a91c2.gz", early, Look::Skip),
            (
                "of an early hour",
                "cdn/E1.2026-11-21-10.4f0a91c2.gz",
                late,
                from("cdn/E1.2026-11-22-09"),
            ),
            ("without a prefix", "E1.2026-11-22-08.4f.gz", late, from("E1.2026-11-22-09")),
            ("another name", "cdn/log.txt", late, Look::Take),
            ("another name, old", "cdn/log.txt", early, Look::Skip),
        ];
        for (name, key, modified, expected) in table {
            assert_eq!(look(key, modified, since), expected, "{name}");
        }
    }

    #[test]
    fn a_folder_is_left_out_if_its_date_is_before() {
        let since = Timestamp::parse(SINCE).unwrap();
        let table = [
            ("AWSLogs/123456789012/CloudFront/", true),
            ("logs/E1/2026/", true),
            ("logs/E1/2025/", false),
            ("logs/E1/2026/11/", true),
            ("logs/E1/2026/10/", false),
            ("logs/E1/2026/11/21/", false),
            ("logs/E1/2026/11/22/09/", true),
            ("logs/E1/2026/11/22/08/", false),
            ("logs/DistributionId=E1/year=2026/month=11/day=22/hour=08/", false),
            ("logs/DistributionId=E1/year=2026/month=11/day=22/hour=11/", true),
            ("logs/E1/2027/01/", true),
            ("1999/", true),
        ];
        for (folder, expected) in table {
            assert_eq!(may_have(folder, since), expected, "{folder}");
        }
    }
}
