use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::envelope::Envelope;
use crate::error::read;
use crate::field::given;
use crate::{EventError, Extra, Outcome, Request, Response, Trigger};

/// The event that CloudFront passes to a function: `{"Records": [{"cf": {...}}]}`.
///
/// An event that was read is written as equal JSON. Unknown fields stay at every level, headers keep
/// their order and casing, and absent fields stay absent.
///
/// AWS: [Lambda@Edge event structure][guide].
///
/// [guide]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
///
/// ```
/// use edge_event::{Event, Trigger};
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
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The distribution and the trigger. Read-only.
    pub config: Config,
    /// The request. Some events of response triggers have none; its `method` is then empty.
    pub request: Request,
    /// The response. Only events of response triggers have one.
    pub response: Option<Response>,
    /// Fields of `Records[0].cf` that this crate does not know.
    pub extra: Extra,
    /// Fields of `Records[0]` that this crate does not know.
    pub record_extra: Extra,
    /// Fields of the whole document that this crate does not know.
    pub envelope_extra: Extra,
}

/// The distribution and the trigger that an event comes from. Read-only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Config {
    /// The distribution's domain name at CloudFront, such as `d111111abcdef8.cloudfront.net`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub distribution_domain_name: Option<String>,
    /// The distribution's id, such as `EDFDVBD6EXAMPLE`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub distribution_id: Option<String>,
    /// The trigger. Use [`Event::trigger`], which also works for events without this field.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<Trigger>,
    /// The id of the viewer's request, equal to `x-edge-request-id` in the access logs.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Fields of `config` that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Config {
    /// A configuration that names the trigger and nothing else.
    #[must_use]
    pub fn new(trigger: Trigger) -> Config {
        Config { event_type: Some(trigger), ..Config::default() }
    }
}

impl Event {
    /// Reads an event from the bytes of its JSON.
    ///
    /// # Errors
    /// If the bytes are not JSON, `Records` does not hold exactly one record, a required field is
    /// missing, or a value has the wrong type (`null` has). The error names the JSON path.
    pub fn from_slice(json: &[u8]) -> Result<Event, EventError> {
        read("event", json)
    }

    /// Reads an event from its JSON text.
    ///
    /// # Errors
    /// The same as [`Event::from_slice`].
    pub fn from_json(json: &str) -> Result<Event, EventError> {
        Event::from_slice(json.as_bytes())
    }

    /// The whole document as a JSON value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("every map of an event has strings as keys")
    }

    /// The trigger that the event comes from: `config.eventType`, or else the trigger that the event
    /// looks like.
    ///
    /// Older events, and some in AWS's guide, do not have the field. Then an event with a response is
    /// one of a response trigger, and an event with an origin is one of an origin trigger. An event
    /// of an origin trigger that has neither the field nor an origin is taken for one of a viewer
    /// trigger.
    #[must_use]
    pub fn trigger(&self) -> Trigger {
        self.config.event_type.unwrap_or(match (&self.response, &self.request.origin) {
            (None, None) => Trigger::ViewerRequest,
            (None, Some(_)) => Trigger::OriginRequest,
            (Some(_), Some(_)) => Trigger::OriginResponse,
            (Some(_), None) => Trigger::ViewerResponse,
        })
    }

    /// The result of a function that changes nothing: the response of a response trigger's event, or
    /// else the request.
    #[must_use]
    pub fn passthrough(&self) -> Outcome {
        match &self.response {
            Some(response) if !self.trigger().is_request() => response.clone().into(),
            Some(_) | None => self.request.clone().into(),
        }
    }

    /// An event with this configuration and request, and without a response.
    #[must_use]
    pub fn new(config: Config, request: Request) -> Event {
        Event {
            config,
            request,
            response: None,
            extra: Extra::new(),
            record_extra: Extra::new(),
            envelope_extra: Extra::new(),
        }
    }

    /// An event of the viewer-request trigger. Its `config` names the trigger and nothing else.
    #[must_use]
    pub fn viewer_request(request: Request) -> Event {
        Event::new(Config::new(Trigger::ViewerRequest), request)
    }

    /// An event of the origin-request trigger. Its `config` names the trigger and nothing else.
    ///
    /// CloudFront's events of this trigger have a request with an [`origin`](Request::origin()).
    #[must_use]
    pub fn origin_request(request: Request) -> Event {
        Event::new(Config::new(Trigger::OriginRequest), request)
    }

    /// An event of the origin-response trigger. Its `config` names the trigger and nothing else.
    ///
    /// CloudFront's events of this trigger have a request with an [`origin`](Request::origin()).
    #[must_use]
    pub fn origin_response(request: Request, response: Response) -> Event {
        let event = Event::new(Config::new(Trigger::OriginResponse), request);
        Event { response: Some(response), ..event }
    }

    /// An event of the viewer-response trigger. Its `config` names the trigger and nothing else.
    #[must_use]
    pub fn viewer_response(request: Request, response: Response) -> Event {
        let event = Event::new(Config::new(Trigger::ViewerResponse), request);
        Event { response: Some(response), ..event }
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
