use std::fmt;
use std::path;
use std::time::Duration;

use edge_config::Gate;
use edge_time::Timestamp;
use guard_rules::WRITER;
use plan_change::{After, GateTerms, Hold};

use super::error::RampError;
use super::{RampArgs, Then};
use crate::control::Project;
use crate::gate::{GateOptions, GateSettings};
use crate::logs::are_in_a_bucket;

/// The terms on which a ramp is held, by this command or by the guard.
pub(super) struct Terms {
    pub(super) alarms: Vec<String>,
    /// `None` for the plan's home Region.
    pub(super) alarm_region: Option<String>,
    /// The time for which the last step is watched.
    pub(super) bake: Duration,
    /// What to do after the last step.
    pub(super) then: Option<Then>,
    /// How the gate compares, if it is asked.
    pub(super) gate: Option<GateSettings>,
    /// Whether a gate has paused the ramp.
    pub(super) is_held: bool,
    pub(super) let_pass: Option<Timestamp>,
}

impl Terms {
    pub(super) fn of(args: &RampArgs, project: &Project) -> Result<Self, RampError> {
        let gate = if args.gate {
            let is_local = args.target.local.is_some();
            Some(args.comparison.settings(&project.gate, is_local)?)
        } else if args.comparison.is_given() {
            return Err(RampError::NoGate);
        } else {
            None
        };
        Ok(Self { gate, ..Self::without_gate(args) })
    }

    fn without_gate(args: &RampArgs) -> Self {
        Self {
            alarms: args.alarm.clone(),
            alarm_region: args.alarm_region.clone(),
            bake: args.bake.unwrap_or_default(),
            then: args.then,
            gate: None,
            is_held: false,
            let_pass: None,
        }
    }

    /// Those of the guard that holds the ramp. The command names some of them again.
    pub(super) fn held(hold: &Hold, args: &RampArgs, project: &Project) -> Result<Self, RampError> {
        let own = match &hold.gate {
            Some(terms) => {
                Self { gate: Some(same_gate(terms, &args.comparison)?), ..Self::without_gate(args) }
            }
            None => Self::of(args, project)?,
        };
        let (alarms, alarm_region) = if own.alarms.is_empty() {
            (hold.alarms.clone(), hold.alarm_region.clone())
        } else {
            (own.alarms, own.alarm_region)
        };
        let bake = args.bake.unwrap_or(Duration::from_secs(hold.bake_seconds));
        let then = own.then.or(hold.then.map(Then::of));
        let is_held = hold.paused_by.as_deref() == Some(WRITER);
        let let_pass = hold.let_pass;
        Ok(Self { alarms, alarm_region, bake, then, gate: own.gate, is_held, let_pass })
    }

    /// The instructions for the guard. It must know what comes after a last step below 100 %, and read the logs where it
    /// runs.
    pub(super) fn hold(
        self,
        lease: Duration,
        is_partial: bool,
        checked: Timestamp,
        is_local: bool,
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
            gate: self.gate.map(|gate| readable_elsewhere(gate, is_local)).transpose()?,
            paused_by: self.is_held.then(|| WRITER.to_owned()),
            let_pass: self.let_pass,
        })
    }
}

/// The gate of the guard, with the options that the command names again.
fn same_gate(terms: &GateTerms, options: &GateOptions) -> Result<GateSettings, RampError> {
    Ok(options.or(GateOptions::of(terms)).settings(&Gate::default(), false)?)
}

/// The gate for a guard. A deployed one reads a bucket; that of `edgeswitch dev` reads the folders of this machine, and may
/// have been started in another one.
fn readable_elsewhere(mut gate: GateSettings, is_local: bool) -> Result<GateTerms, RampError> {
    let is_stream = gate.logs.as_os_str() == "-";
    if is_stream || !(is_local || are_in_a_bucket(&gate.logs)) {
        return Err(RampError::LogsHere(gate.logs));
    }
    if !are_in_a_bucket(&gate.logs) {
        gate.logs = path::absolute(&gate.logs).unwrap_or(gate.logs);
    }
    Ok(gate.terms())
}

/// `--alarm shop-5xx --alarm-region us-east-1 --bake 300s --then promote --gate --logs s3://shop-access-logs/cdn/`
impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> =
            self.alarms.iter().map(|name| format!("--alarm {name}")).collect();
        words.extend(self.alarm_region.iter().map(|region| format!("--alarm-region {region}")));
        words.push(format!("--bake {}s", self.bake.as_secs()));
        words.extend(self.then.map(|then| format!("--then {}", then.word())));
        words.extend(self.gate.iter().flat_map(GateSettings::words));
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
