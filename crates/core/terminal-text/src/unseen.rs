/// `text` with its unseen characters replaced by `escape`.
pub(crate) fn replaced(text: &str, escape: impl Fn(&mut String, char)) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut last = ' ';
    for character in text.chars() {
        // `##[group]` and `##vso[...]` are commands to GitHub Actions and Azure Pipelines anywhere in a line.
        if is_unseen(character) || (last == '#' && character == '#') {
            escape(&mut safe, character);
            last = ' ';
        } else {
            safe.push(character);
            last = character;
        }
    }
    safe
}

/// Whether a terminal acts on a character, or shows nothing in its place: control characters, controls of the
/// writing direction, characters without a width, tags and separators of lines.
pub(crate) fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
