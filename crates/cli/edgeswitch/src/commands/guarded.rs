use edge_time::Timestamp;
use guard_rules::Memory;
use plan_change::Moment;
use serde::Serialize;

use crate::aws::{AwsError, AwsErrorKind};
use crate::control::{Project, Session};
use terminal_text::Lines;

/// The last run of the guard, as it noted it beside the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Guarded {
    pub(crate) ran: Moment,
    /// Whether it should have run again since.
    pub(crate) is_late: bool,
    /// The release of the ramp that it holds.
    holds: Option<String>,
    /// What the gate said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<String>,
    /// Whether it asks the gate of a ramp.
    #[serde(skip)]
    pub(crate) asks_gate: bool,
    /// What it could not do.
    trouble: Vec<String>,
}

impl Guarded {
    /// Reads the note; `None` if there is none.
    pub(crate) async fn read(
        session: &Session<'_>,
        project: &Project,
    ) -> Result<Option<Self>, AwsError> {
        let plan = &project.parameter;
        let (name, region) = (Memory::parameter(&plan.name), &plan.home_region);
        let stored = match session.cloud.parameter(&name, region).read().await {
            Ok(stored) => stored,
            Err(error) if error.kind == AwsErrorKind::Missing => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Memory::parse(&stored.text).and_then(|memory| Self::of(memory, session.clock.now())))
    }

    fn of(memory: Memory, now: Timestamp) -> Option<Self> {
        let at = Timestamp::parse(&memory.ran).ok()?;
        let is_late = at.plus(Memory::LATE) < now;
        let ran = Moment { at, now };
        let Memory { holds, gate, asks_gate, trouble, .. } = memory;
        Some(Self { ran, is_late, holds, gate, asks_gate, trouble })
    }

    pub(crate) fn has_trouble(&self) -> bool {
        !self.trouble.is_empty()
    }

    pub(crate) fn lines(&self) -> Lines {
        let Self { ran, is_late, holds, gate, trouble, .. } = self;
        let mut line = format!("guard      ran at {ran}");
        if *is_late {
            line.push_str(", and not since then");
        }
        if let Some(release) = holds {
            line.push_str(&format!("; it holds the ramp of {release}"));
        }
        let mut lines = Lines::new([line]);
        if let Some(words) = gate {
            lines.push(format!("           gate: {words}"));
        }
        for problem in trouble {
            lines.push(format!("           {problem}"));
        }
        lines
    }
}
