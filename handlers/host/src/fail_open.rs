use std::panic::AssertUnwindSafe;
use std::time::Instant;

use edge_event::rules::{MAX_HEADERS_BYTES, MAX_URI_CHARS};
use edge_event::{Event, Outcome, Trigger};
use futures_util::FutureExt;
use serde::Serialize;
use serde_json::value::RawValue;
use thiserror::Error;

use crate::log::Handled;
use crate::passed_on::passed_on;

/// The reply to CloudFront.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// The handler's own result.
    Handled(Box<Outcome>),
    /// The event's own request or response, because our code failed.
    Untouched(Box<RawValue>),
}

/// The payload has no request or response to pass on, so it did not come from CloudFront.
#[derive(Debug, Error)]
#[error("this is not a CloudFront event, and nothing in it can be passed on: {0}")]
pub struct NotAnEvent(String);

/// Calls `handler` with the event in `payload`. If anything fails, panics included, returns the event's
/// own request (or response) and logs one error line. A
/// viewer's request loses the internal headers, which only our functions may write.
///
/// Lambda@Edge itself does not fail open: an error of the function would be a 503 for the viewer (page
/// `http-503-service-unavailable`).
///
/// # Errors
/// [`NotAnEvent`] if `payload` has no request or response to pass on.
pub async fn fail_open<F>(payload: &RawValue, handler: F) -> Result<Reply, NotAnEvent>
where
    F: AsyncFnOnce(Event) -> Handled,
{
    let began = Instant::now();
    let event = match Event::from_json(payload.get()) {
        Ok(event) => event,
        Err(error) => return untouched(payload, None, "", &error.to_string()),
    };
    let trigger = event.trigger();
    let request_id = event.config.request_id.clone().unwrap_or_default();
    match AssertUnwindSafe(handler(event)).catch_unwind().await {
        Ok(Handled { outcome, note }) if fits(&outcome) => {
            note.write(trigger, &request_id, began);
            Ok(Reply::Handled(Box::new(outcome)))
        }
        Ok(_) => {
            untouched(payload, Some(trigger), &request_id, "the result is over CloudFront's limits")
        }
        Err(_) => untouched(payload, Some(trigger), &request_id, "the handler panicked"),
    }
}

/// Whether the result is within CloudFront's limits, with all that we added. Above them CloudFront
/// answers with a 502.
fn fits(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Request(request) => {
            request.size() <= MAX_HEADERS_BYTES && request.url_chars() <= MAX_URI_CHARS
        }
        Outcome::Response(response) => response.headers.size() <= MAX_HEADERS_BYTES,
    }
}

fn untouched(
    payload: &RawValue,
    trigger: Option<Trigger>,
    request_id: &str,
    problem: &str,
) -> Result<Reply, NotAnEvent> {
    let trigger = trigger.map(Trigger::as_str);
    let kept = passed_on(payload.get());
    match kept {
        Some(kept) => {
            tracing::error!(
                request_id,
                trigger,
                reason = "pass-through",
                problem,
                "passed on untouched"
            );
            Ok(Reply::Untouched(kept))
        }
        None => Err(NotAnEvent(problem.to_owned())),
    }
}
