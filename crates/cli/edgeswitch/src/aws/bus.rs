use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use guard_rules::{DETAIL_TYPE, SOURCE};

use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// The default event bus of a Region.
pub trait Bus: Send + Sync {
    /// Puts an event about a release change. `detail` is a JSON object.
    fn put<'a>(&'a self, detail: &'a str) -> Answer<'a, ()>;
}

/// The bus, called through AWS's SDK.
pub(crate) struct EventBus {
    pub(crate) client: Client,
    pub(crate) region: String,
}

impl EventBus {
    async fn send(&self, detail: &str) -> Result<(), AwsError> {
        let doing = || format!("put an event on the bus of `{}`", self.region);
        let entry =
            PutEventsRequestEntry::builder().source(SOURCE).detail_type(DETAIL_TYPE).detail(detail);
        let answer = self.client.put_events().entries(entry.build()).send().await;
        let output = answer.map_err(|error| describe(&error, doing()))?;
        // An entry can fail although the call succeeds.
        let failed =
            output.entries().iter().find_map(|entry| entry.error_code().map(|code| (code, entry)));
        match failed {
            None => Ok(()),
            Some((code, entry)) => {
                let reason = format!("{code}: {}", entry.error_message().unwrap_or_default());
                Err(AwsError { kind: AwsErrorKind::Refused, doing: doing(), reason })
            }
        }
    }
}

impl Bus for EventBus {
    fn put<'a>(&'a self, detail: &'a str) -> Answer<'a, ()> {
        Box::pin(self.send(detail))
    }
}

/// The bus of `edgeswitch dev`: nobody listens.
pub(crate) struct NoBus;

impl Bus for NoBus {
    fn put<'a>(&'a self, _: &'a str) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}
