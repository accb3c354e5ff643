//! Literals of SQL.

/// A text as SQL has it.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Texts as the list after `IN`.
pub(crate) fn list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| quoted(text.as_ref())).collect();
    format!("({})", texts.join(", "))
}

/// Conditions of which one has to hold.
pub(crate) fn any(conditions: &[String]) -> String {
    if conditions.is_empty() { "FALSE".into() } else { format!("({})", conditions.join(" OR ")) }
}
