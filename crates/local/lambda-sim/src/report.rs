use std::fmt;
use std::time::Duration;

use uuid::Uuid;

/// Lambda's log line after each invocation.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) request_id: Uuid,
    /// The time from sending the event to the answer.
    pub(crate) duration: Duration,
    /// The time from the start of the process to its first call. Only the first report has it.
    pub(crate) init: Option<Duration>,
    /// The configured memory, in MB.
    pub(crate) memory: u32,
    /// The peak memory, in bytes; `None` if the process has ended.
    pub(crate) peak: Option<u64>,
    pub(crate) status: Status,
}

/// Lambda's log line after a failed init.
#[derive(Debug)]
pub(crate) struct InitReport {
    pub(crate) duration: Duration,
    pub(crate) status: Status,
}

/// How an init or an invocation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    Success,
    Timeout,
    /// The error type.
    Error(String),
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let billed = self.duration + self.init.unwrap_or_default();
        write!(f, "REPORT RequestId: {}", self.request_id)?;
        write!(f, "\tDuration: {:.2} ms", milliseconds(self.duration))?;
        write!(f, "\tBilled Duration: {:.0} ms", milliseconds(billed).ceil())?;
        write!(f, "\tMemory Size: {} MB", self.memory)?;
        if let Some(peak) = self.peak {
            write!(f, "\tMax Memory Used: {} MB", peak.div_ceil(1024 * 1024))?;
        }
        if let Some(init) = self.init {
            write!(f, "\tInit Duration: {:.2} ms", milliseconds(init))?;
        }
        write!(f, "{}", self.status)
    }
}

impl fmt::Display for InitReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duration = milliseconds(self.duration);
        write!(f, "INIT_REPORT Init Duration: {duration:.2} ms\tPhase: init{}", self.status)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => Ok(()),
            Self::Timeout => f.write_str("\tStatus: timeout"),
            Self::Error(error_type) => write!(f, "\tStatus: error\tError Type: {error_type}"),
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
