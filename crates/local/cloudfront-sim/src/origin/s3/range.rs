use headers::{ETag, HeaderMapExt, IfRange, LastModified};
use http::HeaderMap;
use http::header::RANGE;
use http_range_header::{
    EndPosition, StartPosition, SyntacticallyCorrectRange, parse_range_header,
};

/// The part of an object that a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The whole object.
    Whole,
    /// The bytes from `first` to `last`, inclusive. Both exist.
    Part { first: u64, last: u64 },
    /// Only bytes after the end of the object.
    Nothing,
}

/// The part of an object of `length` bytes that the headers `asked` request.
///
/// S3 serves one range at a time. For several ranges, or for an invalid one, it serves the whole object.
pub(super) fn wanted(
    asked: &HeaderMap,
    length: u64,
    etag: &ETag,
    modified: LastModified,
) -> Wanted {
    let changed = asked
        .typed_get::<IfRange>()
        .is_some_and(|unless| unless.is_modified(Some(etag), Some(&modified)));
    match single_range(asked) {
        Some(range) if !changed => part(&range, length),
        _ => Wanted::Whole,
    }
}

fn single_range(asked: &HeaderMap) -> Option<SyntacticallyCorrectRange> {
    let ranges = parse_range_header(asked.get(RANGE)?.to_str().ok()?).ok()?.ranges;
    <[_; 1]>::try_from(ranges).ok().map(|[range]| range)
}

fn part(range: &SyntacticallyCorrectRange, length: u64) -> Wanted {
    let first = match range.start {
        StartPosition::Index(first) => first,
        StartPosition::FromLast(count) => length.saturating_sub(count),
    };
    let last = match range.end {
        EndPosition::Index(last) if last < first => return Wanted::Whole,
        EndPosition::Index(last) => last.min(length.saturating_sub(1)),
        EndPosition::LastByte => length.saturating_sub(1),
    };
    if first < length { Wanted::Part { first, last } } else { Wanted::Nothing }
}
