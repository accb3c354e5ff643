use edge_time::Timestamp;
use guard_rules::{Memory, Rollout};
use plan_change::{Context, Document, Moment};

use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::snapshot::{Read, Snapshot};
use crate::source::Source;
use crate::view::View;

/// Builds the guard's package with the configuration of this folder.
const BUILD: &str =
    "cargo lambda build --release --arm64 -p guard --output-format zip --include edgeswitch.toml";

/// A ramp that is left to the guard.
struct Held {
    release: String,
    /// The end of its lease, when everybody gets the previous release.
    until: Timestamp,
}

/// Whether there is a guard: it has left a note, or the plan has a ramp that is left to it.
pub(crate) fn is_there(snapshot: &Snapshot) -> bool {
    let view = View::without_distribution(snapshot);
    match snapshot.find(&Source::GuardNote) {
        Some((_, Read::Known(_) | Read::Refused(_) | Read::OutOfReach(_))) => true,
        Some((_, Read::Missing(_))) => view.now().is_some_and(|now| held(&view, now).is_some()),
        Some((_, Read::NotAsked)) | None => false,
    }
}

/// The guard runs while it holds a ramp, without trouble, and with this configuration.
pub(crate) fn guard(view: &View<'_>, notes: &mut Notes) {
    let note = notes.read(view, &Source::GuardNote).map(|note| note.at("Parameter.Value"));
    if note.is_none() && view.absent(&Source::GuardNote).is_none() {
        return;
    }
    if notes.read(view, &Source::Moment).is_none() {
        return;
    }
    let Some(now) = view.now() else {
        return notes.skip(&Source::Moment, Why::NoField("time `Now`"));
    };
    let memory = note.as_ref().and_then(|note| Memory::parse(note.text()));
    let ran = memory.as_ref().and_then(|memory| Timestamp::parse(&memory.ran).ok());
    let runs = ran.is_some_and(|ran| now <= ran.plus(Memory::LATE));
    match (runs, held(view, now)) {
        (true, _) => {}
        (false, Some(held)) => return gone(view, notes, note, ran, &held, now),
        // A guard that is no longer in use.
        (false, None) => return,
    }
    if let (Some(note), Some(memory)) = (note, memory) {
        trouble(notes, &note, &memory);
        other_configuration(view, notes, &note, &memory);
    }
}

fn held(view: &View<'_>, now: Timestamp) -> Option<Held> {
    let project = view.project()?;
    let plan = view.known(&Source::Plan(project.parameter.home_region.clone()))?;
    let text = plan.at("Parameter.Value").text();
    let document = Document::parse(text, &project.release_defaults).ok()?;
    let until = document.plan().lease()?.until;
    let release = Rollout::of(&document, &Context::new(now))?.release.to_string();
    Some(Held { release, until })
}

fn gone(
    view: &View<'_>,
    notes: &mut Notes,
    note: Option<Field<'_>>,
    ran: Option<Timestamp>,
    Held { release, until }: &Held,
    now: Timestamp,
) {
    let moment = |at: Timestamp| Moment { at, now };
    let ran = match ran {
        Some(ran) => format!("the guard ran at {}, and not since then", moment(ran)),
        None => "no guard has run for this plan".into(),
    };
    let words = Words::new(
        format!(
            "{ran}, but the ramp of {release} is left to it: nobody watches the alarms, and viewers get the \
             previous release at {}",
            moment(*until)
        ),
        "look at the log of the guard and at its schedule; meanwhile, take the ramp over",
        "edgeswitch ramp --resume",
    );
    let absent = view.absent(&Source::GuardNote).map(|(absent, _)| absent);
    if let Some(read) = note.or(absent) {
        notes.error(&read, words);
    }
}

fn trouble(notes: &mut Notes, note: &Field<'_>, memory: &Memory) {
    if memory.trouble.is_empty() {
        return;
    }
    let words = Words::new(
        format!("the last run of the guard had trouble: {}", memory.trouble.join("; ")),
        "repair the cause; the guard tries again each minute",
        "edgeswitch guard --once --dry-run",
    );
    notes.warning(note, words);
}

fn other_configuration(view: &View<'_>, notes: &mut Notes, note: &Field<'_>, memory: &Memory) {
    let (Some(here), Some(there)) = (&view.snapshot.fingerprint, &memory.configuration) else {
        return;
    };
    if here != there {
        let words = Words::new(
            "the guard runs with another configuration than this one: it may follow, copy and invalidate \
             otherwise than the commands do",
            "build the package of the guard again, and deploy it",
            BUILD,
        );
        notes.warning(note, words);
    }
}
