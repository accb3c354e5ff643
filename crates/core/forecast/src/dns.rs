use crate::curve::Curve;

/// The resolvers between viewers and the records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolvers {
    /// The TTL of the records in seconds.
    pub ttl: f64,
    /// The part of viewers whose resolver ignores the TTL, 0 to 1.
    pub stubborn: f64,
    /// The seconds for which such a resolver keeps an answer.
    pub kept: f64,
}

/// The requests that a change of record weights moves. The ages of the answers are spread evenly.
#[must_use]
pub fn dns(resolvers: Resolvers) -> Curve {
    let Resolvers { ttl, stubborn, kept } = resolvers;
    let left = |at: f64, ttl: f64| if ttl <= 0.0 { 0.0 } else { (1.0 - at / ttl).max(0.0) };
    Curve::of(1.0, |at| (1.0 - stubborn) * left(at, ttl) + stubborn * left(at, kept.max(ttl)))
}
