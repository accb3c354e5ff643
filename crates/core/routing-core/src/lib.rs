//! Turns one request and one plan into one release, with the reason.
//!
//! This crate is pure: no clock, no randomness, no I/O, no async. Time and chance are arguments.
//! `plan-format` reads the plan's wire format, and `edge-event` reads CloudFront's events.
//!
//! Start reading at [`decide()`]. It decides by a [`Plan`]; [`Shares`] turn weights into shares of
//! viewers.

mod classify;
mod cookie;
mod crawler;
mod current;
mod decide;
mod decision;
mod force;
mod lookup;
mod movement;
mod path;
mod pin;
mod plan;
mod release;
mod request;
mod roll;
mod rules;
mod second_attempt;
mod stage;
mod stamp;
mod trail;

pub use classify::{Kind, classify};
pub use cookie::{CookieName, each_cookie};
pub use crawler::Crawlers;
pub use decide::decide;
pub use decision::{Decision, Reason, Source};
pub use force::{
    InForce, MAX_OVERRIDE_COOKIES, OverrideClaim, OverrideProblem, OverrideState, TokenProblem,
    VerifyToken, check_override, override_state,
};
pub use lookup::{ForeignId, Refusal};
pub use movement::Shares;
pub use path::{page_object, route, s3_path};
pub use pin::{PIN_PARAMETER, PIN_SEGMENT, Pins, pins, strip_pin};
pub use plan::{Lease, MAX_DOMAIN_LEN, MAX_PREFIX_LEN, Plan, PlanError, PlanParts};
pub use release::{IdError, MAX_ID_LEN, Release, ReleaseId, is_id};
pub use request::{Request, RequestHeaders};
pub use roll::{ROLL_ALGORITHM, Roll, roll};
pub use rules::{Answers, At, DecideAt, Embedding, Layout, OverridePolicy, Route, Rules};
pub use second_attempt::second_attempt;
pub use stage::{MAX_WEIGHT, MAX_WEIGHTED, Stage, StageParts};
pub use stamp::{Assignment, Stamp};
pub use trail::{Drawn, GivenAt, Held, Movement, Step, Trail};
