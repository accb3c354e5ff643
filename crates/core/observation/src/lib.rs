//! What access logs say of each release.
//!
//! [`Observation::see`] looks at one row: it finds the release that served it, and counts it. Which release that is says
//! the row itself, in one of four [`Way`]s; each is counted. Rows that say nothing of a release, such as those of crawlers,
//! are counted [`Apart`].
//!
//! Pure: rows in, counts out. Observations of several files can be merged. Memory does not grow with the rows.

mod apart;
mod attribution;
mod beacon;
mod content;
mod distinct;
mod observation;
mod outcome;
mod times;
mod traffic;

pub use apart::Apart;
pub use attribution::{Attribution, Way, attribute};
pub use beacon::{Beacon, Said, Vitals};
pub use content::Content;
pub use distinct::Distinct;
pub use observation::{MAX_RELEASES, Observation, viewer};
pub use outcome::{Outcome, is_hit};
pub use times::Times;
pub use traffic::Traffic;
