use terminal_text::Lines;
use textwrap::{Options, WordSplitter};

/// The smallest width of a last column, in characters. A narrower one is not used for continuation lines.
const ROOM: usize = 20;
/// The indent of a continuation line if there is no such column.
const INDENT: usize = 4;

/// Units that stay on the line of their number.
const UNITS: [&str; 6] = ["%", "UTC", "d", "h", "min", "s"];
/// A space at which no line is broken.
const GLUE: &str = "\u{a0}";

/// Folds lines to the width of the terminal, if there is one.
///
/// The rest of a long line continues below its last column. Numbers stay with their units.
pub(crate) fn fold(text: Lines, columns: Option<usize>) -> Lines {
    let Some(columns) = columns else { return text };
    text.flat_map(|line| fold_line(line, columns))
}

fn fold_line(line: &str, columns: usize) -> Vec<String> {
    let indent = " ".repeat(indent(line, columns));
    let options = Options::new(columns).subsequent_indent(&indent).break_words(false);
    let options = options.word_splitter(WordSplitter::NoHyphenation);
    let line = glued(line);
    let folded = textwrap::wrap(&line, options).into_iter();
    folded.map(|line| line.replace(GLUE, " ")).collect()
}

/// The line with unbreakable spaces between numbers and units.
fn glued(line: &str) -> String {
    let mut glued = String::new();
    for (index, word) in line.split(' ').enumerate() {
        let is_unit = UNITS.contains(&word.trim_end_matches(','));
        glued.push_str(match index {
            0 => "",
            _ if is_unit => GLUE,
            _ => " ",
        });
        glued.push_str(word);
    }
    glued
}

/// The start of the last column if its words fit there, else [`INDENT`].
fn indent(line: &str, columns: usize) -> usize {
    let Some((before, last)) = line.rsplit_once("  ") else { return INDENT };
    let begin = textwrap::core::display_width(before) + 2;
    let longest = last.split(' ').map(textwrap::core::display_width).max().unwrap_or_default();
    if begin + longest.max(ROOM) <= columns { begin } else { INDENT }
}

#[cfg(test)]
mod tests {
    use terminal_text::Lines;

    use super::fold;

    #[test]
    fn what_does_not_fit_goes_on_below_its_column() {
        let rows = [
            ("it fits", "state  settled", "state  settled"),
            (
                "a column",
                "next    41ab03d (blue) 90 %, 9f2c1e7 (green) 10 %",
                "next    41ab03d (blue) 90 %,\n        9f2c1e7 (green) 10 %",
            ),
            (
                "the last of several",
                "7   alice   canary 9f2c1e7c0 10 % of them",
                "7   alice   canary 9f2c1e7c0\n            10 % of them",
            ),
            (
                "no room for its words",
                "release   9f2c1e7c0ffee9f2c1e7c0ffee9f2c1e7",
                "release\n    9f2c1e7c0ffee9f2c1e7c0ffee9f2c1e7",
            ),
            (
                "no column",
                "one two three four five six seven",
                "one two three four five six\n    seven",
            ),
            (
                "a unit",
                "active  41ab03d (blue) only, 90 % of",
                "active  41ab03d (blue) only,\n        90 % of",
            ),
            ("several lines", "a  b\n\nc  d", "a  b\n\nc  d"),
        ];
        for (name, text, expected) in rows {
            let folded = |columns| fold(Lines::split(text), columns).to_string();
            assert_eq!(folded(Some(32)), expected, "{name}");
            assert_eq!(folded(None), text, "{name}");
        }
    }
}
