//! The JSON around the parts of an event: `{"Records": [{"cf": {...}}]}`.
//!
//! The same types read (then everything is owned) and write (then everything is borrowed).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::field::given;
use crate::{Config, Event, Extra, Request, Response};

#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope<'a> {
    #[serde(rename = "Records")]
    records: [Record<'a>; 1],
    #[serde(flatten)]
    extra: Cow<'a, Extra>,
}

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    cf: Cf<'a>,
    #[serde(flatten)]
    extra: Cow<'a, Extra>,
}

#[derive(Serialize, Deserialize)]
struct Cf<'a> {
    config: Cow<'a, Config>,
    #[serde(default, skip_serializing_if = "Request::is_absent")]
    request: Cow<'a, Request>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    response: Option<Cow<'a, Response>>,
    #[serde(flatten)]
    extra: Cow<'a, Extra>,
}

impl<'a> From<&'a Event> for Envelope<'a> {
    fn from(event: &'a Event) -> Envelope<'a> {
        let cf = Cf {
            config: Cow::Borrowed(&event.config),
            request: Cow::Borrowed(&event.request),
            response: event.response.as_ref().map(Cow::Borrowed),
            extra: Cow::Borrowed(&event.extra),
        };
        let record = Record { cf, extra: Cow::Borrowed(&event.record_extra) };
        Envelope { records: [record], extra: Cow::Borrowed(&event.envelope_extra) }
    }
}

impl From<Envelope<'_>> for Event {
    fn from(envelope: Envelope<'_>) -> Event {
        let [record] = envelope.records;
        let cf = record.cf;
        Event {
            config: cf.config.into_owned(),
            request: cf.request.into_owned(),
            response: cf.response.map(Cow::into_owned),
            extra: cf.extra.into_owned(),
            record_extra: record.extra.into_owned(),
            envelope_extra: envelope.extra.into_owned(),
        }
    }
}
