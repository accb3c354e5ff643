use futures_util::future::join_all;
use plan_change::{Change, Changed, Document, When};

use crate::control::base::Base;
use crate::control::clock_check::check_clock;
use crate::control::everywhere::{Order, write_everywhere};
use crate::control::write::confirm;
use crate::control::{Place, Project, Session, WritePlanError, Writing};

/// What became of a change.
pub(crate) struct Updated {
    /// The plan from before.
    pub(crate) before: Document,
    /// The plan now, and what it means.
    pub(crate) changed: Changed,
    /// The version in each Region, in the order of the writes; empty after a dry run.
    pub(crate) written: Vec<(String, u64)>,
}

/// Reads the plan, changes it, says what that means, asks, writes, and looks whether it is so.
///
/// What is done has been confirmed: the versions before and after are neighbours, and but for a rollback,
/// which is one read and one write, it still stands a second later.
///
/// # Errors
/// [`WritePlanError`]. Unless it says otherwise, nothing was written.
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
    session.console.say_each(&changed.effects)?;
    if writing.dry_run {
        return Ok(Updated { before, changed, written: Vec::new() });
    }
    if !writing.yes {
        session.console.ask(&question(project))?;
        changed = again(session, project, &mut home, change).await?;
    }
    let base = home.version();
    let text = changed.document.text();
    let mut places: Vec<&mut Place> = match order {
        Order::HomeLast => replicas.iter_mut().chain([&mut home]).collect(),
        Order::HomeFirst | Order::Each => [&mut home].into_iter().chain(&mut replicas).collect(),
    };
    let written = write_everywhere(&mut places, text, order, project).await?;
    if order == Order::HomeLast {
        let confirmed = confirm(&mut home, base, text).await;
        confirmed.map_err(|error| error.tell(project, &home))?;
    }
    Ok(Updated { before, changed, written })
}

/// A release must be known everywhere before it is served; traffic is taken back as soon as it can be.
fn order(change: &Change) -> Order {
    match change {
        Change::Rollback { .. } | Change::RampAbort => Order::HomeFirst,
        Change::AddRelease(_)
        | Change::Withdraw(_)
        | Change::RemoveRelease(_)
        | Change::Promote { .. }
        | Change::Canary { .. }
        | Change::Ramp(_)
        | Change::RampPause
        | Change::RampResume
        | Change::RenewLease(_)
        | Change::EndLease => Order::HomeLast,
    }
}

/// Whether a stage or a lease counts on this machine's clock.
fn is_timed(change: &Change) -> bool {
    match change {
        Change::Promote { at: When::At(_) | When::NextFlip, .. }
        | Change::Canary { .. }
        | Change::Ramp(_)
        | Change::RampResume
        | Change::RenewLease(_) => true,
        Change::AddRelease(_)
        | Change::Withdraw(_)
        | Change::RemoveRelease(_)
        | Change::Promote { at: When::Now, .. }
        | Change::RampPause
        | Change::RampAbort
        | Change::EndLease
        | Change::Rollback { .. } => false,
    }
}

/// The plan that the change begins with, and what it makes of it now.
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
    Ok((base.document().clone(), changed))
}

/// Makes the change anew, since time has passed while somebody was asked.
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
        session.console.say(&format!("{region} has another plan: it gets this one"))?;
    }
    Ok(())
}

fn question(project: &Project) -> String {
    let plan_format::Parameter { name, home_region, replica_regions } = &project.parameter;
    let others: String = replica_regions.iter().map(|region| format!(", {region}")).collect();
    format!("Write `{name}` in {home_region}{others}?")
}
