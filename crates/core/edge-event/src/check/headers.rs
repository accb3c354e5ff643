//! The rules for header maps: of requests, of responses, and of an origin's custom headers.

use super::{Findings, text};
use crate::rules::{self, Rule};
use crate::{Header, Headers, Trigger};

const VIEWER_COUNTRY: &str = "cloudfront-viewer-country";

/// Checks the headers of a result against those of the event.
pub(super) fn check(before: &Headers, after: &Headers, findings: &mut Findings) {
    check_form(before, after, findings);
    check_added(before, after, rules::DISALLOWED_HEADERS, &rules::DISALLOWED_HEADER, findings);
    if findings.trigger == Trigger::ViewerRequest {
        check_added(before, after, &[VIEWER_COUNTRY], &rules::VIEWER_COUNTRY_HEADER, findings);
    }
    for name in rules::read_only_headers(findings.trigger) {
        if !before.values(name).eq(after.values(name)) {
            let found = format!("`{name}` in a {} function", findings.trigger);
            findings.add(&rules::READ_ONLY_HEADER, found);
        }
    }
}

/// Checks the names, keys and values of headers that differ from the event's.
pub(super) fn check_form(before: &Headers, after: &Headers, findings: &mut Findings) {
    for (name, values) in after.iter().filter(|named| !before.iter().any(|b| b == *named)) {
        check_name(name, findings);
        for header in values {
            check_header(name, header, findings);
        }
    }
}

fn check_name(name: &str, findings: &mut Findings) {
    if !text::is_token(name) {
        findings.add(&rules::HEADER_NAME, format!("`{}`", name.escape_debug()));
    }
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        findings.add(&rules::HEADER_MAP_NAME, format!("`{name}`"));
    }
}

fn check_header(name: &str, header: &Header, findings: &mut Findings) {
    if let Some(key) = &header.key
        && !key.eq_ignore_ascii_case(name)
    {
        let found = format!("`{}` under `{}`", key.escape_debug(), name.escape_debug());
        findings.add(&rules::HEADER_KEY, found);
    }
    if !text::is_header_value(&header.value) {
        findings.add(&rules::HEADER_VALUE, format!("the value of `{}`", name.escape_debug()));
    }
}

/// Reports the listed headers with other values than before. Their removal is allowed.
pub(super) fn check_added(
    before: &Headers,
    after: &Headers,
    names: &[&str],
    rule: &'static Rule,
    findings: &mut Findings,
) {
    for (name, values) in after.iter() {
        let new = !values.is_empty() && !before.values(name).eq(after.values(name));
        if new && rules::lists(names, name) {
            findings.add(rule, format!("`{}`", name.escape_debug()));
        }
    }
}
