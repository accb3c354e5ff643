use edge_time::Timestamp;

use super::{Asked, Conclusion, GateError, Question};
use crate::failure::Failure;
use crate::logs::LogsError;

/// What the gate says of a release, in words.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) conclusion: Conclusion,
    pub(crate) words: String,
    pub(crate) logs: Logs,
}

/// Whether the logs could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Logs {
    Read,
    /// There is none yet.
    None,
    /// They could not, for this reason. A person must act.
    NotRead(String),
}

impl Question<'_> {
    /// Asks, without a sign of progress. If the gate cannot be asked, it cannot tell.
    pub(crate) async fn answer(&self, now: Timestamp) -> Answer {
        match self.ask(now).await {
            Ok(asked) => Answer {
                conclusion: asked.conclusion(),
                words: asked.words(),
                logs: Logs::of(&asked),
            },
            Err(error) => Answer {
                conclusion: Conclusion::CannotTell,
                words: format!("cannot tell: {error}"),
                logs: Logs::without(&error),
            },
        }
    }
}

impl Logs {
    fn of(asked: &Asked) -> Self {
        let unread = asked.found.unread.first();
        let stopped = asked.found.stopped.map(|limit| with_hint(&GateError::TooMuch(limit)));
        match (stopped, unread) {
            (Some(problem), _) => Self::NotRead(problem),
            (None, Some((log, error))) => {
                Self::NotRead(format!("{log} was not read to its end: {error}"))
            }
            (None, None) => Self::Read,
        }
    }

    fn without(error: &GateError) -> Self {
        match error {
            GateError::Logs(LogsError::None(_) | LogsError::NoObjects(_)) => Self::None,
            GateError::Logs(
                LogsError::StandardInput(_)
                | LogsError::NoBucket
                | LogsError::Bucket { .. }
                | LogsError::File(_)
                | LogsError::Terminal(_),
            )
            | GateError::NoLogs
            | GateError::Settings(_)
            | GateError::Trial(_)
            | GateError::History(_)
            | GateError::TooMuch(_)
            | GateError::Stopped(_) => Self::NotRead(with_hint(error)),
        }
    }
}

fn with_hint(error: &GateError) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}
