//! The time of a row.

use crate::columns::column;
use crate::skipped::Skip;
use crate::{Field, Fields};

const DAY_MS: i64 = 86_400_000;

/// Whether the time of a row is one: a row with shifted columns has none.
pub(crate) fn check(fields: &Fields, text: &str, ends: &[u32]) -> Result<(), Skip> {
    let value = |field| fields.column(field).and_then(|at| column(text, ends, at));
    let is_valid = value(Field::Date).is_none_or(|date| days(date).is_some())
        && value(Field::Time).is_none_or(|time| time_of_day(time).is_some())
        && value(Field::TimestampMs).is_none_or(|number| timestamp(number).is_some());
    if is_valid { Ok(()) } else { Err(Skip::Time) }
}

/// Milliseconds since 1970 of a timestamp.
pub(crate) fn timestamp(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| *number >= 0)
}

/// Milliseconds since 1970 of a date and a time, in UTC.
pub(crate) fn unix_ms(date: &str, time: &str) -> Option<i64> {
    Some(days(date)? * DAY_MS + time_of_day(time)?)
}

/// Days since 1970 of `2026-11-22`.
fn days(date: &str) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date.as_bytes() else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years that start in March: the leap day is the last one (Howard Hinnant, `days_from_civil`).
    let year = year - i64::from(month <= 2);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(
        year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
            - 719_468,
    )
}

/// Milliseconds since midnight of `10:10:00`.
fn time_of_day(time: &str) -> Option<i64> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *time.as_bytes() else { return None };
    let (hours, minutes, seconds) = (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?);
    let is_valid = hours < 24 && minutes < 60 && seconds <= 60;
    is_valid.then(|| ((hours * 60 + minutes) * 60 + seconds) * 1000)
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
    is_number.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        let table = [
            ("1970-01-01", Some(0)),
            ("1970-02-28", Some(58)),
            ("1972-02-29", Some(789)),
            ("1972-03-01", Some(790)),
            ("2000-03-01", Some(11_017)),
            ("2026-11-22", Some(20_779)),
            ("2026-13-22", None),
            ("2026-00-22", None),
            ("2026-11-32", None),
            ("2026-11-2", None),
            ("2026-11-22 ", None),
            ("-", None),
        ];
        for (date, expected) in table {
            assert_eq!(days(date), expected, "{date}");
        }
    }

    #[test]
    fn a_time_has_three_numbers() {
        assert_eq!(unix_ms("2026-11-22", "10:10:00"), Some(1_795_342_200_000));
        assert_eq!(unix_ms("2026-11-22", "24:00:00"), None);
        assert_eq!(unix_ms("2026-11-22", "10:10"), None);
        assert_eq!(timestamp("1731620046814"), Some(1_731_620_046_814));
        assert_eq!(timestamp("1731620046.814"), None);
        assert_eq!(timestamp("-5"), None);
    }
}
