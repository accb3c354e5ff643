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

impl Session<'_> {
    /// The account at the end of a question, with a space before it: ` of account 123456789012`. Empty if it is not
    /// known.
    pub(crate) async fn address(&self) -> String {
        let address = self.cloud.address().await;
        address.map(|address| format!(" {address}")).unwrap_or_default()
    }
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("writer", &self.writer).finish_non_exhaustive()
    }
}
