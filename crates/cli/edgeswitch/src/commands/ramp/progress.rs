use std::fmt;
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use indicatif::ProgressBar;
use plan_change::{Moment, Summary};
use serde::Serialize;
use tokio::time::sleep;

use crate::control::{Project, Session, TerminalError};

/// How often the bar is painted.
const TICK: Duration = Duration::from_secs(1);

/// What has been shown of a ramp.
pub(super) struct Shown {
    release: String,
    bar: ProgressBar,
    began: Timestamp,
    /// What was said last: the share, and whether steps wait.
    said: Option<(f64, usize)>,
}

impl Shown {
    pub(super) fn new(release: &str, session: &mut Session<'_>) -> Result<Self, TerminalError> {
        let what = "this command renews the lease: Ctrl-C asks what to do";
        let bar = session.console.bar(0, what)?;
        Ok(Self { release: release.into(), bar, began: session.clock.now(), said: None })
    }

    /// Says what is new, and how long the steps still take.
    pub(super) fn show(
        &mut self,
        session: &mut Session<'_>,
        summary: &Summary,
    ) -> Result<(), TerminalError> {
        let news = (summary.percent(&self.release), summary.paused_steps);
        if self.said.is_none_or(|said| said != news) {
            self.said = Some(news);
            let line = self.line(summary);
            self.say(session, &line)?;
        }
        if let Some(last) = summary.upcoming.last() {
            self.bar.set_length(seconds(self.began, last.from.at));
        }
        Ok(())
    }

    fn line(&self, summary: &Summary) -> String {
        let percent = summary.percent(&self.release);
        let mut line = format!("{} has {percent} % of the viewers", self.release);
        let next = summary.upcoming.first();
        if let Some(next) = next {
            let share = next.traffic.iter().find(|share| share.release == self.release);
            let then = share.map_or(0.0, |share| share.percent);
            line.push_str(&format!(", {then} % from {}", next.from));
        }
        if summary.paused_steps > 0 && next.is_none() {
            line.push_str("; paused: `edgeswitch ramp resume` goes on");
        }
        line
    }

    /// A line above the bar.
    pub(super) fn say(&self, session: &mut Session<'_>, line: &str) -> Result<(), TerminalError> {
        self.aside(|| session.console.say(line))
    }

    /// Does something while the bar is not there.
    pub(super) fn aside<T>(&self, act: impl FnOnce() -> T) -> T {
        self.bar.suspend(act)
    }

    /// Says what failed, since the next look at the plan decides; whether nothing did.
    pub(super) fn say_error<T>(
        &self,
        session: &mut Session<'_>,
        result: Result<T, impl std::error::Error>,
    ) -> Result<bool, TerminalError> {
        match result {
            Ok(_) => Ok(true),
            Err(error) => self.say(session, &format!("{error}: trying again")).map(|()| false),
        }
    }

    /// Waits, and paints meanwhile.
    pub(super) async fn wait(&self, clock: &dyn Clock, time: Duration) {
        let mut left = time;
        while !left.is_zero() {
            let tick = left.min(TICK);
            sleep(tick).await;
            left -= tick;
            let full = self.bar.length().unwrap_or_default();
            self.bar.set_position(seconds(self.began, clock.now()).min(full));
        }
    }

    /// Nothing is painted over any more.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A ramp at its end, as `--output json` has it.
#[derive(Serialize)]
struct Ramped<'a> {
    schema: u8,
    parameter: &'a str,
    revision: u64,
    release: &'a str,
    percent: f64,
    since: Option<Moment>,
}

impl fmt::Display for Ramped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has {} % of the viewers", self.release, self.percent)?;
        match self.since {
            Some(since) => write!(f, ", since {since}"),
            None => Ok(()),
        }
    }
}

/// Prints what the ramp has come to.
pub(super) fn finished(
    session: &mut Session<'_>,
    project: &Project,
    release: &str,
    summary: &Summary,
) -> Result<(), TerminalError> {
    let ramped = Ramped {
        schema: 1,
        parameter: &project.parameter.name,
        revision: summary.revision,
        release,
        percent: summary.percent(release),
        since: summary.since,
    };
    session.console.print(&ramped.to_string(), &ramped)
}

/// From one moment to another, in whole seconds; none back.
fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.0 - from.0).unwrap_or(0) / 1000
}
