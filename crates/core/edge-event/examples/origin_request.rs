//! Origin-request: sends searches to a server of their own, which the distribution need not know.

use edge_event::{CustomOrigin, Event, Outcome};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

const SEARCH: &str = "search.example.com";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Event>) -> Result<Outcome, Error> {
    Ok(route(event.payload))
}

pub(crate) fn route(event: Event) -> Outcome {
    let mut request = event.request;
    if !request.uri.starts_with("/search/") {
        return request.into();
    }
    let mut server = CustomOrigin::new(SEARCH);
    server.read_timeout = Some(60);
    request.headers.set("Host", SEARCH);
    request.origin(server).into()
}
