//! Reports as one HTML file: it loads nothing, is dark or light as the reader's system, fits a phone, and can be printed.
//!
//! A chart is a [`Plot`]. Its numbers are in the page, too, for readers who do not see it.

mod plot;
mod scale;
mod time_chart;

pub(crate) use plot::{Numbers, Plot, Series, Shape, Spread};
pub(crate) use scale::Scale;
pub(crate) use time_chart::{Line, Mark, Marks, TimeChart};

use std::fmt::{Arguments, Write};

use quick_xml::escape::escape;
use terminal_text::escaped;

const STYLE: &str = include_str!("report_page/style.css");

/// A report that is put together from above to below.
pub(crate) struct ReportPage {
    title: String,
    body: String,
}

impl ReportPage {
    pub(crate) fn new(title: &str) -> Self {
        let title = text(title);
        Self { body: format!("<h1>{title}</h1>\n"), title }
    }

    pub(crate) fn heading(&mut self, words: &str) {
        self.element("h2", words);
    }

    pub(crate) fn paragraph(&mut self, words: &str) {
        self.element("p", words);
    }

    /// The verdict, with the mark of its kind.
    pub(crate) fn verdict(&mut self, class: &str, words: &str) {
        self.add(format_args!("<p class=\"verdict {class}\">{}</p>\n", text(words)));
    }

    /// Charts beside each other, or below each other on a narrow screen.
    pub(crate) fn charts(&mut self, plots: impl IntoIterator<Item = Plot>) {
        self.body.push_str("<div class=\"charts\">\n");
        for plot in plots {
            self.chart(&plot);
        }
        self.body.push_str("</div>\n");
    }

    fn chart(&mut self, plot: &Plot) {
        let caption = text(&plot.caption);
        self.add(format_args!(
            "<figure>\n<figcaption>{caption} <small>{}</small></figcaption>\n<ul class=\"key\">",
            text(&plot.unit)
        ));
        for series in &plot.series {
            let (sign, color) = (series.sign(), series.color_name());
            let sign = format!("<b style=\"color:{color}\" aria-hidden=\"true\">{sign}</b>");
            self.add(format_args!("<li>{sign} {}</li>", text(&series.name)));
        }
        let svg = plot.svg().replacen(
            "<svg ",
            &format!("<svg role=\"img\" aria-label=\"{caption}\" "),
            1,
        );
        self.add(format_args!("</ul>\n{}\n", svg.trim_end()));
        if let Some(Numbers { headings, rows }) = &plot.numbers {
            self.body.push_str("<details><summary>Numbers</summary>\n");
            self.table(&plot.caption, headings.each_ref().map(String::as_str), 2, rows.clone());
            self.body.push_str("</details>\n");
        }
        self.body.push_str("</figure>\n");
    }

    /// A table. The first `words` columns are words, and the others are numbers. On a phone, each row becomes a list, so
    /// that roles say again what the elements are.
    pub(crate) fn table<const N: usize>(
        &mut self,
        caption: &str,
        headings: [&str; N],
        words: usize,
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        let class = |column| if column < words { " class=\"text\"" } else { "" };
        self.add(format_args!(
            "<table role=\"table\"><caption>{}</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">",
            text(caption)
        ));
        for (column, heading) in headings.iter().enumerate() {
            let (class, heading) = (class(column), text(heading));
            self.add(format_args!("<th role=\"columnheader\" scope=\"col\"{class}>{heading}</th>"));
        }
        self.body.push_str("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        for row in rows {
            self.body.push_str("<tr role=\"row\">");
            for (column, (cell, heading)) in row.iter().zip(headings).enumerate() {
                let (class, heading, cell) = (class(column), text(heading), text(cell));
                self.add(format_args!(
                    "<td role=\"cell\"{class} data-column=\"{heading}\"><span>{cell}</span></td>"
                ));
            }
            self.body.push_str("</tr>\n");
        }
        self.body.push_str("</tbody></table>\n");
    }

    /// The whole file.
    pub(crate) fn finish(self) -> String {
        let Self { title, body } = self;
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n<main>\n{body}</main>\n</html>\n"
        )
    }

    fn element(&mut self, name: &str, words: &str) {
        self.add(format_args!("<{name}>{}</{name}>\n", text(words)));
    }

    fn add(&mut self, words: Arguments<'_>) {
        self.body.write_fmt(words).expect("a String takes everything");
    }
}

/// Text for HTML, with control characters escaped: names come from logs.
fn text(words: &str) -> String {
    escape(escaped(words)).into_owned()
}
