//! CloudFront's rules for the result of a function, as data.
//!
//! [`check`](crate::check()) applies the rules. The lists and limits that they use are here too. KB and MB
//! are powers of 1,024.
//!
//! Each [`Rule`], list and limit names the page of the CloudFront Developer Guide that states it. Page
//! `cloudfront-limits` is
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.

use crate::Trigger;

/// One rule of the guide.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// A short name, such as `read-only-header`. It never changes.
    pub id: &'static str,
    /// The rule as one clause in English, such as "the path must begin with `/`".
    pub text: &'static str,
    /// The page of the CloudFront Developer Guide without `.html`, such as `lambda-event-structure`.
    pub page: &'static str,
}

macro_rules! rules {
    ($($name:ident: $id:literal, $page:literal, $text:literal;)+) => {
        $(
            #[doc = concat!("`", $id, "`: ", $text, " (page `", $page, "`).")]
            pub static $name: Rule = Rule { id: $id, text: $text, page: $page };
        )+

        /// All rules, each once.
        pub static ALL: &[&Rule] = &[$(&$name),+];
    };
}

rules! {
    RESULT_KIND: "result-kind", "lambda-generating-http-responses",
        "a response trigger must return a response";

    HEADER_NAME: "header-name", "lambda-event-structure",
        "a header name must only have the characters of an HTTP token";
    HEADER_MAP_NAME: "header-map-name", "lambda-event-structure",
        "a name in the header map must be in lower case";
    HEADER_KEY: "header-key", "lambda-event-structure",
        "the key of a header must be its name in the map, in any casing";
    HEADER_VALUE: "header-value", "edge-function-restrictions-all",
        "a header value must not contain control characters other than tabs";
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
        "path and query string together must not be longer than 8,191 characters";
    REQUEST_BODY_SIZE: "request-body-size", "lambda-at-edge-function-restrictions",
        "a replaced request body must not be longer than the trigger allows";
    REQUEST_BODY_BASE64: "request-body-base64", "lambda-include-body-access",
        "a replaced request body must be valid base64 unless its encoding is `text`";

    STATUS: "status", "lambda-generating-http-responses",
        "the status must be a number from 200 to 599";
    STATUS_UNCHANGED: "status-unchanged", "lambda-at-edge-function-restrictions",
        "a viewer-response function must not change the status";
    NO_CONTENT_BODY: "no-content-body", "lambda-generating-http-responses",
        "a viewer-request function must not return a body with status 204";
    RESPONSE_BASE64: "response-base64", "lambda-generating-http-responses",
        "a response body with encoding `base64` must be valid base64";
    RESPONSE_SIZE: "response-size", "cloudfront-limits",
        "a response whose body the function sets must not be longer than the trigger allows";

    VIEWER_ORIGIN: "viewer-origin", "lambda-event-structure",
        "only an origin-request function may set the origin";
    ORIGIN_DOMAIN: "origin-domain", "lambda-event-structure",
        "the origin's domain must be a host name within the allowed length, not an IP address, without a port";
    ORIGIN_PATH: "origin-path", "lambda-event-structure",
        "the origin's path must be empty, or begin with `/`, not end with `/`, be percent-encoded, and not be \
         longer than 255 characters";
    ORIGIN_PORT: "origin-port", "lambda-event-structure",
        "the origin's port must be 80, 443, or from 1024 to 65535";
    ORIGIN_PROTOCOL: "origin-protocol", "lambda-event-structure",
        "the origin's protocol must be `http` or `https`";
    ORIGIN_TIMEOUT: "origin-timeout", "lambda-event-structure",
        "the origin's timeouts must be from 1 to 120 seconds";
    ORIGIN_COMPLETION_TIMEOUT: "origin-completion-timeout", "lambda-event-structure",
        "the origin's response completion timeout must be 0 or at least its read timeout";
    ORIGIN_SSL_PROTOCOLS: "origin-ssl-protocols", "lambda-event-structure",
        "the origin's SSL protocols must be among `TLSv1.2`, `TLSv1.1`, `TLSv1` and `SSLv3`";
    ORIGIN_AUTH_METHOD: "origin-auth-method", "lambda-event-structure",
        "the origin's authentication method must be `origin-access-identity` or `none`";
    ORIGIN_REGION: "origin-region", "lambda-event-structure",
        "an origin with `origin-access-identity` must have a Region";
    ORIGIN_CUSTOM_HEADER: "origin-custom-header", "add-origin-custom-headers",
        "a custom header must be one that CloudFront can add to origin requests";
    ORIGIN_CUSTOM_HEADER_TWICE: "origin-custom-header-twice", "lambda-event-structure",
        "a custom header must not also be a header of the request";
}

/// Headers that no function may add, in lower case. An entry that ends in `*` stands for every name
/// with that start; [`lists`] takes care of it. Page `edge-function-restrictions-all`.
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

/// Headers that cannot be custom headers of an origin, in the form of [`DISALLOWED_HEADERS`].
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

/// Headers that a function of `trigger` may read but not add, change or remove, in lower case.
/// Page `edge-function-restrictions-all`.
#[must_use]
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

/// Whether `names` lists `name`: as a lower-case name, or by its start and `*`. The casing of `name` does
/// not matter.
#[must_use]
pub fn lists(names: &[&str], name: &str) -> bool {
    names.iter().any(|listed| match listed.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(listed),
    })
}

/// The most bytes of header names, header values, path and query string together. Page
/// `cloudfront-limits`.
pub const MAX_HEADERS_BYTES: usize = 32_768;

/// The most characters of path and query string together. Page `edge-function-restrictions-all`.
pub const MAX_URI_CHARS: usize = 8_191;

/// The most bytes of a response that a function generates or whose body it replaces: 40 KB for viewer
/// triggers, 1 MB for origin triggers. Header names and values count too. Page `cloudfront-limits`.
#[must_use]
pub const fn max_response_bytes(trigger: Trigger) -> usize {
    match trigger {
        Trigger::ViewerRequest | Trigger::ViewerResponse => 40 * 1024,
        Trigger::OriginRequest | Trigger::OriginResponse => 1024 * 1024,
    }
}

/// The most bytes of a replaced request body with encoding `text`: 40 KB for viewer-request, 1 MB for
/// origin-request. Page `lambda-at-edge-function-restrictions`.
#[must_use]
pub const fn max_text_body_bytes(trigger: Trigger) -> usize {
    max_response_bytes(trigger)
}

/// The most bytes of a replaced request body with encoding `base64`: 53.2 KB for viewer-request, 1.33 MB
/// for origin-request. Page `lambda-at-edge-function-restrictions`.
#[must_use]
pub const fn max_base64_body_bytes(trigger: Trigger) -> usize {
    max_response_bytes(trigger) * 133 / 100
}

/// The status codes that a function may return. Page `lambda-generating-http-responses`.
pub const STATUS_RANGE: std::ops::RangeInclusive<u16> = 200..=599;

/// The most characters of a custom origin's domain. Page `lambda-event-structure`.
pub const MAX_CUSTOM_DOMAIN_CHARS: usize = 253;

/// The most characters of an S3 origin's domain. Page `lambda-event-structure`.
pub const MAX_S3_DOMAIN_CHARS: usize = 128;

/// The most characters of an origin's path. Page `lambda-event-structure`.
pub const MAX_ORIGIN_PATH_CHARS: usize = 255;

/// The seconds that an origin's read and keep-alive timeouts may have. Page `lambda-event-structure`.
pub const TIMEOUT_RANGE: std::ops::RangeInclusive<u32> = 1..=120;

/// Whether `port` may be the port of a custom origin: 80, 443, or 1024 to 65535. Page
/// `lambda-event-structure`.
#[must_use]
pub const fn is_origin_port(port: u16) -> bool {
    matches!(port, 80 | 443 | 1024..)
}

/// The protocols that a custom origin may have. Page `lambda-event-structure`.
pub const ORIGIN_PROTOCOLS: &[&str] = &["http", "https"];

/// The TLS and SSL protocols that a custom origin may have. Page `lambda-event-structure`.
pub const SSL_PROTOCOLS: &[&str] = &["TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3"];

/// The authentication methods that an S3 origin may have. Page `lambda-event-structure`.
pub const AUTH_METHODS: &[&str] = &[ORIGIN_ACCESS_IDENTITY, "none"];

/// The authentication method that requires a Region. Page `lambda-event-structure`.
pub const ORIGIN_ACCESS_IDENTITY: &str = "origin-access-identity";
