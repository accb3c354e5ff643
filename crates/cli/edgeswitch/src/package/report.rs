use std::fmt;

use serde::Serialize;

use super::{Built, Fallback, LIMIT};

/// The packages that were built, as `--output json` prints them.
#[derive(Debug, Serialize)]
pub struct Packages {
    schema: u8,
    pub packages: Vec<Built>,
    /// The plan to use while no plan can be read.
    pub fallback: Fallback,
}

impl Packages {
    pub(super) fn new(packages: Vec<Built>, fallback: Fallback) -> Self {
        Self { schema: 1, packages, fallback }
    }
}

/// A line for each package, and one for the fallback plan.
impl fmt::Display for Packages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Built { path, size, sha256 } in &self.packages {
            let path = path.display();
            let share = 100.0 * *size as f64 / LIMIT as f64;
            writeln!(f, "{path}  {size} bytes ({share:.1} % of the limit)  sha256 {sha256}")?;
        }
        write!(f, "they fall back to {}", self.fallback)
    }
}
