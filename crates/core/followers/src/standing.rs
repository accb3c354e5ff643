use std::fmt;

use crate::shares::percent;

/// A resource compared with the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing<U> {
    /// It has the shares of the plan.
    InLine,
    /// It has the shares of another stage or version of the plan.
    Behind(U),
    /// It has shares that the plan never had: somebody else changed them.
    Drifted(U),
}

/// One value of a resource that differs from the plan or the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Slots, or names without a slot, and their weights.
    Weights { from: Vec<(String, u32)>, to: Vec<(String, u32)> },
    /// Group stickiness in seconds; `None` is off.
    Stickiness { from: Option<u32>, to: Option<u32> },
    /// The deregistration delay of a slot's target group, in seconds.
    Delay { slot: String, from: Option<u32>, to: u32 },
    /// The TTL of the records, in seconds.
    Ttl { from: Vec<u32>, to: u32 },
}

/// For people: `blue 90 %, green 10 % instead of blue 100 %`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weights { from, to } => {
                write!(f, "{} instead of {}", shares(to), shares(from))
            }
            Self::Stickiness { from, to } => {
                write!(f, "group stickiness {} instead of {}", stickiness(*to), stickiness(*from))
            }
            Self::Delay { slot, from: Some(from), to } => {
                write!(f, "deregistration delay of {slot} {to} s instead of {from} s")
            }
            Self::Delay { slot, from: None, to } => {
                write!(f, "deregistration delay of {slot} {to} s")
            }
            Self::Ttl { from, to } => {
                let from: Vec<String> = from.iter().map(|ttl| format!("{ttl} s")).collect();
                write!(f, "TTL {to} s instead of {}", from.join(" and "))
            }
        }
    }
}

/// `blue 90 %, green 10 %`; without traffic `no weight`.
pub(crate) fn shares(weights: &[(String, u32)]) -> String {
    let total = weights.iter().map(|(_, weight)| weight).sum();
    let carrying = weights.iter().filter(|(_, weight)| *weight > 0);
    let words: Vec<String> =
        carrying.map(|(name, weight)| format!("{name} {} %", percent(*weight, total))).collect();
    if words.is_empty() { "no weight".into() } else { words.join(", ") }
}

fn stickiness(seconds: Option<u32>) -> String {
    seconds.map_or_else(|| "off".into(), |seconds| format!("{seconds} s"))
}
