use edge_event::Trigger;
use serde_json::Value;

/// The JSON pointers at which a result differs from its event, except where our functions may change it.
///
/// A generated response takes nothing from the event, so it has no differences.
#[must_use]
pub fn differences(trigger: Trigger, document: &Value, result: &Value) -> Vec<String> {
    let pointer = match trigger {
        Trigger::ViewerRequest | Trigger::OriginRequest => "/Records/0/cf/request",
        Trigger::OriginResponse | Trigger::ViewerResponse => "/Records/0/cf/response",
    };
    let before = document.pointer(pointer).unwrap_or(&Value::Null);
    let is_generated = trigger.is_request() && result.get("status").is_some();
    let mut found = Vec::new();
    if !is_generated {
        walk("", before, result, &mut found);
        found.retain(|pointer| !is_ours(trigger, pointer));
        if stands_for_missing_page(document, result) {
            found.retain(|pointer| pointer != "/status" && pointer != "/statusDescription");
        }
        if is_labelled(before, result) {
            found.retain(|pointer| pointer != "/headers/content-type");
        }
        found.extend(lost_cookies(before, result));
        found.extend(changed_cookies(before, result));
    }
    found
}

/// Whether the bucket answered with the page for missing pages, whose status becomes 404.
fn stands_for_missing_page(document: &Value, result: &Value) -> bool {
    const HEADER: &str = "/Records/0/cf/request/headers/x-bluegreen-not-found";
    document.pointer(HEADER).is_some() && result["status"] == "404"
}

/// Whether the only Content-Type got the release as its last parameter.
fn is_labelled(before: &Value, after: &Value) -> bool {
    let only = |response: &Value| {
        let values = response.pointer("/headers/content-type").and_then(Value::as_array)?;
        let [only] = values.as_slice() else { return None };
        Some(only.get("value")?.as_str()?.to_owned())
    };
    let label = only(before).zip(only(after));
    label.is_some_and(|(before, after)| {
        after.strip_prefix(&before).is_some_and(|label| label.starts_with("; release="))
    })
}

/// Checks that the origin's cookies are unchanged and come before those that we add.
fn lost_cookies(before: &Value, after: &Value) -> Option<String> {
    let cookies = |response: &Value| response.pointer("/headers/set-cookie").cloned();
    let before = cookies(before)?;
    let kept = cookies(after).is_some_and(|after| {
        after
            .as_array()
            .zip(before.as_array())
            .is_some_and(|(after, before)| after.starts_with(before))
    });
    (!kept).then(|| "/headers/set-cookie".to_owned())
}

/// Checks that the viewer's cookies are unchanged, except for the release cookie.
fn changed_cookies(before: &Value, after: &Value) -> Option<String> {
    let foreign = |message: &Value| {
        let headers = message.pointer("/headers/cookie").and_then(Value::as_array).cloned();
        let headers = headers.into_iter().flatten();
        let values = headers.filter_map(|header| Some(header.get("value")?.as_str()?.to_owned()));
        foreign_cookies(&values.collect::<Vec<_>>().join(";"))
    };
    (foreign(before) != foreign(after)).then(|| "/headers/cookie".to_owned())
}

/// The cookies of a `Cookie` header without the release cookie, which is ours.
pub(crate) fn foreign_cookies(header: &str) -> Vec<String> {
    let is_ours =
        |pair: &&str| pair.split_once('=').is_some_and(|(name, _)| name.trim_end() == "release");
    let pairs = header.split(';').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.filter(|pair| !is_ours(pair)).map(str::to_owned).collect()
}

fn walk(pointer: &str, before: &Value, after: &Value, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
            for key in keys {
                let at = format!("{pointer}/{key}");
                match (before.get(key), after.get(key)) {
                    (Some(before), Some(after)) => walk(&at, before, after, found),
                    (Some(_), None) | (None, Some(_)) | (None, None) => found.push(at),
                }
            }
        }
        (before, after) if before != after => found.push(pointer.to_owned()),
        _ => {}
    }
}

/// Whether the function of `trigger` may change the value at `pointer`.
fn is_ours(trigger: Trigger, pointer: &str) -> bool {
    let exact: &[&str] = match trigger {
        Trigger::ViewerRequest => &[
            "/headers/if-none-match",
            "/headers/if-modified-since",
            "/headers/range",
            "/headers/if-range",
            // Its foreign part is checked by itself.
            "/headers/cookie",
        ],
        Trigger::OriginRequest => {
            &["/uri", "/origin/s3/path", "/origin/custom/domainName", "/headers/host"]
        }
        Trigger::OriginResponse => &[
            "/headers/set-cookie",
            "/headers/cache-control",
            "/headers/x-robots-tag",
            "/headers/x-release",
        ],
        Trigger::ViewerResponse => &[],
    };
    exact.contains(&pointer)
        || (trigger.is_request() && pointer.starts_with("/headers/x-bluegreen-"))
}
