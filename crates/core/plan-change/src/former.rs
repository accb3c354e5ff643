use std::time::Duration;

use edge_time::Timestamp;

use crate::contracts::NEEDS;
use crate::draft::{SERVED_UNTIL, TRIAL, served_until};
use crate::fields::Fields;

/// A field of the plan: groups of releases that differ in their ids only.
const FORMER: &str = "former";
/// A field of a group: the ids of the releases that had all traffic, separated by spaces. The fields that are no ids
/// are those of each release.
const IDS: &str = "ids";
/// A field of a group: the ids of the releases with [`TRIAL`].
const TRIALS: &str = "trials";
/// The fields that a release may have to be in a group.
const SHARED: [&str; 4] = ["slot", SERVED_UNTIL, TRIAL, NEEDS];

/// Takes the groups out of a plan: each release by itself, with the fields of its group.
///
/// Returns `None` if a group is not an object, or its ids are not a text.
pub(crate) fn take(top: &mut Fields) -> Option<Vec<(String, Fields)>> {
    if !top.has(FORMER) {
        return Some(Vec::new());
    }
    let mut releases = Vec::new();
    for mut fields in top.take::<Vec<Fields>>(FORMER)? {
        let [ids, trials] = [IDS, TRIALS].map(|name| fields.take::<String>(name));
        releases.extend(each(&ids?, &fields));
        fields.set(TRIAL, &true);
        releases.extend(each(&trials.unwrap_or_default(), &fields));
    }
    Some(releases)
}

fn each(ids: &str, fields: &Fields) -> Vec<(String, Fields)> {
    ids.split_whitespace().map(|id| (id.to_owned(), fields.clone())).collect()
}

/// Lists together the releases that have lost their traffic and that no stage names. Returns the others.
///
/// Each noted time is rounded up to a multiple of `grain`, so that more releases share one. They are kept up to a
/// grain longer than they must be.
pub(crate) fn group(
    top: &mut Fields,
    releases: &[(String, Fields)],
    grain: Duration,
    is_named: impl Fn(&str) -> bool,
) -> Vec<(String, Fields)> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut others = Vec::new();
    for (id, fields) in releases {
        let until = served_until(fields).filter(|_| !is_named(id) && fields.has_only(&SHARED));
        let Some(until) = until else {
            others.push((id.clone(), fields.clone()));
            continue;
        };
        let mut shared = fields.clone();
        let is_trial = shared.take(TRIAL) == Some(true);
        shared.set(SERVED_UNTIL, &round_up(until, grain).to_string());
        let known = groups.iter_mut().find(|group| group.shared.equals(&shared));
        match known {
            Some(group) => group.add(id, is_trial),
            None => groups.push(Group::of(shared, id, is_trial)),
        }
    }
    if !groups.is_empty() {
        let groups: Vec<Fields> = groups.into_iter().map(Group::into_fields).collect();
        top.set(FORMER, &groups);
    }
    others
}

/// Releases that share their fields.
struct Group<'r> {
    shared: Fields,
    ids: Vec<&'r str>,
    trials: Vec<&'r str>,
}

impl<'r> Group<'r> {
    fn of(shared: Fields, id: &'r str, is_trial: bool) -> Self {
        let mut group = Self { shared, ids: Vec::new(), trials: Vec::new() };
        group.add(id, is_trial);
        group
    }

    fn add(&mut self, id: &'r str, is_trial: bool) {
        if is_trial { self.trials.push(id) } else { self.ids.push(id) }
    }

    fn into_fields(self) -> Fields {
        let mut fields = self.shared;
        fields.set(IDS, &self.ids.join(" "));
        if !self.trials.is_empty() {
            fields.set(TRIALS, &self.trials.join(" "));
        }
        fields
    }
}

fn round_up(Timestamp(at): Timestamp, grain: Duration) -> Timestamp {
    let grain = i64::try_from(grain.as_millis()).unwrap_or(i64::MAX).max(1);
    Timestamp(at.saturating_add(grain - 1).div_euclid(grain).saturating_mul(grain))
}
