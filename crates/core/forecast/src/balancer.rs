use crate::curve::Curve;
use crate::requests::Requests;
use crate::sessions::Sessions;

/// The group stickiness of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Group {
    /// Each request is drawn anew.
    Off,
    /// A viewer stays until this many seconds have passed without a request.
    Seconds(f64),
    /// The stickiness changes together with the weights. A viewer's cookie lives for `before` seconds until the viewer's
    /// next request, and from then on for `after` seconds.
    Changed { before: f64, after: f64 },
}

/// The requests that a change of target group weights moves.
///
/// A viewer stays with the old group as long as each request follows the one before it within the life of the cookie.
/// `k` is the density of the time from a request to the next one, and `R` is the part of the requests that has not
/// moved. Before the change it is 1. After it, a request has not moved if the last one was before the change, at most
/// `before` ago, or after it, at most `after` ago and not moved either:
///
/// ```text
/// R(t) = ∫ t..before  k(u) du  +  ∫ 0..min(t, after)  R(t - u) k(u) du
/// ```
///
/// `k` is a mixture of viewers in a visit (`V`) and away (`W`), so two differential equations with a delay compute it.
/// `silent` and `gone` are the parts of them who have made no request for `after` seconds:
///
/// ```text
/// V' = R - V/gap - V/visit - R(t - after) * silent
/// W' =     V/visit - W/away - R(t - after) * gone
/// ```
#[must_use]
pub fn balancer(group: Group, sessions: &Sessions) -> Curve {
    match group {
        Group::Off => Curve::of(1.0, |_| 0.0),
        Group::Seconds(seconds) => sticky(seconds, seconds, sessions),
        Group::Changed { before, after } => sticky(before, after, sessions),
    }
}

fn sticky(before: f64, after: f64, sessions: &Sessions) -> Curve {
    let requests = Requests::of(sessions);
    let Sessions { visit, away, gap, .. } = *sessions;
    let rough = (after.min(visit).min(away).min(gap) / 10.0).clamp(0.25, 60.0);
    let steps = whole((after / rough).ceil()).max(1);
    let step = after / steps as f64;
    let (silent, gone) = requests.without(after);
    // Requests that follow one from before the change.
    let first = |at: f64| (requests.within(before.max(at)) - requests.within(at)).max(0.0);
    let mut stale = vec![first(0.0)];
    let (mut in_visit, mut waiting) = (0.0, 0.0);
    let mut at = 0.0;
    Curve::of(step, |_| {
        let now = stale.last().copied().unwrap_or_default();
        // The requests whose cookies end at the beginning and at the end of the step.
        let ended =
            stale.len().checked_sub(steps + 1).and_then(|index| stale.get(index..=index + 1));
        let (then, next_then) = match ended {
            Some([then, next_then]) => (*then, *next_then),
            Some(_) | None => (0.0, 0.0),
        };
        let change = |requests: f64, in_visit: f64, waiting: f64, then: f64| {
            let of_visit = requests - in_visit / gap - in_visit / visit - then * silent;
            (of_visit, in_visit / visit - waiting / away - then * gone)
        };
        let asking =
            |at: f64, in_visit: f64, waiting: f64| first(at) + in_visit / gap + waiting / away;
        // Heun's method: the mean of the slopes at both ends of the step.
        let (v, w) = change(now, in_visit, waiting, then);
        at += step;
        let (guess_v, guess_w) = (in_visit + step * v, waiting + step * w);
        let guess = asking(at, guess_v, guess_w);
        let (next_v, next_w) = change(guess, guess_v, guess_w, next_then);
        in_visit = (in_visit + step * (v + next_v) / 2.0).max(0.0);
        waiting = (waiting + step * (w + next_w) / 2.0).max(0.0);
        stale.push(asking(at, in_visit, waiting).min(now));
        now
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of steps: at most a week in quarters of a second"
)]
fn whole(steps: f64) -> usize {
    steps as usize
}
