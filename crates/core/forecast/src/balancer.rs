use crate::curve::Curve;
use crate::sessions::Sessions;

/// The group stickiness of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Group {
    /// Each request is drawn anew.
    Off,
    /// A viewer stays until this many seconds have passed without a request.
    Seconds(f64),
}

/// The requests that a change of target group weights moves.
///
/// Viewers with a valid cookie are in a visit (`V`) or away (`W`). A cookie ends the stickiness `S` after the last
/// request, in a visit or after it. So the viewers who lose it now made a request `S` ago, and none since:
///
/// ```text
/// V' = - V/visit - V(t - S)/gap * exp(-S/gap - S/visit) + W/away
/// W' =   V/visit - V(t - S)/visit * exp(-S/away)        - W/away
/// ```
///
/// Before the change, every viewer in a visit counts. Requests come only from viewers in a visit, so `V(t)` divided by the
/// viewers in a visit is the part that has not moved.
#[must_use]
pub fn balancer(group: Group, sessions: &Sessions) -> Curve {
    let Group::Seconds(sticky) = group else { return Curve::of(1.0, |_| 0.0) };
    let Sessions { visit, away, gap, .. } = *sessions;
    let step = (sticky.min(visit).min(away).min(gap) / 20.0).clamp(0.5, 60.0);
    let silent = (-sticky / gap - sticky / visit).exp() / gap;
    let kept_away = (-sticky / away).exp();
    let before = visit / (visit + away);
    let delay = whole(sticky / step);
    let mut in_visit = vec![before * (1.0 - (-sticky / gap).exp())];
    let mut waiting = away / (visit + away) * (1.0 - kept_away);
    Curve::of(step, |_| {
        let now = in_visit.last().copied().unwrap_or_default();
        let index = in_visit.len().checked_sub(delay + 1);
        let then = index.and_then(|index| in_visit.get(index).copied()).unwrap_or(before);
        let next = now + step * (waiting / away - now / visit - then * silent);
        waiting += step * (now / visit - waiting / away - then / visit * kept_away);
        waiting = waiting.max(0.0);
        in_visit.push(next.max(0.0));
        now / before
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of steps: at most a week in half seconds"
)]
fn whole(steps: f64) -> usize {
    steps.round() as usize
}
