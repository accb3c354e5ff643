use tokio::time::Instant;

use crate::aws::{AwsError, AwsErrorKind, Cloud, ParameterClient, Stored};

/// The parameter in one Region, and the version that was last read there.
pub(crate) struct Place {
    pub(crate) parameter: Box<dyn ParameterClient>,
    /// `None` if the parameter does not exist, or was not read yet.
    pub(crate) stored: Option<Stored>,
    /// The time of the last read.
    pub(crate) read_at: Option<Instant>,
    /// The version of the last write; `None` if its answer was lost.
    pub(crate) wrote: Option<u64>,
}

impl Place {
    pub(crate) fn new(cloud: &dyn Cloud, name: &str, region: &str) -> Self {
        Self { parameter: cloud.parameter(name, region), stored: None, read_at: None, wrote: None }
    }

    pub(crate) fn region(&self) -> &str {
        self.parameter.region()
    }

    /// Reads the current version. A missing parameter is not an error.
    pub(crate) async fn read(&mut self) -> Result<(), AwsError> {
        self.stored = match self.parameter.read().await {
            Ok(stored) => Some(stored),
            Err(error) if error.kind == AwsErrorKind::Missing => None,
            Err(error) => return Err(error),
        };
        self.read_at = Some(Instant::now());
        Ok(())
    }

    /// The version that was read; 0 if there is none.
    pub(crate) fn version(&self) -> u64 {
        self.stored.as_ref().map_or(0, |stored| stored.version)
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.stored.as_ref().is_some_and(|stored| stored.text == text)
    }
}
