/// Whether `pattern` matches the whole of `text`: `*` matches any run of characters, `?` exactly one.
///
/// After a mismatch only the last `*` takes one more byte, so the time is at most the product of both lengths.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    // The part of the pattern after the last `*`, and the text that this `*` has not taken.
    let mut retry: Option<(usize, usize)> = None;
    while read < text.len() {
        match (pattern.get(at), retry) {
            (Some(b'*'), _) => {
                at += 1;
                retry = Some((at, read));
            }
            (Some(wanted), _) if *wanted == b'?' || Some(wanted) == text.get(read) => {
                at += 1;
                read += 1;
            }
            (_, Some((after, taken))) => {
                at = after;
                read = taken + 1;
                retry = Some((after, read));
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(at).all(|left| *left == b'*')
}
