use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use edge_time::{Clock, Timestamp};
use tokio::sync::watch;

use crate::error::{ErrorCode, ServiceError};
use crate::fault::Faults;
use crate::state::State;
use crate::state_file::StateFile;

/// The state that the stores of all Regions share.
pub(crate) struct Account {
    clock: Arc<dyn Clock>,
    file: Option<StateFile>,
    state: Mutex<State>,
    faults: Mutex<BTreeMap<String, Faults>>,
    /// The number of writes.
    writes: watch::Sender<u64>,
}

impl Account {
    pub(crate) fn new(clock: Arc<dyn Clock>, file: Option<StateFile>, state: State) -> Self {
        let (state, writes) = (Mutex::new(state), watch::Sender::new(0));
        Self { clock, file, state, faults: Mutex::default(), writes }
    }

    pub(crate) fn read<T>(&self, view: impl FnOnce(&State) -> T) -> T {
        view(&lock(&self.state))
    }

    /// Changes the state and the file. If one of them fails, changes neither.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&mut State, Timestamp) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let mut state = lock(&self.state);
        let mut next = state.clone();
        let outcome = change(&mut next, self.clock.now())?;
        if let Some(file) = &self.file {
            file.save(&next).map_err(|problem| not_saved(&problem))?;
        }
        *state = next;
        self.writes.send_modify(|writes| *writes += 1);
        Ok(outcome)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn faults(&self, region: &str) -> Faults {
        lock(&self.faults).entry(region.to_owned()).or_default().clone()
    }

    pub(crate) fn writes(&self) -> watch::Receiver<u64> {
        self.writes.subscribe()
    }
}

/// A poisoned lock still holds valid data: changes are made on a copy.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_saved(problem: &io::Error) -> ServiceError {
    let message = format!("The state file cannot be written: {problem}");
    ServiceError::new(ErrorCode::InternalServerError, message)
}
