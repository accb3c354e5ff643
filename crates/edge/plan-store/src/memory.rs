use std::sync::{Mutex, PoisonError};

use crate::store::{Fetch, PlanStore, StoreError};

/// A store in memory, for tests.
#[derive(Debug)]
pub struct MemoryStore {
    answer: Mutex<Result<String, StoreError>>,
}

impl MemoryStore {
    /// A store that holds `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self { answer: Mutex::new(Ok(text.into())) }
    }

    /// From now on, every read returns `text`.
    pub fn set(&self, text: impl Into<String>) {
        self.answer_with(Ok(text.into()));
    }

    /// From now on, every read fails with `error`.
    pub fn fail(&self, error: StoreError) {
        self.answer_with(Err(error));
    }

    fn answer_with(&self, answer: Result<String, StoreError>) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }
}

impl PlanStore for MemoryStore {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn fetch(&self) -> Fetch<'_> {
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(std::future::ready(answer))
    }
}
