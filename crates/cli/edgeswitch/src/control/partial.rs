use std::fmt;

/// The outcome of a write in each Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial(pub Vec<(String, Outcome)>);

/// The outcome of a write in one Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The Region has the text, as this version.
    Written(u64),
    /// The write failed, or its outcome is not certain.
    Failed(String),
    /// An earlier failure kept this write from being tried.
    NotTried,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(version) => write!(f, "written, version {version}"),
            Self::Failed(reason) => write!(f, "failed: {reason}"),
            Self::NotTried => f.write_str("not written, since another Region failed"),
        }
    }
}

/// `eu-west-1: written, version 4; eu-central-1: failed: ...`
impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (region, outcome)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "; " };
            write!(f, "{comma}{region}: {outcome}")?;
        }
        Ok(())
    }
}
