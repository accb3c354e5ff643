use std::fmt::{self, Write};

use crate::unseen::replaced;

/// A text for a terminal or a log, as lines. Every sink of a program takes lines.
///
/// A slot, a note in the plan, a user's name or a message of AWS may have any character in it. Printed as it is,
/// an escape code reaches the terminal (OSC 52 writes the clipboard), a line break makes a second row in a table
/// or a log, and `::error` at the start of a line is a command to GitHub Actions.
///
/// An escape in the sink alone cannot tell a line break in a value from one of the program. An escape of each
/// value needs every author of a new field to remember it. So the program's own line breaks are not characters
/// at all: they are the joints between the elements of this list. Whatever is *in* an element is escaped here,
/// line breaks included, and nowhere else. If an author forgets to split a text, a reader sees `\n`, which is
/// ugly but safe.
///
/// JSON keeps every value as it is: [`json`](crate::json) writes the same characters as `\u` escapes of JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines(Vec<String>);

impl Lines {
    /// Each element is one line.
    pub fn new(lines: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(lines.into_iter().map(Into::into).collect())
    }

    /// Splits a text in which no line break can come from a value, such as indented JSON.
    #[must_use]
    pub fn split(text: &str) -> Self {
        Self::new(text.lines())
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a line.
    pub fn push(&mut self, line: impl Into<String>) {
        self.0.push(line.into());
    }

    /// Adds lines.
    pub fn append(&mut self, Self(mut lines): Self) {
        self.0.append(&mut lines);
    }

    /// Replaces each line by another one.
    #[must_use]
    pub fn map(self, into: impl FnMut(String) -> String) -> Self {
        Self(self.0.into_iter().map(into).collect())
    }

    /// Replaces each line, once it is escaped, by the lines that `into` makes of it.
    #[must_use]
    pub fn flat_map(&self, into: impl Fn(&str) -> Vec<String>) -> Self {
        Self(self.0.iter().flat_map(|line| into(&escaped(line))).collect())
    }
}

/// One line.
impl From<&str> for Lines {
    fn from(line: &str) -> Self {
        Self::new([line])
    }
}

/// One line.
impl From<&String> for Lines {
    fn from(line: &String) -> Self {
        Self::new([line])
    }
}

/// The lines with their characters escaped, and with line breaks between them.
impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, line) in self.0.iter().enumerate() {
            let joint = if index == 0 { "" } else { "\n" };
            write!(f, "{joint}{}", escaped(line))?;
        }
        Ok(())
    }
}

/// One line with its characters escaped. An escaped line stays as it is.
#[must_use]
pub fn escaped(line: &str) -> String {
    let escape = |text: &mut String, character: char| {
        // `\n` is shorter than `\u{a}`. A printable character, such as `#`, has no short form.
        let _ = match character {
            '\n' | '\r' | '\t' => write!(text, "{}", character.escape_default()),
            _ => write!(text, "{}", character.escape_unicode()),
        };
    };
    let line = replaced(line, escape);
    let words = line.trim_start();
    let indent = line.len() - words.len();
    // GitHub Actions takes a line that begins like this for a command, with spaces before it, too.
    match words.strip_prefix("::") {
        Some(rest) => format!("{}\\u{{3a}}:{rest}", &line[..indent]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, escaped};

    #[test]
    fn a_line_has_no_character_that_a_terminal_acts_on() {
        let rows = [
            ("plain", "`/shop/plan` – 90 %", "`/shop/plan` – 90 %"),
            ("clipboard", "\x1b]52;c;aGk=\x07", r"\u{1b}]52;c;aGk=\u{7}"),
            ("C1", "\u{9b}31m", r"\u{9b}31m"),
            ("row", "blue\r\nactive  x", r"blue\r\nactive  x"),
            ("direction", "a\u{202e}b\u{2066}", r"a\u{202e}b\u{2066}"),
            ("no width", "a\u{200b}\u{feff}\u{e0041}", r"a\u{200b}\u{feff}\u{e0041}"),
            ("GitHub", "  ::error::x", r"  \u{3a}:error::x"),
            ("GitHub, old", "a ##[group]b", r"a #\u{23}[group]b"),
            ("twice", r"  \u{3a}:error \u{1b}", r"  \u{3a}:error \u{1b}"),
        ];
        for (name, line, expected) in rows {
            assert_eq!(escaped(line), expected, "{name}");
            assert_eq!(escaped(expected), expected, "{name}, twice");
        }
        assert_eq!(Lines::new(["a\nb", "c"]).to_string(), "a\\nb\nc");
    }
}
