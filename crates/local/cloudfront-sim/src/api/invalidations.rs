use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use edge_time::Timestamp;

use super::error::ApiError;
use super::wire::{Batch, Invalidation, PAGE};

/// The last invalidations, the newest first.
#[derive(Default)]
pub(super) struct Invalidations(Mutex<VecDeque<Invalidation>>);

impl Invalidations {
    /// Adds an invalidation. If the batch is an earlier one, sent again, that invalidation is returned instead, with
    /// `false` (page `API_InvalidationBatch`).
    pub(super) fn add(
        &self,
        distribution: &str,
        batch: Batch,
        now: Timestamp,
    ) -> Result<(Invalidation, bool), ApiError> {
        let mut made = self.made();
        let is_same =
            |one: &&Invalidation| one.invalidation_batch.caller_reference == batch.caller_reference;
        match made.iter().find(is_same) {
            Some(earlier) if earlier.invalidation_batch == batch => Ok((earlier.clone(), false)),
            Some(_) => Err(ApiError::InvalidationBatchAlreadyExists(batch.caller_reference)),
            None => {
                let new = Invalidation {
                    id: id(distribution, &batch.caller_reference),
                    status: "Completed",
                    create_time: now.to_string(),
                    invalidation_batch: batch,
                };
                made.push_front(new.clone());
                made.truncate(PAGE);
                Ok((new, true))
            }
        }
    }

    pub(super) fn find(&self, id: &str) -> Option<Invalidation> {
        self.made().iter().find(|one| one.id == id).cloned()
    }

    pub(super) fn newest_first(&self) -> Vec<Invalidation> {
        self.made().iter().cloned().collect()
    }

    /// Nothing panics in the middle of a change, so a poisoned lock still holds valid data.
    fn made(&self) -> MutexGuard<'_, VecDeque<Invalidation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Such as `I2J0I21PCUYOIK`, but of hexadecimal digits.
fn id(distribution: &str, reference: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (distribution, reference).hash(&mut hasher);
    format!("I{:013X}", hasher.finish() >> 12)
}
