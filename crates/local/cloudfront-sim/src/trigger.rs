//! One invocation of a function: its event, its result, and CloudFront's checks of the result.
//!
//! If a function fails or breaks a rule, the viewer gets an error. CloudFront never continues without the
//! function.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use edge_event::{Config, Event, Outcome, Request, Trigger, check};
use http::Response;

use crate::exchange::{CacheResult, Step, micros_since};
use crate::function::{Function, FunctionError};
use crate::reply::{Passed, Reply};
use crate::response;
use crate::visit::Visit;

impl Visit<'_> {
    /// Runs the function of a request trigger. Without a function, returns the request unchanged.
    ///
    /// # Errors
    /// The viewer's reply when the function fails or breaks a rule.
    pub(crate) async fn run_on_request(
        &mut self,
        trigger: Trigger,
        request: Request,
    ) -> Passed<Outcome> {
        match self.function(trigger) {
            Some(function) => {
                let event = Event::new(self.config(trigger), request);
                self.invoke(&*function, &event).await
            }
            None => Ok(request.into()),
        }
    }

    /// Runs the function of a response trigger. Without a function, returns the response unchanged. If the
    /// function returns an equal response, the original is returned, byte for byte.
    ///
    /// # Errors
    /// The viewer's reply when the function fails or breaks a rule.
    pub(crate) async fn run_on_response(
        &mut self,
        trigger: Trigger,
        request: Request,
        response: Response<Bytes>,
    ) -> Passed<Response<Bytes>> {
        let Some(function) = self.function(trigger) else { return Ok(response) };
        let mut event = Event::new(self.config(trigger), request);
        event.response = Some(response::to_event(&response));
        match self.invoke(&*function, &event).await? {
            Outcome::Response(result) if event.response.as_ref() != Some(&*result) => {
                Ok(response::changed(*result, response))
            }
            Outcome::Response(_) | Outcome::Request(_) => Ok(response),
        }
    }

    fn function(&self, trigger: Trigger) -> Option<Arc<dyn Function>> {
        let associated = self.behavior.triggers.contains(&trigger);
        associated.then(|| self.cloudfront.functions.function(&self.edge.location, trigger))?
    }

    fn config(&self, trigger: Trigger) -> Config {
        let distribution = self.distribution;
        let mut config = Config::new(trigger);
        config.distribution_domain_name = Some(distribution.domain_name.clone());
        config.distribution_id = Some(distribution.id.clone());
        config.request_id = Some(self.exchange.id.clone());
        config
    }

    async fn invoke(&mut self, function: &dyn Function, event: &Event) -> Passed<Outcome> {
        let json = serde_json::to_vec(event).expect("every map of an event has strings as keys");
        let json = Bytes::from(json);
        let began = Instant::now();
        let result = function.invoke(json.clone()).await;
        let micros = micros_since(began);
        let (outcome, violations) = check_result(event, &result);
        let trigger = event.trigger();
        self.log(trigger, result.as_ref().err(), &violations);
        let step = Step::Function { trigger, event: json, result, violations, micros };
        self.exchange.steps.push(step);
        outcome
    }

    /// CloudFront's log lines in `/aws/cloudfront/LambdaEdge/<distribution>`.
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

/// The outcome, or the error response for the viewer. Also the rules that the result breaks.
fn check_result(
    event: &Event,
    result: &Result<Bytes, FunctionError>,
) -> (Passed<Outcome>, Vec<String>) {
    let json = match result {
        Ok(json) => json,
        Err(error) => return (refuse(503, word(error)), Vec::new()),
    };
    let invalid = || refuse(502, CacheResult::LambdaValidationError);
    match Outcome::from_slice(json) {
        Ok(outcome) => {
            let broken = check(event, &outcome);
            let said = broken.iter().map(|found| format!("{}: {found}", found.rule.id)).collect();
            (if broken.is_empty() { Ok(outcome) } else { invalid() }, said)
        }
        Err(error) => (invalid(), vec![format!("json: {error} (page `lambda-event-structure`)")]),
    }
}

fn refuse(status: u16, result: CacheResult) -> Passed<Outcome> {
    Err(Box::new(Reply::error(status, result)))
}

/// A timeout counts as an execution error, by page `standard-logs-reference` and by `X-Cache` headers seen in
/// the field.
fn word(error: &FunctionError) -> CacheResult {
    match error {
        FunctionError::Failed(_) | FunctionError::TimedOut(_) => CacheResult::LambdaExecutionError,
        FunctionError::Throttled => CacheResult::LambdaLimitExceeded,
    }
}
