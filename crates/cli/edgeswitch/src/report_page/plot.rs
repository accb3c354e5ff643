use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, Color, Cross, DynElement, IntoDrawingArea,
    IntoDynElement, LineSeries, PathElement, RGBColor, SVGBackend, TRANSPARENT, TriangleMarker,
};

use super::Scale;

/// The size of a chart in pixels. On a phone, one pixel of it is about one of the screen.
const WIDTH: u32 = 340;
const HEIGHT: u32 = 210;
/// The height of a row of [`Spread`]s, and that of the labels below them.
const ROW: u32 = 16;
const BELOW: u32 = 26;
const FONT: u32 = 12;
/// The width of a character of a label.
const LETTER: usize = 7;
/// Ink of the charts. The page replaces it with the colour of its text.
const INK: &str = "#000000";
/// The colours of series. They can be told from black and from white, and from each other.
const COLORS: [RGBColor; 6] = [
    RGBColor(0, 130, 200),
    RGBColor(214, 84, 26),
    RGBColor(46, 148, 82),
    RGBColor(160, 90, 214),
    RGBColor(150, 120, 0),
    RGBColor(200, 60, 120),
];

/// How values are marked, so that nobody needs colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Dot,
    Triangle,
    Ring,
    Cross,
}

/// A chart with the words above it.
pub(crate) struct Plot {
    pub(crate) caption: String,
    /// The unit of the values.
    pub(crate) unit: String,
    pub(crate) across: Scale,
    pub(crate) up: Scale,
    pub(crate) series: Vec<Series>,
    /// What it shows, for readers who do not see it. `None`: a table beside the chart has it.
    pub(crate) numbers: Option<Numbers>,
}

/// The numbers of a chart. The first two columns are words.
pub(crate) struct Numbers {
    pub(crate) headings: [String; 4],
    pub(crate) rows: Vec<[String; 4]>,
}

/// What is drawn in one colour.
pub(crate) struct Series {
    pub(crate) name: String,
    /// The number of its colour and symbol: see [`Series::LOOKS`].
    pub(crate) look: usize,
    pub(crate) shape: Shape,
}

pub(crate) enum Shape {
    Line(Vec<(f64, f64)>),
    /// Each value with its interval.
    Marks(Vec<(f64, [f64; 3])>),
    Spreads(Vec<Spread>),
}

/// Values from `middle` to `most`, in a row of the chart.
pub(crate) struct Spread {
    pub(crate) row: f64,
    pub(crate) middle: f64,
    pub(crate) most: f64,
}

type Context<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Scale, Scale>>;
type Element<'b> = DynElement<'static, SVGBackend<'b>, (f64, f64)>;

impl Series {
    /// The number of looks that can be told apart without colours.
    pub(crate) const LOOKS: usize = 4;

    /// The sign of the series in the key.
    pub(super) fn sign(&self) -> &'static str {
        match (&self.shape, self.symbol()) {
            (Shape::Line(_), _) => "━",
            (Shape::Marks(_) | Shape::Spreads(_), Symbol::Dot) => "●",
            (Shape::Marks(_) | Shape::Spreads(_), Symbol::Triangle) => "▲",
            (Shape::Marks(_) | Shape::Spreads(_), Symbol::Ring) => "○",
            (Shape::Marks(_) | Shape::Spreads(_), Symbol::Cross) => "✕",
        }
    }

    /// The colour, as CSS writes it.
    pub(super) fn color_name(&self) -> String {
        let RGBColor(red, green, blue) = self.color();
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    fn color(&self) -> RGBColor {
        let [first, ..] = COLORS;
        COLORS.get(self.look % COLORS.len()).copied().unwrap_or(first)
    }

    fn symbol(&self) -> Symbol {
        match self.look % Self::LOOKS {
            0 => Symbol::Dot,
            1 => Symbol::Triangle,
            2 => Symbol::Ring,
            _ => Symbol::Cross,
        }
    }

    fn draw(&self, chart: &mut Context<'_, '_>) -> Option<()> {
        let color = self.color();
        match &self.shape {
            Shape::Line(points) => {
                chart.draw_series(LineSeries::new(points.clone(), color.stroke_width(2))).ok()?;
            }
            Shape::Marks(marks) => {
                let interval = |&(x, [_, least, most]): &(f64, [f64; 3])| {
                    PathElement::new([(x, least), (x, most)], color.mix(0.6).stroke_width(2))
                };
                chart.draw_series(marks.iter().map(interval)).ok()?;
                let symbols = marks.iter().map(|(x, [value, ..])| self.mark((*x, *value)));
                chart.draw_series(symbols).ok()?;
            }
            Shape::Spreads(spreads) => {
                let range = |one: &Spread| {
                    let ends = [(one.middle, one.row), (one.most, one.row)];
                    PathElement::new(ends, color.mix(0.6).stroke_width(3))
                };
                chart.draw_series(spreads.iter().map(range)).ok()?;
                let symbols = spreads.iter().map(|one| self.mark((one.middle, one.row)));
                chart.draw_series(symbols).ok()?;
            }
        }
        Some(())
    }

    fn mark<'b>(&self, at: (f64, f64)) -> Element<'b> {
        let color = self.color();
        match self.symbol() {
            Symbol::Dot => Circle::new(at, 4, color.filled()).into_dyn(),
            Symbol::Triangle => TriangleMarker::new(at, 5, color.filled()).into_dyn(),
            Symbol::Ring => Circle::new(at, 4, color.stroke_width(2)).into_dyn(),
            Symbol::Cross => Cross::new(at, 4, color.stroke_width(2)).into_dyn(),
        }
    }
}

impl Plot {
    /// The chart. Without room for it, it is empty.
    pub(super) fn svg(&self) -> String {
        // Text and axes take the colour of the page, which is dark or light.
        self.draw().unwrap_or_default().replace(INK, "currentColor")
    }

    fn draw(&self) -> Option<String> {
        let mut svg = String::new();
        let root = SVGBackend::with_string(&mut svg, (WIDTH, self.height())).into_drawing_area();
        let longest = self.up.labels.iter().map(|(_, label)| label.chars().count()).max();
        let left = (longest.unwrap_or_default() * LETTER + 14) as u32;
        let mut chart = ChartBuilder::on(&root)
            .margin_top(8)
            .margin_right(18)
            .x_label_area_size(BELOW)
            .y_label_area_size(left)
            .build_cartesian_2d(self.across.clone(), self.up.clone())
            .ok()?;
        chart
            .configure_mesh()
            .label_style(("sans-serif", FONT))
            .light_line_style(TRANSPARENT)
            .bold_line_style(RGBColor(128, 128, 128).mix(0.25))
            .draw()
            .ok()?;
        for series in &self.series {
            series.draw(&mut chart)?;
        }
        root.present().ok()?;
        drop(chart);
        drop(root);
        Some(svg)
    }

    /// Rows need room, and values over time always have the same.
    fn height(&self) -> u32 {
        let is_spread = |series: &Series| match series.shape {
            Shape::Spreads(_) => true,
            Shape::Line(_) | Shape::Marks(_) => false,
        };
        if !self.series.iter().any(is_spread) {
            return HEIGHT;
        }
        let rows = (self.up.to - self.up.from).abs().ceil() as u32;
        rows * ROW + BELOW + 8
    }
}
