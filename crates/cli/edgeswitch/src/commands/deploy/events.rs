use edge_routing::RELEASE_HEADER;
use serde_json::{Value, json};

use crate::package::Function;

macro_rules! fixture {
    ($path:literal) => {
        include_str!(concat!("../../../../../../fixtures/events/", $path, ".json"))
    };
}

/// The events with which a version is tested: a page, a file, and headers that a viewer forged.
pub(crate) fn events(function: Function) -> &'static [&'static str] {
    match function {
        Function::ViewerRequest => &[
            fixture!("viewer-request/document-first-visit"),
            fixture!("viewer-request/asset-without-cookie"),
            fixture!("viewer-request/spoofed-internal-headers"),
        ],
        Function::OriginRequest => &[
            fixture!("origin-request/bucket-document"),
            fixture!("origin-request/decided-here-document"),
        ],
        Function::OriginResponse => &[
            fixture!("origin-response/document"),
            fixture!("origin-response/document-without-a-stamp"),
        ],
    }
}

/// The event with the stamp that viewer-request gave, in place of the fixture's.
///
/// A fixture names a release of a fictional shop. With the stamp of the plan in force, the function takes the way that it
/// takes for viewers.
pub(crate) fn stamped(mut event: Value, stamp: Option<&str>) -> Value {
    let headers = event.pointer_mut("/Records/0/cf/request/headers").and_then(Value::as_object_mut);
    if let (Some(headers), Some(stamp)) = (headers, stamp)
        && let Some(given) = headers.get_mut(RELEASE_HEADER)
    {
        *given = json!([{ "key": RELEASE_HEADER, "value": stamp }]);
    }
    event
}

/// The stamp in an answer of viewer-request.
pub(crate) fn stamp(answer: &Value) -> Option<&str> {
    answer.pointer(&format!("/headers/{RELEASE_HEADER}/0/value"))?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{events, stamp, stamped};
    use crate::package::Function;

    #[test]
    fn an_event_gets_the_stamp_of_the_plan_in_force() {
        let first = |function| -> Value { serde_json::from_str(events(function)[0]).unwrap() };
        let event = stamped(first(Function::OriginRequest), Some("c0ffee1.r1-0"));
        assert_eq!(stamp(&event["Records"][0]["cf"]["request"]), Some("c0ffee1.r1-0"));
        let unchanged = first(Function::OriginRequest);
        assert_eq!(stamped(unchanged.clone(), None), unchanged);
        let without = first(Function::ViewerRequest);
        assert_eq!(stamped(without.clone(), Some("c0ffee1.r1-0")), without);
    }
}
