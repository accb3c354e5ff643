use std::fmt::Display;

use edge_config::Follower;
use guard_rules::{NotForTheGuard, Occurrence, WRITER, concerns};
use serde::Serialize;
use terminal_text::Lines;

use crate::control::{Project, Session};
use crate::following::{Is, Mode, bring_all};
use crate::guard::context::Watched;
use crate::guard::{announce, copy, invalidate, keep, memory};
use crate::logs::ReadLimits;

/// Whether a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    /// It carries out what is due.
    Act,
    /// It only says what is due.
    Look,
}

/// What a run of the guard did, and what it could not do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GuardRun {
    /// The version of the plan at the end of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The release of the ramp that the guard holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<String>,
    /// What the gate says of it, if the ramp has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<String>,
    pub did: Vec<String>,
    /// What a person should look at.
    pub trouble: Vec<String>,
}

impl GuardRun {
    pub(super) fn did(&mut self, what: impl Into<String>) {
        self.did.push(what.into());
    }

    /// Notes what could not be done, once.
    pub(super) fn trouble(&mut self, problem: &dyn Display) {
        let problem = problem.to_string();
        if !self.trouble.contains(&problem) {
            self.trouble.push(problem);
        }
    }

    pub(crate) fn lines(&self) -> Lines {
        let mut lines = Lines::default();
        if let Some(words) = &self.gate {
            lines.push(format!("gate: {words}"));
        }
        for what in &self.did {
            lines.push(what.clone());
        }
        for problem in &self.trouble {
            lines.push(format!("trouble: {problem}"));
        }
        if lines.is_empty() {
            lines.push("nothing to do".to_owned());
        }
        lines
    }
}

/// What an invocation means for the guard of a project.
#[derive(Debug)]
pub(crate) enum Woken {
    /// It runs.
    By(Occurrence),
    /// It does not: the event is about something else, or is none.
    Not(String),
}

/// Reads the payload of an invocation. What is not for this project wakes nobody.
pub(crate) fn woken(payload: &str, parameter: &str) -> Woken {
    match Occurrence::parse(payload) {
        Ok(Occurrence::Announced) => Woken::Not("an announcement of the guard itself".into()),
        Ok(occurrence) if concerns(&occurrence, parameter) => Woken::By(occurrence),
        Ok(other) => Woken::Not(format!(
            "{other}: the guard watches `{parameter}`, so narrow the rule to this name"
        )),
        Err(
            error @ (NotForTheGuard::NotJson(_)
            | NotForTheGuard::NotAnEvent
            | NotForTheGuard::Unknown { .. }
            | NotForTheGuard::Broken { .. }),
        ) => Woken::Not(error.to_string()),
    }
}

/// Carries out everything that is due now, and returns.
///
/// The plan comes first, because a rollback must not wait. Every part goes on if another one fails, and the next run
/// repeats what failed. A plan that is none, or that the packages would reject, is left alone.
pub(crate) async fn guard_run(
    session: &mut Session<'_>,
    project: &Project,
    occurrence: &Occurrence,
    intent: Intent,
    limits: ReadLimits,
) -> GuardRun {
    let mut run = GuardRun::default();
    session.writer = Some(WRITER.to_owned());
    let Some(mut watched) = Watched::read(session, project, &mut run).await else { return run };
    if let Some(config) = &project.config
        && let Err(problem) = config.allow.check(watched.document.plan())
    {
        run.trouble(&format!("the packages do not allow this plan: {problem}"));
        return run;
    }
    let memory = memory::recall(session, project, &mut run).await;
    keep::keep(session, &mut watched, occurrence, intent, limits, &mut run).await;
    follow(session, project, watched.home.version(), intent, &mut run).await;
    copy::copy(session, &watched, intent, &mut run).await;
    let mut next = memory.clone();
    invalidate::invalidate(session, &watched, intent, &mut next, &mut run).await;
    announce::announce(session, &watched, occurrence, intent, &mut next, &mut run).await;
    run.version = Some(watched.home.version());
    if intent == Intent::Act {
        memory::note(session, project, next, &mut run).await;
    }
    run
}

/// Brings the followers in line, except those that somebody else has changed.
async fn follow(
    session: &Session<'_>,
    project: &Project,
    since: u64,
    intent: Intent,
    run: &mut GuardRun,
) {
    let followers: Vec<&Follower> = project.followers.iter().collect();
    let mode = match intent {
        Intent::Act => Mode::Follow,
        Intent::Look => Mode::Look,
    };
    let (moved, failed) = bring_all(session, project, &followers, mode, since).await;
    for one in moved {
        match one.is {
            Is::InLine | Is::Later => {}
            Is::Written => run.did(format!("moved follower `{}`", one.name)),
            Is::Behind => run.did(format!("follower `{}` is behind the plan", one.name)),
            Is::Drifted => run.trouble(&format!(
                "follower `{0}` was changed by somebody else: `edgeswitch follow {0} --force` takes it back",
                one.name
            )),
        }
    }
    for error in failed {
        run.trouble(&error);
    }
}
