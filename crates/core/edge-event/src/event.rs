use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::envelope::Envelope;
use crate::error::read;
use crate::field::given;
use crate::{EventError, Extra, Outcome, Request, Response, Trigger};

/// One event, as CloudFront gives it to a function: `{"Records": [{"cf": {...}}]}`.
///
/// What is read comes back equal as JSON: unknown fields at every level, header casing and order,
/// absent fields as absent.
///
/// Source: page `lambda-event-structure`.
///
/// ```
/// use edge_event::{Event, Request, Trigger};
///
/// let json = br#"{"Records": [{"cf": {
///     "config": {"eventType": "viewer-request", "new": true},
///     "request": {"clientIp": "203.0.113.178", "method": "GET", "uri": "/", "headers": {}}
/// }}]}"#;
/// let event = Event::from_slice(json)?;
/// assert_eq!(event.trigger(), Trigger::ViewerRequest);
/// assert_eq!(event.to_value(), serde_json::from_slice::<serde_json::Value>(json)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// What the event says about itself.
    pub config: Config,
    /// The request. Some documented events of response triggers have none: an empty `method` says so.
    pub request: Request,
    /// The response; in events of response triggers only.
    pub response: Option<Response>,
    /// Fields of `Records[0].cf` that this crate does not know.
    pub extra: Extra,
    /// Fields of `Records[0]` that this crate does not know.
    pub record_extra: Extra,
    /// Fields of the whole document that this crate does not know.
    pub envelope_extra: Extra,
}

/// Which distribution and trigger an event comes from. Read-only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The distribution's own domain, such as `d111111abcdef8.cloudfront.net`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub distribution_domain_name: Option<String>,
    /// The distribution's id, such as `EDFDVBD6EXAMPLE`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub distribution_id: Option<String>,
    /// The trigger; see [`Event::trigger`] for events without it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<Trigger>,
    /// What the access logs have as `x-edge-request-id`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Event {
    /// Reads an event from the bytes of its JSON.
    ///
    /// # Errors
    /// Not JSON, not exactly one record, a required field missing, or a value of the wrong type
    /// (`null` included); the error names the JSON path.
    pub fn from_slice(json: &[u8]) -> Result<Event, EventError> {
        read("event", json)
    }

    /// Reads an event from its JSON text.
    ///
    /// # Errors
    /// As [`Event::from_slice`].
    pub fn from_json(json: &str) -> Result<Event, EventError> {
        Event::from_slice(json.as_bytes())
    }

    /// The whole document again.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("every map of an event has strings as keys")
    }

    /// The trigger that the event comes from: `config.eventType`.
    ///
    /// Older and documented events lack it; then the shape decides. An event with a response is of a
    /// response trigger, one with an origin is of an origin trigger. An origin trigger's event that
    /// shows no origin counts as the viewer's.
    pub fn trigger(&self) -> Trigger {
        self.config.event_type.unwrap_or(match (&self.response, &self.request.origin) {
            (None, None) => Trigger::ViewerRequest,
            (None, Some(_)) => Trigger::OriginRequest,
            (Some(_), Some(_)) => Trigger::OriginResponse,
            (Some(_), None) => Trigger::ViewerResponse,
        })
    }

    /// What a function returns that changes nothing: the event's response when it is of a response
    /// trigger and has one, its request otherwise.
    pub fn passthrough(&self) -> Outcome {
        match &self.response {
            Some(response) if !self.trigger().is_request() => response.clone().into(),
            Some(_) | None => self.request.clone().into(),
        }
    }

    /// An event of the viewer-request trigger, with the configuration of the guide's examples.
    pub fn viewer_request(request: Request) -> Event {
        Event::new(Trigger::ViewerRequest, request)
    }

    /// An event of the origin-request trigger. The request should have an origin.
    pub fn origin_request(request: Request) -> Event {
        Event::new(Trigger::OriginRequest, request)
    }

    /// An event of the origin-response trigger. The request should have an origin.
    pub fn origin_response(request: Request, response: Response) -> Event {
        Event { response: Some(response), ..Event::new(Trigger::OriginResponse, request) }
    }

    /// An event of the viewer-response trigger.
    pub fn viewer_response(request: Request, response: Response) -> Event {
        Event { response: Some(response), ..Event::new(Trigger::ViewerResponse, request) }
    }

    fn new(trigger: Trigger, request: Request) -> Event {
        let config = Config {
            distribution_domain_name: Some("d111111abcdef8.cloudfront.net".into()),
            distribution_id: Some("EDFDVBD6EXAMPLE".into()),
            event_type: Some(trigger),
            request_id: Some("4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==".into()),
            extra: Extra::new(),
        };
        Event { config, request, ..Event::default() }
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Envelope::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Event, D::Error> {
        Envelope::deserialize(deserializer).map(Event::from)
    }
}
