//! Turns a handler, a function from one CloudFront event to one result, into a Lambda process.
//!
//! It loads the configuration and the plan before the first event, keeps the guard that lets no
//! failure of ours reach a viewer, and writes one log line an invocation. It decides nothing:
//! `routing-core` does, and the handlers translate.
//!
//! Start reading at [`run`].

mod config_file;
mod cookies;
mod deps;
mod guard;
mod headers;
mod log;
mod run;

pub use cookies::set_cookie;
pub use deps::Deps;
pub use guard::{NotAnEvent, Reply, guard};
pub use headers::{KeyedView, RequestView, reason_text};
pub use log::{Handled, Note};
pub use run::{Plans, run};

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
