use edge_time::Timestamp;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, Color, IntoDrawingArea, LineSeries, Palette,
    Palette99, PathElement, RGBAColor, RGBColor, SVGBackend, SeriesLabelPosition, TRANSPARENT,
};

/// The size in pixels of a chart on a desktop. A phone shows it a little smaller.
const SIZE: (u32, u32) = (480, 270);
/// Ink of the charts. The page replaces it with the colour of its text.
const INK: &str = "#000000";

/// A chart with the words above it.
pub(crate) struct Chart {
    pub(crate) caption: String,
    pub(crate) svg: String,
}

/// The vertical axis.
pub(crate) struct Axis {
    pub(crate) words: &'static str,
    pub(crate) from: f64,
    pub(crate) to: f64,
}

/// A line of a chart.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<(Timestamp, f64)>,
    /// The number of its colour.
    pub(crate) color: usize,
}

/// A measured value with its interval.
pub(crate) struct Mark {
    pub(crate) at: Timestamp,
    pub(crate) value: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

/// Values over time.
pub(crate) struct TimeChart {
    pub(crate) caption: String,
    pub(crate) axis: Axis,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) lines: Vec<Line>,
    /// Measured values, by the name and the number of the colour.
    pub(crate) marks: Vec<(String, usize, Vec<Mark>)>,
}

type Context<'a, 'b> =
    ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

impl TimeChart {
    /// The chart. Without room for it, it is empty.
    pub(crate) fn draw(self) -> Chart {
        let svg = self.svg().unwrap_or_default();
        // Text and axes take the colour of the page, which is dark or light.
        let svg = svg.replace(INK, "currentColor");
        Chart { caption: self.caption, svg }
    }

    fn svg(&self) -> Option<String> {
        let mut svg = String::new();
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let (from, until) =
            (seconds(self.from), seconds(self.until).max(seconds(self.from) + 60.0));
        let Axis { words, from: low, to: high } = self.axis;
        let mut chart = ChartBuilder::on(&root)
            .margin(8)
            .x_label_area_size(28)
            .y_label_area_size(52)
            .build_cartesian_2d(from..until, low..high.max(low + 1e-9))
            .ok()?;
        let label = ("sans-serif", 13);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(5)
            .y_labels(6)
            .y_desc(words)
            .label_style(label)
            .axis_desc_style(label)
            .light_line_style(TRANSPARENT)
            .bold_line_style(RGBColor(128, 128, 128).mix(0.3))
            .x_label_formatter(&|at| clock(*at))
            .draw()
            .ok()?;
        for line in &self.lines {
            draw_line(&mut chart, line)?;
        }
        for (name, number, marks) in &self.marks {
            draw_marks(&mut chart, name, *number, marks)?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .label_font(label)
            .border_style(TRANSPARENT)
            .draw()
            .ok()?;
        root.present().ok()?;
        drop(chart);
        drop(root);
        Some(svg)
    }
}

fn draw_line(chart: &mut Context<'_, '_>, line: &Line) -> Option<()> {
    let color = color(line.color);
    let points = line.points.iter().map(|(at, value)| (seconds(*at), *value));
    let drawn = chart.draw_series(LineSeries::new(points, color.stroke_width(2))).ok()?;
    drawn
        .label(&line.name)
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    Some(())
}

fn draw_marks(
    chart: &mut Context<'_, '_>,
    name: &str,
    number: usize,
    marks: &[Mark],
) -> Option<()> {
    let color = color(number);
    let interval = |mark: &Mark| {
        let at = seconds(mark.at);
        PathElement::new([(at, mark.least), (at, mark.most)], color.mix(0.6).stroke_width(2))
    };
    chart.draw_series(marks.iter().map(interval)).ok()?;
    let dots =
        marks.iter().map(|mark| Circle::new((seconds(mark.at), mark.value), 3, color.filled()));
    let drawn = chart.draw_series(dots).ok()?;
    drawn.label(name).legend(move |(x, y)| Circle::new((x + 8, y), 3, color.filled()));
    Some(())
}

fn color(number: usize) -> RGBAColor {
    Palette99::pick(number).to_rgba()
}

fn seconds(at: Timestamp) -> f64 {
    at.0 as f64 / 1000.0
}

/// The time of the day: `10:30`.
fn clock(seconds: f64) -> String {
    let text = Timestamp((seconds * 1000.0) as i64).to_string();
    text.get(11..16).unwrap_or_default().to_owned()
}
