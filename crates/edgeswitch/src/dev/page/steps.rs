use std::sync::Arc;

use cloudfront_sim::Step;
use routing_core::Plan;
use serde::Serialize;

use super::decided::{viewer_request, with_decision};
use super::desk::Desk;
use super::journal::Entry;

/// A request in full.
#[derive(Debug, Serialize)]
pub(super) struct Details {
    /// Every rule that was tried, in order, with its outcome.
    decision: Vec<String>,
    steps: Vec<RawStep>,
}

/// A step with what went into it and what came out.
#[derive(Debug, Serialize)]
struct RawStep {
    title: String,
    /// The event's JSON.
    event: Option<String>,
    /// The result's JSON, or why there is none.
    result: Option<String>,
}

impl Desk {
    /// Everything that is known of a request.
    pub(super) fn details(&self, entry: &Entry) -> Details {
        let steps = entry.exchange.steps.iter().map(RawStep::of).collect();
        Details { decision: self.trail(entry), steps }
    }

    /// The rules as they were tried with the plan that explains the decision.
    fn trail(&self, Entry { exchange, decided }: &Entry) -> Vec<String> {
        let plans = self.plans();
        let explains = |plan: &&Arc<Plan>| Some(plan.revision()) == decided.revision;
        let Some((event, plan)) = viewer_request(exchange).zip(plans.iter().find(explains)) else {
            return vec!["no plan of this session explains it".into()];
        };
        with_decision(&event, plan, &self.config, exchange.at, |decision| {
            decision.trail.iter().map(ToString::to_string).collect()
        })
    }
}

impl RawStep {
    fn of(step: &Step) -> Self {
        let plain = |title: String| Self { title, event: None, result: None };
        match step {
            Step::Function { trigger, event, result, micros, .. } => Self {
                title: format!("{trigger}, {micros} µs"),
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
            Step::Kept { seconds } => plain(format!("kept for {seconds} s")),
        }
    }
}
