use std::fmt;

use crate::change_refusal::unmet;
use crate::effect::rounded;
use crate::summary::{
    Contracts, CutOff, LastChange, LeaseSummary, Progress, ReleaseShare, Summary, Upcoming,
};

/// The largest number of upcoming stages that are all listed.
const MOST: usize = 5;
/// The number of stages that are listed before the last one if there are more.
const FIRST: usize = 3;

impl Summary {
    /// The text form: a line for each fact. A line is an element, since a slot or a note may have a line break.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let Self { revision, rollout, stage, stages, progress, .. } = self;
        let plan = format!("revision {revision}, rollout {rollout}, stage {stage} of {stages}");
        let mut lines = vec![line("plan", format!("{plan}: {progress}"))];
        lines.extend(self.traffic_lines());
        lines.extend(self.upcoming_lines());
        if self.paused_steps > 0 {
            lines.push(line("paused", format!("steps waiting: {}", self.paused_steps)));
        }
        lines.extend(self.lease.as_ref().map(|lease| line("lease", lease)));
        lines.extend(self.rollback_to.as_ref().map(|to| line("rollback", format!("to {to}"))));
        lines.extend(self.contracts.iter().flat_map(Contracts::lines));
        lines.extend(self.release_lines());
        lines.extend(self.last_change.as_ref().map(|change| line("last", change)));
        lines
    }

    fn traffic_lines(&self) -> impl Iterator<Item = String> {
        let names = ["active", "canary"].into_iter().chain(std::iter::repeat(""));
        let moments = [self.active_since, self.since].into_iter().chain(std::iter::repeat(None));
        self.traffic.iter().zip(names).zip(moments).map(|((share, name), since)| match since {
            Some(since) => line(name, format!("{share}, since {since}")),
            None => line(name, share),
        })
    }

    /// Lists the first stages and the last one if there are many, so that the text fits on a screen.
    fn upcoming_lines(&self) -> Vec<String> {
        let count = self.upcoming.len();
        let between = if count > MOST { FIRST..count - 1 } else { 0..0 };
        let mut lines = Vec::new();
        for (index, next) in self.upcoming.iter().enumerate() {
            let name = if index == 0 { "next" } else { "then" };
            if index == between.start && !between.is_empty() {
                lines.push(line(name, format!("{} more stages", between.len())));
            }
            if !between.contains(&index) {
                lines.push(line(name, next));
            }
        }
        lines
    }

    fn release_lines(&self) -> impl Iterator<Item = String> {
        let draining = self.draining.iter();
        let draining: Vec<String> =
            draining.map(|one| format!("{} until {}", one.release, one.until)).collect();
        let lists = [
            ("staged", self.staged.join(", ")),
            ("draining", draining.join(", ")),
            ("drained", self.drained.join(", ")),
            ("withdrawn", self.withdrawn.join(", ")),
        ];
        let lists = lists.into_iter().filter(|(_, releases)| !releases.is_empty());
        lists.map(|(name, releases)| line(name, releases))
    }
}

impl Contracts {
    fn lines(&self) -> Vec<String> {
        let state = self.state.iter().map(|(name, version)| format!("{name} {version}"));
        let state = state.collect::<Vec<_>>().join(", ");
        let mut lines =
            vec![line("state", if state.is_empty() { "not in the plan" } else { &state })];
        let reaches = self.rollback_reaches.join(", ");
        if !reaches.is_empty() {
            lines.push(line("reaches", format!("a rollback can go to {reaches}")));
        }
        lines.extend(self.rollback_cut_off.iter().map(|one| line("cut off", one)));
        lines.extend(self.cannot_run.iter().map(|one| line("cannot run", one)));
        lines
    }
}

/// `41ab03d: orders-db is 6, and it needs 3..5`.
impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.release, unmet(&self.misfits))
    }
}

fn line(name: &str, text: impl fmt::Display) -> String {
    format!("{name:<10} {text}")
}

impl fmt::Display for LeaseSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (until, then) = (self.until, list(&self.otherwise));
        match self.in_seconds {
            0 => write!(f, "ended at {until}: {then}"),
            left => {
                write!(f, "until {until}, in {}, then {then}", duration(left))?;
                match self.guard {
                    Some(_) => f.write_str("; the guard renews it"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Settled => "settled",
            Self::Canary => "canary",
            Self::UnderWay => "a change is under way",
            Self::Paused => "a ramp is paused",
            Self::Lapsed => "the lease has ended and traffic went back",
        })
    }
}

impl fmt::Display for ReleaseShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.release)?;
        if let Some(slot) = &self.slot {
            write!(f, " ({slot})")?;
        }
        write!(f, " {} %", rounded(self.percent))
    }
}

/// `41ab03d 90 %, 9f2c1e7 10 % from 10:00:50 UTC, in 50 s`.
impl fmt::Display for Upcoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {}", list(&self.traffic), self.from)?;
        write!(f, ", in {}", duration(self.in_seconds))
    }
}

impl fmt::Display for LastChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.what, self.at)?;
        if let Some(by) = &self.by {
            write!(f, " by {by}")?;
        }
        match &self.why {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}

/// `41ab03d 90 %, 9f2c1e7 10 %`.
fn list(shares: &[ReleaseShare]) -> String {
    let shares = shares.iter().map(|one| format!("{} {} %", one.release, rounded(one.percent)));
    shares.collect::<Vec<_>>().join(", ")
}

/// The two largest units: `25 min 3 s`.
fn duration(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, ..) => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}
