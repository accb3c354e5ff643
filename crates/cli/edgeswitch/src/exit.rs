use std::process::ExitCode;

/// How a command ended, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; `status`: settled.
    Done,
    /// 1: refused or failed; `status`: trouble.
    Failed,
    /// 2: bad usage.
    Usage,
    /// 3: `status`: in progress.
    InProgress,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Failed => Self::FAILURE,
            Exit::Usage => Self::from(2),
            Exit::InProgress => Self::from(3),
        }
    }
}
