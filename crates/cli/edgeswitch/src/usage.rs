use std::ffi::OsString;

use thiserror::Error;

use crate::failure::{Advice, Failure};

/// A command line that clap refused.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct UsageError {
    message: String,
    hint: Option<String>,
}

impl UsageError {
    /// Takes clap's message apart: the error is its first paragraph, a tip or the usage its second.
    #[must_use]
    pub fn new(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let mut paragraphs = text.split("\n\n").map(in_one_line);
        let message = paragraphs.next().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
        let hint = paragraphs.next().filter(|hint| !hint.is_empty());
        let hint = hint.map(|hint| hint.strip_prefix("tip: ").map_or(hint.clone(), Into::into));
        Self { message, hint }
    }
}

impl Failure for UsageError {
    fn advice(&self) -> Advice {
        Advice { hint: self.hint.clone(), ..Advice::usage() }
    }
}

fn in_one_line(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a command line asks for JSON, although clap refused the whole of it.
pub fn asks_for_json(arguments: impl IntoIterator<Item = OsString>) -> bool {
    let arguments: Vec<OsString> =
        arguments.into_iter().take_while(|argument| argument != "--").collect();
    let in_two = arguments.windows(2).any(|pair| pair == ["--output", "json"]);
    in_two || arguments.iter().any(|argument| argument == "--output=json")
}

#[cfg(test)]
mod tests {
    use super::asks_for_json;

    #[test]
    fn json_is_asked_for_in_one_argument_or_two() {
        let rows = [
            ("status --output json --nonsense", true),
            ("--output=json status --nonsense", true),
            ("status --nonsense", false),
            ("status --output text --nonsense json", false),
            ("status --nonsense -- --output json", false),
        ];
        for (line, expected) in rows {
            assert_eq!(asks_for_json(line.split(' ').map(Into::into)), expected, "{line}");
        }
    }
}
