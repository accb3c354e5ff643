use headers::{ETag, HeaderMapExt, IfRange, LastModified};
use http::HeaderMap;
use http::header::RANGE;
use http_range_header::{
    EndPosition, StartPosition, SyntacticallyCorrectRange, parse_range_header,
};

/// How much of an object is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// The bytes from `first` to `last`, both included and both there.
    Part { first: u64, last: u64 },
    /// Bytes behind its end.
    Nothing,
}

/// What `asked` wants of an object of `length` bytes.
///
/// S3 gives one range at a time: asked for several, or for what is no range, it gives the whole object.
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
