//! Viewer-response: adds security headers to every response, cached or not.

use edge_event::{Event, Outcome};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

const HEADERS: [(&str, &str); 3] = [
    ("Strict-Transport-Security", "max-age=63072000"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Event>) -> Result<Outcome, Error> {
    Ok(secure(event.payload))
}

pub(crate) fn secure(mut event: Event) -> Outcome {
    if let Some(response) = &mut event.response {
        for (name, value) in HEADERS {
            response.headers.set(name, value);
        }
    }
    event.passthrough()
}
