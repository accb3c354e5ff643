//! Whether the candidate is worse for its viewers than the active release.
//!
//! The caller counts viewers and bad viewers of both releases, minute by minute, with a [`Tally`]. A [`Comparison`] of
//! these [`Batch`]es gives a [`Verdict`]: [`Verdict::Worse`], [`Verdict::NotWorse`] so far, or [`Verdict::CannotTell`].
//!
//! # The test
//!
//! In one batch and stratum, `n_c` viewers of the candidate and `n_a` of the active release were seen, and `x_c` and `x_a`
//! of them were bad for the first time. If the candidate's rate is `r` times the active release's, then each bad viewer
//! is one of the candidate's with the probability
//!
//! ```text
//! q(r) = r n_c / (r n_c + n_a)
//! ```
//!
//! The evidence that the rate is more than `r0` times as high is
//!
//! ```text
//! E = 1/m Σ_j Π_batches (q(r_j)/q(r0))^x_c ((1-q(r_j))/(1-q(r0)))^x_a        r0 < r_1 < ... < r_m = 32
//! ```
//!
//! If the candidate is not worse, then `E` reaches `1/alpha` **at any time** with a probability of at most `alpha`
//! (Ville's inequality). So it may be looked at after every batch, and a ramp may stop or go on by it. That holds because
//! no factor has an expectation above 1: with `a = q(r_j)/q(r0)`, `b = (1-q(r_j))/(1-q(r0))` and bad rates `p_c <= r0 p_a`,
//!
//! ```text
//! (1 + p_c (a-1))^n_c (1 + p_a (b-1))^n_a <= exp(p_a (r0 n_c (a-1) + n_a (b-1))) = 1
//! ```
//!
//! The rates cancel: they may change with the hour, and the weights may change with every batch. An ordinary test that is
//! looked at all the time is wrong far more often than it says: the tests of this crate show it.
//!
//! A viewer counts once in a rollout for each [`Kind`], on the side where it was bad first. A broken client sends a hundred
//! bad requests, and it keeps its release through all stages. If it counted once in every stage, then two such clients
//! would make more false alarms than `alpha` allows: the tests show that too.
//!
//! # What comes first
//!
//! If the viewers are not split as the plan says, then the numbers compare something else, and nothing can be told:
//! [`Shares`] checks that, with the test of Lindon and Malek (Anytime-valid inference for multinomial count data, 2022).
//!
//! Everything here is a value: no I/O, no clock, no chance.

mod batch;
mod comparison;
mod evidence;
mod range;
mod ratio;
mod settings;
mod shares;
mod tally;
mod verdict;

pub use batch::{Batch, Cell, Kind, Pair, Side};
pub use comparison::{Comparison, Figures};
pub use evidence::Evidence;
pub use range::Range;
pub use settings::{Settings, SettingsError};
pub use shares::{ShareFigures, Shares, log_share_evidence};
pub use tally::{Place, Tally};
pub use verdict::{CannotTell, NotWorse, Verdict, Worse};
