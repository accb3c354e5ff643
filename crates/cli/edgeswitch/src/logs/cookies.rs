use access_log::{Field, Reader};
use observation::Content;
use routing_core::Rules;

use super::Log;

/// The rows in which a cookie is looked for.
const LOOKED_AT: usize = 10_000;

/// Whether the first rows look as if cookies are logged: one has a cookie, or there are only page loads, which may be first
/// visits. Standard input can be read only once, so its cookies are believed in.
pub(crate) fn have_cookies(logs: &[Log], rules: &Rules) -> bool {
    let (mut left, mut has_other) = (LOOKED_AT, false);
    for log in logs {
        if let Log::StandardInput(_) = log {
            return true;
        }
        let Some(mut reader) = log.open().ok().and_then(|file| Reader::open(file).ok()) else {
            continue;
        };
        while let Ok(Some(row)) = reader.next_row() {
            if row.get(Field::Cookie).is_some() {
                return true;
            }
            has_other |= Content::of(&row, rules) != Content::Page;
            left -= 1;
            if left == 0 {
                return !has_other;
            }
        }
    }
    !has_other
}
