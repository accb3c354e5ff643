use std::time::Duration;

use indicatif::ProgressBar;
use tokio::time::sleep;

use crate::aws::AwsError;
use crate::control::{Session, TerminalError};

/// The pause after a first failure, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The failures in a row before a wait ends: more than a minute, besides the time that the SDK takes for its own
/// attempts.
const FAILURES: u32 = 10;

/// Why a wait ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WaitError {
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

/// Makes a call, and repeats it while its error may pass: something is already written, or will be for hours, so one
/// lost answer must not end the command.
///
/// # Errors
/// An error that does not pass, or the last one of many in a row.
pub(crate) async fn persist<T>(
    session: &mut Session<'_>,
    bar: &ProgressBar,
    call: impl AsyncFn() -> Result<T, AwsError>,
) -> Result<T, WaitError> {
    let (mut failures, mut pause) = (0, FIRST_PAUSE);
    loop {
        let error = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        failures += 1;
        if !error.kind.is_passing() || failures == FAILURES {
            return Err(error.into());
        }
        if failures == 1 {
            bar.suspend(|| session.console.say(&format!("{error}: trying again")))?;
        }
        bar.set_message(format!("trying again ({failures} of {FAILURES})"));
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(2 * pause);
    }
}
