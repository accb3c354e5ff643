use guard_rules::{Due, Occurrence, Rollout, change_due, is_blind, refused_rollback, unheld};
use plan_change::Change;

use crate::control::{Session, WritePlanError, make_sure, quietly};
use crate::failure::Failure;
use crate::following::{Mode, bring_all};
use crate::guard::compare::Compared;
use crate::guard::context::Watched;
use crate::guard::watch::watch;
use crate::guard::{GuardRun, Intent};
use crate::logs::ReadLimits;

/// The most changes of a run. A ramp needs at most two at a time: a pause or an end, and a renewal.
const ROUNDS: usize = 3;

/// Makes the changes of the plan that are due, one after the other. Each starts from the plan that is there then.
pub(super) async fn keep(
    session: &mut Session<'_>,
    watched: &mut Watched<'_>,
    occurrence: &Occurrence,
    intent: Intent,
    limits: ReadLimits,
    run: &mut GuardRun,
) {
    let mut compared = Compared::new(limits);
    for _ in 0..ROUNDS {
        let context = watched.context(session);
        let rollout = Rollout::of(&watched.document, &context);
        run.holds = rollout.as_ref().map(|rollout| rollout.release.to_string());
        let Some(rollout) = rollout else { return };
        let verdict =
            watch(session, watched.project, &rollout, occurrence, &mut compared, run).await;
        if let (true, Err(why)) = (is_blind(&rollout, &verdict), &verdict) {
            run.trouble(&format!("{why}; the lease is not renewed meanwhile"));
        }
        if let Some((Due { change, why }, refusal)) =
            refused_rollback(&watched.document, &context, &verdict)
        {
            let step = refusal.hint().map_or_else(String::new, |step| format!("; {step}"));
            return run
                .trouble(&format!("{change}: {why}, and the plan refuses it: {refusal}{step}"));
        }
        if let Some(begins) = unheld(&watched.document, &context, &verdict) {
            run.trouble(&format!(
                "the next step begins at {begins} although the gate cannot tell: it is too late to hold it"
            ));
        }
        let Some(due) = change_due(&watched.document, &context, &verdict) else { return };
        let Due { change, why } = &due;
        match intent {
            Intent::Look => return run.did(format!("due: {change}: {why}")),
            Intent::Act => {}
        }
        match make(session, watched, change).await {
            Ok(()) => run.did(format!("{change}: {why}")),
            Err(error) => return run.trouble(&format!("{change}: {error}")),
        }
        if let Err(error) = watched.read_again().await {
            return run.trouble(&error);
        }
    }
}

/// Writes a change. After a rollback the followers move at once, and it is made sure that it stands.
async fn make(
    session: &mut Session<'_>,
    watched: &Watched<'_>,
    change: &Change,
) -> Result<(), WritePlanError> {
    let project = watched.project;
    let mut updated = quietly(session, project, change).await?;
    if let Change::Rollback { .. } = change {
        let followers: Vec<_> = project.followers.iter().collect();
        let since = updated.version(project);
        // Whatever happens to them, they are looked at again at the end of the run.
        let _ = bring_all(session, project, &followers, Mode::Follow, since).await;
        make_sure(session, project, change, &mut updated).await?;
    }
    Ok(())
}
