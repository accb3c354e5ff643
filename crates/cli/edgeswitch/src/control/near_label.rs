use std::fmt;

use futures_util::future::join_all;
use plan_change::Change;

use crate::aws::Label;
use crate::control::{Place, Session, WritePlanError};

/// The most versions that AWS keeps of a parameter (page `sysman-paramstore-versions`).
const KEPT: u64 = 100;
/// From this many versions after a label on, a change names it.
const NEAR: u64 = 90;
/// The last writes before a label blocks: they are for rollbacks.
const RESERVED: u64 = 2;

/// A label on an old version, which will block writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NearLabel {
    parameter: String,
    region: String,
    label: Label,
    /// The number of writes that AWS still takes.
    left: u64,
}

impl NearLabel {
    /// `None` if no label is near, or if the labels cannot be read: the change is then made without the warning.
    async fn of(place: &Place) -> Option<Self> {
        let version = place.version();
        if version <= NEAR {
            return None;
        }
        let label = place.parameter.oldest_label().await.ok()??;
        let since = version.saturating_sub(label.version);
        let (parameter, region) = (place.parameter.name().into(), place.region().into());
        let left = (KEPT - 1).saturating_sub(since);
        (since >= NEAR).then_some(Self { parameter, region, label, left })
    }
}

impl fmt::Display for NearLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { parameter, region, label, left } = self;
        let Label { version, name } = label;
        let writes = if *left == 1 { "write" } else { "writes" };
        write!(
            f,
            "version {version} in {region} has the label `{name}`, so AWS takes {left} more {writes}: "
        )?;
        write!(f, "{} moves the label", label.mover(parameter, region))
    }
}

/// How a change deals with a label that will block writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// The label does not count: the change takes traffic back, or keeps a lease.
    Ignore,
    /// The change names the label.
    Warn,
    /// The change names the label, and leaves the last writes to rollbacks.
    Reserve,
    /// The change is refused, because it may write many versions.
    Refuse,
}

fn manner(change: &Change) -> Manner {
    match change {
        Change::Rollback { .. } | Change::RampAbort | Change::RenewLease(_) => Manner::Ignore,
        Change::RampPause
        | Change::HandOver { .. }
        | Change::RampResume
        | Change::RampFinish
        | Change::EndLease
        | Change::SetState { .. }
        | Change::UnsetState { .. } => Manner::Warn,
        Change::AddRelease(_)
        | Change::Withdraw(_)
        | Change::RemoveRelease(_)
        | Change::Prune { .. }
        | Change::Promote { .. }
        | Change::Canary { .. } => Manner::Reserve,
        Change::Ramp(_) => Manner::Refuse,
    }
}

/// Names the labels that will block writes, or refuses the change.
///
/// A parameter with few versions costs no call, and neither does a rollback.
pub(crate) async fn check_labels(
    session: &mut Session<'_>,
    places: impl IntoIterator<Item = &Place>,
    change: &Change,
) -> Result<(), WritePlanError> {
    let manner = manner(change);
    if manner == Manner::Ignore {
        return Ok(());
    }
    for near in join_all(places.into_iter().map(NearLabel::of)).await.into_iter().flatten() {
        match manner {
            Manner::Refuse => return Err(WritePlanError::NoRoomForRamp(near)),
            Manner::Reserve if near.left <= RESERVED => {
                return Err(WritePlanError::KeptForRollback(near));
            }
            Manner::Reserve | Manner::Warn | Manner::Ignore => {
                session.console.say(&near.to_string())?;
            }
        }
    }
    Ok(())
}
