//! Origin-response: lets CloudFront and browsers keep assets, whose names change with their content.

use edge_event::{Event, Outcome};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Event>) -> Result<Outcome, Error> {
    Ok(keep_assets(event.payload))
}

pub(crate) fn keep_assets(mut event: Event) -> Outcome {
    let is_asset = event.request.uri.starts_with("/assets/");
    if let Some(response) = &mut event.response
        && is_asset
        && response.status == "200"
    {
        response.headers.set("Cache-Control", "public, max-age=31536000, immutable");
    }
    event.passthrough()
}
