use edge_time::Clock;

use crate::aws::Cloud;
use crate::control::Console;

/// What a command works with besides its arguments.
pub struct Session<'a> {
    /// Where parameters, distributions and buckets are.
    pub cloud: &'a dyn Cloud,
    /// The time. Waits are tokio's, so that both move together.
    pub clock: &'a dyn Clock,
    /// Where data, words and questions go.
    pub console: Console<'a>,
    /// Who works, for people: it is noted in the plan.
    pub writer: Option<String>,
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("writer", &self.writer).finish_non_exhaustive()
    }
}
