use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cloudfront_sim::Step;
use edge_event::{Event, Outcome};
use explain::{Tried, changes, explain};
use serde::Serialize;

use super::decided::{DecidingPlan, viewer_request};
use super::duration_text::duration_text;
use super::journal::Entry;
use super::json::{Answer, ApiError};
use super::page_state::PageState;

const UNEXPLAINED: &str = "no plan since the start gives this decision";

/// Everything about one request.
#[derive(Debug, Serialize)]
pub(super) struct Details {
    /// Every rule that was tried, in order, with its outcome.
    decision: Vec<String>,
    steps: Vec<RawStep>,
}

/// A step with its input and output.
#[derive(Debug, Default, Serialize)]
struct RawStep {
    title: String,
    /// What a function added, changed and removed, one line each.
    changes: Vec<String>,
    /// The event's JSON.
    event: Option<String>,
    /// The result's JSON, or the error.
    result: Option<String>,
}

/// `GET /exchanges/{id}`.
pub(super) async fn of_exchange(
    State(page): State<Arc<PageState>>,
    Path(id): Path<String>,
) -> Answer<Details> {
    match page.history.journal.find(&id) {
        Some(entry) => Ok(Json(page.details(&entry).await)),
        None => Err(ApiError::new(StatusCode::NOT_FOUND, "this request is no longer kept")),
    }
}

impl PageState {
    async fn details(&self, entry: &Entry) -> Details {
        let steps = entry.exchange.steps.iter().map(RawStep::of).collect();
        let decision = self.rules(entry).await;
        Details { decision: decision.unwrap_or_else(|| vec![UNEXPLAINED.into()]), steps }
    }

    /// The rules, tried again with the plan that decided.
    async fn rules(&self, Entry { exchange, decided, config }: &Entry) -> Option<Vec<String>> {
        let text = match &decided.by {
            Some(DecidingPlan::Stored(plan)) => Some(plan.text.as_str()),
            Some(DecidingPlan::Fallback) => None,
            None if self.history.plans.last_good().is_none() => None,
            None => return None,
        };
        let event = viewer_request(exchange)?;
        let explanation = explain(event, text, config, exchange.at).await.ok()?;
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
                    Err(error) => error.to_string(),
                };
                plain(format!("origin {domain_name}{url}: {outcome}, {micros} µs"))
            }
            Step::Kept { seconds } => plain(format!("kept for {}", duration_text(*seconds))),
        }
    }
}

/// How a function's result differs from its event. Empty if either is not valid JSON.
fn lines(event: &[u8], result: &[u8]) -> Vec<String> {
    let read = Event::from_slice(event).ok().zip(Outcome::from_slice(result).ok());
    let Some((event, outcome)) = read else { return Vec::new() };
    let (_, changes) = changes(&event, &outcome);
    changes.iter().map(ToString::to_string).collect()
}
