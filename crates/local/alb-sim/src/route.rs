use std::net::SocketAddr;

use edge_time::Timestamp;
use http::HeaderMap;
use http::request::Parts;
use thiserror::Error;

use crate::balancer::Balancer;
use crate::cookie::{GROUP_COOKIE, Remembered, TARGET_COOKIE};
use crate::forward::Forward;
use crate::target_group::{Target, TargetGroup};

/// The random numbers of one request, each from the whole range of `u64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    pub group: u64,
    pub target: u64,
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed<'a> {
    /// The ARN of the rule, or of the listener if its default action applies.
    pub action: &'a str,
    pub group: &'a TargetGroup,
    pub target: &'a Target,
    pub group_cookie: GroupCookie,
    /// The values of `Set-Cookie` that the load balancer adds to the response.
    pub cookies: Vec<String>,
}

/// The part of the group cookie in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupCookie {
    /// There is no group stickiness.
    Off,
    /// The viewer had none that counts.
    New,
    /// It chose the group.
    Kept,
}

/// Why a request gets 503.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unavailable {
    #[error("there is no listener `{0}`")]
    NoListener(String),
    #[error("all weights of the action are 0")]
    NoWeight,
    #[error("target group `{0}` has no target")]
    NoTarget(String),
}

impl Balancer {
    /// The target of a request that arrives at a listener.
    ///
    /// # Errors
    /// If no target can get it: the viewer then gets 503.
    pub fn route(
        &self,
        listener: &str,
        request: &Parts,
        now: Timestamp,
        chance: Chance,
    ) -> Result<Routed<'_>, Unavailable> {
        let found = self.listener(listener);
        let found = found.ok_or_else(|| Unavailable::NoListener(listener.into()))?;
        let (place, action) = found.action(request);
        let kept = kept_group(action, &request.headers, now);
        let arn = kept.or_else(|| action.draw(chance.group)).ok_or(Unavailable::NoWeight)?;
        let no_target = || Unavailable::NoTarget(arn.into());
        let group = self.group(arn).ok_or_else(no_target)?;
        let target = target(group, &request.headers, now, chance.target).ok_or_else(no_target)?;
        let group_cookies = action
            .stickiness()
            .map(|_| Remembered::now(group.arn(), now).set_cookies(GROUP_COOKIE));
        let target_cookies = group
            .stickiness()
            .map(|_| Remembered::now(target.address.to_string(), now).set_cookies(TARGET_COOKIE));
        let cookies = group_cookies.into_iter().chain(target_cookies).flatten().collect();
        let group_cookie = match (action.stickiness(), kept) {
            (None, _) => GroupCookie::Off,
            (Some(_), None) => GroupCookie::New,
            (Some(_), Some(_)) => GroupCookie::Kept,
        };
        Ok(Routed { action: place, group, target, group_cookie, cookies })
    }
}

/// The viewer's own group if it is still one of the action, whatever its weight.
fn kept_group<'a>(action: &'a Forward, headers: &HeaderMap, now: Timestamp) -> Option<&'a str> {
    let remembered = Remembered::find(headers, GROUP_COOKIE, action.stickiness()?, now)?;
    let group = action.groups().iter().find(|group| group.arn == remembered.id)?;
    Some(&group.arn)
}

/// The viewer's own target if it is one of the group and may get requests. Otherwise one is drawn.
fn target<'a>(
    group: &'a TargetGroup,
    headers: &HeaderMap,
    now: Timestamp,
    chance: u64,
) -> Option<&'a Target> {
    let kept = group.stickiness().and_then(|seconds| {
        let remembered = Remembered::find(headers, TARGET_COOKIE, seconds, now)?;
        let address: SocketAddr = remembered.id.parse().ok()?;
        group.candidate(address)
    });
    kept.or_else(|| group.draw(chance))
}
