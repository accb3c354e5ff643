use edge_time::Timestamp;

use super::plot::{Numbers, Plot, Series, Shape};
use super::scale::{Scale, seconds};

/// The most points of a line whose numbers are written. Between two of them, the line does not change, or not much.
const WRITTEN: usize = 40;
/// Of the normal distribution, for 95 %.
const Z: f64 = 1.96;

/// Values over time.
pub(crate) struct TimeChart {
    pub(crate) caption: String,
    pub(crate) unit: &'static str,
    /// The lowest value, and the highest one.
    pub(crate) up: (f64, f64),
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) lines: Vec<Line>,
    pub(crate) marks: Vec<Marks>,
}

/// A line of a chart.
pub(crate) struct Line {
    pub(crate) name: String,
    /// The number of its colour.
    pub(crate) look: usize,
    pub(crate) points: Vec<(Timestamp, f64)>,
}

/// Measured values.
pub(crate) struct Marks {
    pub(crate) name: String,
    /// The number of its colour and symbol.
    pub(crate) look: usize,
    pub(crate) marks: Vec<Mark>,
}

/// A measured value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mark {
    pub(crate) at: Timestamp,
    pub(crate) value: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Mark {
    /// A percentage with Wilson's interval of 95 %; `None` of nobody.
    pub(crate) fn percent(at: Timestamp, part: u64, all: u64) -> Option<Self> {
        if all == 0 {
            return None;
        }
        // Estimates of large numbers can be a little above the whole.
        let (part, all) = (part.min(all) as f64, all as f64);
        let rate = part / all;
        let middle = (rate + Z * Z / (2.0 * all)) / (1.0 + Z * Z / all);
        let spread = (rate * (1.0 - rate) / all + Z * Z / (4.0 * all * all)).sqrt();
        let spread = Z * spread / (1.0 + Z * Z / all);
        let percent = |rate: f64| 100.0 * rate.clamp(0.0, 1.0);
        let (least, most) = (percent(middle - spread), percent(middle + spread));
        Some(Self { at, value: percent(rate), least, most })
    }

    /// The height of a chart of these percentages: twice the highest. An interval can be higher, and is cut.
    pub(crate) fn room_for<'m>(marks: impl Iterator<Item = &'m Self>) -> f64 {
        (marks.map(|mark| mark.value).fold(0.2, f64::max) * 2.0).min(100.0)
    }
}

impl TimeChart {
    pub(crate) fn plot(self) -> Plot {
        let numbers = Some(self.numbers());
        let Self { caption, unit, up: (low, high), from, until, lines, marks } = self;
        let place = |(at, value): (Timestamp, f64)| (seconds(at), value);
        let line = |Line { name, look, points }: Line| {
            let points = points.into_iter().map(place).collect();
            Series { name, look, shape: Shape::Line(points) }
        };
        // Intervals end at the chart's edges.
        let inside = |value: f64| value.clamp(low, high);
        let mark = |one: &Mark| (seconds(one.at), [one.value, one.least, one.most].map(inside));
        let measured = |Marks { name, look, marks }: Marks| {
            let marks = marks.iter().map(mark).collect();
            Series { name, look, shape: Shape::Marks(marks) }
        };
        let series = lines.into_iter().map(line).chain(marks.into_iter().map(measured)).collect();
        let (across, up) = (Scale::times(from, until), Scale::numbers(low, high));
        Plot { caption, unit: unit.into(), across, up, series, numbers }
    }

    fn numbers(&self) -> Numbers {
        let mut rows: Vec<(Timestamp, [String; 3])> = Vec::new();
        for Line { name, points, .. } in &self.lines {
            let mut changed = points.clone();
            changed.dedup_by_key(|(_, value)| *value);
            let step = changed.len().div_ceil(WRITTEN).max(1);
            for (at, value) in changed.iter().step_by(step) {
                rows.push((*at, [name.clone(), number(*value), "-".into()]));
            }
        }
        for Marks { name, marks, .. } in &self.marks {
            for Mark { at, value, least, most } in marks {
                let interval = format!("{} to {}", number(*least), number(*most));
                rows.push((*at, [name.clone(), number(*value), interval]));
            }
        }
        rows.sort_by_key(|(at, _)| *at);
        let row = |(at, [name, value, interval]): (Timestamp, [String; 3])| {
            [time(at), name, value, interval]
        };
        let headings = ["time", "of", self.unit, "95 % interval"].map(str::to_owned);
        Numbers { headings, rows: rows.into_iter().map(row).collect() }
    }
}

fn number(value: f64) -> String {
    format!("{value:.2}")
}

/// The day and the time: `11-22 10:30:00`
fn time(at: Timestamp) -> String {
    let text = at.to_string().replace('T', " ");
    text.get(5..19).unwrap_or_default().to_owned()
}
