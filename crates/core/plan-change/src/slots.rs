use edge_time::Timestamp;
use routing_core::ReleaseId;
use thiserror::Error;

use crate::change::Context;
use crate::document::Document;
use crate::draft::Draft;
use crate::releases::serves;
use crate::traffic::Served;

/// No slot can be chosen for a new release.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoIdleSlot {
    #[error("the configuration has no slots")]
    NoSlots,
    /// A release with traffic is in none of the slots, so each of them may be the one that serves it.
    #[error(
        "it is not known which slot is idle: `{release}` has traffic, and names no slot of the configuration"
    )]
    UnknownSlot { release: String },
    #[error("no slot is idle: {}", list(serving))]
    AllServe {
        /// Each slot, and a release of it with traffic.
        serving: Vec<(String, String)>,
    },
}

/// Chooses the slot for a new release: one without traffic, now and in every later stage.
///
/// Of several slots, it is the one that lost its traffic first, and before these one that never had any. A release
/// that is registered already keeps its slot.
///
/// # Errors
/// [`NoIdleSlot`] if there is no such slot, or if the plan does not show it.
pub fn idle_slot(
    document: &Document,
    context: &Context,
    id: &ReleaseId,
) -> Result<String, NoIdleSlot> {
    let draft = Draft::of(document, context);
    let registered = draft.traffic.plan.releases().iter().find(|release| release.id == *id);
    if let Some(slot) = registered.and_then(|release| release.slot.clone()) {
        return Ok(slot);
    }
    let slots = slots(&draft);
    if slots.is_empty() {
        return Err(NoIdleSlot::NoSlots);
    }
    if let Some(release) = serving_outside(&draft, &slots) {
        return Err(NoIdleSlot::UnknownSlot { release: release.to_string() });
    }
    let serving = |slot: &str| serving_in(&draft, slot).map(|id| (slot.into(), id.to_string()));
    let idle = slots.iter().filter(|slot| serving(slot).is_none());
    let chosen = idle.min_by_key(|slot| last_served(&draft, slot));
    chosen.map(|slot| (*slot).to_owned()).ok_or_else(|| NoIdleSlot::AllServe {
        serving: slots.iter().filter_map(|slot| serving(slot)).collect(),
    })
}

/// A release of this slot with traffic, now or in a later stage. `None` if the configuration does not have the
/// slot: it is then only a label.
#[must_use]
pub fn serving_in_slot(document: &Document, context: &Context, slot: &str) -> Option<ReleaseId> {
    serving_in(&Draft::of(document, context), slot).cloned()
}

/// Whether the release has traffic now, or a later or paused stage gives it traffic.
#[must_use]
pub fn has_traffic(document: &Document, context: &Context, id: &ReleaseId) -> bool {
    let draft = Draft::of(document, context);
    serving(&draft).any(|(release, _)| release == id)
}

/// Like [`serving_in_slot`], for a plan that is being changed.
pub(crate) fn serving_in<'d>(draft: &Draft<'d>, slot: &str) -> Option<&'d ReleaseId> {
    if !slots(draft).contains(&slot) {
        return None;
    }
    serving(draft).find(|(_, of)| *of == Some(slot)).map(|(id, _)| id)
}

/// The releases with traffic, now or in a later stage, and their slots.
fn serving<'a, 'd>(
    draft: &'a Draft<'d>,
) -> impl Iterator<Item = (&'d ReleaseId, Option<&'d str>)> + use<'a, 'd> {
    let releases = draft.traffic.plan.releases().iter().enumerate();
    let serving = releases.filter(|(index, release)| serves(draft, *index, &release.id));
    serving.map(|(_, release)| (&release.id, release.slot.as_deref()))
}

fn serving_outside<'d>(draft: &Draft<'d>, slots: &[&str]) -> Option<&'d ReleaseId> {
    let is_outside = |slot: &Option<&str>| slot.is_none_or(|slot| !slots.contains(&slot));
    serving(draft).find(|(_, slot)| is_outside(slot)).map(|(id, _)| id)
}

/// The time when a release of the slot last had traffic; `None` if none of them had any.
fn last_served(draft: &Draft<'_>, slot: &str) -> Option<Timestamp> {
    let releases = draft.traffic.plan.releases().iter().enumerate();
    let of_slot = releases.filter(|(_, release)| release.slot.as_deref() == Some(slot));
    let until = |index| match draft.body.served(&draft.traffic, index) {
        Served::Until(until) => Some(until),
        Served::Still => Some(draft.traffic.now),
        Served::Never => None,
    };
    of_slot.filter_map(|(index, _)| until(index)).max()
}

/// The names of the configuration's slots.
fn slots<'d>(draft: &Draft<'d>) -> Vec<&'d str> {
    let defaults = draft.context.release_defaults.as_ref();
    let slots = defaults.map(|defaults| defaults.slots.as_slice()).unwrap_or_default();
    slots.iter().map(|slot| slot.name.as_str()).collect()
}

fn list(serving: &[(String, String)]) -> String {
    let each: Vec<String> =
        serving.iter().map(|(slot, release)| format!("`{slot}` serves `{release}`")).collect();
    each.join(", ")
}
