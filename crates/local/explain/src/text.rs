use std::fmt;

use crate::explanation::{Explanation, FunctionRun, Sent};

impl Explanation {
    /// The text for people: the release and the reason, then the rules, then what each function does.
    ///
    /// A line is an element, since a header of the request may have a line break.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let release = self.release.as_deref().unwrap_or("no release");
        let mut lines = vec![
            format!("{release}, because of {}: this is a {}", self.reason, self.kind),
            String::new(),
            "rules, the first match wins".into(),
        ];
        lines.extend(self.rules.iter().map(|tried| format!("  {}: {}", tried.rule, tried.outcome)));
        for (index, ran) in self.triggers.iter().enumerate() {
            let assumption = if index == 0 { "" } else { assumption(ran) };
            lines.push(String::new());
            lines.push(format!("{}{assumption}: {}", ran.trigger, ran.sent));
            lines.extend(ran.warning.map(|warning| format!("  ! {warning}")));
            if ran.changes.is_empty() {
                lines.push("  as it came".into());
            }
            lines.extend(ran.changes.iter().map(|change| format!("  {change}")));
        }
        lines
    }
}

/// The assumption under which a later function runs.
fn assumption(ran: &FunctionRun) -> &'static str {
    match ran.sent {
        Sent::Request => ", on a cache miss",
        Sent::Response | Sent::Answer => ", if the origin answers 200",
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
