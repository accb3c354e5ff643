use std::error::Error;

use crate::exit::Exit;

/// An error that ends a command.
///
/// [`run`](crate::run) returns it boxed, so the program asks each error the same two questions and never
/// needs its type.
pub trait Failure: Error + Send + Sync {
    /// The exit code and the hint. One `match` states both beside each variant.
    fn advice(&self) -> Advice;

    /// The exit code of the program.
    fn exit(&self) -> Exit {
        self.advice().exit
    }

    /// A next step for the reader, for the line below the error.
    fn hint(&self) -> Option<String> {
        self.advice().hint
    }
}

/// How a failure ends the program, and what the reader can do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub exit: Exit,
    pub hint: Option<String>,
}

impl Advice {
    /// Exit code 1, without a hint.
    #[must_use]
    pub fn failed() -> Self {
        Self { exit: Exit::Failed, hint: None }
    }

    /// Exit code 2, without a hint.
    #[must_use]
    pub fn usage() -> Self {
        Self { exit: Exit::Usage, hint: None }
    }

    /// Exit code 3, without a hint.
    #[must_use]
    pub fn in_progress() -> Self {
        Self { exit: Exit::InProgress, hint: None }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl<E: Failure + 'static> From<E> for Box<dyn Failure> {
    fn from(error: E) -> Self {
        Box::new(error)
    }
}
