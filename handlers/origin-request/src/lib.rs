//! The function at origin-request. It sends a cache miss to the chosen release: to its prefix in the bucket,
//! or to its back ends.

mod aim;
mod choice;

use edge_event::{Event, Outcome};
use lambda_host::{Deps, Handled, Note};

/// Handles an origin-request event. Returns the request, pointed at the release that viewer-request stamped.
/// If there is no stamp, the release is decided here.
///
/// Without a configuration, a plan or an origin the request is forwarded unchanged.
pub async fn handle(mut event: Event, deps: &Deps) -> Handled {
    let note = match deps.config() {
        Some(config) => choice::choose_and_aim(&mut event.request, config, deps).await,
        None => Note::without_config(),
    };
    Handled { outcome: Outcome::Request(Box::new(event.request)), note }
}
