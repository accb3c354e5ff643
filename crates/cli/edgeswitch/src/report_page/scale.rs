use std::ops::Range;

use edge_time::Timestamp;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// Minutes between two labels of a time.
const MINUTES: [i64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080];
const MINUTE: f64 = 60.0;
/// The minutes of a day.
const DAY: i64 = 1440;
/// The most labels of an axis that fit a phone.
const LABELS: f64 = 5.0;

/// An axis: its ends, and the places with labels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) labels: Vec<(f64, String)>,
}

impl Scale {
    /// Numbers, with labels at round ones.
    pub(crate) fn numbers(from: f64, to: f64) -> Self {
        let to = to.max(from + 1e-9);
        let rough = (to - from) / LABELS;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0].map(|times| times * power);
        let step = step.into_iter().find(|step| *step >= rough).unwrap_or(10.0 * power);
        let places = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
        let label = |at: f64| (at, format!("{at:.places$}"));
        Self { from, to, labels: multiples(from, to, step).map(label).collect() }
    }

    /// Times, in seconds since 1970, with labels in UTC.
    pub(crate) fn times(from: Timestamp, until: Timestamp) -> Self {
        let from = seconds(from);
        let to = seconds(until).max(from + MINUTE);
        let fits = |step: &i64| (to - from) / (*step as f64 * MINUTE) <= LABELS;
        let weeks = ((to - from) / (7.0 * 1440.0 * MINUTE) / LABELS).ceil() as i64;
        let step = MINUTES.into_iter().find(fits).unwrap_or(7 * DAY * weeks);
        let label = |at: f64| {
            let text = Timestamp((at * 1000.0) as i64).to_string();
            let shown = if step < DAY { 11..16 } else { 5..10 };
            (at, text.get(shown).unwrap_or_default().to_owned())
        };
        let labels = multiples(from, to, step as f64 * MINUTE).map(label).collect();
        Self { from, to, labels }
    }

    /// These values by their logarithm, such as milliseconds, each with its label.
    pub(crate) fn logarithms<'l>(
        from: f64,
        to: f64,
        labels: impl IntoIterator<Item = (f64, &'l str)>,
    ) -> Self {
        let labels = labels.into_iter().filter(|(at, _)| (from..=to).contains(at));
        let labels = labels.map(|(at, label)| (at.log10(), label.to_owned())).collect();
        Self { from: from.log10(), to: to.log10(), labels }
    }
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (first, last): (i32, i32)) -> i32 {
        let part = (value - self.from) / (self.to - self.from);
        first + (part * f64::from(last - first)).round() as i32
    }

    /// Lines are only at the labels.
    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        let labels = self.labels.iter().filter(|_| !hint.weight().allow_light_points());
        labels.map(|(at, _)| *at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Scale {
    fn format(value: &f64) -> String {
        value.to_string()
    }

    /// The label at a place.
    fn format_ext(&self, value: &f64) -> String {
        let mut labels = self.labels.iter();
        let found = labels.find(|(place, _)| place.total_cmp(value).is_eq());
        found.map(|(_, label)| label.clone()).unwrap_or_default()
    }
}

pub(super) fn seconds(at: Timestamp) -> f64 {
    at.0 as f64 / 1000.0
}

/// The multiples of `step` between two numbers.
fn multiples(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    let (first, last) = ((from / step).ceil() as i64, (to / step).floor() as i64);
    (first..=last).map(move |number| number as f64 * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<&str> {
        scale.labels.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn numbers_have_round_labels() {
        let table = [
            (0.0, 100.0, vec!["0", "20", "40", "60", "80", "100"]),
            (0.0, 0.4, vec!["0.0", "0.1", "0.2", "0.3", "0.4"]),
            (-3.0, 2.7, vec!["-2", "0", "2"]),
            (0.0, 0.0, vec!["0.000000000"]),
        ];
        for (from, to, expected) in table {
            assert_eq!(
                labels(&Scale::numbers(from, to))[..expected.len()],
                expected,
                "{from} to {to}"
            );
        }
    }

    #[test]
    fn times_have_labels_at_full_minutes_hours_or_days() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let from = at("2026-11-22T10:00:30Z");
        let table = [
            ("2026-11-22T10:03:00Z", vec!["10:01", "10:02", "10:03"]),
            ("2026-11-22T10:45:00Z", vec!["10:10", "10:20", "10:30", "10:40"]),
            ("2026-11-23T10:00:00Z", vec!["12:00", "18:00", "00:00", "06:00"]),
            ("2026-11-26T10:00:00Z", vec!["11-23", "11-24", "11-25", "11-26"]),
            ("2027-11-22T10:00:00Z", vec!["12-03", "02-18", "05-06", "07-22", "10-07"]),
        ];
        for (until, expected) in table {
            assert_eq!(labels(&Scale::times(from, at(until))), expected, "{until}");
        }
    }
}
