//! The rules of `observation` and `routing-core`, as expressions over the columns of a query.

use observation::{LABEL, PREVIEW_PARAMETER};
use routing_core::{Answers, PIN_PARAMETER, PIN_SEGMENT, Rules};

use crate::pattern::{SPACES, encoded, group, id, in_any_case, is_in, is_like, literal};
use crate::text::{any, list, quoted};

/// The release that the label in `content_type` names.
pub(crate) fn label() -> String {
    let name = in_any_case(LABEL);
    let value = group("content_type", &format!(";{SPACES}{name}{}", rest_of_pair()), 1);
    group(&value, &format!("^{}$", id()), 0)
}

/// The release that the pin in `uri` names.
pub(crate) fn path_pin() -> String {
    group("uri", &format!("^{PIN_SEGMENT}({})(?:/|$)", id()), 1)
}

/// The release that the pin in `query` names.
pub(crate) fn query_pin() -> String {
    let value = group("query", &format!("(?:^|&){PIN_PARAMETER}=([^&]*)"), 1);
    group(&value, &format!("^{}$", id()), 0)
}

/// The release that the release cookie names.
pub(crate) fn cookie(rules: &Rules) -> String {
    let name = literal(rules.release_cookie.as_str());
    let value = group("cookie", &format!("(?:^|;){SPACES}{name}{}", rest_of_pair()), 1);
    let id = id();
    group(&value, &format!("^({id})(?:\\.{id}-(?:0|[1-9][0-9]{{0,18}}))?$"), 1)
}

/// What a page says in a beacon: the kind, if the row is one.
pub(crate) fn said(beacon: Option<&str>) -> String {
    let Some(path) = beacon else { return "CAST(NULL AS varchar)".into() };
    let kind = group("query", "(?:^|&)k=([^&]*)", 1);
    let kinds = list(["error", "unhandledrejection", "chunk", "vitals"]);
    let has_sample = is_in("query", "(?:^|&)s=");
    let sample = group("query", "(?:^|&)s=([^&]*)", 1);
    let sample = is_in(&sample, "^0*(?:[1-9][0-9]?|100)$");
    format!(
        "CASE WHEN uri = {} AND method = 'GET' AND {kind} IN {kinds} AND (NOT ({has_sample}) OR ({sample})) THEN {kind} END",
        quoted(path)
    )
}

/// The release that a beacon names, or else the cookie.
pub(crate) fn of_beacon(rules: &Rules) -> String {
    let value = group("query", "(?:^|&)r=([^&]*)", 1);
    format!("coalesce({}, {})", group(&value, &format!("^{}$", id()), 0), cookie(rules))
}

/// The value of a pair, without the spaces around it.
fn rest_of_pair() -> String {
    format!("{SPACES}(?:={SPACES}([^;]*?){SPACES})?(?:;|$)")
}

/// Whether the row has a preview link or an override cookie.
pub(crate) fn is_override(rules: &Rules) -> String {
    let name = literal(rules.override_cookie.as_str());
    let link = is_in("query", &format!("(?:^|&){PREVIEW_PARAMETER}(?:=|&|$)"));
    let cookie = is_in("cookie", &format!("(?:^|;){SPACES}{name}{SPACES}(?:=|;|$)"));
    any(&[link, cookie])
}

/// Whether `agent` is a crawler's. It is in lower case, as the log has it.
pub(crate) fn is_crawler(rules: &Rules) -> String {
    // One letter is in every User-Agent: `routing_core::Crawlers` leaves such marks out.
    let marks = rules.crawlers.marks().iter().filter(|mark| mark.len() >= 2);
    let marks: Vec<String> = marks.map(|mark| encoded(mark)).collect();
    if marks.is_empty() { "FALSE".into() } else { is_in("agent", &marks.join("|")) }
}

/// Whether the viewer closed the connection.
pub(crate) const HAS_LEFT: &str = "(status = 0 OR detailed IN ('ClientCommError', 'ClientHungUpRequest') \
     OR (result = 'Error' AND coalesce(response_result, 'Error') <> 'Error' AND status < 400))";

/// Whether an edge function answered.
pub(crate) const IS_ANSWERED: &str =
    "response IN ('LambdaGeneratedResponse', 'FunctionGeneratedResponse')";

/// Whether an edge function failed.
pub(crate) fn is_function_error() -> String {
    let failures = list([
        "LambdaExecutionError",
        "LambdaValidationError",
        "LambdaLimitExceeded",
        "FunctionExecutionError",
        "FunctionThrottledError",
    ]);
    let is_one = ["result", "coalesce(response_result, '')", "detailed"];
    any(&is_one.map(|value| format!("{value} IN {failures}")))
}

/// `hit`, `miss` or nothing.
pub(crate) const CACHE: &str = "CASE WHEN response IN ('Hit', 'RefreshHit', 'OriginShieldHit') THEN 'hit' \
     WHEN response = 'Miss' THEN 'miss' END";

/// The path without its pin.
pub(crate) fn path() -> String {
    let before = PIN_SEGMENT.len();
    format!(
        "CASE WHEN path_pin IS NULL THEN uri WHEN length(uri) = {before} + length(path_pin) THEN '/' \
         ELSE substr(uri, {} + length(path_pin)) END",
        before + 1
    )
}

/// Whether `path` is the path of a file.
pub(crate) fn is_file(rules: &Rules) -> String {
    let hidden = is_in("path", r"(?:^|/)\.[^./]*$");
    let extension = format!("lower(coalesce({}, ''))", group("path", r"\.([^./]*)$", 1));
    let types: Vec<String> =
        rules.file_types.iter().map(|kind| kind.to_ascii_lowercase()).collect();
    let is_known =
        if types.is_empty() { "FALSE".into() } else { format!("{extension} IN {}", list(types)) };
    any(&[hidden, is_known])
}

/// Whether no request for `bare`, the path without its slash, is a page load.
pub(crate) fn has_no_pages(rules: &Rules) -> String {
    let like = |pattern: &dyn std::fmt::Display| is_like("bare", &pattern.to_string());
    let mut conditions: Vec<String> = rules.exclude.iter().map(|pattern| like(pattern)).collect();
    let routes = rules.routes.iter().map(|route| {
        let is_data = match route.answers {
            Answers::Data => "TRUE",
            Answers::Pages => "FALSE",
        };
        format!("WHEN {} THEN {is_data}", like(&route.pattern))
    });
    let routes: Vec<String> = routes.collect();
    if !routes.is_empty() {
        conditions.push(format!("CASE {} ELSE FALSE END", routes.join(" ")));
    }
    any(&conditions)
}

/// Whether the response can be a page: a browser stays on its page if the answer is a 204.
pub(crate) fn may_be_a_page() -> String {
    let first = format!("^{SPACES}([^;=]*?){SPACES}(?:;|=|$)");
    let kind = format!("lower(coalesce({}, ''))", group("content_type", &first, 1));
    let html = list(["text/html", "application/xhtml+xml"]);
    format!("status <> 204 AND (content_type IS NULL OR {kind} IN {html})")
}
