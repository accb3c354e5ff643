//! Names and values in one value: cookies, and the parameters of a content type.

/// Names and values that semicolons separate, as they stand in the log.
///
/// Spaces around them are removed, whether they are encoded or not.
#[derive(Debug, Clone)]
pub struct Pairs<'a> {
    rest: Option<&'a str>,
}

impl<'a> Pairs<'a> {
    pub(crate) fn new(text: &'a str) -> Pairs<'a> {
        Pairs { rest: Some(text) }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    /// The next pair. A part without `=` is a name with an empty value.
    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let text = self.rest?;
        let (part, rest) = match text.split_once(';') {
            Some((part, rest)) => (part, Some(rest)),
            None => (text, None),
        };
        self.rest = rest;
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        Some((trim(name), trim(value)))
    }
}

fn trim(mut text: &str) -> &str {
    loop {
        let shorter = ["%2520", "%20", "\\x20", " "]
            .iter()
            .find_map(|space| text.strip_prefix(space).or_else(|| text.strip_suffix(space)));
        match shorter {
            Some(shorter) => text = shorter,
            None => return text,
        }
    }
}
