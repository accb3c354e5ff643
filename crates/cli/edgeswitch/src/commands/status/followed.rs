use edge_config::Follower;
use serde::Serialize;

use crate::control::{Project, Session};
use crate::following::{Is, Mode, Moved, bring, lines};
use terminal_text::Lines;

/// A follower compared with the plan, or the reason why it cannot be compared.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Followed {
    Seen(Moved),
    Failed {
        name: String,
        reason: String,
        /// Whether the next look may succeed.
        #[serde(skip)]
        is_passing: bool,
    },
}

impl Followed {
    pub(super) async fn all(session: &Session<'_>, project: &Project) -> Vec<Self> {
        let mut all = Vec::new();
        for follower in &project.followers {
            all.push(Self::of(session, project, follower).await);
        }
        all
    }

    async fn of(session: &Session<'_>, project: &Project, follower: &Follower) -> Self {
        match bring(session, project, follower, Mode::Look).await {
            Ok(moved) => Self::Seen(moved),
            Err(error) => Self::Failed {
                name: follower.name.clone(),
                reason: error.to_string(),
                is_passing: error.is_passing(),
            },
        }
    }

    pub(super) fn is_trouble(&self) -> bool {
        match self {
            Self::Seen(moved) => moved.is == Is::Drifted,
            Self::Failed { is_passing, .. } => !is_passing,
        }
    }

    pub(super) fn is_behind(&self) -> bool {
        match self {
            Self::Seen(moved) => moved.is == Is::Behind,
            Self::Failed { is_passing, .. } => *is_passing,
        }
    }

    pub(super) fn lines(&self) -> Lines {
        let mut left = "follower   ";
        let lines = match self {
            Self::Seen(moved) => lines(std::slice::from_ref(moved)),
            Self::Failed { reason, .. } => Lines::from(reason),
        };
        lines.map(|line| format!("{}{line}", std::mem::replace(&mut left, "           ")))
    }
}
