use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag::register_conditional_shutdown;
use terminal_text::escaped;

use crate::control::{Console, Input};
use crate::signals::{Interrupt, Signals};

/// The signals that end a ramp's command, and the question that Ctrl-C leads to.
pub(super) struct Interrupts {
    signals: Signals,
    /// True while the question is open. A second Ctrl-C then ends the program at once, and the lease ends the ramp.
    asking: Arc<AtomicBool>,
}

/// The user's choice for the ramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// The command ends. Traffic goes back when the lease ends.
    Leave,
    /// Roll back now.
    RollBack,
    /// The command ends and the ramp continues without a lease.
    Detach,
    /// The ramp and the command continue.
    Continue,
}

impl Interrupts {
    pub(super) fn listen() -> io::Result<Self> {
        let asking = Arc::new(AtomicBool::new(false));
        let signals = Signals::listen()?;
        register_conditional_shutdown(SIGINT, 1, Arc::clone(&asking))?;
        Ok(Self { signals, asking })
    }

    pub(super) async fn next(&mut self) -> Interrupt {
        self.signals.next().await
    }

    /// Asks the user what to do. Without an answer the ramp is left to its lease.
    pub(super) fn choose(
        &self,
        interrupt: Interrupt,
        console: &mut Console<'_>,
        leaving: &str,
    ) -> io::Result<Choice> {
        match (&mut console.input, interrupt) {
            (Input::Person(input), Interrupt::Person) => {
                self.asking.store(true, Ordering::SeqCst);
                let choice = ask(*input, console.err, leaving);
                self.asking.store(false, Ordering::SeqCst);
                choice
            }
            (Input::Person(_) | Input::Nobody, _) => Ok(Choice::Leave),
        }
    }
}

fn ask(input: &mut dyn BufRead, err: &mut dyn Write, leaving: &str) -> io::Result<Choice> {
    writeln!(err, "\nWhat should happen to the ramp?")?;
    writeln!(err, "  l  leave: {}", escaped(leaving))?;
    writeln!(err, "  r  roll back now")?;
    writeln!(err, "  d  detach: the steps continue without this command")?;
    writeln!(err, "  c  continue")?;
    loop {
        write!(err, "[L/r/d/c] ")?;
        err.flush()?;
        let mut answer = String::new();
        input.read_line(&mut answer)?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "" | "l" => return Ok(Choice::Leave),
            "r" => return Ok(Choice::RollBack),
            "d" => return Ok(Choice::Detach),
            "c" => return Ok(Choice::Continue),
            other => writeln!(err, "`{}` is not a choice", escaped(other))?,
        }
    }
}
