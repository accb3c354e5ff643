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
    /// 2: `doctor` could not look.
    CouldNotLook,
    /// 3: `status`: in progress.
    InProgress,
    /// 3: `gate` cannot tell.
    CannotTell,
    /// 4: `gate`: the release is worse.
    Worse,
}

impl Exit {
    /// The number that the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage | Self::CouldNotLook => 2,
            Self::InProgress | Self::CannotTell => 3,
            Self::Worse => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
