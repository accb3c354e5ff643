//! Regular expressions and `LIKE`, in the part that Athena and DuckDB both understand.

use routing_core::MAX_ID_LEN;

use crate::text::quoted;

/// The spaces that logs have around names and values, encoded or not.
pub(crate) const SPACES: &str = r"(?:%2520|%20|\\x20| )*";

/// The pattern of a release's id, without groups.
pub(crate) fn id() -> String {
    format!("[A-Za-z0-9][A-Za-z0-9_-]{{0,{}}}", MAX_ID_LEN - 1)
}

/// The part of `value` that a group of `pattern` matches. `NULL` if there is none: Athena says so, and DuckDB says that
/// it is empty.
pub(crate) fn group(value: &str, pattern: &str, group: u8) -> String {
    format!("nullif(regexp_extract({value}, {}, {group}), '')", quoted(pattern))
}

/// Whether `pattern`, which does not match the empty text, is in `value`.
pub(crate) fn is_in(value: &str, pattern: &str) -> String {
    format!("coalesce(regexp_extract({value}, {}), '') <> ''", quoted(pattern))
}

/// A text that stands for itself.
pub(crate) fn literal(text: &str) -> String {
    text.chars()
        .map(|letter| if is_special(letter) { format!("\\{letter}") } else { letter.into() })
        .collect()
}

/// The name of a parameter, whose case does not matter.
pub(crate) fn in_any_case(name: &str) -> String {
    let both =
        |letter: char| format!("[{}{}]", letter.to_ascii_lowercase(), letter.to_ascii_uppercase());
    name.chars()
        .map(
            |letter| {
                if letter.is_ascii_alphabetic() {
                    both(letter)
                } else {
                    literal(&letter.to_string())
                }
            },
        )
        .collect()
}

/// A text of ASCII in lower case, as logs have it: each character that is not plain can be encoded once or twice.
pub(crate) fn encoded(text: &str) -> String {
    text.to_ascii_lowercase().chars().map(encoded_letter).collect()
}

fn encoded_letter(letter: char) -> String {
    if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '~') {
        return literal(&letter.to_string());
    }
    let code = u32::from(letter);
    let mut ways =
        vec![literal(&letter.to_string()), format!("%{code:02x}"), format!("%25{code:02x}")];
    if letter == ' ' {
        ways.push(r"\\x20".into());
    }
    format!("(?:{})", ways.join("|"))
}

fn is_special(letter: char) -> bool {
    matches!(
        letter,
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$'
    )
}

/// Whether `path`, without its leading slash, is what a path pattern of CloudFront matches.
pub(crate) fn is_like(path: &str, pattern: &str) -> String {
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    let translated: String = pattern
        .chars()
        .map(|letter| match letter {
            '*' => "%".into(),
            '?' => "_".into(),
            '%' | '_' | '!' => format!("!{letter}"),
            other => String::from(other),
        })
        .collect();
    format!("{path} LIKE {} ESCAPE '!'", quoted(&translated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_pattern_is_one_of_like() {
        let table = [
            ("/api/*", "bare LIKE 'api/%' ESCAPE '!'"),
            ("/v?/100%_!", "bare LIKE 'v_/100!%!_!!' ESCAPE '!'"),
            ("*.js", "bare LIKE '%.js' ESCAPE '!'"),
            ("/it's", "bare LIKE 'it''s' ESCAPE '!'"),
        ];
        for (pattern, expected) in table {
            assert_eq!(is_like("bare", pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn a_crawler_is_found_as_logs_have_it() {
        assert_eq!(encoded("GoogleBot"), "googlebot");
        assert_eq!(encoded("a b"), r"a(?: |%20|%2520|\\x20)b");
        assert_eq!(encoded("tumblr/"), "tumblr(?:/|%2f|%252f)");
        assert_eq!(encoded("c++"), r"c(?:\+|%2b|%252b)(?:\+|%2b|%252b)");
    }
}
