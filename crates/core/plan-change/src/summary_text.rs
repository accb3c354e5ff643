use std::fmt;

use crate::effect::rounded;
use crate::summary::{LastChange, Progress, ReleaseShare, Summary, Upcoming};

/// The largest number of upcoming stages that are all listed.
const MOST: usize = 5;
/// The number of stages that are listed before the last one if there are more.
const FIRST: usize = 3;

/// The text form: a line for each fact.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "plan       revision {}, rollout {}, ", self.revision, self.rollout)?;
        write!(f, "stage {} of {}: {}", self.stage, self.stages, self.progress)?;
        self.write_traffic(f)?;
        self.write_outlook(f)?;
        self.write_releases(f)?;
        match &self.last_change {
            Some(change) => write!(f, "\nlast       {change}"),
            None => Ok(()),
        }
    }
}

impl Summary {
    fn write_traffic(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = ["active", "canary"].into_iter().chain(std::iter::repeat(""));
        let moments = [self.active_since, self.since].into_iter().chain(std::iter::repeat(None));
        for ((share, name), since) in self.traffic.iter().zip(names).zip(moments) {
            write!(f, "\n{name:<10} {share}")?;
            if let Some(since) = since {
                write!(f, ", since {since}")?;
            }
        }
        Ok(())
    }

    fn write_outlook(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_upcoming(f)?;
        if self.paused_steps > 0 {
            write!(f, "\npaused     steps waiting: {}", self.paused_steps)?;
        }
        match &self.lease {
            Some(lease) if lease.in_seconds == 0 => {
                write!(f, "\nlease      ended at {}: {}", lease.until, list(&lease.otherwise))?;
            }
            Some(lease) => {
                let (left, then) = (duration(lease.in_seconds), list(&lease.otherwise));
                write!(f, "\nlease      until {}, in {left}, then {then}", lease.until)?;
            }
            None => {}
        }
        match &self.rollback_to {
            Some(release) => write!(f, "\nrollback   to {release}"),
            None => Ok(()),
        }
    }

    /// Lists the first stages and the last one if there are many, so that the text fits on a screen.
    fn write_upcoming(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.upcoming.len();
        let between = if count > MOST { FIRST..count - 1 } else { 0..0 };
        for (index, next) in self.upcoming.iter().enumerate() {
            let name = if index == 0 { "next" } else { "then" };
            if index == between.start && !between.is_empty() {
                write!(f, "\n{name:<10} {} more stages", between.len())?;
            }
            if !between.contains(&index) {
                write!(f, "\n{name:<10} {next}")?;
            }
        }
        Ok(())
    }

    fn write_releases(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let draining = self.draining.iter();
        let draining: Vec<String> =
            draining.map(|one| format!("{} until {}", one.release, one.until)).collect();
        let lists = [
            ("staged", &self.staged),
            ("draining", &draining),
            ("drained", &self.drained),
            ("withdrawn", &self.withdrawn),
        ];
        for (name, releases) in lists.into_iter().filter(|(_, releases)| !releases.is_empty()) {
            write!(f, "\n{name:<10} {}", releases.join(", "))?;
        }
        Ok(())
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
