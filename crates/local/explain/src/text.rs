use std::fmt;

use crate::explanation::{Explanation, FunctionRun, Sent};

/// The text for people: the release and the reason, then the rules, then what each function does.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let release = self.release.as_deref().unwrap_or("no release");
        writeln!(f, "{release}, because of {}: this is a {}", self.reason, self.kind)?;
        writeln!(f, "\nrules, the first match wins")?;
        for tried in &self.rules {
            writeln!(f, "  {}: {}", tried.rule, tried.outcome)?;
        }
        for (index, ran) in self.triggers.iter().enumerate() {
            write!(f, "\n{}", ran.trigger)?;
            f.write_str(if index == 0 { "" } else { assumption(ran) })?;
            write!(f, "{ran}")?;
        }
        Ok(())
    }
}

/// The assumption under which a later function runs.
fn assumption(ran: &FunctionRun) -> &'static str {
    match ran.sent {
        Sent::Request => ", on a cache miss",
        Sent::Response | Sent::Answer => ", if the origin answers 200",
    }
}

impl fmt::Display for FunctionRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, ": {}", self.sent)?;
        if let Some(warning) = self.warning {
            writeln!(f, "  ! {warning}")?;
        }
        if self.changes.is_empty() {
            writeln!(f, "  as it came")?;
        }
        self.changes.iter().try_for_each(|change| writeln!(f, "  {change}"))
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "the request goes on",
            Self::Response => "the response goes to the cache",
            Self::Answer => "a response goes to the viewer at once",
        })
    }
}
