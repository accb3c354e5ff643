/// Whether `user_agent` has one of `marks` in it, ASCII case aside.
///
/// One pass over the text: nearly every place fails at its first two letters. A mark of fewer than two
/// characters is none.
pub(crate) fn is_crawler(user_agent: &str, marks: &[String]) -> bool {
    let text = user_agent.as_bytes();
    let beginnings = Beginnings::of(marks);
    text.windows(2).enumerate().any(|(at, pair)| {
        let rest = text.get(at..).unwrap_or_default();
        beginnings.may_have(pair) && marks.iter().any(|mark| begins_with(rest, mark.as_bytes()))
    })
}

fn begins_with(text: &[u8], mark: &[u8]) -> bool {
    (2..=text.len()).contains(&mark.len())
        && mark.iter().zip(text).all(|(wanted, found)| wanted.eq_ignore_ascii_case(found))
}

/// The first two letters of each mark, as one of 1,024 bits. Letters keep their last five bits, which
/// are the same in both cases.
struct Beginnings([u64; 16]);

impl Beginnings {
    fn of(marks: &[String]) -> Self {
        let mut bits = [0; 16];
        for (word, bit) in marks.iter().filter_map(|mark| Self::place(mark.as_bytes())) {
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        Self(bits)
    }

    fn may_have(&self, text: &[u8]) -> bool {
        let place = Self::place(text);
        place.is_some_and(|(word, bit)| self.0.get(word).is_some_and(|word| word & bit != 0))
    }

    /// Word and bit of a text's first two characters.
    fn place(text: &[u8]) -> Option<(usize, u64)> {
        let [first, second, ..] = text else { return None };
        let letter = |byte: &u8| usize::from(byte & 31);
        Some((letter(first) >> 1, 1 << (((letter(first) & 1) << 5) | letter(second))))
    }
}
