//! The trial of a candidate: rows of access logs become a comparison with the active release.
//!
//! [`Trial::find`] reads from the plan's history when the candidate had a share, of which stages, and beside which release.
//! A [`Ledger`] takes the [`Sighting`]s of viewers in that time. [`Ledger::judge`] gives a [`Judgement`]: the verdict of
//! `release-verdict` and its figures.
//!
//! Pure: the plans, the rows and the time are arguments. Nothing is stored between two looks, because the same rows give
//! the same judgement. Rows may come in any order, and ledgers of several logs can be merged.

mod at_origin;
mod judgement;
mod ledger;
mod sighting;
mod trial;

pub use judgement::{Judgement, Look};
pub use ledger::{Ledger, Seen};
pub use sighting::{Answer, Event, Served, Sighting};
pub use trial::{NoTrial, Stretch, Trial};
