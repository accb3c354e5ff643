//! CloudFront's rules for what a function returns, as data.
//!
//! Each [`Rule`] names the page of the CloudFront Developer Guide that states it; the lists and limits
//! that the rules use stand below. KB and MB are powers of 1,024. [`check`](crate::check) applies them.

use crate::Trigger;

/// One rule of the guide.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// A short name that stays, such as `read-only-header`.
    pub id: &'static str,
    /// What a result must keep, in one clause.
    pub text: &'static str,
    /// The page of the CloudFront Developer Guide: `https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/<page>.html`.
    pub page: &'static str,
}

macro_rules! rules {
    ($($name:ident: $id:literal, $page:literal, $text:literal;)+) => {
        $(
            #[doc = concat!("`", $id, "`: ", $text, " (page `", $page, "`).")]
            pub static $name: Rule = Rule { id: $id, text: $text, page: $page };
        )+

        /// Every rule.
        pub static ALL: &[&Rule] = &[$(&$name),+];
    };
}

rules! {
    RESULT_KIND: "result-kind", "lambda-generating-http-responses",
        "a response trigger must return a response";

    HEADER_NAME: "header-name", "lambda-event-structure",
        "a header's name must be made of the characters of HTTP tokens";
    HEADER_MAP_NAME: "header-map-name", "lambda-event-structure",
        "the name in the header map must be lower-case";
    HEADER_KEY: "header-key", "lambda-event-structure",
        "the key of a header must be the name in the map, in any casing";
    HEADER_VALUE: "header-value", "edge-function-restrictions-all",
        "a header's value must not contain control characters";
    DISALLOWED_HEADER: "disallowed-header", "edge-function-restrictions-all",
        "a disallowed header must not be added";
    READ_ONLY_HEADER: "read-only-header", "edge-function-restrictions-all",
        "a read-only header must not be added, changed or removed";
    VIEWER_COUNTRY_HEADER: "viewer-country-header", "lambda-at-edge-function-restrictions",
        "a viewer-request function must not add `cloudfront-viewer-country`";
    HEADERS_SIZE: "headers-size", "cloudfront-limits",
        "headers, path and query string together must not be longer than 32,768 bytes";

    READ_ONLY_FIELD: "read-only-field", "lambda-event-structure",
        "a read-only field must not be changed";
    URI_START: "uri-start", "lambda-event-structure",
        "the path must begin with `/`";
    URI_CHARACTERS: "uri-characters", "edge-function-restrictions-all",
        "the path must not contain spaces, control characters or `#`";
    QUERYSTRING_START: "querystring-start", "lambda-event-structure",
        "the query string must not begin with `?`";
    QUERYSTRING_CHARACTERS: "querystring-characters", "edge-function-restrictions-all",
        "the query string must not contain spaces, control characters or `#`";
    URI_LENGTH: "uri-length", "edge-function-restrictions-all",
        "path and query string together must have fewer than 8,192 characters";
    REQUEST_BODY_SIZE: "request-body-size", "lambda-at-edge-function-restrictions",
        "the replaced request body must not be longer than the trigger allows";
    REQUEST_BODY_BASE64: "request-body-base64", "lambda-include-body-access",
        "the replaced request body must be valid base64 when its encoding says so";

    STATUS: "status", "lambda-generating-http-responses",
        "the status must be a number from 200 to 599";
    STATUS_UNCHANGED: "status-unchanged", "lambda-at-edge-function-restrictions",
        "a viewer-response function must not change the status";
    NO_CONTENT_BODY: "no-content-body", "lambda-generating-http-responses",
        "a viewer-request function must not return a body with status 204";
    RESPONSE_BASE64: "response-base64", "lambda-generating-http-responses",
        "the body must be valid base64 when its encoding says so";
    RESPONSE_SIZE: "response-size", "cloudfront-limits",
        "a response with a body of the function's own must not be longer than the trigger allows";

    VIEWER_ORIGIN: "viewer-origin", "lambda-event-structure",
        "only an origin-request function may set the origin";
    ORIGIN_DOMAIN: "origin-domain", "lambda-event-structure",
        "the origin's domain must be a host name within the length, without a port, no IP address";
    ORIGIN_PATH: "origin-path", "lambda-event-structure",
        "the origin's path must be empty, or begin and not end with `/`, percent-encoded, at most 255 characters";
    ORIGIN_PORT: "origin-port", "lambda-event-structure",
        "the origin's port must be 80, 443 or from 1024 to 65535";
    ORIGIN_PROTOCOL: "origin-protocol", "lambda-event-structure",
        "the origin's protocol must be `http` or `https`";
    ORIGIN_TIMEOUT: "origin-timeout", "lambda-event-structure",
        "the origin's timeouts must be from 1 to 120 seconds";
    ORIGIN_COMPLETION_TIMEOUT: "origin-completion-timeout", "lambda-event-structure",
        "the response completion timeout must be 0 or at least the read timeout";
    ORIGIN_SSL_PROTOCOLS: "origin-ssl-protocols", "lambda-event-structure",
        "the origin's SSL protocols must be of `TLSv1.2`, `TLSv1.1`, `TLSv1` and `SSLv3`";
    ORIGIN_AUTH_METHOD: "origin-auth-method", "lambda-event-structure",
        "the origin's authentication must be `origin-access-identity` or `none`";
    ORIGIN_REGION: "origin-region", "lambda-event-structure",
        "an origin with `origin-access-identity` must have a Region";
    ORIGIN_CUSTOM_HEADER: "origin-custom-header", "add-origin-custom-headers",
        "a header that CloudFront cannot add to origin requests must not be a custom header";
    ORIGIN_CUSTOM_HEADER_TWICE: "origin-custom-header-twice", "lambda-event-structure",
        "a custom header must not also be a header of the request";
}

/// Headers that no function may add, lower-case; an entry that ends in `*` stands for all that begin so.
/// Page `edge-function-restrictions-all`.
pub const DISALLOWED_HEADERS: &[&str] = &[
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "trailer",
    "upgrade",
    "x-accel-buffering",
    "x-accel-charset",
    "x-accel-limit-rate",
    "x-accel-redirect",
    "x-amz-cf-*",
    "x-amzn-auth",
    "x-amzn-cf-billing",
    "x-amzn-cf-id",
    "x-amzn-cf-xff",
    "x-amzn-errortype",
    "x-amzn-fle-profile",
    "x-amzn-header-count",
    "x-amzn-header-order",
    "x-amzn-lambda-integration-tag",
    "x-amzn-requestid",
    "x-cache",
    "x-edge-*",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Headers that cannot be an origin's custom headers, written as [`DISALLOWED_HEADERS`].
/// Page `add-origin-custom-headers`.
pub const FORBIDDEN_CUSTOM_HEADERS: &[&str] = &[
    "cache-control",
    "connection",
    "content-length",
    "cookie",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "request-range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-amz-*",
    "x-edge-*",
    "x-real-ip",
];

/// Headers that a function of the trigger may read and nothing else, lower-case.
/// Page `edge-function-restrictions-all`.
pub const fn read_only_headers(trigger: Trigger) -> &'static [&'static str] {
    match trigger {
        Trigger::ViewerRequest => {
            &["cdn-loop", "content-length", "host", "transfer-encoding", "via"]
        }
        Trigger::OriginRequest => &[
            "accept-encoding",
            "cdn-loop",
            "content-length",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "transfer-encoding",
            "via",
        ],
        Trigger::OriginResponse => &["transfer-encoding", "via"],
        Trigger::ViewerResponse => {
            &["content-encoding", "content-length", "transfer-encoding", "via", "warning"]
        }
    }
}

/// Whether a list of lower-case names has `name`, in any casing.
pub fn lists(names: &[&str], name: &str) -> bool {
    names.iter().any(|listed| match listed.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(listed),
    })
}

/// Bytes of header names and values, path and query string; page `cloudfront-limits`.
pub const MAX_HEADERS_BYTES: usize = 32_768;

/// Characters of path and query string; page `edge-function-restrictions-all`.
pub const MAX_URI_CHARS: usize = 8_191;

/// Bytes of a response that a function generates or gives a body, header names and values included:
/// 40 KB for viewer triggers, 1 MB for origin triggers; page `cloudfront-limits`.
pub const fn max_response_bytes(trigger: Trigger) -> usize {
    match trigger {
        Trigger::ViewerRequest | Trigger::ViewerResponse => 40 * 1024,
        Trigger::OriginRequest | Trigger::OriginResponse => 1024 * 1024,
    }
}

/// Bytes of a replaced request body as text: 40 KB for viewer-request, 1 MB for origin-request; page
/// `lambda-at-edge-function-restrictions`.
pub const fn max_text_body_bytes(trigger: Trigger) -> usize {
    max_response_bytes(trigger)
}

/// Bytes of a replaced request body in base64: 53.2 KB for viewer-request, 1.33 MB for origin-request;
/// page `lambda-at-edge-function-restrictions`.
pub const fn max_base64_body_bytes(trigger: Trigger) -> usize {
    max_response_bytes(trigger) * 133 / 100
}

/// Status codes that a function may return; page `lambda-generating-http-responses`.
pub const STATUS_RANGE: std::ops::RangeInclusive<u16> = 200..=599;

/// Characters of a custom origin's domain; page `lambda-event-structure`.
pub const MAX_CUSTOM_DOMAIN_CHARS: usize = 253;

/// Characters of an S3 origin's domain; page `lambda-event-structure`.
pub const MAX_S3_DOMAIN_CHARS: usize = 128;

/// Characters of an origin's path; page `lambda-event-structure`.
pub const MAX_ORIGIN_PATH_CHARS: usize = 255;

/// Seconds of an origin's read and keep-alive timeouts; page `lambda-event-structure`.
pub const TIMEOUT_RANGE: std::ops::RangeInclusive<u32> = 1..=120;

/// Whether an origin may have the port; page `lambda-event-structure`.
pub const fn is_origin_port(port: u16) -> bool {
    matches!(port, 80 | 443 | 1024..)
}

/// Allowed protocols of a custom origin; page `lambda-event-structure`.
pub const ORIGIN_PROTOCOLS: &[&str] = &["http", "https"];

/// Allowed protocols of an origin's TLS; page `lambda-event-structure`.
pub const SSL_PROTOCOLS: &[&str] = &["TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3"];

/// Allowed ways of an S3 origin's authentication; page `lambda-event-structure`.
pub const AUTH_METHODS: &[&str] = &[ORIGIN_ACCESS_IDENTITY, "none"];

/// The authentication that needs a Region; page `lambda-event-structure`.
pub const ORIGIN_ACCESS_IDENTITY: &str = "origin-access-identity";
