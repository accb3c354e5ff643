use std::panic::AssertUnwindSafe;
use std::time::Instant;

use edge_event::{Event, Outcome};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::log::Handled;

/// What goes back to CloudFront.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// The handler's own result.
    Handled(Box<Outcome>),
    /// The event's own request or response, as it came: something of ours failed.
    Untouched(Box<RawValue>),
}

/// There is no request or response in it to pass on: this did not come from CloudFront.
#[derive(Debug, Error)]
#[error("this is not a CloudFront event, and nothing in it can be passed on: {0}")]
pub struct NotAnEvent(String);

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, rename = "Records")]
    records: [Record<'a>; 1],
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    cf: Cf<'a>,
}

#[derive(Deserialize)]
struct Cf<'a> {
    #[serde(borrow)]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

/// Calls `handler` with the event in `payload`; whatever fails, panics included, the event's own
/// request (or response) goes back untouched, with one error line in the log.
///
/// At the edge there is no fail-open: an error would be a 503 for the viewer (page
/// `http-503-service-unavailable`).
///
/// # Errors
/// [`NotAnEvent`] if there is nothing in `payload` to pass on.
pub async fn guard<F>(payload: &RawValue, handler: F) -> Result<Reply, NotAnEvent>
where
    F: AsyncFnOnce(Event) -> Handled,
{
    let began = Instant::now();
    let event = match Event::from_json(payload.get()) {
        Ok(event) => event,
        Err(error) => return untouched(payload, &error.to_string()),
    };
    let trigger = event.trigger();
    let request_id = event.config.request_id.clone().unwrap_or_default();
    match AssertUnwindSafe(handler(event)).catch_unwind().await {
        Ok(Handled { outcome, note }) => {
            note.write(trigger, &request_id, began);
            Ok(Reply::Handled(Box::new(outcome)))
        }
        Err(_) => untouched(payload, &format!("{} panicked", trigger.as_str())),
    }
}

fn untouched(payload: &RawValue, problem: &str) -> Result<Reply, NotAnEvent> {
    let kept = serde_json::from_str::<Envelope<'_>>(payload.get()).ok().and_then(|envelope| {
        let [Record { cf }] = envelope.records;
        cf.response.or(cf.request).map(ToOwned::to_owned)
    });
    match kept {
        Some(kept) => {
            tracing::error!(reason = "pass-through", problem, "passed on untouched");
            Ok(Reply::Untouched(kept))
        }
        None => Err(NotAnEvent(problem.to_owned())),
    }
}
