//! Viewer-request: redirects `www.example.com` to `example.com`, before the cache and the origin.

use edge_event::{Event, Outcome, Response};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Event>) -> Result<Outcome, Error> {
    Ok(redirect(event.payload))
}

pub(crate) fn redirect(event: Event) -> Outcome {
    let request = event.request;
    let Some(domain) = request.headers.get("host").and_then(|host| host.strip_prefix("www."))
    else {
        return request.into();
    };
    let query = request.querystring.as_deref().filter(|query| !query.is_empty());
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("https://{domain}{}{query}", request.uri);
    Response::status(301).header("Location", location).into()
}
