use cloudfront_sim::{CacheResult, Exchange, Step};
use serde::Serialize;

use super::duration_text::duration_text;
use super::journal::Entry;

/// One line of the live list.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    id: String,
    /// Milliseconds since 1970.
    at: i64,
    edge: String,
    method: String,
    url: String,
    status: u16,
    micros: u64,
    release: Option<String>,
    /// The decided release, if another one served the request instead.
    meant: Option<String>,
    reason: Option<&'static str>,
    /// Triggers, cache and origins, in order.
    path: Vec<Stop>,
}

/// One step of a request, in a few words.
#[derive(Debug, Serialize)]
pub(super) struct Stop {
    text: String,
    look: Look,
}

/// How a step is shown.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Look {
    Plain,
    /// The cache had the object.
    Hit,
    /// Something failed.
    Wrong,
}

impl Row {
    pub(super) fn of(Entry { exchange, decided, .. }: &Entry) -> Self {
        let Exchange { id, at, edge, method, url, status, micros, .. } = &**exchange;
        Self {
            id: id.clone(),
            at: at.0,
            edge: edge.0.clone(),
            method: method.clone(),
            url: url.clone(),
            status: *status,
            micros: *micros,
            release: decided.release.clone(),
            meant: decided.meant.clone(),
            reason: decided.reason,
            path: exchange.steps.iter().map(Stop::of).collect(),
        }
    }
}

impl Stop {
    fn of(step: &Step) -> Self {
        let (text, look) = match step {
            Step::Function { trigger, result: Err(error), .. } => {
                (format!("{trigger}: {error}"), Look::Wrong)
            }
            Step::Function { trigger, violations, .. } if !violations.is_empty() => {
                (format!("{trigger}: {}", violations.join(", ")), Look::Wrong)
            }
            Step::Function { trigger, .. } => (trigger.to_string(), Look::Plain),
            Step::Lookup { result, .. } => (format!("cache: {}", word(*result)), look(*result)),
            Step::Origin { domain_name, url, status: Ok(status), .. } => {
                (format!("{domain_name}{url}: {status}"), Look::Plain)
            }
            Step::Origin { domain_name, url, status: Err(error), .. } => {
                (format!("{domain_name}{url}: {error}"), Look::Wrong)
            }
            Step::Kept { seconds } => {
                (format!("kept for {}", duration_text(*seconds)), Look::Plain)
            }
        };
        Self { text, look }
    }
}

fn word(result: CacheResult) -> String {
    result.as_str().to_ascii_lowercase()
}

fn look(result: CacheResult) -> Look {
    match result {
        CacheResult::Hit | CacheResult::RefreshHit => Look::Hit,
        CacheResult::Miss | CacheResult::LambdaGeneratedResponse => Look::Plain,
        CacheResult::Error
        | CacheResult::LambdaValidationError
        | CacheResult::LambdaExecutionError
        | CacheResult::LambdaLimitExceeded => Look::Wrong,
    }
}
