//! Text that is the same at any hour: times are hidden, and so is the date that is printed with another day's time.

use regex_lite::Regex;

/// The text with zeros for each moment.
pub(crate) fn timeless(text: &str) -> String {
    let moment = Regex::new(r"(\d{4}-\d\d-\d\d )?\b\d\d:\d\d:\d\d\b").unwrap();
    moment.replace_all(text, "00:00:00").into_owned()
}
