use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use edge_time::Timestamp;

use crate::route::GroupCookie;

/// The length of the spans that requests are counted in.
pub const SPAN: Duration = Duration::from_secs(10);
/// How many spans are kept: five minutes.
pub const SPANS: usize = 30;

/// The requests of all actions and their target groups.
#[derive(Default)]
pub(super) struct Traffic(Mutex<ByAction>);

/// The ARNs of rules or listeners, and those of target groups.
type ByAction = HashMap<String, HashMap<String, Counts>>;

/// The requests that one action sent to one group.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// Requests by the number of their span since 1970.
    spans: BTreeMap<i64, u64>,
    /// Group cookies for viewers that had none which counts.
    pub(super) new_cookies: u64,
    /// Requests whose group cookie chose the group.
    pub(super) kept: u64,
}

impl Traffic {
    pub(super) fn count(&self, action: &str, group: &str, now: Timestamp, cookie: GroupCookie) {
        let mut actions = self.lock();
        if !actions.get(action).is_some_and(|groups| groups.contains_key(group)) {
            actions.entry(action.into()).or_default().insert(group.into(), Counts::default());
        }
        if let Some(counts) = actions.get_mut(action).and_then(|groups| groups.get_mut(group)) {
            counts.add(span(now), cookie);
        }
    }

    pub(super) fn of(&self, action: &str, group: &str) -> Counts {
        let actions = self.lock();
        let counts = actions.get(action).and_then(|groups| groups.get(group));
        counts.cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, ByAction> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn add(&mut self, span: i64, cookie: GroupCookie) {
        *self.spans.entry(span).or_default() += 1;
        while self.spans.len() > SPANS {
            self.spans.pop_first();
        }
        match cookie {
            GroupCookie::Off => {}
            GroupCookie::New => self.new_cookies += 1,
            GroupCookie::Kept => self.kept += 1,
        }
    }

    /// The requests of each span up to now, the oldest first.
    pub(super) fn spans(&self, now: Timestamp) -> Vec<u64> {
        let newest = span(now);
        let numbers = (0..SPANS).rev().filter_map(|back| Some(newest - i64::try_from(back).ok()?));
        numbers.map(|number| self.spans.get(&number).copied().unwrap_or_default()).collect()
    }
}

fn span(Timestamp(now): Timestamp) -> i64 {
    now.div_euclid(i64::try_from(SPAN.as_millis()).unwrap_or(i64::MAX))
}
