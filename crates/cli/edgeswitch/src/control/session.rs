use edge_time::Clock;

use crate::aws::Cloud;
use crate::control::Console;

/// The account, clock and console of a command.
pub struct Session<'a> {
    /// The parameters, distributions, buckets and alarms.
    pub cloud: &'a dyn Cloud,
    /// The clock. Waits use tokio's timers, which must run at the same speed.
    pub clock: &'a dyn Clock,
    /// The output and input.
    pub console: Console<'a>,
    /// The name of the user. The plan records it with the change.
    pub writer: Option<String>,
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("writer", &self.writer).finish_non_exhaustive()
    }
}
