use edge_time::Timestamp;

use crate::{
    classify::Kind,
    cookie::each_cookie,
    current::Current,
    decision::{Decision, Finding, Reason, Source},
    force::OverrideState,
    lookup::{Refusal, look_up},
    movement::Shares,
    pin::pins,
    plan::Plan,
    request::Request,
    roll::{Roll, roll},
    rules::{At, Rules},
    stamp::Stamp,
    trail::{GivenAt, Held, Movement, Step, Trail},
};

/// Chooses a release for a request. The first rule that matches wins:
///
/// 1. Override: `override_state` is in force. For documents and subresources.
/// 2. Pin: the request names a release that is served. For subresources.
/// 3. Sticky: the release cookie names a release that is served. For subresources.
/// 4. Stage: the weights of the current stage. Crawlers get its active release; [on a miss](At::Miss)
///    everybody does.
///
/// Without a plan the request passes through. A fallback plan decides by the same rules;
/// [`Decision::source`] and the trail show that it was the fallback.
#[must_use]
pub fn decide<'p>(
    request: &Request<'_>,
    kind: Kind,
    plan: Option<Source<'p>>,
    at: At,
    rules: &Rules,
    override_state: OverrideState<'p>,
    now: Timestamp,
) -> Decision<'p> {
    let mut decision = Decision::open(plan);
    let Some(source) = plan else { return decision };
    let case = Case { request, plan: source.plan(), at, rules, now };
    let finding = forced(override_state, &mut decision.trail)
        .or_else(|| match kind {
            Kind::Document => None,
            Kind::Subresource => {
                case.pinned(&mut decision).or_else(|| case.sticky(&mut decision.trail))
            }
        })
        .unwrap_or_else(|| case.staged(kind, &mut decision.trail));
    decision.settle(finding);
    decision
}

fn forced<'p>(state: OverrideState<'p>, trail: &mut Trail<'p>) -> Option<Finding<'p>> {
    trail.push(Step::Override(state));
    match state {
        OverrideState::InForce(force) => Some(Finding::unassigned(force.release, Reason::Override)),
        OverrideState::None | OverrideState::Invalid(_) => None,
    }
}

/// The inputs of every rule.
struct Case<'c, 'p> {
    request: &'c Request<'c>,
    plan: &'p Plan,
    at: At,
    rules: &'c Rules,
    now: Timestamp,
}

impl<'p> Case<'_, 'p> {
    fn pinned(&self, decision: &mut Decision<'p>) -> Option<Finding<'p>> {
        let mut named = pins(self.request).in_order().peekable();
        if named.peek().is_none() {
            decision.trail.push(Step::NoPin);
        }
        named.find_map(|id| match look_up(self.plan, id) {
            Ok((_, release)) => {
                decision.trail.push(Step::Pinned(release));
                Some(Finding::unassigned(release, Reason::Pin))
            }
            Err(refusal) => {
                decision.trail.push(Step::IgnoredPin(refusal));
                decision.ignored_pin = decision.ignored_pin.or(Some(refusal));
                None
            }
        })
    }

    fn sticky(&self, trail: &mut Trail<'p>) -> Option<Finding<'p>> {
        let held = self.held(trail)?;
        Some(Finding::unassigned(held.release, Reason::Sticky))
    }

    fn staged(&self, kind: Kind, trail: &mut Trail<'p>) -> Finding<'p> {
        let current = Current::of(self.plan, self.now);
        let user_agent = self.request.header("user-agent").unwrap_or_default();
        if self.rules.crawlers.include(user_agent) {
            trail.push(Step::Crawler);
            return Finding::unassigned(current.active(trail), Reason::Crawler);
        }
        let release = match self.at {
            At::Miss => current.active(trail),
            At::Viewer => {
                let shares = self.shares(kind, &current, trail);
                let roll = || self.roll(current.index, user_agent);
                current.draw(&shares, roll, trail)
            }
        };
        current.give(kind, release)
    }

    /// The shares to draw from. For a document, a cookie of the current rollout makes the viewer more
    /// likely to stay on its release.
    fn shares(&self, kind: Kind, current: &Current<'p>, trail: &mut Trail<'p>) -> Shares {
        let held = match kind {
            Kind::Document => self.held(trail),
            Kind::Subresource => None,
        };
        let Some(Held { release, index, given_at: Some(given_at) }) = held else {
            return Shares::of(current.stage);
        };
        let shares = Shares::moved(given_at.stage, current.stage, index);
        let (stay, total) = (shares.part(index), shares.total());
        trail.push(Step::Movement(Movement { release, stay, total }));
        shares
    }

    fn roll(&self, stage: usize, user_agent: &str) -> Roll {
        roll(self.plan.rollout(), stage, self.request.client_ip, user_agent)
    }

    /// The first release cookie whose release is served.
    fn held(&self, trail: &mut Trail<'p>) -> Option<Held<'p>> {
        let (mut held, mut refused) = (None, None);
        each_cookie(self.request, &self.rules.release_cookie, &mut |value| {
            if held.is_none() {
                match self.hold(value) {
                    Ok(found) => held = Some(found),
                    Err(refusal) => refused = refused.or(Some(refusal)),
                }
            }
        });
        if let Some(refusal) = refused {
            trail.push(Step::IgnoredCookie(refusal));
        }
        match held {
            Some(found) => trail.push(Step::Cookie(found)),
            None if refused.is_none() => trail.push(Step::NoCookie),
            None => {}
        }
        held
    }

    fn hold(&self, value: &str) -> Result<Held<'p>, Refusal> {
        let stamp = Stamp::parse(value).ok_or(Refusal::Malformed)?;
        let (index, release) = look_up(self.plan, stamp.release())?;
        let rollout = self.plan.rollout();
        let ours = stamp.assignment().filter(|assignment| assignment.rollout == rollout);
        let given_at = ours.and_then(|assignment| {
            let stage = self.plan.stages().get(assignment.stage)?;
            Some(GivenAt { rollout, index: assignment.stage, stage })
        });
        Ok(Held { release, index, given_at })
    }
}
