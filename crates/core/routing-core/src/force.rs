use edge_time::Timestamp;
use thiserror::Error;

use crate::{
    cookie::each_cookie,
    lookup::{Refusal, look_up},
    plan::Plan,
    release::{Release, ReleaseId, is_id},
    request::Request,
    rules::{OverridePolicy, Rules},
};

/// How many override cookies of one request are checked at most.
///
/// A browser sends one for each path and domain that set it, rarely more than one. Each token costs a
/// signature check.
pub const MAX_OVERRIDE_COOKIES: usize = 3;

/// Checks the signed tokens of preview links and override cookies.
pub trait VerifyToken {
    /// Returns the claim of `token`, received for `host` at `now`.
    ///
    /// # Errors
    /// [`TokenProblem`] if the token is not valid there and then. An unsigned claim is never returned.
    fn verify(
        &self,
        token: &str,
        host: Option<&str>,
        now: Timestamp,
    ) -> Result<OverrideClaim, TokenProblem>;
}

/// The content of a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideClaim {
    /// The release that the bearer of the token gets.
    pub release: ReleaseId,
    /// When the token ends.
    pub expires: Timestamp,
}

/// Why a token is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenProblem {
    /// The text does not have the form of a token.
    #[error("the token is malformed")]
    Malformed,
    /// None of the keys signed it.
    #[error("no public key verifies the token's signature")]
    BadSignature,
    #[error("the token has expired")]
    Expired,
    #[error("the token is for another host")]
    WrongHost,
    /// It becomes valid at a later time.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It ends later than the configuration allows.
    #[error("the token ends too far in the future")]
    TooLong,
    /// It has critical extensions (`crit`), and this program understands none of them.
    #[error("the token has critical extensions (`crit`), which are not supported")]
    Critical,
}

/// An override that is valid now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce<'p> {
    /// The release, which may never have had traffic.
    pub release: &'p Release,
    /// When the token ends; a bare release id has no end.
    pub expires: Option<Timestamp>,
}

/// Why an override is not in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OverrideProblem {
    /// The configuration allows no overrides.
    #[error("the override policy is `off`")]
    Off,
    /// The token is not valid.
    #[error(transparent)]
    Token(#[from] TokenProblem),
    /// The release cannot be served.
    #[error("the release is not served: {0}")]
    Release(Refusal),
    /// The override is the bare id of a release that has traffic, and anybody can read that id in a
    /// release cookie.
    #[error("the release has traffic: only a signed link shows it")]
    HasTraffic,
}

/// The outcome of checking the override cookies of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverrideState<'p> {
    /// There is no override cookie, the policy is off, or there is no plan to look the release up in.
    None,
    /// One is valid.
    InForce(InForce<'p>),
    /// No checked cookie is valid. This is the problem of the first one.
    Invalid(OverrideProblem),
}

/// Checks the first [`MAX_OVERRIDE_COOKIES`] override cookies. The first valid one wins.
#[must_use]
pub fn override_state<'p>(
    request: &Request<'_>,
    plan: Option<&'p Plan>,
    rules: &Rules,
    verify: &dyn VerifyToken,
    now: Timestamp,
) -> OverrideState<'p> {
    let mut state = OverrideState::None;
    let (Some(plan), OverridePolicy::KnownRelease | OverridePolicy::Signed) =
        (plan, rules.override_policy)
    else {
        return state;
    };
    let host = request.header("host");
    let mut places = 0..MAX_OVERRIDE_COOKIES;
    each_cookie(request, &rules.override_cookie, &mut |value| {
        if places.next().is_some() {
            state = state.or_else(|| check_override(value, host, plan, rules, verify, now));
        }
    });
    state
}

/// Checks the value of an override cookie or of a preview link, received for `host` at `now`.
///
/// # Errors
/// [`OverrideProblem`] if the policy does not allow the value, or if its release is not served.
pub fn check_override<'p>(
    value: &str,
    host: Option<&str>,
    plan: &'p Plan,
    rules: &Rules,
    verify: &dyn VerifyToken,
    now: Timestamp,
) -> Result<InForce<'p>, OverrideProblem> {
    match rules.override_policy {
        // A token has dots, an id has none.
        OverridePolicy::KnownRelease if is_id(value) => {
            let (index, release) = look_up(plan, value).map_err(OverrideProblem::Release)?;
            if plan.is_in_cookies(index, rules.cookies_live, now) {
                return Err(OverrideProblem::HasTraffic);
            }
            Ok(InForce { release, expires: None })
        }
        OverridePolicy::KnownRelease | OverridePolicy::Signed => {
            let claim = verify.verify(value, host, now)?;
            let found = look_up(plan, claim.release.as_str());
            let (_, release) = found.map_err(OverrideProblem::Release)?;
            Ok(InForce { release, expires: Some(claim.expires) })
        }
        OverridePolicy::Off => Err(OverrideProblem::Off),
    }
}

impl<'p> OverrideState<'p> {
    /// The problem of the first override cookie, if there are any and none is valid.
    #[must_use]
    pub fn problem(self) -> Option<OverrideProblem> {
        match self {
            Self::Invalid(problem) => Some(problem),
            Self::None | Self::InForce(_) => None,
        }
    }

    /// Keeps an override that is in force. Otherwise takes the outcome of `check`, but keeps an earlier
    /// problem.
    fn or_else(self, check: impl FnOnce() -> Result<InForce<'p>, OverrideProblem>) -> Self {
        match self {
            Self::InForce(_) => self,
            Self::None => check().map_or_else(Self::Invalid, Self::InForce),
            Self::Invalid(_) => check().map_or(self, Self::InForce),
        }
    }
}
