//! Reports as one HTML file: it loads nothing, is dark or light as the reader's system, fits a phone, and can be printed.

mod chart;

pub(crate) use chart::{Axis, Chart, Line, Mark, TimeChart};

use std::fmt::Write;

use quick_xml::escape::escape;
use terminal_text::escaped;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8885}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin:2rem 0 .25rem}
p{margin:.5rem 0}.verdict{border-left:.4rem solid;padding:.5rem 1rem;font-size:1.1rem}
.worse{border-color:#d1242f}.not-worse{border-color:#1a7f37}.cannot-tell{border-color:#9a6700}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));gap:0 2rem}
figure{margin:1rem 0;break-inside:avoid}figcaption{font-weight:600}svg{width:100%;height:auto}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid var(--line);white-space:nowrap}
th.text,td.text{text-align:left}
@media print{body{margin:0;max-width:none}a{color:inherit}}
";

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
    pub(crate) fn charts<'c>(&mut self, charts: impl IntoIterator<Item = &'c Chart>) {
        self.body.push_str("<div class=\"charts\">\n");
        for Chart { caption, svg } in charts {
            self.add(format_args!(
                "<figure><figcaption>{}</figcaption>\n{svg}</figure>\n",
                text(caption)
            ));
        }
        self.body.push_str("</div>\n");
    }

    /// A table. The first `words` columns are words, and the others are numbers.
    pub(crate) fn table<const N: usize>(
        &mut self,
        headings: [&str; N],
        words: usize,
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        let class = |column| if column < words { " class=\"text\"" } else { "" };
        self.body.push_str("<div class=\"scroll\"><table>\n<tr>");
        for (column, heading) in headings.iter().enumerate() {
            self.add(format_args!("<th{}>{}</th>", class(column), text(heading)));
        }
        self.body.push_str("</tr>\n");
        for row in rows {
            self.body.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                self.add(format_args!("<td{}>{}</td>", class(column), text(cell)));
            }
            self.body.push_str("</tr>\n");
        }
        self.body.push_str("</table></div>\n");
    }

    /// The whole file.
    pub(crate) fn finish(self) -> String {
        let Self { title, body } = self;
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n{body}</html>\n"
        )
    }

    fn element(&mut self, name: &str, words: &str) {
        self.add(format_args!("<{name}>{}</{name}>\n", text(words)));
    }

    fn add(&mut self, words: std::fmt::Arguments<'_>) {
        self.body.write_fmt(words).expect("a String takes everything");
    }
}

/// Text for HTML, with control characters escaped: names come from logs.
fn text(words: &str) -> String {
    escape(escaped(words)).into_owned()
}
