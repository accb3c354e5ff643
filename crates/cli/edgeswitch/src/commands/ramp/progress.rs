use std::fmt;
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use indicatif::ProgressBar;
use plan_change::{Moment, Summary};
use serde::Serialize;
use tokio::time::sleep;

use crate::control::{Project, Session, TerminalError};

/// The time between two updates of the bar.
const TICK: Duration = Duration::from_secs(1);

/// The progress of a ramp on the screen.
pub(super) struct RampProgress {
    release: String,
    bar: ProgressBar,
    began: Timestamp,
    /// The share and the number of paused steps in the last line that was written.
    said: Option<(f64, usize)>,
}

impl RampProgress {
    pub(super) fn new(release: &str, session: &mut Session<'_>) -> Result<Self, TerminalError> {
        let what = "this command renews the lease: Ctrl-C asks what to do";
        let bar = session.console.bar(0, what)?;
        Ok(Self { release: release.into(), bar, began: session.clock.now(), said: None })
    }

    /// Writes a line if the share or the pause has changed, and updates the length of the bar.
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

    /// Writes a line above the bar.
    pub(super) fn say(&self, session: &mut Session<'_>, line: &str) -> Result<(), TerminalError> {
        self.aside(|| session.console.say(line))
    }

    /// Hides the bar during `act`.
    pub(super) fn aside<T>(&self, act: impl FnOnce() -> T) -> T {
        self.bar.suspend(act)
    }

    /// Reports an error without ending the ramp: the next read of the plan decides. Returns whether there was none.
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

    /// Waits, and updates the bar meanwhile.
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

    /// Removes the bar.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A finished ramp, as `--output json` prints it.
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

/// Prints the result of the ramp.
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

/// The whole seconds from `from` to `to`; 0 if `to` is earlier.
fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.0 - from.0).unwrap_or(0) / 1000
}
