use super::Forecast;
use super::path::{Path, TIMES};
use super::screen::{assumptions, time};
use crate::report_page::{Plot, ReportPage, Scale, Series, Shape};

/// The times with a label, in seconds.
const LABELS: [(f64, &str); 7] = [
    (1.0, "1 s"),
    (10.0, "10 s"),
    (60.0, "1 m"),
    (600.0, "10 m"),
    (3600.0, "1 h"),
    (86_400.0, "1 day"),
    (604_800.0, "week"),
];

/// The forecast as one file: a chart, the table, the assumptions and the advice.
pub(super) fn page(name: &str, forecast: &Forecast) -> String {
    let mut page = ReportPage::new(&format!("How fast a change moves the requests of {name}"));
    page.charts([chart(&forecast.paths)]);
    let row = |path: &Path| {
        let Path { name, setting, half, most, all, .. } = path;
        [name.clone(), setting.clone(), time(*half), time(*most), time(*all)]
    };
    let headings = ["path", "setting", "half", "99 %", "all"];
    let caption = "After so long, a part of the requests has moved";
    page.table(caption, headings, 2, forecast.paths.iter().map(row));
    page.paragraph(&assumptions(&forecast.assumptions));
    forecast.advice.iter().for_each(|sentence| page.paragraph(sentence));
    page.finish()
}

/// Time on a logarithmic axis, and the percentage that has moved.
fn chart(paths: &[Path]) -> Plot {
    let [first, .., last] = TIMES;
    let series = paths.iter().enumerate().map(|(look, path)| {
        let points = path.points.iter().map(|(at, percent)| (at.log10(), *percent));
        Series { name: path.name.clone(), look, shape: Shape::Line(points.collect()) }
    });
    Plot {
        caption: "Requests that have moved, after the write".into(),
        unit: "%".into(),
        across: Scale::logarithms(first, last, LABELS),
        up: Scale::numbers(0.0, 100.0),
        series: series.collect(),
        numbers: None,
    }
}
