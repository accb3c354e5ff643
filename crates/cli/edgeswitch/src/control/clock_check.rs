use edge_time::Timestamp;

use crate::aws::Stored;
use crate::control::WritePlanError;

/// The largest difference from AWS's clock at which a schedule is still written, in milliseconds. It must be
/// less than the margin of a scheduled stage.
const ALLOWED: i64 = 3_000;
/// AWS reports whole seconds, so its time is half a second early on average.
const ROUNDING: i64 = 500;

/// Refuses a schedule if this machine's clock differs too much from AWS's. An answer without a date is not
/// checked.
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
