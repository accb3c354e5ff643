//! The rules for a request that a function returns.

use super::{Findings, headers, origin, text};
use crate::{Body, BodyAction, BodyEncoding, Origin, Request, rules};

/// Checks the request of a result against the event's.
pub(super) fn check(before: &Request, after: &Request, findings: &mut Findings) {
    headers::check(&before.headers, &after.headers, findings);
    check_read_only(before, after, findings);
    check_uri(before, after, findings);
    check_querystring(before, after, findings);
    findings.at_most(
        &rules::URI_LENGTH,
        rules::MAX_URI_CHARS,
        before.url_chars(),
        after.url_chars(),
    );
    findings.at_most(&rules::HEADERS_SIZE, rules::MAX_HEADERS_BYTES, before.size(), after.size());
    if before.body != after.body {
        check_body(before.body.as_ref(), after.body.as_ref(), findings);
    }
    if before.origin != after.origin
        && let Some(after_origin) = &after.origin
    {
        origin::check(before.origin.as_ref(), after_origin, findings);
    }
    check_sent_twice(before, after, findings);
}

/// Reports headers that both the request and its origin have, if the event's did not.
fn check_sent_twice(before: &Request, after: &Request, findings: &mut Findings) {
    let Some(origin) = &after.origin else { return };
    for (name, _) in origin.custom_headers().iter() {
        if is_sent_twice(after, name) && !is_sent_twice(before, name) {
            findings.add(&rules::ORIGIN_CUSTOM_HEADER_TWICE, format!("`{}`", name.escape_debug()));
        }
    }
}

fn is_sent_twice(request: &Request, name: &str) -> bool {
    let custom = request.origin.as_ref().map(Origin::custom_headers);
    request.headers.contains(name) && custom.is_some_and(|headers| headers.contains(name))
}

fn check_read_only(before: &Request, after: &Request, findings: &mut Findings) {
    if before.client_ip != after.client_ip {
        findings.add(&rules::READ_ONLY_FIELD, "`clientIp`");
    }
    if before.method != after.method {
        findings
            .add(&rules::READ_ONLY_FIELD, format!("`method` to `{}`", after.method.escape_debug()));
    }
}

fn check_uri(before: &Request, after: &Request, findings: &mut Findings) {
    if before.uri == after.uri {
        return;
    }
    if !after.uri.starts_with('/') {
        findings.add(&rules::URI_START, format!("`{}`", after.uri.escape_debug()));
    }
    if let Some(unfit) = text::unfit_for_url(&after.uri) {
        findings.add(&rules::URI_CHARACTERS, format!("`{}`", unfit.escape_debug()));
    }
}

fn check_querystring(before: &Request, after: &Request, findings: &mut Findings) {
    let Some(querystring) = &after.querystring else { return };
    if before.querystring == after.querystring {
        return;
    }
    if querystring.starts_with('?') {
        findings.add(&rules::QUERYSTRING_START, "`?`");
    }
    if let Some(unfit) = text::unfit_for_url(querystring) {
        findings.add(&rules::QUERYSTRING_CHARACTERS, format!("`{}`", unfit.escape_debug()));
    }
}

fn check_body(before: Option<&Body>, after: Option<&Body>, findings: &mut Findings) {
    let Some(after) = after else { return };
    let was_truncated = before.and_then(|body| body.input_truncated);
    if let Some(truncated) = after.input_truncated
        && was_truncated.is_some_and(|was| was != truncated)
    {
        let found = format!("`body.inputTruncated` to `{truncated}`");
        findings.add(&rules::READ_ONLY_FIELD, found);
    }
    if after.action == Some(BodyAction::Replace) {
        check_replacement(after, findings);
    }
}

fn check_replacement(body: &Body, findings: &mut Findings) {
    let data = body.data.as_deref().unwrap_or_default();
    let limit = match body.encoding {
        Some(BodyEncoding::Text) => rules::max_text_body_bytes(findings.trigger),
        Some(BodyEncoding::Base64) | None => {
            if !text::is_base64(data) {
                findings.add(&rules::REQUEST_BODY_BASE64, format!("`{}` bytes", data.len()));
            }
            rules::max_base64_body_bytes(findings.trigger)
        }
    };
    findings.at_most(&rules::REQUEST_BODY_SIZE, limit, 0, data.len());
}
