use std::fmt;

use edge_config::{LoadBalancer, Records, Stickiness};

use crate::balancer::ObservedBalancer;
use crate::records::ObservedRecord;

/// Viewers who stay where they were after the weights have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// A viewer with a group cookie stays until this many seconds have passed without a request of theirs. From the next
    /// request on it is the number of `renewed`.
    GroupCookie { seconds: u32, renewed: u32 },
    /// A resolver keeps its answer for this many seconds. Some keep it longer.
    Answer { seconds: u32 },
    /// Requests under way are answered. WebSockets stay open until they are closed, or until this many seconds
    /// after their target was deregistered.
    Connections { seconds: u32 },
}

impl Tail {
    /// The seconds after the change in which a viewer may still be where they were.
    #[must_use]
    pub fn seconds(self) -> u32 {
        match self {
            Self::GroupCookie { seconds, .. }
            | Self::Answer { seconds }
            | Self::Connections { seconds } => seconds,
        }
    }
}

/// The tails of the next change of a load balancer's weights.
#[must_use]
pub fn tails_of_balancer(follower: &LoadBalancer, observed: &ObservedBalancer) -> Vec<Tail> {
    let renewed = match follower.stickiness {
        Some(Stickiness::Off) => None,
        Some(Stickiness::Seconds(seconds)) => Some(seconds),
        None => observed.forward.stickiness,
    };
    let cookie = renewed.map(|renewed| {
        // Cookies from before a change live as long as they were given.
        let seconds = observed.forward.stickiness.map_or(renewed, |given| given.max(renewed));
        Tail::GroupCookie { seconds, renewed }
    });
    let delay = observed.delays.iter().map(|(_, delay)| *delay).max();
    let connections = delay.map(|seconds| Tail::Connections { seconds });
    cookie.into_iter().chain(connections).collect()
}

/// The tails of the next change of the records' weights.
#[must_use]
pub fn tails_of_records(follower: &Records, observed: &[ObservedRecord]) -> Vec<Tail> {
    // Resolvers have answers with the TTL from before a change.
    let ttl = observed.iter().filter_map(|record| record.ttl).chain(follower.ttl).max();
    ttl.map(|seconds| Tail::Answer { seconds }).into_iter().collect()
}

/// For people, after "viewers stay where they were:".
impl fmt::Display for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GroupCookie { seconds, renewed } => {
                write!(
                    f,
                    "viewers with a group cookie stay until {seconds} s after their last request"
                )?;
                if seconds == renewed {
                    return Ok(());
                }
                write!(f, ", and from their next request on for {renewed} s after each")
            }
            Self::Answer { seconds } => {
                write!(
                    f,
                    "viewers with an older DNS answer stay for {seconds} s, or as long as their resolver keeps it"
                )
            }
            Self::Connections { seconds } => write!(
                f,
                "open connections stay until they are closed, or {seconds} s after their target is deregistered"
            ),
        }
    }
}
