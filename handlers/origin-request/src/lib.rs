//! Sends a cache miss to the release that was chosen: its prefix in the bucket, its own back ends.

mod aim;
mod choice;

use edge_event::{Event, Outcome};
use lambda_host::{Deps, Handled, Note};

/// Answers an origin-request event: the request, aimed at the release that viewer-request stamped, or
/// at the one decided here when there is no stamp.
///
/// Without a configuration, a plan or an origin the request goes on as it came.
pub async fn handle(mut event: Event, deps: &Deps) -> Handled {
    let note = match deps.config() {
        Some(config) => choice::choose_and_aim(&mut event.request, config, deps).await,
        None => Note::without_config(),
    };
    Handled { outcome: Outcome::Request(Box::new(event.request)), note }
}
