use std::fmt;

use serde::Serialize;

use super::{Built, LIMIT};

/// The packages that were built, as `--output json` prints them.
#[derive(Serialize)]
pub(crate) struct Packages {
    schema: u8,
    packages: Vec<Built>,
}

impl Packages {
    pub(crate) fn new(packages: Vec<Built>) -> Self {
        Self { schema: 1, packages }
    }
}

/// A line for each package.
impl fmt::Display for Packages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Built { path, size, sha256 }) in self.packages.iter().enumerate() {
            let (break_, path) = (if index == 0 { "" } else { "\n" }, path.display());
            let share = 100.0 * *size as f64 / LIMIT as f64;
            write!(f, "{break_}{path}  {size} bytes ({share:.1} % of the limit)  sha256 {sha256}")?;
        }
        Ok(())
    }
}
