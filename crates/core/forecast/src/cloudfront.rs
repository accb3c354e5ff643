use crate::curve::Curve;
use crate::sessions::Sessions;

/// How edge locations change to the new plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Edge {
    /// All in the same second, this many seconds after the write.
    Flip(f64),
    /// Each when it reads the plan, evenly over this many seconds.
    Reading(f64),
}

/// The requests that a change at the edge moves. A page that is open keeps its release until the next page load or the end
/// of the visit.
#[must_use]
pub fn cloudfront(edge: Edge, sessions: &Sessions) -> Curve {
    let leaving = 1.0 / sessions.visit + 1.0 / sessions.page;
    let open = |since: f64| (-since * leaving).exp();
    Curve::of(1.0, |at| match edge {
        Edge::Flip(flip) if at < flip => 1.0,
        Edge::Flip(flip) => open(at - flip),
        // Some edge locations have not read the plan, and pages are open at those that have.
        Edge::Reading(ttl) if ttl <= 0.0 => open(at),
        Edge::Reading(ttl) => {
            let reading = at.min(ttl);
            let had = (open(at - reading) - open(at)) / leaving;
            (ttl - reading + had) / ttl
        }
    })
}
