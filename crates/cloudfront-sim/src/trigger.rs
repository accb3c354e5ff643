//! One invocation of a function: its event, its result, and CloudFront's judgement of it.

use std::time::Instant;

use bytes::Bytes;
use edge_event::{Config, Event, Outcome, Request, Response, Trigger, check};

use crate::exchange::{CacheResult, Step};
use crate::function::{Function, FunctionError};
use crate::reply::{Passed, Reply};
use crate::visit::Visit;

impl Visit<'_> {
    /// Runs the function of a trigger; without one, what it would get is what comes back.
    ///
    /// # Errors
    /// The reply that the viewer gets in place of a function that failed or broke a rule. There is no way
    /// around it: CloudFront never goes on without the function.
    pub(crate) async fn run(
        &mut self,
        trigger: Trigger,
        request: Request,
        response: Option<Response>,
    ) -> Passed<Outcome> {
        let event = Event { config: self.config(trigger), request, response, ..Event::default() };
        match self.function(trigger) {
            Some(function) => self.invoke(&*function, event).await,
            None => Ok(match event.response {
                Some(response) => response.into(),
                None => event.request.into(),
            }),
        }
    }

    fn function(&self, trigger: Trigger) -> Option<std::sync::Arc<dyn Function>> {
        let associated = self.behavior.triggers.contains(&trigger);
        associated.then(|| self.cloudfront.functions.function(&self.edge.location, trigger))?
    }

    fn config(&self, trigger: Trigger) -> Config {
        let distribution = &self.cloudfront.distribution;
        Config {
            distribution_domain_name: Some(distribution.domain_name.clone()),
            distribution_id: Some(distribution.id.clone()),
            event_type: Some(trigger),
            request_id: Some(self.exchange.id.clone()),
            ..Config::default()
        }
    }

    async fn invoke(&mut self, function: &dyn Function, event: Event) -> Passed<Outcome> {
        let json = Bytes::from(
            serde_json::to_vec(&event).expect("every map of an event has strings as keys"),
        );
        let began = Instant::now();
        let result = function.invoke(json.clone()).await;
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (outcome, violations) = judge(&event, &result);
        let trigger = event.trigger();
        self.log(trigger, result.as_ref().err(), &violations);
        let broken = !violations.is_empty();
        let failed = result.as_ref().err().map(of_failure);
        let step = Step::Function { trigger, event: json, result, violations, micros };
        self.exchange.steps.push(step);
        match (outcome, failed) {
            (Some(outcome), None) if !broken => Ok(outcome),
            (_, Some(result)) => Err(Box::new(Reply::error(503, result))),
            (_, None) => Err(Box::new(Reply::error(502, CacheResult::LambdaValidationError))),
        }
    }

    /// What CloudFront writes into `/aws/cloudfront/LambdaEdge/<distribution>`.
    fn log(&self, trigger: Trigger, error: Option<&FunctionError>, violations: &[String]) {
        let request_id = self.exchange.id.as_str();
        if let Some(error) = error {
            tracing::error!(request_id, %trigger, %error, "the function gave no result");
        }
        for violation in violations {
            tracing::error!(request_id, %trigger, %violation, "the function's result breaks a rule");
        }
    }
}

/// The outcome if there is one, and the rules that it breaks.
fn judge(event: &Event, result: &Result<Bytes, FunctionError>) -> (Option<Outcome>, Vec<String>) {
    let Ok(json) = result else { return (None, Vec::new()) };
    match Outcome::from_slice(json) {
        Ok(outcome) => {
            let broken = check(event, &outcome);
            let violations =
                broken.iter().map(|violation| format!("{}: {violation}", violation.rule.id));
            (Some(outcome), violations.collect())
        }
        Err(error) => (None, vec![format!("json: {error} (page `lambda-event-structure`)")]),
    }
}

/// A timeout counts as an execution error, as the page `standard-logs-reference` and what `X-Cache` says in
/// the field have it.
fn of_failure(error: &FunctionError) -> CacheResult {
    match error {
        FunctionError::Failed(_) | FunctionError::TimedOut(_) => CacheResult::LambdaExecutionError,
        FunctionError::Throttled => CacheResult::LambdaLimitExceeded,
    }
}
