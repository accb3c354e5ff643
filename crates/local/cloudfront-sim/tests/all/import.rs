//! From saved JSON to a distribution.

use std::path::Path;
use std::time::Duration;

use cloudfront_sim::{
    AcceptEncoding, CachePolicy, EdgeLocation, ErrorPage, ImportedDistribution, Methods, Names,
    OriginRequestPolicy, PolicyKind, ResponseHeader, SavedDistribution, WhichWins,
};
use edge_event::{Origin, Trigger};
use serde_json::{Map, Value, json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fixtures/doctor/good");
const DEFAULT: &str = "/Distribution/DistributionConfig/DefaultCacheBehavior";

fn saved() -> SavedDistribution {
    SavedDistribution::read(Path::new(FOLDER)).unwrap()
}

fn import(saved: &SavedDistribution) -> Result<ImportedDistribution, String> {
    let edges = vec![EdgeLocation("FRA50".into())];
    saved.import(edges).map_err(|error| error.to_string())
}

/// The saved distribution with another value at a JSON pointer.
fn with(pointer: &str, value: Value) -> SavedDistribution {
    let mut saved = saved();
    put(&mut saved.distribution, pointer, value);
    saved
}

fn put(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    if let Some(items) = parent.as_array_mut() {
        items[key.parse::<usize>().unwrap()] = value;
    } else {
        parent.as_object_mut().unwrap().insert(key.into(), value);
    }
}

fn only(names: &[&str]) -> Names {
    Names::Only(names.iter().map(ToString::to_string).collect())
}

#[test]
fn a_saved_distribution_becomes_behaviors_policies_origins_and_triggers() {
    let ImportedDistribution { distribution, functions } = import(&saved()).unwrap();
    assert_eq!(distribution.id, "E2QWRUHAPOMQZL");
    assert_eq!(distribution.domain_name, "d111111abcdef8.cloudfront.net");
    assert_eq!(distribution.root_object.as_deref(), Some("index.html"));
    let patterns: Vec<_> =
        distribution.behaviors.iter().map(|(pattern, _)| pattern.to_string()).collect();
    assert_eq!(patterns, ["/_r/*/api/*", "/api/*"]);

    let pages = &distribution.default_behavior;
    assert_eq!(
        (&*pages.target, pages.methods, pages.cache_options),
        ("releases", Methods::Read, false)
    );
    let stamps = only(&["x-bluegreen-release", "x-bluegreen-preview"]);
    assert_eq!(pages.cache_policy.headers, stamps);
    assert_eq!(pages.cache_policy.accept_encoding, AcceptEncoding::GzipAndBrotli);
    assert_eq!(pages.cache_policy.default_ttl, Duration::from_secs(86_400));
    assert_eq!(pages.origin_request_policy.cookies, only(&["release"]));
    let three = [Trigger::ViewerRequest, Trigger::OriginRequest, Trigger::OriginResponse];
    assert_eq!(pages.triggers, three);
    let named = "arn:aws:lambda:us-east-1:123456789012:function:shop-origin-request:5";
    assert_eq!(functions[&Trigger::OriginRequest], named);

    let (_, api) = &distribution.behaviors[1];
    assert_eq!((&*api.target, api.methods), ("api", Methods::All));
    assert_eq!(api.origin_request_policy.headers, Names::AllExcept(vec!["host".into()]));

    let group = &distribution.groups["releases"];
    assert_eq!((&*group.primary, &*group.secondary), ("bucket", "fallback"));
    assert_eq!(group.failover_statuses, [403, 404]);
    let Origin::S3(fallback) = &distribution.origins["fallback"].origin else { panic!("a bucket") };
    assert_eq!(fallback.domain_name, "shop-releases.s3.eu-central-1.amazonaws.com");
    assert_eq!(fallback.custom_headers.get("x-bluegreen-role"), Some("fallback"));
    let Origin::Custom(api) = &distribution.origins["api"].origin else { panic!("a server") };
    assert_eq!((api.port, api.protocol.as_deref()), (Some(443), Some("https")));
}

#[test]
fn the_answer_of_get_distribution_config_has_no_id_and_is_imported_all_the_same() {
    let whole = saved();
    let config = whole.distribution["Distribution"]["DistributionConfig"].clone();
    let distribution = json!({ "ETag": "E1", "DistributionConfig": config });
    let imported = import(&SavedDistribution { distribution, ..whole }).unwrap();
    assert_eq!(imported.distribution.id, "EDFDVBD6EXAMPLE");
    assert_eq!(imported.distribution.behaviors.len(), 2);
}

/// The pointers of all objects whose fields have rules, with the path that a message has for them.
fn objects(value: &Value, pointer: &str, path: &str, found: &mut Vec<(String, String)>) {
    /// Fields whose content changes no answer, whatever it is, or that must be off as a whole.
    const WHOLE: [&str; 6] = [
        "Aliases",
        "Logging",
        "ViewerCertificate",
        "OriginShield",
        "GrpcConfig",
        "FunctionAssociations",
    ];
    match value {
        Value::Object(fields) => {
            found.push((pointer.into(), path.into()));
            for (key, value) in fields.iter().filter(|(key, _)| !WHOLE.contains(&&***key)) {
                let dot = if path.is_empty() { "" } else { "." };
                objects(value, &format!("{pointer}/{key}"), &format!("{path}{dot}{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                objects(value, &format!("{pointer}/{index}"), &format!("{path}[{index}]"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn an_unknown_field_anywhere_is_refused_by_its_path_and_value() {
    let good = saved();
    let mut places = Vec::new();
    objects(&good.distribution, "", "", &mut places);
    assert!(places.len() > 40, "only {} objects were found", places.len());
    for (pointer, path) in places {
        let field = format!("{path}{}Surprise", if path.is_empty() { "" } else { "." });
        let Err(message) = import(&with(&format!("{pointer}/Surprise"), json!(true))) else {
            panic!("`{field}` was ignored");
        };
        let expected = format!("distribution.json: `{field}`: `true`: unknown here");
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[test]
fn an_unknown_field_of_a_policy_is_refused_by_its_path_and_value() {
    for ((kind, id), answer) in saved().policies {
        let mut places = Vec::new();
        objects(&answer, "", "", &mut places);
        for (pointer, path) in places {
            let mut saved = saved();
            let policy = saved.policies.get_mut(&(kind, id.clone())).unwrap();
            put(policy, &format!("{pointer}/Surprise"), json!("x"));
            let Err(message) = import(&saved) else { panic!("{id}: `{path}` was ignored") };
            let field = format!("{path}{}Surprise", if path.is_empty() { "" } else { "." });
            let file = format!("{}/{id}.json", kind.folder());
            assert!(
                message.starts_with(&format!("{file}: `{field}`: `\"x\"`: unknown here")),
                "{message}"
            );
            assert_eq!(
                message.lines().count(),
                1,
                "once, although two behaviors have it: {message}"
            );
        }
    }
}

#[test]
fn each_feature_that_is_not_modelled_is_refused_with_the_way_out() {
    let config = "/Distribution/DistributionConfig";
    let function = json!({ "Quantity": 1, "Items": [{ "FunctionARN": "arn:x", "EventType": "viewer-request" }] });
    let rows = [
        (format!("{DEFAULT}/FunctionAssociations"), function, "remove the association"),
        (format!("{DEFAULT}/ForwardedValues"), json!({ "QueryString": true }), "a cache policy"),
        (format!("{DEFAULT}/MinTTL"), json!(1), "legacy cache settings"),
        (
            format!("{DEFAULT}/TrustedKeyGroups"),
            json!({ "Enabled": true, "Quantity": 1, "Items": ["k"] }),
            "signed URLs",
        ),
        (format!("{DEFAULT}/FieldLevelEncryptionId"), json!("F1"), "empty it"),
        (format!("{DEFAULT}/SmoothStreaming"), json!(true), "set it to false"),
        (format!("{DEFAULT}/GrpcConfig/Enabled"), json!(true), "gRPC"),
        (
            format!("{DEFAULT}/LambdaFunctionAssociations/Items/0/IncludeBody"),
            json!(true),
            "no body",
        ),
        (
            format!("{config}/Origins/Items/2/VpcOriginConfig"),
            json!({ "VpcOriginId": "vo_1" }),
            "name a public domain",
        ),
        (
            format!("{config}/Restrictions/GeoRestriction/RestrictionType"),
            json!("blacklist"),
            "`none`",
        ),
        (format!("{config}/ContinuousDeploymentPolicyId"), json!("c1"), "empty it"),
        (format!("{config}/Staging"), json!(true), "primary"),
        (format!("{config}/ConnectionMode"), json!("tenant-only"), "another distribution"),
        (
            format!("{config}/OriginGroups/Items/0/SelectionCriteria"),
            json!("media-quality-based"),
            "`default`",
        ),
        (
            format!("{config}/OriginGroups/Items/0/Members/Items"),
            json!([{ "OriginId": "api" }]),
            "two members",
        ),
        (format!("{DEFAULT}/CachePolicyId"), json!(""), "give the behaviour a cache policy"),
        (
            format!("{DEFAULT}/CachePolicyId"),
            json!("5c0a"),
            "save it with `aws cloudfront get-cache-policy --id 5c0a > cache-policies/5c0a.json`",
        ),
        (
            format!("{DEFAULT}/ResponseHeadersPolicyId"),
            json!("60669652-455b-4ae9-85a4-c4c02393f86c"),
            "get-response-headers-policy --id 60669652",
        ),
        (
            format!("{DEFAULT}/AllowedMethods/Items"),
            json!(["GET", "POST"]),
            "allowed are GET and HEAD",
        ),
        (
            format!("{DEFAULT}/LambdaFunctionAssociations/Items/0/EventType"),
            json!("viewer"),
            "unknown variant `viewer`",
        ),
        (
            format!("{DEFAULT}/LambdaFunctionAssociations/Items/0/LambdaFunctionARN"),
            json!("arn:other"),
            "give all behaviours one function",
        ),
        (format!("{config}/CacheBehaviors/Items/0/PathPattern"), json!("a b"), "a b"),
        (
            format!("{config}/CustomErrorResponses"),
            json!({ "Quantity": 1, "Items": [{ "ErrorCode": 404, "ResponsePagePath": "/404.html" }] }),
            "both",
        ),
    ];
    for (pointer, value, advice) in rows {
        let Err(message) = import(&with(&pointer, value)) else { panic!("{pointer} was ignored") };
        let names =
            pointer.rsplit('/').find(|key| key.parse::<usize>().is_err() && *key != "Items");
        let names = names.unwrap();
        assert!(message.starts_with("distribution.json: `Distribution."), "{message}");
        assert!(message.contains(names) && message.contains(advice), "{pointer}: {message}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let mut saved = with(&format!("{DEFAULT}/SmoothStreaming"), json!(true));
    put(&mut saved.distribution, &format!("{DEFAULT}/Surprise"), json!(1));
    assert_eq!(import(&saved).unwrap_err().lines().count(), 2);
}

#[test]
fn error_responses_become_ttls_and_pages() {
    let items = json!([
        { "ErrorCode": 403, "ResponsePagePath": "/index.html", "ResponseCode": "200", "ErrorCachingMinTTL": 0 },
        { "ErrorCode": 500, "ResponsePagePath": "", "ResponseCode": "", "ErrorCachingMinTTL": 5 },
    ]);
    let pointer = "/Distribution/DistributionConfig/CustomErrorResponses";
    let saved = with(pointer, json!({ "Quantity": 2, "Items": items }));
    let distribution = import(&saved).unwrap().distribution;
    let page = ErrorPage { path: "/index.html".into(), status: 200 };
    assert_eq!(distribution.error_pages.into_iter().collect::<Vec<_>>(), [(403, page)]);
    let ttls: Vec<_> = distribution.error_ttls.into_iter().collect();
    assert_eq!(ttls, [(403, Duration::ZERO), (500, Duration::from_secs(5))]);
}

#[test]
fn managed_policies_are_known_and_a_saved_copy_wins() {
    let saved =
        with(&format!("{DEFAULT}/CachePolicyId"), json!("658327ea-f89d-4fab-a63d-7e88639e58f6"));
    let optimized = CachePolicy {
        min_ttl: Duration::from_secs(1),
        default_ttl: Duration::from_secs(86_400),
        max_ttl: Duration::from_secs(31_536_000),
        accept_encoding: AcceptEncoding::GzipAndBrotli,
        ..CachePolicy::default()
    };
    assert_eq!(import(&saved).unwrap().distribution.default_behavior.cache_policy, optimized);

    let disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    let saved = with(&format!("{DEFAULT}/CachePolicyId"), json!(disabled));
    let cache_policy = |saved: &SavedDistribution| {
        import(saved).unwrap().distribution.default_behavior.cache_policy
    };
    assert_eq!(cache_policy(&saved), CachePolicy::default());
    let mut own = saved.clone();
    let (_, any) = saved.policies.iter().find(|((kind, _), _)| *kind == PolicyKind::Cache).unwrap();
    own.policies.insert((PolicyKind::Cache, disabled.into()), any.clone());
    assert_ne!(cache_policy(&own), CachePolicy::default());

    let id = json!("216adef6-5c7f-47e4-b989-5492eafa07d3");
    let saved =
        with("/Distribution/DistributionConfig/CacheBehaviors/Items/1/OriginRequestPolicyId", id);
    let all =
        OriginRequestPolicy { headers: Names::All, cookies: Names::All, query_strings: Names::All };
    assert_eq!(import(&saved).unwrap().distribution.behaviors[1].1.origin_request_policy, all);
}

fn response_headers(config: &Value) -> Vec<String> {
    let mut saved = with(&format!("{DEFAULT}/ResponseHeadersPolicyId"), json!("own"));
    let answer = json!({ "ResponseHeadersPolicy": { "ResponseHeadersPolicyConfig": config } });
    saved.policies.insert((PolicyKind::ResponseHeaders, "own".into()), answer);
    let policy = import(&saved).unwrap().distribution.default_behavior.response_headers;
    let removed = policy.remove.iter().map(|name| format!("-{name}"));
    let added = policy.add.iter().map(|ResponseHeader { name, value, wins }| match wins {
        WhichWins::Policy => format!("{name}: {value}, always"),
        WhichWins::Response => format!("{name}: {value}"),
    });
    removed.chain(added).collect()
}

#[test]
fn security_headers_and_own_headers_are_written_as_the_guide_says() {
    let security = json!({
        "XSSProtection": { "Override": true, "Protection": true, "ModeBlock": true, "ReportUri": "/r" },
        "FrameOptions": { "Override": false, "FrameOption": "DENY" },
        "ContentSecurityPolicy": { "Override": true, "ContentSecurityPolicy": "default-src 'self'" },
        "StrictTransportSecurity": {
            "Override": false, "AccessControlMaxAgeSec": 60, "IncludeSubdomains": true, "Preload": true,
        },
    });
    let own =
        json!({ "Quantity": 1, "Items": [{ "Header": "x-a", "Value": "1", "Override": false }] });
    let removed = json!({ "Quantity": 1, "Items": [{ "Header": "server" }] });
    let config = json!({
        "Name": "own", "SecurityHeadersConfig": security, "CustomHeadersConfig": own,
        "RemoveHeadersConfig": removed,
    });
    let expected = [
        "-server",
        "X-XSS-Protection: 1; mode=block; report=/r, always",
        "X-Frame-Options: DENY",
        "Content-Security-Policy: default-src 'self', always",
        "Strict-Transport-Security: max-age=60; includeSubDomains; preload",
        "x-a: 1",
    ];
    assert_eq!(response_headers(&config), expected);
}

#[test]
fn headers_that_cloudfront_makes_are_not_modelled() {
    let mut saved = saved();
    let key = (PolicyKind::OriginRequest, "5c0a6a3e-0f0e-4a3e-9a6e-000000000003".to_owned());
    let pointer = "/OriginRequestPolicy/OriginRequestPolicyConfig/HeadersConfig";
    let headers = json!({ "HeaderBehavior": "allViewerAndWhitelistCloudFront" });
    put(saved.policies.get_mut(&key).unwrap(), pointer, headers);
    let message = import(&saved).unwrap_err();
    let place = "OriginRequestPolicy.OriginRequestPolicyConfig.HeadersConfig.HeaderBehavior";
    assert!(
        message.contains(place) && message.contains("allViewerAndWhitelistCloudFront"),
        "{message}"
    );
}

#[test]
fn a_folder_without_a_distribution_and_a_file_without_json_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let read = || SavedDistribution::read(folder.path()).unwrap_err().to_string();
    assert!(read().contains("distribution.json"));
    std::fs::write(folder.path().join("distribution.json"), "<xml/>").unwrap();
    assert!(read().contains("is not JSON"));
    let empty = SavedDistribution { distribution: Value::Object(Map::new()), ..Default::default() };
    assert!(import(&empty).unwrap_err().contains("`DistributionConfig`"));
}
