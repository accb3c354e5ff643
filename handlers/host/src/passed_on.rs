use std::collections::BTreeMap;

use edge_routing::is_internal;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, rename = "Records")]
    records: [Record<'a>; 1],
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    cf: Cf<'a>,
}

#[derive(Deserialize)]
struct Cf<'a> {
    #[serde(borrow, default)]
    config: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventConfig {
    event_type: String,
}

/// A JSON object whose values stay as they were written.
type Raw<'a> = BTreeMap<String, &'a RawValue>;

/// The request or response of an event that is passed on because something of ours failed.
///
/// A response, and the request of an origin trigger, goes on byte for byte. Any other request loses the
/// internal headers: a viewer may have sent them, and nothing that a viewer sends ever stands for a
/// stamp of ours. `None` if `payload` is no event of CloudFront.
pub(crate) fn passed_on(payload: &str) -> Option<Box<RawValue>> {
    let envelope: Envelope<'_> = serde_json::from_str(payload).ok()?;
    let [Record { cf: Cf { config, request, response } }] = envelope.records;
    if let Some(response) = response {
        return Some(response.to_owned());
    }
    let request = request?;
    let config = config.and_then(|config| serde_json::from_str::<EventConfig>(config.get()).ok());
    let is_at_origin = config.is_some_and(|config| config.event_type.starts_with("origin-"));
    if is_at_origin { Some(request.to_owned()) } else { without_stamps(request) }
}

/// Only what is needed is taken apart: the request's fields, and the names of its headers.
fn without_stamps(request: &RawValue) -> Option<Box<RawValue>> {
    let mut fields: Raw<'_> = serde_json::from_str(request.get()).ok()?;
    let Some(headers) = fields.get("headers") else { return Some(request.to_owned()) };
    let mut kept: Raw<'_> = serde_json::from_str(headers.get()).unwrap_or_default();
    kept.retain(|name, _| !is_internal(name));
    let headers = serde_json::value::to_raw_value(&kept).ok()?;
    fields.insert("headers".to_owned(), &headers);
    serde_json::value::to_raw_value(&fields).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pass(payload: &Value) -> Option<Value> {
        passed_on(&payload.to_string()).map(|raw| serde_json::from_str(raw.get()).unwrap())
    }

    fn event(kind: &str, cf: &Value) -> Value {
        let mut cf = cf.clone();
        cf["config"] = json!({ "eventType": kind });
        json!({ "Records": [{ "cf": cf }] })
    }

    #[test]
    fn a_viewers_own_stamp_never_passes() {
        let forged = json!({ "uri": 7, "headers": {
            "x-bluegreen-release": [{ "value": "evil" }],
            "X-BlueGreen-Reason": [{ "value": "evil" }],
            "host": [{ "value": "shop.example.com" }],
        }});
        let clean = json!({ "uri": 7, "headers": { "host": [{ "value": "shop.example.com" }] } });
        for kind in ["viewer-request", "something new", ""] {
            let passed = pass(&event(kind, &json!({ "request": forged })));
            assert_eq!(passed.as_ref(), Some(&clean), "{kind}");
        }
        let odd =
            event("viewer-request", &json!({ "request": { "headers": "x-bluegreen-release" } }));
        assert_eq!(pass(&odd), Some(json!({ "headers": {} })));
    }

    #[test]
    fn what_is_not_a_viewers_passes_byte_for_byte() {
        let stamped = json!({ "headers": { "x-bluegreen-release": [{ "value": "41ab03d" }] } });
        let passed = pass(&event("origin-request", &json!({ "request": stamped })));
        assert_eq!(passed, Some(stamped.clone()));
        let answer = json!({ "status": "200", "number": 1.0e2 });
        let both = json!({ "request": stamped, "response": answer });
        assert_eq!(pass(&event("origin-response", &both)), Some(answer));
        assert_eq!(pass(&json!({ "Records": [] })), None);
    }
}
