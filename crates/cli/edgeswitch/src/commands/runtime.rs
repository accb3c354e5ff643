use std::io;

use thiserror::Error;
use tokio::runtime::{Builder, Runtime};

use crate::failure::{Advice, Failure};

/// The asynchronous runtime cannot start: the system refused its timers or sockets.
#[derive(Debug, Error)]
#[error("start the asynchronous runtime")]
pub(crate) struct RuntimeError(#[from] io::Error);

impl Failure for RuntimeError {
    fn advice(&self) -> Advice {
        Advice::failed()
    }
}

pub(crate) fn runtime() -> Result<Runtime, RuntimeError> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}
