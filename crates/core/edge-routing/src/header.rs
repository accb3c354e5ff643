/// Every internal request header starts with this. Such headers from viewers are deleted.
///
/// It is not the project's name, because CloudFront disallows `X-Edge-*` (page
/// `edge-function-restrictions-all`).
pub const INTERNAL_PREFIX: &str = "x-bluegreen-";
/// The stamp: `<release>` or, for documents, `<release>.<rollout>-<stage>`. In the cache key.
pub const RELEASE_HEADER: &str = "x-bluegreen-release";
/// `<release>.<unique id>` on requests under an override. In the cache key.
pub const PREVIEW_HEADER: &str = "x-bluegreen-preview";
/// Why the release was chosen. It is set only if the `x-release` response header is on.
pub const REASON_HEADER: &str = "x-bluegreen-reason";
/// The trigger that chose the release. origin-request sets it once it has pointed the request at the
/// release's origin, so a stamp without this header had no effect.
pub const DECIDED_AT_HEADER: &str = "x-bluegreen-decided-at";
/// The origin's custom header that marks an origin group's second member: `fallback`.
pub const ROLE_HEADER: &str = "x-bluegreen-role";
/// On the request to the bucket: the path itself named the release, so browsers may keep the answer.
pub const PINNED_HEADER: &str = "x-bluegreen-pinned";
/// On the request to the bucket: the answer stands for a missing page and gets the status 404.
pub const NOT_FOUND_HEADER: &str = "x-bluegreen-not-found";

/// Whether `name` is the name of an internal header, in any case.
#[must_use]
pub fn is_internal(name: &str) -> bool {
    let start = name.as_bytes().get(..INTERNAL_PREFIX.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(INTERNAL_PREFIX.as_bytes()))
}
