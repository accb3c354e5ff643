use plotters::prelude::{
    ChartBuilder, Color, IntoDrawingArea, IntoLogRange, LineSeries, Palette, Palette99,
    PathElement, SVGBackend,
};

use super::Forecast;
use quick_xml::escape::escape;

use super::path::{Path, TIMES};
use super::screen::{lines, time};

/// The forecast as one file: a chart, the table and the assumptions. It loads nothing.
pub(super) fn page(name: &str, forecast: &Forecast) -> String {
    let chart = chart(&forecast.paths).unwrap_or_default();
    let text = lines(forecast).to_string();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Forecast of {name}</title>\n\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}\
         svg{{max-width:100%;height:auto;background:#fff}}pre{{white-space:pre-wrap}}</style>\n\
         <h1>How fast a change moves the requests of {name}</h1>\n{chart}\n<pre>{}</pre>\n</html>\n",
        escape(&text)
    )
}

/// Time on a logarithmic axis, and the percentage that has moved.
fn chart(paths: &[Path]) -> Option<String> {
    let mut svg = String::new();
    let root = SVGBackend::with_string(&mut svg, (900, 420)).into_drawing_area();
    let last = TIMES.last().copied()?;
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d((1.0..last).log_scale(), 0.0..100.0)
        .ok()?;
    chart
        .configure_mesh()
        .x_desc("after the write")
        .y_desc("% of the requests")
        .x_label_formatter(&|seconds: &f64| time(Some(*seconds)))
        .draw()
        .ok()?;
    for (index, path) in paths.iter().enumerate() {
        let color = Palette99::pick(index).to_rgba();
        let series = LineSeries::new(path.points.iter().copied(), color.stroke_width(2));
        let drawn = chart.draw_series(series).ok()?;
        drawn
            .label(&path.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color));
    }
    chart.configure_series_labels().border_style(plotters::style::BLACK).draw().ok()?;
    root.present().ok()?;
    drop(chart);
    drop(root);
    Some(svg)
}
