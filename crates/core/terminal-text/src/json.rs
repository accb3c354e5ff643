use std::fmt::Write;

use serde::Serialize;

use crate::unseen::replaced;

/// `value` as indented JSON that is safe to print. A reader of JSON gets exactly the same values.
///
/// # Errors
/// When `value` has no JSON form.
pub fn json_lines(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(json(&serde_json::to_string_pretty(value)?))
}

/// JSON text with `\u` escapes for characters that a terminal does not show. They only occur in strings.
#[must_use]
pub fn json(text: &str) -> String {
    let escape = |text: &mut String, character: char| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04x}");
        }
    };
    text.split('\n').map(|line| replaced(line, escape)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::json;
    use crate::unseen::is_unseen;

    #[test]
    fn json_is_the_same_for_its_reader() {
        let values = ["\u{7f}\u{9b}\u{202e}\u{200b}\u{e0041} ##[group] \n\x1b", "plain"];
        let text = serde_json::to_string_pretty(&values).unwrap();
        let safe = json(&text);
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), values);
        assert!(!safe.contains(|one: char| is_unseen(one) && one != '\n'), "{safe}");
        assert!(!safe.contains("##"), "{safe}");
    }
}
