use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use edge_time::Clock;
use thiserror::Error;
use tokio::sync::broadcast;

use crate::alarm::{Alarm, AlarmState};
use crate::transition::Transition;

/// How many transitions a receiver may lag behind before it misses some.
const MAX_LAG: usize = 64;
/// The reason for the state at the start.
const AT_THE_START: &str = "nobody has switched it yet";

/// The alarms of an account. Copies share them.
#[derive(Clone)]
pub struct Alarms(Arc<Shared>);

struct Shared {
    alarms: Mutex<Vec<Alarm>>,
    clock: Arc<dyn Clock>,
    changes: broadcast::Sender<Transition>,
}

/// There is no alarm of this name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no alarm `{name}`: there are {known}")]
pub struct NoSuchAlarm {
    name: String,
    known: String,
}

impl Alarms {
    /// Alarms with these names, all `OK` since now.
    pub fn new(names: impl IntoIterator<Item = String>, clock: Arc<dyn Clock>) -> Self {
        let since = clock.now();
        let alarm =
            |name| Alarm { name, state: AlarmState::Ok, reason: AT_THE_START.into(), since };
        let alarms = Mutex::new(names.into_iter().map(alarm).collect());
        Self(Arc::new(Shared { alarms, clock, changes: broadcast::Sender::new(MAX_LAG) }))
    }

    /// All alarms, in the order of their names at the start.
    #[must_use]
    pub fn all(&self) -> Vec<Alarm> {
        self.lock().clone()
    }

    /// Gives an alarm a state. If it has the state already, nothing changes.
    ///
    /// # Errors
    /// When there is no alarm of this name.
    pub fn set(&self, name: &str, state: AlarmState, reason: &str) -> Result<(), NoSuchAlarm> {
        let mut alarms = self.lock();
        let Some(alarm) = alarms.iter_mut().find(|alarm| alarm.name == name) else {
            let known: Vec<String> =
                alarms.iter().map(|alarm| format!("`{}`", alarm.name)).collect();
            return Err(NoSuchAlarm { name: name.into(), known: known.join(", ") });
        };
        if alarm.state == state {
            return Ok(());
        }
        let before = std::mem::replace(
            alarm,
            Alarm { name: name.into(), state, reason: reason.into(), since: self.0.clock.now() },
        );
        // Nobody may listen.
        let _ = self.0.changes.send(Transition { alarm: alarm.clone(), before });
        Ok(())
    }

    /// Receives every transition from now on.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Transition> {
        self.0.changes.subscribe()
    }

    /// A poisoned lock still holds valid alarms: each change is one assignment.
    fn lock(&self) -> MutexGuard<'_, Vec<Alarm>> {
        self.0.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Alarms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Alarms").field(&self.all()).finish()
    }
}
