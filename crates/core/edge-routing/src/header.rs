/// What every internal request header starts with; viewers' own ones are deleted.
///
/// Not the project's name: CloudFront disallows `X-Edge-*` (page `edge-function-restrictions-all`).
pub const INTERNAL_PREFIX: &str = "x-bluegreen-";
/// The stamp: `<release>` or, for documents, `<release>.<rollout>-<stage>`. In the cache key.
pub const RELEASE_HEADER: &str = "x-bluegreen-release";
/// `<release>.<unique id>` on requests under an override. In the cache key.
pub const PREVIEW_HEADER: &str = "x-bluegreen-preview";
/// Why the release was chosen; stamped only when the `x-release` response header is on.
pub const REASON_HEADER: &str = "x-bluegreen-reason";
/// Names the trigger that chose the release. origin-request writes it once it has aimed the request, so a
/// stamp without it was never followed.
pub const DECIDED_AT_HEADER: &str = "x-bluegreen-decided-at";
/// The origin's custom header that marks an origin group's second member: `fallback`.
pub const ROLE_HEADER: &str = "x-bluegreen-role";
