use edge_time::Timestamp;

use crate::weighted_set::WeightedSet;

/// A resolver with many viewers behind it, all of whom get the answer that it has cached.
#[derive(Debug, Clone, Default)]
pub struct Resolver {
    /// The seconds for which it keeps every answer. `None`: as long as the answer says.
    keeps: Option<u32>,
    cached: Option<Cached>,
}

#[derive(Debug, Clone)]
struct Cached {
    value: String,
    until: Timestamp,
}

impl Resolver {
    /// A resolver that ignores the TTL and keeps every answer for this many seconds.
    #[must_use]
    pub fn stubborn(seconds: u32) -> Self {
        Self { keeps: Some(seconds), cached: None }
    }

    /// The answer for a viewer. `chance` is from the whole range of `u64`, and counts if the resolver asks Route 53.
    pub fn resolve(&mut self, set: &WeightedSet, now: Timestamp, chance: u64) -> Option<&str> {
        if self.cached.as_ref().is_none_or(|cached| cached.until <= now) {
            self.cached = set.answer(chance).map(|record| {
                let seconds = self.keeps.unwrap_or(record.ttl);
                let until = Timestamp(now.0 + i64::from(seconds) * 1000);
                Cached { value: record.value.clone(), until }
            });
        }
        self.cached.as_ref().map(|cached| &*cached.value)
    }
}
