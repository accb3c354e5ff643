use edge_config::Follower;
use edge_time::Timestamp;
use futures_util::future::join_all;
use plan_change::{Change, ChangeRefusal, Changed, Document, When, apply};

use crate::aws::Stored;
use crate::control::base::Base;
use crate::control::clock_check::check_clock;
use crate::control::everywhere::{Order, write_everywhere};
use crate::control::near_label::check_labels;
use crate::control::write::{ROUNDS, WriteError, confirm, put_back};
use crate::control::write_status::WriteStatus;
use crate::control::{Place, Project, Session, TerminalError, WritePlanError, Writing};

/// The result of a change.
pub(crate) struct Updated {
    /// The plan before the change.
    pub(crate) before: Document,
    /// The plan after the change, and its effects.
    pub(crate) changed: Changed,
    /// The version in each Region, in the order of the writes; empty after a dry run.
    pub(crate) written: Vec<(String, u64)>,
}

impl Updated {
    /// The version that was written in the home Region; 0 after a dry run.
    pub(crate) fn version(&self, project: &Project) -> u64 {
        let home = &project.parameter.home_region;
        let written = self.written.iter().find(|(region, _)| region == home);
        written.map_or(0, |(_, version)| *version)
    }
}

/// Reads the plan, changes it, prints the effects, asks, writes and confirms.
///
/// A change is reported as done only if it replaced the version that was read. Except for a rollback, it must
/// also still be in force a second later. A rollback returns after one read and one write, so that it is
/// fast; [`make_sure`] does that check afterwards.
///
/// # Errors
/// [`WritePlanError`]. Nothing was written unless the error says so.
pub(crate) async fn update(
    session: &mut Session<'_>,
    project: &Project,
    change: &Change,
    writing: Writing,
) -> Result<Updated, WritePlanError> {
    let order = order(change);
    let mut home = project.home(session.cloud);
    let mut replicas = project.replicas(session.cloud);
    home.read().await?;
    let (before, mut changed) = make(session, project, &home, change).await?;
    if order == Order::HomeLast {
        read_replicas(session, &mut replicas, &before).await?;
    }
    check_labels(session, replicas.iter().chain([&home]), change).await?;
    session.console.say_each(&changed.effects)?;
    if writing.dry_run {
        session.console.say("dry run: nothing is written")?;
        return Ok(Updated { before, changed, written: Vec::new() });
    }
    if !writing.yes {
        let question = question(session, project).await;
        session.console.ask(&question)?;
        let agreed = changed;
        changed = again(session, project, &mut home, change).await?;
        say_moved(session, &agreed, &changed)?;
    }
    let base = home.version();
    let written = match order {
        Order::HomeLast => {
            let text = changed.document.text();
            let mut places: Vec<&mut Place> = replicas.iter_mut().chain([&mut home]).collect();
            let written = write_everywhere(&mut places, text, order, project).await?;
            let confirmed = confirm(&mut home, base, text).await;
            confirmed.map_err(|error| error.tell(project, &home))?;
            written
        }
        Order::HomeFirst | Order::Each => {
            let mut places = [&mut home].into_iter().chain(&mut replicas).collect::<Vec<_>>();
            take_back(session, project, &mut places, change, &mut changed).await?
        }
    };
    Ok(Updated { before, changed, written })
}

/// Writes a rollback. If somebody else wrote at the same time, makes it again on top of their version.
///
/// If the rollback is refused on top of it, because the release cannot run on their state, their version stands.
async fn take_back(
    session: &mut Session<'_>,
    project: &Project,
    places: &mut [&mut Place],
    change: &Change,
    changed: &mut Changed,
) -> Result<Vec<(String, u64)>, WritePlanError> {
    let named = named(change, changed, project.context_now(session).now);
    for _ in 1..ROUNDS {
        let text = changed.document.text().to_owned();
        let base = places.first().map_or(0, |home| home.version());
        let replaced = match write_everywhere(places, &text, Order::HomeFirst, project).await {
            Err(WritePlanError::Overwrote { version, .. }) => Some(version),
            // If its answer was lost, another write may have replaced it before it was looked for.
            Err(
                WritePlanError::Overtaken { .. }
                | WritePlanError::Overwritten { .. }
                | WritePlanError::PutBack { .. }
                | WritePlanError::Unclear { .. },
            ) => None,
            done => return done,
        };
        let Some(home) = places.first_mut() else { break };
        home.read().await?;
        let replaced = match replaced.filter(|_| home.has(&text)) {
            Some(version) => home.parameter.read_version(version).await?,
            None => home.stored.clone().ok_or_else(|| project.missing(home))?,
        };
        *changed = match made_again(session, project, home, &replaced, &named) {
            Err(WritePlanError::Refused(refusal)) if home.has(&text) => {
                return Err(match put_back(home, base, &text, replaced).await {
                    WriteStatus::Undone(_) => refusal.into(),
                    status @ (WriteStatus::NotWritten
                    | WriteStatus::Kept(_)
                    | WriteStatus::Overtaken(_)
                    | WriteStatus::Overwrote(_)
                    | WriteStatus::Replaced(_)
                    | WriteStatus::Overwritten(_)
                    | WriteStatus::Unclear(_)) => WriteError::Race(status).tell(project, home),
                });
            }
            made => made?,
        };
    }
    write_everywhere(places, changed.document.text(), Order::HomeFirst, project).await
}

/// The same rollback, with its release named. Without the name, a second attempt would go back to an even
/// older release.
fn named(change: &Change, changed: &Changed, now: Timestamp) -> Change {
    let reason = if let Change::Rollback { reason, .. } = change { reason.clone() } else { None };
    let plan = changed.document.plan();
    let (_, stage) = plan.stage_at(now);
    let to = plan.releases().get(stage.active()).map(|release| release.id.clone());
    Change::Rollback { to, reason }
}

/// The rollback on top of `stored`. If `stored` has the same effect already, returns it unchanged.
fn made_again(
    session: &Session<'_>,
    project: &Project,
    home: &Place,
    stored: &Stored,
    change: &Change,
) -> Result<Changed, WritePlanError> {
    let document = project.document(stored, home.region())?;
    match apply(&document, change, &project.context_now(session)) {
        Err(ChangeRefusal::Already(_)) => Ok(Changed { document, effects: Vec::new() }),
        made => Ok(made?),
    }
}

/// Checks, a second after a rollback, that it is still in force.
///
/// A writer who had not read the rollback may have replaced it. It is then written again. Returns whether
/// that was necessary.
///
/// # Errors
/// [`WritePlanError`] if the rollback cannot be confirmed.
pub(crate) async fn make_sure(
    session: &mut Session<'_>,
    project: &Project,
    change: &Change,
    updated: &mut Updated,
) -> Result<bool, WritePlanError> {
    let mut home = project.home(session.cloud);
    let mut replicas = project.replicas(session.cloud);
    let mut was_replaced = false;
    let named = named(change, &updated.changed, project.context_now(session).now);
    for _ in 0..ROUNDS {
        let Some(version) = updated.written.first().map(|(_, version)| *version) else { break };
        let text = updated.changed.document.text().to_owned();
        match confirm(&mut home, version.saturating_sub(1), &text).await {
            Ok(_) => return Ok(was_replaced),
            Err(WriteError::Race(
                WriteStatus::Overwritten(_)
                | WriteStatus::Overtaken(_)
                | WriteStatus::Undone(_)
                | WriteStatus::Unclear(_),
            )) => {}
            Err(error) => return Err(error.tell(project, &home)),
        }
        home.read().await?;
        let stored = home.stored.clone().ok_or_else(|| project.missing(&home))?;
        updated.changed = made_again(session, project, &home, &stored, &named)?;
        // Somebody may have made the same rollback, or have kept this one.
        was_replaced |= !home.has(updated.changed.document.text());
        let mut places = [&mut home].into_iter().chain(&mut replicas).collect::<Vec<_>>();
        updated.written =
            take_back(session, project, &mut places, &named, &mut updated.changed).await?;
    }
    Ok(was_replaced)
}

/// Other Regions first for most changes: every Region must know a release before viewers get it. The home
/// Region first for a rollback: it must take effect as soon as possible.
fn order(change: &Change) -> Order {
    match change {
        Change::Rollback { .. } | Change::RampAbort => Order::HomeFirst,
        Change::AddRelease(_)
        | Change::Withdraw(_)
        | Change::RemoveRelease(_)
        | Change::Prune { .. }
        | Change::Promote { .. }
        | Change::Canary { .. }
        | Change::Ramp(_)
        | Change::RampPause
        | Change::RampResume
        | Change::RampFinish
        | Change::RenewLease(_)
        | Change::HandOver { .. }
        | Change::EndLease
        | Change::SetState { .. }
        | Change::UnsetState { .. } => Order::HomeLast,
    }
}

/// Whether the change writes a time that was computed from this machine's clock.
fn is_timed(change: &Change) -> bool {
    match change {
        Change::Promote { at: When::At(_) | When::NextFlip, .. }
        | Change::Canary { .. }
        | Change::Ramp(_)
        | Change::RampResume
        | Change::RampFinish
        | Change::RenewLease(_)
        | Change::HandOver { .. } => true,
        Change::AddRelease(_)
        | Change::Withdraw(_)
        | Change::RemoveRelease(_)
        | Change::Prune { .. }
        | Change::Promote { at: When::Now, .. }
        | Change::RampPause
        | Change::RampAbort
        | Change::EndLease
        | Change::Rollback { .. }
        | Change::SetState { .. }
        | Change::UnsetState { .. } => false,
    }
}

/// The plan before the change and after it.
async fn make(
    session: &mut Session<'_>,
    project: &Project,
    home: &Place,
    change: &Change,
) -> Result<(Document, Changed), WritePlanError> {
    let base = Base::read(session, project, home, change).await?;
    let context = project.context_now(session);
    if let Some(stored) = home.stored.as_ref().filter(|_| is_timed(change)) {
        check_clock(stored, context.now)?;
    }
    let changed = base.change(change, &context)?;
    if let Some(config) = &project.config {
        config.allow.check(changed.document.plan()).map_err(WritePlanError::NotAllowed)?;
    }
    // Only changes that give traffic: a follower never stops a rollback.
    if matches!(change, Change::Promote { .. } | Change::Canary { .. } | Change::Ramp(_)) {
        for follower in &project.followers {
            let checked =
                followers::check(&follower.resource, changed.document.plan(), context.now);
            let name = || follower.name.clone();
            checked.map_err(|problem| WritePlanError::Follower { name: name(), problem })?;
        }
    }
    Ok((base.document().clone(), changed))
}

/// Makes the change again, because time passed while the question was open.
async fn again(
    session: &mut Session<'_>,
    project: &Project,
    home: &mut Place,
    change: &Change,
) -> Result<Changed, WritePlanError> {
    let asked = home.version();
    home.read().await?;
    if home.version() != asked {
        return Err(WritePlanError::ChangedMeanwhile(project.who_wrote_last(home).await));
    }
    Ok(make(session, project, home, change).await?.1)
}

/// Says the effects that are no longer those that the user agreed to: the second of a switch has moved.
fn say_moved(
    session: &mut Session<'_>,
    agreed: &Changed,
    changed: &Changed,
) -> Result<(), TerminalError> {
    let words = |changed: &Changed| -> Vec<String> {
        changed.effects.iter().map(ToString::to_string).collect()
    };
    let said = words(agreed);
    let moved: Vec<String> =
        words(changed).into_iter().filter(|line| !said.contains(line)).collect();
    if !moved.is_empty() {
        session.console.say("the question was open for some time, so the times are later:")?;
    }
    session.console.say_each(&moved)
}

async fn read_replicas(
    session: &mut Session<'_>,
    replicas: &mut [Place],
    before: &Document,
) -> Result<(), WritePlanError> {
    for read in join_all(replicas.iter_mut().map(Place::read)).await {
        read?;
    }
    for replica in replicas.iter().filter(|replica| !replica.has(before.text())) {
        let region = replica.region();
        session.console.say(&format!("{region} has another plan: this one replaces it"))?;
    }
    Ok(())
}

/// Names everything that the answer changes: the parameter, its Regions and the account.
pub(crate) async fn question(session: &Session<'_>, project: &Project) -> String {
    let plan_format::Parameter { name, home_region, replica_regions } = &project.parameter;
    let others: String = replica_regions.iter().map(|region| format!(", {region}")).collect();
    let address = session.address().await;
    format!("Write `{name}` in {home_region}{others}{address}?")
}

/// Names the followers that the answer changes, and the account.
pub(crate) async fn question_followers(session: &Session<'_>, followers: &[&Follower]) -> String {
    let names: Vec<&str> = followers.iter().map(|follower| &*follower.name).collect();
    let address = session.address().await;
    format!("Move `{}`{address}?", names.join("`, `"))
}
