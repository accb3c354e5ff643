//! AWS's managed policies that the simulator can model, with the content that the guide documents (pages
//! `using-managed-cache-policies`, `using-managed-origin-request-policies` and
//! `using-managed-response-headers-policies`).

use serde_json::{Value, json};

use super::saved::PolicyKind;

/// The answer for a managed policy, as `get-cache-policy` and so on give it. `None` if this is no managed policy, or
/// one that needs the caller's own copy because the simulator does not model it.
pub(super) fn policy(kind: PolicyKind, id: &str) -> Option<Value> {
    match kind {
        PolicyKind::Cache => {
            let config = cache(id)?;
            Some(json!({ "CachePolicy": { "CachePolicyConfig": config } }))
        }
        PolicyKind::OriginRequest => {
            let config = origin_request(id)?;
            Some(json!({ "OriginRequestPolicy": { "OriginRequestPolicyConfig": config } }))
        }
        PolicyKind::ResponseHeaders => {
            let config = response_headers(id)?;
            Some(json!({ "ResponseHeadersPolicy": { "ResponseHeadersPolicyConfig": config } }))
        }
    }
}

/// Page `using-managed-cache-policies`. `Amplify` is left out: its key has `CloudFront-Viewer-Country`.
fn cache(id: &str) -> Option<Value> {
    const DAY: u32 = 86_400;
    const YEAR: u32 = 31_536_000;
    let none = || json!({ "HeaderBehavior": "none" });
    let origin_cache_control = json!({ "HeaderBehavior": "whitelist", "Headers": { "Items": [
        "Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override",
    ] } });
    let (ttls, compressed, headers, cookies, queries) = match id {
        // CachingOptimized
        "658327ea-f89d-4fab-a63d-7e88639e58f6" => {
            ([1, DAY, YEAR], [true, true], none(), "none", json!("none"))
        }
        // CachingOptimizedForUncompressedObjects
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d" => {
            ([1, DAY, YEAR], [false, false], none(), "none", json!("none"))
        }
        // CachingDisabled
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" => {
            ([0, 0, 0], [false, false], none(), "none", json!("none"))
        }
        // Elemental-MediaPackage
        "08627262-05a9-4f76-9ded-b50ca2e3a84f" => (
            [0, DAY, YEAR],
            [true, false],
            json!({ "HeaderBehavior": "whitelist", "Headers": { "Items": ["Origin"] } }),
            "none",
            json!(["aws.manifestfilter", "start", "end", "m"]),
        ),
        // UseOriginCacheControlHeaders
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65" => {
            ([0, 0, YEAR], [true, true], origin_cache_control, "all", json!("none"))
        }
        // UseOriginCacheControlHeaders-QueryStrings
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe" => {
            ([0, 0, YEAR], [true, true], origin_cache_control, "all", json!("all"))
        }
        _ => return None,
    };
    let [min, default, max] = ttls;
    let [gzip, brotli] = compressed;
    let query_strings = match queries.as_array() {
        Some(names) => {
            json!({ "QueryStringBehavior": "whitelist", "QueryStrings": { "Items": names } })
        }
        None => json!({ "QueryStringBehavior": queries }),
    };
    Some(json!({
        "MinTTL": min, "DefaultTTL": default, "MaxTTL": max,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": gzip, "EnableAcceptEncodingBrotli": brotli,
            "HeadersConfig": headers,
            "CookiesConfig": { "CookieBehavior": cookies },
            "QueryStringsConfig": query_strings,
        },
    }))
}

/// Page `using-managed-origin-request-policies`. `AllViewerAndCloudFrontHeaders-2022-06` and
/// `Elemental-MediaTailor-PersonalizedManifests` are left out: they forward headers that CloudFront makes.
fn origin_request(id: &str) -> Option<Value> {
    let (behavior, headers, cookies, query_strings) = match id {
        // AllViewer
        "216adef6-5c7f-47e4-b989-5492eafa07d3" => ("allViewer", &[][..], "all", "all"),
        // AllViewerExceptHostHeader
        "b689b0a8-53d0-40ab-baf2-68738e2966ac" => ("allExcept", &["Host"][..], "all", "all"),
        // CORS-CustomOrigin
        "59781a5b-3903-41f3-afcb-af62929ccde1" => ("whitelist", &["Origin"][..], "none", "none"),
        // CORS-S3Origin
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf" => (
            "whitelist",
            &["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"][..],
            "none",
            "none",
        ),
        // UserAgentRefererHeaders
        "acba4595-bd28-49b8-b9fe-13317c0390fa" => {
            ("whitelist", &["User-Agent", "Referer"][..], "none", "none")
        }
        // HostHeaderOnly
        "bf0718e1-ba1e-49d1-88b1-f726733018ae" => ("whitelist", &["Host"][..], "none", "none"),
        _ => return None,
    };
    Some(json!({
        "HeadersConfig": { "HeaderBehavior": behavior, "Headers": { "Items": headers } },
        "CookiesConfig": { "CookieBehavior": cookies },
        "QueryStringsConfig": { "QueryStringBehavior": query_strings },
    }))
}

/// Page `using-managed-response-headers-policies`. The four policies with CORS headers are left out.
fn response_headers(id: &str) -> Option<Value> {
    // SecurityHeadersPolicy
    (id == "67f7725c-6f97-4210-82d7-5512b31e9d03").then(|| {
        json!({ "SecurityHeadersConfig": {
            "ReferrerPolicy": { "Override": false, "ReferrerPolicy": "strict-origin-when-cross-origin" },
            "StrictTransportSecurity": { "Override": false, "AccessControlMaxAgeSec": 31_536_000 },
            "ContentTypeOptions": { "Override": true },
            "FrameOptions": { "Override": false, "FrameOption": "SAMEORIGIN" },
            "XSSProtection": { "Override": false, "Protection": true, "ModeBlock": true },
        } })
    })
}
