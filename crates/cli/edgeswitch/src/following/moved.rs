use edge_config::{Follower, Resource};
use followers::{Difference, Shares, Tail};
use forecast::{Group, Sessions, balancer};
use serde::Serialize;

use terminal_text::Lines;

/// A follower after a command, or as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Moved {
    pub(crate) name: String,
    /// The resource: `rule app/shop/50dc6c495c0c9188/...`, `CNAME api.example.com`.
    pub(crate) resource: String,
    pub(crate) is: Is,
    /// The slots and their shares in percent, as the plan has them.
    pub(crate) shares: Vec<SlotShare>,
    /// The values that differed, or still differ.
    pub(crate) differences: Vec<String>,
    /// The viewers who stay where they were after a change.
    pub(crate) tails: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SlotShare {
    slot: String,
    percent: f64,
}

/// A follower compared with the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Is {
    InLine,
    /// It was behind, or had drifted, and is in line now.
    Written,
    /// It has the shares of another stage or version of the plan.
    Behind,
    /// Somebody else has changed it.
    Drifted,
    /// It differs from a stage that has not begun.
    Later,
}

impl Moved {
    pub(super) fn new(
        follower: &Follower,
        shares: &Shares,
        is: Is,
        differences: &[Difference],
        tails: &[Tail],
    ) -> Self {
        let total: u32 = shares.by_slot().iter().map(|(_, weight)| weight).sum();
        let share = |(slot, weight): &(String, u32)| SlotShare {
            slot: slot.clone(),
            percent: 100.0 * f64::from(*weight) / f64::from(total.max(1)),
        };
        Self {
            name: follower.name.clone(),
            resource: resource(&follower.resource),
            is,
            shares: shares.by_slot().iter().map(share).collect(),
            differences: differences.iter().map(ToString::to_string).collect(),
            tails: tails.iter().map(tail).collect(),
        }
    }
}

/// The tail in words. Of group cookies also the part of the requests that stays for an hour.
fn tail(tail: &Tail) -> String {
    match tail {
        Tail::GroupCookie { seconds, renewed } => {
            let lives = Group::Changed { before: (*seconds).into(), after: (*renewed).into() };
            let moved = balancer(lives, &Sessions::default());
            let left = 100.0 * (1.0 - moved.at(3600.0));
            format!(
                "{tail}; by `edgeswitch forecast`, {left:.0} % of the requests are there after an hour"
            )
        }
        Tail::Answer { .. } | Tail::Connections { .. } => tail.to_string(),
    }
}

/// The last part of a load balancer's ARN, or the type and name of the records.
fn resource(resource: &Resource) -> String {
    match resource {
        Resource::LoadBalancer(one) => one.arn().rsplit(':').next().unwrap_or_default().to_owned(),
        Resource::Records(one) => format!("{} {}", one.record_type.as_str(), one.record),
    }
}

/// The followers for people.
pub(crate) fn lines(moved: &[Moved]) -> Lines {
    let mut lines = Lines::default();
    for one in moved {
        let shares: Vec<String> =
            one.shares.iter().map(|share| format!("{} {} %", share.slot, share.percent)).collect();
        let word = match one.is {
            Is::InLine => "in line with the plan",
            Is::Written => "written",
            Is::Behind => "behind the plan",
            Is::Drifted => "changed by somebody else",
            Is::Later => "when the stage begins",
        };
        let Moved { name, resource, .. } = one;
        lines.push(format!("{name} ({resource}): {}, {word}", shares.join(", ")));
        for line in &one.differences {
            lines.push(format!("  {line}"));
        }
        for line in one.tails.iter().filter(|_| one.is != Is::InLine) {
            lines.push(format!("  {line}"));
        }
    }
    lines
}
