//! One decision for one CloudFront event.
//!
//! [`decide_event`] is the only place that looks at a CloudFront request, tells page loads from the
//! rest, checks overrides and decides. The functions call it, and so does everything that explains or
//! shows a decision. The crate also has the terms that the three functions share: the internal headers,
//! the cookies and the label of a release's objects.

mod decide_event;
mod header;
mod label;
mod reason;
mod release_cookie;
mod reload;
mod set_cookie;
mod view;

pub use decide_event::{Routed, decide_event};
pub use header::{
    DECIDED_AT_HEADER, INTERNAL_PREFIX, NOT_FOUND_HEADER, PINNED_HEADER, PREVIEW_HEADER,
    REASON_HEADER, RELEASE_HEADER, ROLE_HEADER, is_internal,
};
pub use label::labelled;
pub use reason::reason_text;
pub use release_cookie::{drop_cookie, keep_usable_cookie};
pub use reload::{RELOAD_PATH, Reload, reload};
pub use set_cookie::{set_cookie, set_insecure_cookie};
pub use view::View;
