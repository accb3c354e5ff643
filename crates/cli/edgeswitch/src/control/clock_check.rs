use edge_time::Timestamp;

use crate::aws::Stored;
use crate::control::WritePlanError;

/// How far this machine's clock and AWS's may be apart for a schedule, in milliseconds: less than the margin
/// of a scheduled stage.
const ALLOWED: i64 = 3_000;
/// AWS says the time to the second: half of one is lost on average.
const ROUNDING: i64 = 500;

/// Refuses a schedule made by a clock that is wrong, where AWS says the time.
pub(crate) fn check_clock(
    stored: &Stored,
    Timestamp(now): Timestamp,
) -> Result<(), WritePlanError> {
    let Some(Timestamp(answered)) = stored.answered else { return Ok(()) };
    let ahead = now - (answered + ROUNDING);
    if ahead.abs() <= ALLOWED + ROUNDING {
        return Ok(());
    }
    let direction = if ahead < 0 { "behind" } else { "ahead of" };
    Err(WritePlanError::Skew { seconds: (ahead.unsigned_abs() + 500) / 1000, direction })
}
