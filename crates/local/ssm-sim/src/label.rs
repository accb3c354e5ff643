/// The most characters of a label (page `sysman-paramstore-labels` of the Systems Manager guide).
const MAX_LENGTH: usize = 100;

/// The labels that Parameter Store allows, and those that it does not.
pub(crate) fn check(labels: &[String]) -> (Vec<String>, Vec<String>) {
    labels.iter().cloned().partition(|label| is_allowed(label))
}

/// Letters, digits, `.`, `-` and `_`. A label does not begin with a digit, `aws` or `ssm`.
fn is_allowed(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    let is_reserved = ["aws", "ssm"].iter().any(|prefix| lower.starts_with(prefix));
    let is_named = label.starts_with(|first: char| !first.is_ascii_digit());
    let is_plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '-' | '_');
    is_named && !is_reserved && label.len() <= MAX_LENGTH && label.chars().all(is_plain)
}
