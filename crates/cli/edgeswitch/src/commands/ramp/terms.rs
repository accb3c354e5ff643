use std::fmt;
use std::time::Duration;

use edge_time::Timestamp;
use plan_change::{After, Hold};

use super::error::RampError;
use super::{RampArgs, Then};

/// The terms on which a ramp is held, by this command or by the guard.
pub(super) struct Terms {
    pub(super) alarms: Vec<String>,
    /// `None` for the plan's home Region.
    pub(super) alarm_region: Option<String>,
    /// The time for which the last step is watched.
    pub(super) bake: Duration,
    /// What to do after the last step.
    pub(super) then: Option<Then>,
}

impl Terms {
    pub(super) fn of(args: &RampArgs) -> Self {
        Self {
            alarms: args.alarm.clone(),
            alarm_region: args.alarm_region.clone(),
            bake: args.bake.unwrap_or_default(),
            then: args.then,
        }
    }

    /// Those of the guard that holds the ramp. The command names some of them again.
    pub(super) fn held(hold: &Hold, args: &RampArgs) -> Self {
        let own = Self::of(args);
        let (alarms, alarm_region) = if own.alarms.is_empty() {
            (hold.alarms.clone(), hold.alarm_region.clone())
        } else {
            (own.alarms, own.alarm_region)
        };
        let bake = args.bake.unwrap_or(Duration::from_secs(hold.bake_seconds));
        let then = own.then.or(hold.then.map(Then::of));
        Self { alarms, alarm_region, bake, then }
    }

    /// The instructions for the guard. It must know what comes after a last step below 100 %.
    pub(super) fn hold(
        self,
        lease: Duration,
        is_partial: bool,
        checked: Timestamp,
    ) -> Result<Hold, RampError> {
        if is_partial && self.then.is_none() {
            return Err(RampError::OpenEnd);
        }
        Ok(Hold {
            seconds: lease.as_secs(),
            watched_from: (!self.alarms.is_empty()).then_some(checked.floor_second()),
            alarms: self.alarms,
            alarm_region: self.alarm_region,
            bake_seconds: self.bake.as_secs(),
            then: self.then.map(Then::after),
        })
    }
}

/// `--alarm shop-5xx --alarm-region us-east-1 --bake 300s --then promote`
impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> =
            self.alarms.iter().map(|name| format!("--alarm {name}")).collect();
        words.extend(self.alarm_region.iter().map(|region| format!("--alarm-region {region}")));
        words.push(format!("--bake {}s", self.bake.as_secs()));
        words.extend(self.then.map(|then| format!("--then {}", then.word())));
        f.write_str(&words.join(" "))
    }
}

impl Then {
    fn of(after: After) -> Self {
        match after {
            After::Promote => Self::Promote,
            After::Detach => Self::Detach,
        }
    }

    fn after(self) -> After {
        match self {
            Self::Promote => After::Promote,
            Self::Detach => After::Detach,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::Detach => "detach",
        }
    }
}
