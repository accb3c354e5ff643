//! What access logs say of each release.
//!
//! [`Observation::see`] looks at one row, which is an [`Entry`] of some kind. It finds the release that served it, and counts
//! it. The row itself names it, or [`replay`] makes the decision about it again with the [`Plans`] of its time: see [`Way`].
//! Each way is counted. Rows that say nothing of a release, such as those of crawlers, are counted [`Apart`].
//!
//! Pure: rows in, counts out. Observations of several files can be merged. Memory does not grow with the rows.

mod agents;
mod apart;
mod attribution;
mod beacon;
mod content;
mod distinct;
mod entry;
mod observation;
mod outcome;
mod planned;
mod plans;
mod replay;
mod site;
mod span;
mod times;
mod traffic;

pub use agents::{Agent, Agents};
pub use apart::{Apart, PREVIEW_PARAMETER};
pub use attribution::{Attribution, LABEL, Way, attribute};
pub use beacon::{Beacon, Said, Vitals};
pub use content::Content;
pub use distinct::Distinct;
pub use entry::Entry;
pub use observation::{MAX_RELEASES, Observation, viewer};
pub use outcome::{Outcome, is_hit};
pub use planned::Planned;
pub use plans::{Lag, Plans, WrittenPlan};
pub use replay::{Decided, Doubt, Replayed, replay};
pub use site::Site;
pub use span::{By, InSpan, MAX_SPANS, Span};
pub use times::Times;
pub use traffic::{Traffic, VitalTimes};
