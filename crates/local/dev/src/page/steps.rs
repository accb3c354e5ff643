use cloudfront_sim::Step;
use edge_event::{Event, Outcome};
use serde::Serialize;

use super::decided::{By, viewer_request};
use super::desk::Desk;
use super::journal::Entry;
use super::lasting::lasting;
use explain::{Tried, changes, explain};

const UNEXPLAINED: &str = "no plan of this session explains it";

/// A request in full.
#[derive(Debug, Serialize)]
pub(super) struct Details {
    /// Every rule that was tried, in order, with its outcome.
    decision: Vec<String>,
    steps: Vec<RawStep>,
}

/// A step with what went into it and what came out.
#[derive(Debug, Default, Serialize)]
struct RawStep {
    title: String,
    /// What a function added, changed and took away, a line each.
    changes: Vec<String>,
    /// The event's JSON.
    event: Option<String>,
    /// The result's JSON, or why there is none.
    result: Option<String>,
}

impl Desk {
    /// Everything that is known of a request.
    pub(super) async fn details(&self, entry: &Entry) -> Details {
        let steps = entry.exchange.steps.iter().map(RawStep::of).collect();
        let decision = self.rules(entry).await;
        Details { decision: decision.unwrap_or_else(|| vec![UNEXPLAINED.into()]), steps }
    }

    /// The rules as they were tried with the plan that explains the decision.
    async fn rules(&self, Entry { exchange, decided }: &Entry) -> Option<Vec<String>> {
        let text = match &decided.by {
            Some(By::Stored(plan)) => Some(plan.text.as_str()),
            Some(By::Fallback) => None,
            None if self.plans().is_empty() => None,
            None => return None,
        };
        let event = viewer_request(exchange)?;
        let explanation = explain(event, text, &self.config, exchange.at).await.ok()?;
        let line = |Tried { rule, outcome }: &Tried| format!("{rule}: {outcome}");
        Some(explanation.rules.iter().map(line).collect())
    }
}

impl RawStep {
    fn of(step: &Step) -> Self {
        let plain = |title: String| Self { title, ..Self::default() };
        match step {
            Step::Function { trigger, event, result, micros, .. } => Self {
                title: format!("{trigger}, {micros} µs"),
                changes: result.as_ref().map(|result| lines(event, result)).unwrap_or_default(),
                event: Some(String::from_utf8_lossy(event).into()),
                result: Some(match result {
                    Ok(result) => String::from_utf8_lossy(result).into(),
                    Err(error) => error.to_string(),
                }),
            },
            Step::Lookup { key, result } => plain(format!("cache, {result}: {key}")),
            Step::Origin { domain_name, url, status, micros } => {
                let outcome = match status {
                    Ok(status) => status.to_string(),
                    Err(error) => error.clone(),
                };
                plain(format!("origin {domain_name}{url}: {outcome}, {micros} µs"))
            }
            Step::Kept { seconds } => plain(format!("kept for {}", lasting(*seconds))),
        }
    }
}

/// How a function's result differs from its event; nothing for what is no result.
fn lines(event: &[u8], result: &[u8]) -> Vec<String> {
    let read = Event::from_slice(event).ok().zip(Outcome::from_slice(result).ok());
    let Some((event, outcome)) = read else { return Vec::new() };
    let (_, changes) = changes(&event, &outcome);
    changes.iter().map(ToString::to_string).collect()
}
