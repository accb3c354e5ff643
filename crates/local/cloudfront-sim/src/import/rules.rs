//! Every field of a distribution and its policies, with the rule for it.
//!
//! Only these fields can be imported. The lists follow the API's reference (actions `GetDistribution`,
//! `GetCachePolicy`, `GetOriginRequestPolicy` and `GetResponseHeadersPolicy`).

use Rule::{List, Modelled, NoEffect, Object, Off, Only};

/// A field and its rule.
pub(super) type Field = (&'static str, Rule);

/// The rule for a field.
pub(super) enum Rule {
    /// The simulator models it.
    Modelled,
    /// It changes no answer of the simulator. The text says why, in DIFFERENCES.md.
    NoEffect(#[cfg_attr(not(test), expect(dead_code, reason = "for the document"))] &'static str),
    /// It must be off, empty or absent. The text says what to do otherwise.
    Off(&'static str),
    /// It must have this value, or be absent. The text says what to do otherwise.
    Only(&'static str, &'static str),
    /// An object with these fields.
    Object(&'static [Field]),
    /// A list of objects with these fields.
    List(&'static [Field]),
}

const ONE_PROTOCOL: &str = "a listener speaks either HTTP or HTTPS";
const LOGGED_BY_DEV: &str = "`logs` of [dev] names the folder of the access logs";
const NOT_REAL_TIME: &str = "the local CloudFront writes no real-time logs";
const TO_PEOPLE: &str = "only people read it";
const TO_AWS: &str = "AWS's bookkeeping";
const NOT_SIGNED: &str = "requests to a folder are not signed";
const LOOPBACK: &str = "local servers are reached by one attempt over HTTP";

/// The answer of `get-distribution` or of `get-distribution-config`.
pub(super) const ANSWER: &[Field] = &[
    ("ETag", NoEffect(TO_AWS)),
    ("Location", NoEffect(TO_AWS)),
    ("Distribution", Object(DISTRIBUTION)),
    ("DistributionConfig", Object(CONFIG)),
];

const DISTRIBUTION: &[Field] = &[
    ("Id", Modelled),
    ("DomainName", Modelled),
    ("ARN", NoEffect(TO_AWS)),
    ("Status", NoEffect("the configuration is in force at once")),
    ("LastModifiedTime", NoEffect(TO_AWS)),
    ("InProgressInvalidationBatches", NoEffect(TO_AWS)),
    ("ActiveTrustedSigners", Off(SIGNED)),
    ("ActiveTrustedKeyGroups", Off(SIGNED)),
    ("AliasICPRecordals", NoEffect(TO_AWS)),
    ("DistributionConfig", Object(CONFIG)),
];

const CONFIG: &[Field] = &[
    ("CallerReference", NoEffect(TO_AWS)),
    ("Aliases", NoEffect("a listener serves loopback names and `hosts` of [dev]")),
    ("DefaultRootObject", Modelled),
    ("Origins", List(ORIGIN)),
    ("OriginGroups", List(GROUP)),
    ("DefaultCacheBehavior", Object(BEHAVIOR)),
    ("CacheBehaviors", List(BEHAVIOR)),
    ("CustomErrorResponses", List(ERROR_RESPONSE)),
    ("Comment", NoEffect(TO_PEOPLE)),
    ("Logging", NoEffect(LOGGED_BY_DEV)),
    ("PriceClass", NoEffect("the edge locations are those of `edges` in [dev]")),
    ("Enabled", NoEffect("the local CloudFront always answers")),
    ("ViewerCertificate", NoEffect(ONE_PROTOCOL)),
    ("Restrictions", Object(&[("GeoRestriction", Object(GEO_RESTRICTION))])),
    ("WebACLId", NoEffect("AWS WAF only blocks requests; here nothing is blocked")),
    ("HttpVersion", NoEffect("a listener speaks HTTP/1.1 and HTTP/2")),
    ("IsIPV6Enabled", NoEffect("viewers come from this machine")),
    ("ContinuousDeploymentPolicyId", Off("continuous deployment is not modelled: empty it")),
    ("Staging", Off("staging distributions are not modelled: save the primary one")),
    ("AnycastIpListId", NoEffect("viewers come from this machine")),
    ("TenantConfig", Off("tenants are not modelled: save another distribution")),
    ("ConnectionMode", Only("direct", "tenants are not modelled: save another distribution")),
    ("ViewerMtlsConfig", Off("viewers' certificates are not modelled: remove it")),
    ("ConnectionFunctionAssociation", Off("connection functions are not modelled: remove it")),
];

const GEO_RESTRICTION: &[Field] = &[
    (
        "RestrictionType",
        Only("none", "geographic restrictions are not modelled: set it to `none`, without `Items`"),
    ),
    ("Quantity", Modelled),
    ("Items", Modelled),
];

const ORIGIN: &[Field] = &[
    ("Id", Modelled),
    ("DomainName", Modelled),
    ("OriginPath", Modelled),
    ("CustomHeaders", List(&[("HeaderName", Modelled), ("HeaderValue", Modelled)])),
    (
        "S3OriginConfig",
        Object(&[("OriginAccessIdentity", NoEffect(NOT_SIGNED)), ("OriginReadTimeout", Modelled)]),
    ),
    ("CustomOriginConfig", Object(CUSTOM_ORIGIN)),
    (
        "VpcOriginConfig",
        Off(
            "VPC origins are not modelled, and CloudFront allows no origin-facing functions with them: \
             name a public domain in `CustomOriginConfig`",
        ),
    ),
    ("ConnectionAttempts", NoEffect(LOOPBACK)),
    ("ConnectionTimeout", NoEffect(LOOPBACK)),
    ("ResponseCompletionTimeout", Modelled),
    ("OriginShield", NoEffect("each edge location has one cache")),
    ("OriginAccessControlId", NoEffect(NOT_SIGNED)),
];

const CUSTOM_ORIGIN: &[Field] = &[
    ("HTTPPort", Modelled),
    ("HTTPSPort", Modelled),
    ("OriginProtocolPolicy", Modelled),
    ("OriginSslProtocols", Object(ITEMS)),
    ("OriginReadTimeout", Modelled),
    ("OriginKeepaliveTimeout", Modelled),
    ("IpAddressType", NoEffect(LOOPBACK)),
    ("OriginMtlsConfig", NoEffect(LOOPBACK)),
];

/// A list of plain values.
const ITEMS: &[Field] = &[("Quantity", Modelled), ("Items", Modelled)];
const METHODS: &[Field] =
    &[("Quantity", Modelled), ("Items", Modelled), ("CachedMethods", Object(ITEMS))];

const GROUP: &[Field] = &[
    ("Id", Modelled),
    ("FailoverCriteria", Object(&[("StatusCodes", Object(ITEMS))])),
    ("Members", List(&[("OriginId", Modelled)])),
    (
        "SelectionCriteria",
        Only("default", "media-quality scores are not modelled: set it to `default`"),
    ),
];

const SIGNED: &str = "signed URLs and cookies are not modelled: switch it off";

const BEHAVIOR: &[Field] = &[
    ("PathPattern", Modelled),
    ("TargetOriginId", Modelled),
    ("TrustedSigners", Off(SIGNED)),
    ("TrustedKeyGroups", Off(SIGNED)),
    ("ViewerProtocolPolicy", NoEffect(ONE_PROTOCOL)),
    ("AllowedMethods", Object(METHODS)),
    ("SmoothStreaming", Off("Smooth Streaming is not modelled: set it to false")),
    ("Compress", NoEffect("the local CloudFront compresses nothing itself")),
    ("LambdaFunctionAssociations", List(ASSOCIATION)),
    (
        "FunctionAssociations",
        Off(
            "CloudFront Functions are not modelled, and CloudFront allows none beside viewer-request of \
             Lambda@Edge: remove the association",
        ),
    ),
    ("FieldLevelEncryptionId", Off("field-level encryption is not modelled: empty it")),
    ("RealtimeLogConfigArn", NoEffect(NOT_REAL_TIME)),
    ("CachePolicyId", Modelled),
    ("OriginRequestPolicyId", Modelled),
    ("ResponseHeadersPolicyId", Modelled),
    ("GrpcConfig", Off("gRPC is not modelled: set `Enabled` to false")),
    ("ForwardedValues", Off(LEGACY)),
    ("MinTTL", Off(LEGACY)),
    ("DefaultTTL", Off(LEGACY)),
    ("MaxTTL", Off(LEGACY)),
];

const LEGACY: &str = "legacy cache settings are not modelled: give the behaviour a cache policy";

const ASSOCIATION: &[Field] = &[
    ("LambdaFunctionARN", Modelled),
    ("EventType", Modelled),
    ("IncludeBody", Off("events have no body here: set it to false")),
];

const ERROR_RESPONSE: &[Field] = &[
    ("ErrorCode", Modelled),
    ("ResponsePagePath", Modelled),
    ("ResponseCode", Modelled),
    ("ErrorCachingMinTTL", Modelled),
];

/// The answer of `get-cache-policy`.
pub(super) const CACHE_POLICY: &[Field] = &[
    ("ETag", NoEffect(TO_AWS)),
    (
        "CachePolicy",
        Object(&[
            ("Id", NoEffect(TO_AWS)),
            ("LastModifiedTime", NoEffect(TO_AWS)),
            (
                "CachePolicyConfig",
                Object(&[
                    ("Comment", NoEffect(TO_PEOPLE)),
                    ("Name", NoEffect(TO_PEOPLE)),
                    ("DefaultTTL", Modelled),
                    ("MaxTTL", Modelled),
                    ("MinTTL", Modelled),
                    (
                        "ParametersInCacheKeyAndForwardedToOrigin",
                        Object(&[
                            ("EnableAcceptEncodingGzip", Modelled),
                            ("EnableAcceptEncodingBrotli", Modelled),
                            ("HeadersConfig", Object(HEADERS)),
                            ("CookiesConfig", Object(COOKIES)),
                            ("QueryStringsConfig", Object(QUERY_STRINGS)),
                        ]),
                    ),
                ]),
            ),
        ]),
    ),
];

const HEADERS: &[Field] = &[("HeaderBehavior", Modelled), ("Headers", Object(ITEMS))];
const COOKIES: &[Field] = &[("CookieBehavior", Modelled), ("Cookies", Object(ITEMS))];
const QUERY_STRINGS: &[Field] =
    &[("QueryStringBehavior", Modelled), ("QueryStrings", Object(ITEMS))];

/// The answer of `get-origin-request-policy`.
pub(super) const ORIGIN_REQUEST_POLICY: &[Field] = &[
    ("ETag", NoEffect(TO_AWS)),
    (
        "OriginRequestPolicy",
        Object(&[
            ("Id", NoEffect(TO_AWS)),
            ("LastModifiedTime", NoEffect(TO_AWS)),
            (
                "OriginRequestPolicyConfig",
                Object(&[
                    ("Comment", NoEffect(TO_PEOPLE)),
                    ("Name", NoEffect(TO_PEOPLE)),
                    ("HeadersConfig", Object(HEADERS)),
                    ("CookiesConfig", Object(COOKIES)),
                    ("QueryStringsConfig", Object(QUERY_STRINGS)),
                ]),
            ),
        ]),
    ),
];

/// The answer of `get-response-headers-policy`.
pub(super) const RESPONSE_HEADERS_POLICY: &[Field] = &[
    ("ETag", NoEffect(TO_AWS)),
    (
        "ResponseHeadersPolicy",
        Object(&[
            ("Id", NoEffect(TO_AWS)),
            ("LastModifiedTime", NoEffect(TO_AWS)),
            (
                "ResponseHeadersPolicyConfig",
                Object(&[
                    ("Comment", NoEffect(TO_PEOPLE)),
                    ("Name", NoEffect(TO_PEOPLE)),
                    ("CorsConfig", Off("CORS headers are not modelled: remove it")),
                    ("SecurityHeadersConfig", Object(SECURITY_HEADERS)),
                    ("ServerTimingHeadersConfig", Object(SERVER_TIMING)),
                    (
                        "CustomHeadersConfig",
                        List(&[("Header", Modelled), ("Value", Modelled), ("Override", Modelled)]),
                    ),
                    ("RemoveHeadersConfig", List(&[("Header", Modelled)])),
                ]),
            ),
        ]),
    ),
];

const SERVER_TIMING: &[Field] = &[
    ("Enabled", Off("`Server-Timing` is not modelled: set it to false")),
    ("SamplingRate", NoEffect("`Server-Timing` is off")),
];

const SECURITY_HEADERS: &[Field] = &[
    (
        "XSSProtection",
        Object(&[
            ("Override", Modelled),
            ("Protection", Modelled),
            ("ModeBlock", Modelled),
            ("ReportUri", Modelled),
        ]),
    ),
    ("FrameOptions", Object(&[("Override", Modelled), ("FrameOption", Modelled)])),
    ("ReferrerPolicy", Object(&[("Override", Modelled), ("ReferrerPolicy", Modelled)])),
    (
        "ContentSecurityPolicy",
        Object(&[("Override", Modelled), ("ContentSecurityPolicy", Modelled)]),
    ),
    ("ContentTypeOptions", Object(&[("Override", Modelled)])),
    (
        "StrictTransportSecurity",
        Object(&[
            ("Override", Modelled),
            ("IncludeSubdomains", Modelled),
            ("Preload", Modelled),
            ("AccessControlMaxAgeSec", Modelled),
        ]),
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// DIFFERENCES.md has the tables of the fields that have no effect, and of those that are refused.
    #[test]
    fn every_field_without_a_model_is_documented() {
        let document = include_str!("../../DIFFERENCES.md");
        let (mut ignored, mut refused) = (BTreeSet::new(), BTreeSet::new());
        for fields in [ANSWER, CACHE_POLICY, ORIGIN_REQUEST_POLICY, RESPONSE_HEADERS_POLICY] {
            document_fields(fields, "", &mut ignored, &mut refused);
        }
        for lines in [ignored, refused] {
            let table: String = lines.into_iter().collect();
            assert!(document.contains(&table), "DIFFERENCES.md should have this table:\n{table}");
        }
    }

    fn document_fields(
        fields: &[Field],
        parent: &str,
        ignored: &mut BTreeSet<String>,
        refused: &mut BTreeSet<String>,
    ) {
        for (name, rule) in fields {
            let path = if parent.is_empty() { (*name).into() } else { format!("{parent}.{name}") };
            match rule {
                Modelled => {}
                NoEffect(why) => drop(ignored.insert(format!("| `{path}` | {why} |\n"))),
                Off(advice) => drop(refused.insert(format!("| `{path}` | {advice} |\n"))),
                Only(value, advice) => {
                    refused.insert(format!("| `{path}`, unless it is `{value}` | {advice} |\n"));
                }
                Object(fields) | List(fields) => {
                    let is_behavior = name.contains("CacheBehavior");
                    let parent = if is_behavior { "behavior" } else { name };
                    document_fields(fields, parent, ignored, refused);
                }
            }
        }
    }
}
