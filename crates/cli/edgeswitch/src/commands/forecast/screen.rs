use std::time::Duration;

use terminal_text::Lines;

use super::path::Path;
use super::{Forecast, Viewers};
use crate::commands::table::table;

/// From no request to all.
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The forecast for people: a table with a small chart, the assumptions and the advice.
pub(super) fn lines(forecast: &Forecast) -> Lines {
    let headings = ["path", "setting", "half", "99 %", "all", "1s … 1m … 1h … 1 week"];
    let row = |path: &Path| {
        let Path { name, setting, half, most, all, .. } = path;
        [name.clone(), setting.clone(), time(*half), time(*most), time(*all), chart(path)]
    };
    let mut lines = Lines::new(["the part of the requests that has moved, after the write:"]);
    lines.append(table(headings, forecast.paths.iter().map(row)));
    lines.push(assumptions(&forecast.assumptions));
    for sentence in &forecast.advice {
        lines.push(sentence);
    }
    lines
}

fn chart(path: &Path) -> String {
    // Only all requests fill the cell.
    let is_reached = |eighths: f64, percent: f64| eighths * 12.5 <= percent;
    let bar = |(_, percent): &(f64, f64)| {
        let reached =
            BARS.iter().zip(0_u8..).take_while(|(_, n)| is_reached((*n).into(), *percent));
        reached.last().map_or(' ', |(bar, _)| *bar)
    };
    path.points.iter().map(bar).collect()
}

pub(super) fn assumptions(viewers: &Viewers) -> String {
    let Viewers { visit, away, gap, page, stubborn_percent, kept } = *viewers;
    format!(
        "assumed: visits of {}, {} apart, a request each {}, a page load each {}; {stubborn_percent} % of the resolvers \
         keep an answer for {}",
        time(Some(visit)),
        time(Some(away)),
        time(Some(gap)),
        time(Some(page)),
        time(Some(kept)),
    )
}

/// `1m 30s`; from an hour on without seconds.
pub(super) fn time(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else { return "over a week".into() };
    let unit = if seconds >= 3600.0 { 60.0 } else { 1.0 };
    let rounded = (seconds / unit).ceil() * unit;
    if rounded < 1.0 {
        return "at once".into();
    }
    humantime::format_duration(Duration::from_secs_f64(rounded)).to_string()
}
