use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use once_cell::sync::OnceCell;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag::register_conditional_default;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end a command, while the command answers them itself: Ctrl-C, terminate and hang-up.
///
/// Without a value of this type they end the program at once, as in every program.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

/// The source of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// A person at the terminal pressed Ctrl-C.
    Person,
    /// The system ends the process, or the terminal was closed.
    System,
}

/// The number of values of [`Signals`], and the flag that says that there is none.
struct Answered {
    values: Mutex<usize>,
    by_nobody: Arc<AtomicBool>,
}

/// Once tokio listens to a signal, it ends the program no longer. So the flag brings that back.
static ANSWERED: OnceCell<Answered> = OnceCell::new();

impl Answered {
    fn register() -> io::Result<Self> {
        let by_nobody = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            register_conditional_default(signal, Arc::clone(&by_nobody))?;
        }
        Ok(Self { values: Mutex::new(0), by_nobody })
    }

    fn count(&self, change: impl FnOnce(usize) -> usize) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        *values = change(*values);
        self.by_nobody.store(*values == 0, Ordering::SeqCst);
    }
}

impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        let answered = ANSWERED.get_or_try_init(Answered::register)?;
        let signals = Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        };
        answered.count(|values| values + 1);
        Ok(signals)
    }

    pub(crate) async fn next(&mut self) -> Interrupt {
        tokio::select! {
            _ = self.interrupt.recv() => Interrupt::Person,
            _ = self.terminate.recv() => Interrupt::System,
            _ = self.hang_up.recv() => Interrupt::System,
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        if let Some(answered) = ANSWERED.get() {
            answered.count(|values| values.saturating_sub(1));
        }
    }
}
