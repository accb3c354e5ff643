use std::io;
use std::time::Duration;

use plan_change::{Moment, Summary};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use super::keys::Keys;
use super::{LOOK, PlanState};
use crate::control::Session;
use crate::failure_report::Paint;

/// The escape codes that move the cursor to the top left corner and clear the screen below it.
const REPAINT: &str = "\x1b[H\x1b[J";
/// The time between two looks at the keyboard.
const TICK: Duration = Duration::from_millis(200);
/// The width of a bar of all traffic.
const WIDTH: usize = 20;

const BOLD: u8 = 1;
const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;

/// The screen of `status --watch`, and what ends it: `q`, Ctrl-C or the system.
pub(super) struct Screen {
    /// `None` if the output is not a screen.
    keys: Option<Keys>,
    is_painted_over: bool,
    interrupt: Signal,
    terminate: Signal,
}

impl Screen {
    pub(super) fn open(is_painted_over: bool) -> io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        let keys = if is_painted_over { Keys::listen() } else { None };
        Ok(Self { keys, is_painted_over, interrupt, terminate })
    }

    /// Paints the clock, a bar for each release with traffic, and the text.
    pub(super) fn paint(
        &self,
        session: &mut Session<'_>,
        state: PlanState,
        summary: &Summary,
        text: &str,
    ) -> io::Result<()> {
        let paint = session.console.paint;
        let word = state.to_string();
        let text = text.replacen(&word, &coloured(&word, colour(state), paint), 1);
        let clock = self.clock(session);
        let out = &mut session.console.out;
        writeln!(out, "{REPAINT}{clock}\n")?;
        for (index, share) in summary.traffic.iter().enumerate() {
            let bar = coloured(&bar(share.percent), if index == 0 { GREEN } else { YELLOW }, paint);
            writeln!(out, "{bar} {} % {}", share.percent, share.release)?;
        }
        writeln!(out, "\n{text}")
    }

    fn clock(&self, session: &Session<'_>) -> String {
        let now = session.clock.now();
        let clock = coloured(&Moment { at: now, now }.to_string(), BOLD, session.console.paint);
        let keys = if self.keys.is_some() { "`q` ends it" } else { "Ctrl-C ends it" };
        format!("{clock}   {keys}")
    }

    /// Waits until the next read of the plan is due. The clock goes on. Returns whether the user ended the command.
    pub(super) async fn pause(&mut self, session: &mut Session<'_>) -> io::Result<bool> {
        let mut left = LOOK;
        while !left.is_zero() {
            tokio::select! {
                () = sleep(TICK) => {}
                _ = self.interrupt.recv() => return Ok(true),
                _ = self.terminate.recv() => return Ok(true),
            }
            if self.keys.as_ref().is_some_and(Keys::has_quit) {
                return Ok(true);
            }
            left = left.saturating_sub(TICK);
            if self.is_painted_over {
                let clock = self.clock(session);
                // Writes the first line again, with the cursor saved before and restored after.
                write!(session.console.out, "\x1b7\x1b[H{clock}\x1b8")?;
                session.console.out.flush()?;
            }
        }
        Ok(false)
    }
}

fn colour(state: PlanState) -> u8 {
    match state {
        PlanState::Settled => GREEN,
        PlanState::Spreading | PlanState::InProgress => YELLOW,
        PlanState::Trouble => RED,
    }
}

fn coloured(text: &str, colour: u8, paint: Paint) -> String {
    match paint {
        Paint::Coloured => format!("\x1b[{colour}m{text}\x1b[0m"),
        Paint::Plain => text.to_owned(),
    }
}

/// A bar that is full at 100 %. The smallest share has one block.
fn bar(percent: f64) -> String {
    let blocks =
        (1..=WIDTH).filter(|block| percent * WIDTH as f64 >= 100.0 * *block as f64).count();
    let full = if percent > 0.0 { blocks.max(1) } else { 0 };
    format!("{}{}", "█".repeat(full), "░".repeat(WIDTH - full))
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_as_long_as_the_share() {
        let rows = [(100.0, 20), (90.0, 18), (52.4, 10), (1.0, 1), (0.0, 0)];
        for (percent, full) in rows {
            assert_eq!(bar(percent).matches('█').count(), full, "{percent} %");
            assert_eq!(bar(percent).chars().count(), 20, "{percent} %");
        }
    }
}
