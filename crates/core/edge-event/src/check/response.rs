//! The rules for a response that a function returns.

use super::{Findings, headers, text};
use crate::{BodyEncoding, Headers, Response, Trigger, rules};

/// Checks the response of a result. `before` is the event's response; request triggers have none.
pub(super) fn check(before: Option<&Response>, after: &Response, findings: &mut Findings) {
    let no_headers = Headers::default();
    let headers_before = before.map_or(&no_headers, |response| &response.headers);
    headers::check(headers_before, &after.headers, findings);
    findings.at_most(
        &rules::HEADERS_SIZE,
        rules::MAX_HEADERS_BYTES,
        headers_before.size(),
        after.headers.size(),
    );
    if before.is_none_or(|before| before.status != after.status) {
        check_status(before, &after.status, findings);
    }
    if before != Some(after) {
        check_body(after, findings);
    }
}

fn check_status(before: Option<&Response>, status: &str, findings: &mut Findings) {
    let digits = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !status.parse().is_ok_and(|code| rules::STATUS_RANGE.contains(&code)) {
        findings.add(&rules::STATUS, format!("`{}`", status.escape_debug()));
    }
    if let Some(before) = before
        && findings.trigger == Trigger::ViewerResponse
    {
        let found = format!("`{}` to `{}`", before.status, status.escape_debug());
        findings.add(&rules::STATUS_UNCHANGED, found);
    }
}

fn check_body(response: &Response, findings: &mut Findings) {
    let Some(body) = &response.body else { return };
    if response.status == "204" && !body.is_empty() && findings.trigger == Trigger::ViewerRequest {
        findings.add(&rules::NO_CONTENT_BODY, format!("`{}` bytes", body.len()));
    }
    if response.body_encoding == Some(BodyEncoding::Base64) && !text::is_base64(body) {
        findings.add(&rules::RESPONSE_BASE64, format!("`{}` bytes", body.len()));
    }
    let limit = rules::max_response_bytes(findings.trigger);
    let size = response.headers.size() + body.len();
    findings.at_most(&rules::RESPONSE_SIZE, limit, 0, size);
}
