use plan_change::{NoIdleSlot, idle_slot, serving_in_slot};
use thiserror::Error;

use crate::commands::release::AddArgs;
use crate::control::{Input, Project, ReadPlanError, Session};
use crate::failure::{Advice, Failure};

/// The name that stands for the slot without traffic.
pub(crate) const IDLE: &str = "idle";

/// The slot of a release to register.
pub(super) struct ChosenSlot {
    pub(super) name: Option<String>,
    /// Whether the slot must still be without traffic when the plan is written.
    pub(super) must_be_idle: bool,
}

/// The release cannot be registered in this slot.
#[derive(Debug, Error)]
pub(crate) enum SlotError {
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error("{problem}")]
    NoIdle {
        problem: NoIdleSlot,
        /// The slots of the configuration.
        slots: Vec<String>,
    },
    /// Nobody can answer whether the slot is meant.
    #[error("slot `{slot}` serves `{release}`, which has traffic")]
    Serves { slot: String, release: String },
}

impl Failure for SlotError {
    fn advice(&self) -> Advice {
        match self {
            Self::Read(error) => error.advice(),
            Self::NoIdle { problem, slots } => match problem {
                NoIdleSlot::NoSlots => Advice::usage()
                    .hint("add the slots to `edgeswitch.toml`: `[slots.blue]`, `[slots.green]`"),
                NoIdleSlot::UnknownSlot { .. } => {
                    let slots: Vec<String> =
                        slots.iter().map(|slot| format!("`--slot {slot}`")).collect();
                    Advice::failed().hint(format!("name the slot: {}", slots.join(", or ")))
                }
                NoIdleSlot::AllServe { .. } => Advice::failed().hint(
                    "wait until the change in progress ends: `edgeswitch status --wait`; or take it back: `edgeswitch rollback`",
                ),
            },
            Self::Serves { .. } => Advice::usage().hint(
                "`--slot idle` takes the slot without traffic, `-y` registers the release in this one",
            ),
        }
    }
}

impl ChosenSlot {
    /// Finds the slot that `--slot` means.
    ///
    /// A slot with traffic is refused if nobody can be asked. A person reads that the slot has traffic before the
    /// question.
    pub(super) async fn find(
        args: &AddArgs,
        session: &Session<'_>,
        project: &Project,
    ) -> Result<Self, SlotError> {
        let Some(name) = args.registration.slot.as_deref() else {
            return Ok(Self { name: None, must_be_idle: false });
        };
        let is_configured = project.slots().iter().any(|slot| slot.name == name);
        if name == IDLE && !is_configured {
            return Self::idle(args, session, project).await;
        }
        let is_asked = !args.writing.yes && !args.writing.dry_run;
        if is_configured && is_asked && matches!(session.console.input, Input::Nobody) {
            refuse_traffic(name, session, project).await?;
        }
        Ok(Self { name: Some(name.into()), must_be_idle: false })
    }

    async fn idle(
        args: &AddArgs,
        session: &Session<'_>,
        project: &Project,
    ) -> Result<Self, SlotError> {
        let no_idle = |problem| {
            let slots = project.slots().iter().map(|slot| slot.name.clone()).collect();
            SlotError::NoIdle { problem, slots }
        };
        if project.slots().is_empty() {
            return Err(no_idle(NoIdleSlot::NoSlots));
        }
        let document = project.current(session.cloud).await?;
        let slot =
            idle_slot(&document, &project.context_now(session), &args.id).map_err(no_idle)?;
        Ok(Self { name: Some(slot), must_be_idle: true })
    }
}

async fn refuse_traffic(
    slot: &str,
    session: &Session<'_>,
    project: &Project,
) -> Result<(), SlotError> {
    let document = project.current(session.cloud).await?;
    match serving_in_slot(&document, &project.context_now(session), slot) {
        Some(release) => Err(SlotError::Serves { slot: slot.into(), release: release.to_string() }),
        None => Ok(()),
    }
}
