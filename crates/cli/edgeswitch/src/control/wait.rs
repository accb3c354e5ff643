use std::time::Duration;

use edge_time::Timestamp;
use tokio::time::sleep;

use crate::control::{Session, TerminalError};

/// The time between two updates of the bar.
const TICK: Duration = Duration::from_millis(200);

/// Waits until `until`. `what` tells the user the reason.
pub(crate) async fn wait_until(
    session: &mut Session<'_>,
    until: Timestamp,
    what: &str,
) -> Result<(), TerminalError> {
    let begin = session.clock.now();
    let left = |now: Timestamp| u64::try_from(until.0 - now.0).unwrap_or(0);
    let total = left(begin).div_ceil(1000);
    let bar = session.console.bar(total, what)?;
    while left(session.clock.now()) > 0 {
        let now = session.clock.now();
        bar.set_position(total.saturating_sub(left(now).div_ceil(1000)));
        sleep(TICK.min(Duration::from_millis(left(now)))).await;
    }
    bar.finish_and_clear();
    Ok(())
}
