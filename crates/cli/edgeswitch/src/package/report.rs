use serde::Serialize;
use terminal_text::Lines;

use super::{Built, Fallback, LIMIT};

/// The packages that were built, as `--output json` prints them.
#[derive(Debug, Serialize)]
pub struct Packages {
    schema: u8,
    pub packages: Vec<Built>,
    /// The copies for `cargo lambda deploy`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cargo_lambda: Vec<Built>,
    /// The plan to use while no plan can be read.
    pub fallback: Fallback,
}

impl Packages {
    pub(super) fn new(packages: Vec<Built>, cargo_lambda: Vec<Built>, fallback: Fallback) -> Self {
        Self { schema: 1, packages, cargo_lambda, fallback }
    }

    /// A line for each package, and one for the fallback plan.
    pub fn lines(&self) -> Lines {
        let built = |Built { path, size, sha256 }: &Built| {
            let share = 100.0 * *size as f64 / LIMIT as f64;
            let path = path.display();
            format!("{path}  {size} bytes ({share:.1} % of the limit)  sha256 {sha256}")
        };
        let mut lines = Lines::new(self.packages.iter().map(built));
        for Built { path, .. } in &self.cargo_lambda {
            lines.push(format!("{}  a copy for `cargo lambda deploy`", path.display()));
        }
        lines.push(format!("they fall back to {}", self.fallback));
        lines
    }
}
