//! The rules for an origin that a function sets or changes.

use std::fmt::Debug;

use super::{Findings, headers, text};
use crate::rules::{self, Rule};
use crate::{CustomOrigin, Headers, Origin, S3Origin, Trigger};

/// Checks an origin that differs from the event's. If both are of the same kind, fields with the same
/// value are not checked.
pub(super) fn check(before: Option<&Origin>, after: &Origin, findings: &mut Findings) {
    if findings.trigger != Trigger::OriginRequest {
        findings.add(&rules::VIEWER_ORIGIN, format!("`{}`", after.domain_name().escape_debug()));
    }
    match after {
        Origin::Custom(after) => {
            check_custom(Fields { before: before.and_then(custom), after, findings });
        }
        Origin::S3(after) => check_s3(Fields { before: before.and_then(s3), after, findings }),
    }
    check_custom_headers(before, after, findings);
}

fn check_custom(mut fields: Fields<'_, CustomOrigin>) {
    fields.judge(&rules::ORIGIN_DOMAIN, |o| Some(o.domain_name.as_str()), is_custom_domain);
    fields.judge(&rules::ORIGIN_PATH, |o| o.path.as_deref(), is_path);
    fields.judge(&rules::ORIGIN_PORT, |o| o.port, rules::is_origin_port);
    fields.judge(&rules::ORIGIN_PROTOCOL, |o| o.protocol.as_deref(), is_protocol);
    fields.judge(&rules::ORIGIN_TIMEOUT, |o| o.read_timeout, is_timeout);
    fields.judge(&rules::ORIGIN_TIMEOUT, |o| o.keepalive_timeout, is_timeout);
    fields.judge(
        &rules::ORIGIN_COMPLETION_TIMEOUT,
        |o| o.response_completion_timeout.zip(o.read_timeout),
        is_completion_timeout,
    );
    fields.judge(&rules::ORIGIN_SSL_PROTOCOLS, |o| o.ssl_protocols.as_deref(), are_ssl_protocols);
}

fn check_s3(mut fields: Fields<'_, S3Origin>) {
    fields.judge(&rules::ORIGIN_DOMAIN, |o| Some(o.domain_name.as_str()), is_s3_domain);
    fields.judge(&rules::ORIGIN_PATH, |o| o.path.as_deref(), is_path);
    fields.judge(&rules::ORIGIN_TIMEOUT, |o| o.read_timeout, is_timeout);
    fields.judge(
        &rules::ORIGIN_COMPLETION_TIMEOUT,
        |o| o.response_completion_timeout.zip(o.read_timeout),
        is_completion_timeout,
    );
    fields.judge(&rules::ORIGIN_AUTH_METHOD, |o| o.auth_method.as_deref(), is_auth_method);
    fields.judge(
        &rules::ORIGIN_REGION,
        |o| o.auth_method.as_deref().map(|auth| (auth, o.region.as_deref().unwrap_or_default())),
        |(auth, region)| auth != rules::ORIGIN_ACCESS_IDENTITY || !region.is_empty(),
    );
}

fn check_custom_headers(before: Option<&Origin>, after: &Origin, findings: &mut Findings) {
    let none = Headers::default();
    let before = before.map_or(&none, Origin::custom_headers);
    let after = after.custom_headers();
    headers::check_form(before, after, findings);
    let names = [rules::FORBIDDEN_CUSTOM_HEADERS, rules::DISALLOWED_HEADERS].concat();
    headers::check_added(before, after, &names, &rules::ORIGIN_CUSTOM_HEADER, findings);
}

/// The origin of the event, if it is of the same kind, and the origin of the result.
struct Fields<'a, O> {
    before: Option<&'a O>,
    after: &'a O,
    findings: &'a mut Findings,
}

impl<'a, O> Fields<'a, O> {
    /// Reports the value of `field` if it is present, differs from the event's, and is not allowed.
    fn judge<T: PartialEq + Debug + Copy>(
        &mut self,
        rule: &'static Rule,
        field: impl Fn(&'a O) -> Option<T>,
        allowed: impl Fn(T) -> bool,
    ) {
        if let Some(value) = field(self.after)
            && self.before.and_then(&field) != Some(value)
            && !allowed(value)
        {
            self.findings.add(rule, format!("`{}`", format!("{value:?}").trim_matches('"')));
        }
    }
}

fn custom(origin: &Origin) -> Option<&CustomOrigin> {
    match origin {
        Origin::Custom(origin) => Some(origin),
        Origin::S3(_) => None,
    }
}

fn s3(origin: &Origin) -> Option<&S3Origin> {
    match origin {
        Origin::Custom(_) => None,
        Origin::S3(origin) => Some(origin),
    }
}

fn is_custom_domain(domain: &str) -> bool {
    text::is_domain(domain, rules::MAX_CUSTOM_DOMAIN_CHARS)
}

fn is_s3_domain(domain: &str) -> bool {
    let lower = !domain.bytes().any(|byte| byte.is_ascii_uppercase());
    lower && text::is_domain(domain, rules::MAX_S3_DOMAIN_CHARS)
}

fn is_path(path: &str) -> bool {
    text::is_origin_path(path, rules::MAX_ORIGIN_PATH_CHARS)
}

fn is_protocol(protocol: &str) -> bool {
    rules::ORIGIN_PROTOCOLS.contains(&protocol)
}

fn is_timeout(seconds: u32) -> bool {
    rules::TIMEOUT_RANGE.contains(&seconds)
}

fn is_completion_timeout((whole, read): (u32, u32)) -> bool {
    whole == 0 || whole >= read
}

fn are_ssl_protocols(protocols: &[String]) -> bool {
    protocols.iter().all(|protocol| rules::SSL_PROTOCOLS.contains(&protocol.as_str()))
}

fn is_auth_method(method: &str) -> bool {
    rules::AUTH_METHODS.contains(&method)
}
