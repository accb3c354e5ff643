//! Planted mistakes: each is found by exactly the check that it is for.

use std::collections::BTreeSet;

use doctor::{Check, Outcome, Read, Snapshot, Source, examine};
use serde_json::{Value, json};

use crate::snapshots::{Change, followers, gather, snapshot};
use crate::{followed, guard, observed};
use Change::{Configure, Refused, Remove, Set};

/// A mistake in the good distribution, and the check that finds it.
pub(crate) struct Mistake {
    pub(crate) name: &'static str,
    pub(crate) changes: Vec<Change>,
    pub(crate) check: &'static str,
}

const D: &str = "distribution";
const PAGES: &str = "cache-policies/5c0a6a3e-0f0e-4a3e-9a6e-000000000001";
const ROUTES: &str = "cache-policies/5c0a6a3e-0f0e-4a3e-9a6e-000000000002";
const COOKIE: &str = "origin-request-policies/5c0a6a3e-0f0e-4a3e-9a6e-000000000003";
const ALL_VIEWER: &str = "origin-request-policies/b689b0a8-53d0-40ab-baf2-68738e2966ac";
const FUNCTION: &str = "functions/shop-viewer-request-7";
const ROLE: &str = "roles/shop-edge";
const CONTROL: &str = "origin-access-controls/E3OAC0SHOP";
const BUCKET: &str = "bucket-policies/shop-releases";
const KEY: &str =
    "key-policies/arn_aws_kms_eu-central-1_123456789012_key_0c5f6a52-0000-4000-8000-000000000001";

const PACKAGED: &str = "packaged-configuration";
const INDEX: &str = "objects/shop-releases_releases_41ab03d_index.html";

macro_rules! config {
    ($rest:literal) => {
        concat!("/Distribution/DistributionConfig", $rest)
    };
}
macro_rules! pages {
    ($rest:literal) => {
        config!("/DefaultCacheBehavior/").to_owned() + $rest
    };
}
macro_rules! in_key {
    ($rest:literal) => {
        concat!("/CachePolicy/CachePolicyConfig/ParametersInCacheKeyAndForwardedToOrigin/", $rest)
    };
}

/// A change of the default behavior.
pub(crate) fn page(path: &str, value: Value) -> Change {
    let pointer = config!("/DefaultCacheBehavior/").to_owned() + path;
    Set(D, pointer.leak(), value)
}

/// A change of the distribution's configuration.
pub(crate) fn whole(path: &'static str, value: Value) -> Change {
    Set(D, (config!("/").to_owned() + path).leak(), value)
}

/// A change of the first associated function, viewer-request.
fn arn(text: &str) -> Change {
    page("LambdaFunctionAssociations/Items/0/LambdaFunctionARN", json!(text))
}

fn function(path: &'static str, value: Value) -> Change {
    Set(FUNCTION, path, value)
}

fn one(name: &'static str, change: Change, check: &'static str) -> Mistake {
    Mistake { name, changes: vec![change], check }
}

fn several<const N: usize>(
    name: &'static str,
    changes: [Change; N],
    check: &'static str,
) -> Mistake {
    Mistake { name, changes: changes.into(), check }
}

/// No behaviour has functions.
pub(crate) fn nothing_attached() -> Vec<Change> {
    let none = json!({"Quantity": 0, "Items": []});
    vec![
        whole("DefaultCacheBehavior/LambdaFunctionAssociations", none.clone()),
        whole("CacheBehaviors/Items/0/LambdaFunctionAssociations", none.clone()),
        whole("CacheBehaviors/Items/1/LambdaFunctionAssociations", none),
    ]
}

fn of_functions() -> Vec<Mistake> {
    const HERE: &str = "arn:aws:lambda:us-east-1:123456789012:function:shop-viewer-request";
    let version = "association-version";
    vec![
        one("$LATEST", arn(&format!("{HERE}:$LATEST")), version),
        one("an alias", arn(&format!("{HERE}:live")), version),
        one("no version", arn(HERE), version),
        one(
            "another Region",
            arn(&format!("{}:7", HERE.replace("us-east-1", "eu-central-1"))),
            version,
        ),
        one("no function", arn("arn:aws:iam::123456789012:role/shop"), version),
        one(
            "another account",
            arn(&format!("{}:7", HERE.replace("123456789012", "210987654321"))),
            version,
        ),
        Mistake { name: "no function at all", changes: nothing_attached(), check: "attached" },
        one("two versions", arn(&format!("{HERE}:8")), "triggers"),
        one(
            "a version that is gone",
            Refused(FUNCTION, "An error occurred (ResourceNotFoundException)"),
            version,
        ),
        one("a version that failed", function("/State", json!("Failed")), version),
        one(
            "another build in dist",
            Set("packages", "/origin-request", json!("D")),
            "deployed-package",
        ),
        one(
            "packages of another configuration",
            Set(PACKAGED, "/documents/layout", json!("single-page")),
            "packaged-configuration",
        ),
        one(
            "packages that read another plan",
            Set(PACKAGED, "/parameter/name", json!("/other/plan")),
            "packaged-configuration",
        ),
        one(
            "packages with a key that the functions do not know",
            Set(PACKAGED, "/colour", json!("blue")),
            "packaged-configuration",
        ),
        one("packages without a fallback plan", Remove(PACKAGED, "/fallback"), "fallback"),
        one(
            "a fallback plan with a release that is gone",
            Set(PACKAGED, "/fallback", json!("0ld0000")),
            "fallback",
        ),
        one("a release without an index document", Remove(INDEX, "/Contents"), "pages"),
        one(
            "a longer key in place of the index document",
            Set(INDEX, "/Contents/0/Key", json!("releases/41ab03d/index.html.bak")),
            "pages",
        ),
        one(
            "a release without the page for what is missing",
            Remove("objects/shop-releases_releases_41ab03d_404.html", "/Contents"),
            "pages",
        ),
        one("another build at the edge", function("/CodeSha256", json!("D")), "deployed-package"),
        one(
            "a Lambda runtime of its own",
            function("/Runtime", json!("provided.al2023")),
            "runtime",
        ),
        one("an old runtime", function("/Runtime", json!("nodejs18.x")), "runtime"),
        one("cargo lambda's handler", function("/Handler", json!("bootstrap")), "runtime"),
        one(
            "Python with the handler of Node.js",
            function("/Handler", json!("index.handler")),
            "runtime",
        ),
        one(
            "Node.js with the handler of Python",
            function("/Runtime", json!("nodejs22.x")),
            "runtime",
        ),
        one(
            "an environment variable",
            function("/Environment", json!({"Variables": {"A": "b"}})),
            "function-settings",
        ),
        one(
            "a layer",
            function("/Layers", json!([{"Arn": "arn:aws:lambda:us-east-1:1:layer:a:1"}])),
            "function-settings",
        ),
        one("a VPC", function("/VpcConfig", json!({"VpcId": "vpc-1"})), "function-settings"),
        one("arm64", function("/Architectures", json!(["arm64"])), "function-settings"),
        one(
            "a dead letter queue",
            function("/DeadLetterConfig", json!({"TargetArn": "arn:aws:sqs:us-east-1:1:q"})),
            "function-settings",
        ),
        one("tracing", function("/TracingConfig/Mode", json!("Active")), "function-settings"),
        one("a large /tmp", function("/EphemeralStorage/Size", json!(1024)), "function-settings"),
        one(
            "a key",
            function("/KMSKeyArn", json!("arn:aws:kms:us-east-1:1:key/1")),
            "function-settings",
        ),
        one("an image", function("/PackageType", json!("Image")), "function-settings"),
        one("a timeout that is refused", function("/Timeout", json!(31)), "function-settings"),
        one("a timeout that viewers wait for", function("/Timeout", json!(6)), "function-settings"),
        one(
            "a package that is too large",
            function("/CodeSize", json!(52_428_801)),
            "function-settings",
        ),
        one(
            "no viewer-request",
            Remove(D, pages!("LambdaFunctionAssociations/Items/0").leak()),
            "triggers",
        ),
        one(
            "a misspelt event",
            page("LambdaFunctionAssociations/Items/2/EventType", json!("origin-respond")),
            "triggers",
        ),
        one(
            "a route without functions",
            whole("CacheBehaviors/Items/1/LambdaFunctionAssociations", json!({"Quantity": 0})),
            "triggers",
        ),
        one(
            "a CloudFront Function on viewer-response",
            page(
                "FunctionAssociations",
                json!({"Quantity": 1, "Items": [{"FunctionARN": "arn:aws:cloudfront::1:function/f", "EventType": "viewer-response"}]}),
            ),
            "viewer-functions",
        ),
    ]
}

fn of_rights() -> Vec<Mistake> {
    let trust = "/Role/AssumeRolePolicyDocument/Statement/0/Principal/Service";
    let deny = json!({"Effect": "Deny", "Principal": {"Service": "edgelambda.amazonaws.com"}, "Action": "sts:*"});
    vec![
        one("trust in Lambda alone", Set(ROLE, trust, json!("lambda.amazonaws.com")), "role-trust"),
        one(
            "trust in Lambda@Edge alone",
            Set(ROLE, trust, json!(["edgelambda.amazonaws.com"])),
            "role-trust",
        ),
        one(
            "trust denied",
            Set(ROLE, "/Role/AssumeRolePolicyDocument/Statement/-", deny),
            "role-trust",
        ),
        one(
            "another action",
            Set(ROLE, "/Role/AssumeRolePolicyDocument/Statement/0/Action", json!("sts:TagSession")),
            "role-trust",
        ),
        one(
            "no right to the plan",
            Set(
                "role-rights/shop-edge",
                "/EvaluationResults/0/EvalDecision",
                json!("implicitDeny"),
            ),
            "plan-rights",
        ),
        one(
            "no right to a copy",
            Set(
                "role-rights/shop-edge",
                "/EvaluationResults/1/EvalDecision",
                json!("explicitDeny"),
            ),
            "plan-rights",
        ),
        one(
            "no plan",
            Refused("plans/eu-central-1", "An error occurred (ParameterNotFound)"),
            "plan",
        ),
        one(
            "no copy of the plan",
            Refused("plans/us-east-1", "An error occurred (ParameterNotFound)"),
            "plan",
        ),
        one(
            "a secret plan",
            Set("plans/eu-central-1", "/Parameter/Type", json!("SecureString")),
            "plan",
        ),
        one(
            "a plan that does not parse",
            Set("plans/eu-central-1", "/Parameter/Value", json!("{")),
            "plan",
        ),
        one("an old copy", Set("plans/us-east-1", "/Parameter/Value", json!("41ab03d")), "plan"),
        several(
            "a plan outside the package's bounds",
            [
                Configure("[slots.blue]", "[allow]\nprefixes = [\"/previews/*\"]\n\n[slots.blue]"),
                // No such package can be built: its fallback plan would be out of bounds too.
                Change::NotAsked(PACKAGED),
            ],
            "plan",
        ),
        one(
            "no right to replicate",
            Set("caller-rights", "/EvaluationResults/1/EvalDecision", json!("implicitDeny")),
            "deployer-rights",
        ),
        one(
            "a log without an end",
            Remove("log-groups/eu-central-1", "/logGroups/0/retentionInDays"),
            "logs",
        ),
        one(
            "a flat-rate plan",
            Set(
                "pricing-plans",
                "/subscriptionSummaries/0/resourceArns/0",
                json!("arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL"),
            ),
            "flat-rate-plan",
        ),
        one(
            "no room for a policy",
            Set("custom-cache-policies", "/CachePolicyList/Quantity", json!(20)),
            "policy-quota",
        ),
    ]
}

fn of_policies() -> Vec<Mistake> {
    let headers = in_key!("HeadersConfig/Headers/Items");
    let config = "/CachePolicy/CachePolicyConfig";
    let request = "/OriginRequestPolicy/OriginRequestPolicyConfig";
    let disabled = |to: Value| {
        let key = in_key!("HeadersConfig");
        [
            Set(ROUTES, "/CachePolicy/CachePolicyConfig/MaxTTL", json!(0)),
            Set(ROUTES, key, json!({"HeaderBehavior": "none"})),
            Set(ALL_VIEWER, "/OriginRequestPolicy/OriginRequestPolicyConfig/HeadersConfig", to),
        ]
    };
    vec![
        one(
            "no release in the key",
            Set(PAGES, headers, json!(["x-bluegreen-preview"])),
            "stamp-in-key",
        ),
        one(
            "no preview in the key",
            Set(ROUTES, headers, json!(["X-BlueGreen-Release"])),
            "stamp-in-key",
        ),
        one(
            "no headers in the key",
            Set(PAGES, in_key!("HeadersConfig"), json!({"HeaderBehavior": "none"})),
            "stamp-in-key",
        ),
        one(
            "all cookies in the key of pages",
            Set(PAGES, in_key!("CookiesConfig"), json!({"CookieBehavior": "all"})),
            "stamp-in-key",
        ),
        one(
            "no release cookie in the key",
            Configure("bucket = ", "decide_at = \"origin-request\"\nbucket = "),
            "stamp-in-key",
        ),
        several(
            "caching disabled, all headers forwarded",
            disabled(
                json!({"HeaderBehavior": "allExcept", "Headers": {"Quantity": 1, "Items": ["host"]}}),
            ),
            "caching-disabled",
        ),
        several(
            "caching disabled, no header forwarded",
            disabled(json!({"HeaderBehavior": "none"})),
            "caching-disabled",
        ),
        one(
            "a minimum TTL on pages",
            Set(PAGES, &*format!("{config}/MinTTL").leak(), json!(1)),
            "minimum-ttl",
        ),
        one(
            "a minimum TTL on routes",
            Set(ROUTES, &*format!("{config}/MinTTL").leak(), json!(60)),
            "minimum-ttl",
        ),
        one("no compression in the behaviour", page("Compress", json!(false)), "compression"),
        several(
            "no compression in the policy",
            [
                Set(PAGES, in_key!("EnableAcceptEncodingGzip"), json!(false)),
                Set(PAGES, in_key!("EnableAcceptEncodingBrotli"), json!(false)),
            ],
            "compression",
        ),
        one(
            "Accept-Encoding by hand",
            Set(PAGES, in_key!("HeadersConfig/Headers/Items/-"), json!("Accept-Encoding")),
            "compression",
        ),
        several(
            "settings from before policies",
            [
                Remove(D, pages!("CachePolicyId").leak()),
                Remove(D, pages!("OriginRequestPolicyId").leak()),
                page(
                    "ForwardedValues",
                    json!({"QueryString": false, "Cookies": {"Forward": "none"}}),
                ),
            ],
            "legacy-cache-settings",
        ),
        one(
            "all viewer headers to the bucket",
            Set(
                COOKIE,
                &*format!("{request}/HeadersConfig").leak(),
                json!({"HeaderBehavior": "allViewer"}),
            ),
            "host-to-bucket",
        ),
        one(
            "Host to the bucket",
            Set(
                COOKIE,
                &*format!("{request}/HeadersConfig").leak(),
                json!({"HeaderBehavior": "whitelist", "Headers": {"Quantity": 1, "Items": ["Host"]}}),
            ),
            "host-to-bucket",
        ),
        one(
            "all headers but another",
            Set(
                COOKIE,
                &*format!("{request}/HeadersConfig").leak(),
                json!({"HeaderBehavior": "allExcept", "Headers": {"Quantity": 1, "Items": ["accept"]}}),
            ),
            "host-to-bucket",
        ),
        one(
            "Host in the key",
            Set(PAGES, in_key!("HeadersConfig/Headers/Items/-"), json!("host")),
            "host-to-bucket",
        ),
        one(
            "no cookie to the bucket",
            Set(
                COOKIE,
                &*format!("{request}/CookiesConfig").leak(),
                json!({"CookieBehavior": "none"}),
            ),
            "cookies",
        ),
        one(
            "another cookie to the bucket",
            Set(
                COOKIE,
                &*format!("{request}/CookiesConfig/Cookies/Items/0").leak(),
                json!("session"),
            ),
            "cookies",
        ),
        several(
            "no cookies to the back end",
            [
                Set(ROUTES, in_key!("CookiesConfig"), json!({"CookieBehavior": "none"})),
                Set(
                    ALL_VIEWER,
                    &*format!("{request}/CookiesConfig").leak(),
                    json!({"CookieBehavior": "none"}),
                ),
            ],
            "cookies",
        ),
        several(
            "no query strings to the back end",
            [
                Set(ROUTES, in_key!("QueryStringsConfig"), json!({"QueryStringBehavior": "none"})),
                Set(
                    ALL_VIEWER,
                    &*format!("{request}/QueryStringsConfig").leak(),
                    json!({"QueryStringBehavior": "none"}),
                ),
            ],
            "query-strings",
        ),
    ]
}

fn of_origins() -> Vec<Mistake> {
    let mark = json!({"Quantity": 1, "Items": [{"HeaderName": "X-BlueGreen-Role", "HeaderValue": "fallback"}]});
    let unmarked = json!({"Quantity": 0});
    let codes = "OriginGroups/Items/0/FailoverCriteria/StatusCodes/Items";
    let global = json!("shop-releases.s3.amazonaws.com");
    let statement = "/Policy/Statement/0";
    let identity = json!("origin-access-identity/cloudfront/E127EXAMPLE51Z");
    vec![
        one(
            "POST on an origin group",
            page("AllowedMethods/Items/-", json!("POST")),
            "origin-group",
        ),
        one(
            "OPTIONS that is not cached",
            page("AllowedMethods/Items/-", json!("OPTIONS")),
            "origin-group",
        ),
        one("no failover on 403", whole(codes, json!([404])), "origin-group"),
        one("no failover on 404", whole(codes, json!([403, 500])), "origin-group"),
        one(
            "failover on 401",
            whole("OriginGroups/Items/0/FailoverCriteria/StatusCodes/Items/-", json!(401)),
            "origin-group",
        ),
        one(
            "three members",
            whole("OriginGroups/Items/0/Members/Items/-", json!({"OriginId": "api"})),
            "origin-group",
        ),
        one(
            "a page for missing pages without a group",
            page("TargetOriginId", json!("bucket")),
            "origin-group",
        ),
        one(
            "a fallback without its header",
            whole("Origins/Items/1/CustomHeaders", unmarked),
            "fallback-member",
        ),
        one(
            "another value of the header",
            whole("Origins/Items/1/CustomHeaders/Items/0/HeaderValue", json!("primary")),
            "fallback-member",
        ),
        one(
            "the header on the first member",
            whole("Origins/Items/0/CustomHeaders", mark),
            "fallback-member",
        ),
        one(
            "no access control",
            whole("Origins/Items/0/OriginAccessControlId", json!("")),
            "bucket-access",
        ),
        one(
            "an access identity beside it",
            whole("Origins/Items/0/S3OriginConfig/OriginAccessIdentity", identity),
            "bucket-access",
        ),
        one(
            "an access control that never signs",
            Set(
                CONTROL,
                "/OriginAccessControl/OriginAccessControlConfig/SigningBehavior",
                json!("never"),
            ),
            "bucket-access",
        ),
        one(
            "an access control for something else",
            Set(
                CONTROL,
                "/OriginAccessControl/OriginAccessControlConfig/OriginAccessControlOriginType",
                json!("lambda"),
            ),
            "bucket-access",
        ),
        one(
            "no bucket policy",
            Refused(BUCKET, "An error occurred (NoSuchBucketPolicy)"),
            "bucket-access",
        ),
        one(
            "a bucket policy without CloudFront",
            Set(
                BUCKET,
                &*format!("{statement}/Principal").leak(),
                json!({"AWS": "arn:aws:iam::123456789012:root"}),
            ),
            "bucket-access",
        ),
        one(
            "a bucket policy for everybody's distributions",
            Remove(BUCKET, &*format!("{statement}/Condition").leak()),
            "bucket-access",
        ),
        one(
            "a bucket policy for another distribution",
            Set(
                BUCKET,
                &*format!("{statement}/Condition/StringEquals").leak(),
                json!({"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E1OTHER0000000"}),
            ),
            "bucket-access",
        ),
        one(
            "a bucket policy that denies",
            Set(BUCKET, &*format!("{statement}/Effect").leak(), json!("Deny")),
            "bucket-access",
        ),
        one("a key without CloudFront", Remove(KEY, "/Policy/Statement/1"), "bucket-access"),
        one(
            "a list of the bucket at the root",
            whole("DefaultRootObject", json!("")),
            "bucket-listing",
        ),
        one(
            "the global domain of a bucket elsewhere",
            whole("Origins/Items/0/DomainName", global),
            "bucket-domain",
        ),
        one(
            "another Region's domain",
            whole("Origins/Items/1/DomainName", json!("shop-releases.s3.eu-west-1.amazonaws.com")),
            "bucket-domain",
        ),
        one(
            "the bucket's website",
            whole(
                "Origins/Items/2/DomainName",
                json!("shop-releases.s3-website.eu-central-1.amazonaws.com"),
            ),
            "bucket-domain",
        ),
        one(
            "the prefix twice",
            whole("Origins/Items/0/OriginPath", json!("/releases")),
            "origin-path",
        ),
        one(
            "a domain that does not resolve",
            Refused("addresses/blue-alb.example.com", "NotFound"),
            "custom-origin",
        ),
        one(
            "a certificate for another domain",
            Set("certificates/blue-alb.example.com", "/Names/0", json!("*.example.org")),
            "custom-origin",
        ),
        one(
            "a back end without TLS",
            whole("Origins/Items/2/CustomOriginConfig/OriginProtocolPolicy", json!("http-only")),
            "custom-origin",
        ),
        one(
            "a VPC origin",
            whole("Origins/Items/2/VpcOriginConfig", json!({"VpcOriginId": "vo_1"})),
            "vpc-origin",
        ),
    ]
}

fn of_the_distribution() -> Vec<Mistake> {
    let error_page = |code: u16, path: &str, response: &str| json!({"Quantity": 1, "Items": [{"ErrorCode": code, "ResponsePagePath": path, "ResponseCode": response, "ErrorCachingMinTTL": 10}]});
    vec![
        one(
            "a 404 that becomes a page",
            whole("CustomErrorResponses", error_page(404, "/index.html", "200")),
            "error-pages",
        ),
        one(
            "a 403 that becomes a page",
            whole("CustomErrorResponses", error_page(403, "/index.html", "200")),
            "error-pages",
        ),
        one(
            "the error page of one release",
            whole("CustomErrorResponses", error_page(503, "/releases/41ab03d/503.html", "503")),
            "error-pages",
        ),
        one(
            "a continuous deployment",
            whole("ContinuousDeploymentPolicyId", json!("46f3e3a8")),
            "continuous-deployment",
        ),
        one("a staging distribution", whole("Staging", json!(true)), "continuous-deployment"),
        one("a change on its way", Set(D, "/Distribution/Status", json!("InProgress")), "rollout"),
        one("a disabled distribution", whole("Enabled", json!(false)), "distribution"),
        one(
            "a multi-tenant distribution",
            whole("ConnectionMode", json!("tenant-only")),
            "distribution",
        ),
        one(
            "gRPC",
            whole("CacheBehaviors/Items/1/GrpcConfig/Enabled", json!(true)),
            "distribution",
        ),
        one("another bucket", Configure("shop-releases", "shop-archive"), "distribution"),
        one(
            "old TLS",
            whole("ViewerCertificate/MinimumProtocolVersion", json!("TLSv1.2_2019")),
            "viewer-tls",
        ),
        one(
            "no behaviour for pins",
            Remove(D, config!("/CacheBehaviors/Items/0")),
            "route-behaviors",
        ),
        one(
            "a route without a behaviour",
            Configure(
                "[slots.blue]",
                "[[routes]]\npath = \"/search/*\"\norigin = \"api\"\n\n[slots.blue]",
            ),
            "route-behaviors",
        ),
    ]
}

fn mistakes() -> Vec<Mistake> {
    let groups = [of_functions(), of_rights(), of_policies(), of_origins(), of_the_distribution()];
    groups.into_iter().flatten().collect()
}

/// All mistakes, each with its snapshot.
fn planted() -> Vec<(Mistake, Snapshot)> {
    let of = |snapshot: fn(&[Change]) -> Snapshot| {
        move |mistake: Mistake| {
            let snapshot = snapshot(&mistake.changes);
            (mistake, snapshot)
        }
    };
    let of_distribution = mistakes().into_iter().map(of(snapshot));
    let of_logs = observed::mistakes().into_iter().map(of(snapshot));
    let of_followers = followed::mistakes().into_iter().map(of(followers));
    let of_a_project = of_distribution.chain(of_logs).chain(of_followers);
    of_a_project.chain(guard::mistakes()).collect()
}

#[test]
fn the_good_distribution_is_sound() {
    let report = examine(&snapshot(&[]));
    assert_eq!(report.findings, []);
    assert_eq!(report.not_checked, []);
    let is_of_distribution = |check: &Check| {
        let id = check.about().id;
        !id.starts_with("follower-")
            && !id.starts_with("access-log")
            && id != "guard"
            && id != "log-lateness"
    };
    assert_eq!(report.sound, Check::ALL.into_iter().filter(is_of_distribution).collect::<Vec<_>>());
    assert_eq!(report.outcome(), Outcome::Sound);
}

#[test]
fn each_mistake_is_found_by_its_check_alone() {
    let mistakes = planted();
    let mut wrong = Vec::new();
    for (Mistake { name, check, .. }, snapshot) in &mistakes {
        let report = examine(snapshot);
        let found: BTreeSet<&str> =
            report.findings.iter().map(|one| one.check.about().id).collect();
        if found != BTreeSet::from([*check]) {
            wrong.push(format!("{name}: {check} expected, found {:#?}", report.findings));
        }
        assert!(report.findings.is_empty() || report.outcome() == Outcome::Findings, "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mistakes.len() >= 100, "only {} mistakes", mistakes.len());
}

#[test]
fn every_check_has_a_mistake() {
    let planted: BTreeSet<&str> = planted().iter().map(|(mistake, _)| mistake.check).collect();
    let all: BTreeSet<&str> = Check::ALL.iter().map(|check| check.about().id).collect();
    assert_eq!(planted, all);
}

#[test]
fn names_of_mistakes_are_unique() {
    let mistakes = planted();
    let names: BTreeSet<&str> = mistakes.iter().map(|(mistake, _)| mistake.name).collect();
    assert_eq!(names.len(), mistakes.len());
}

/// A finding can be acted on: it says what was read, the consequence, and a repair in words and as a command.
#[test]
fn every_finding_is_complete() {
    for (Mistake { name, .. }, snapshot) in planted() {
        for finding in examine(&snapshot).findings {
            let words = [&finding.consequence, &finding.repair, &finding.command];
            assert!(words.iter().all(|text| !text.is_empty()), "{name}");
            assert!(
                !finding.read.source.is_empty() && finding.read.path.starts_with('.'),
                "{name}"
            );
            assert!(
                !finding.consequence.ends_with('.') && !finding.repair.ends_with('.'),
                "{name}"
            );
        }
    }
}

/// Good distributions of other shapes.
#[test]
fn other_good_distributions_have_no_finding() {
    let shapes = [
        ("an unknown caller", vec![Change::NotAsked("identity")]),
        (
            "Node.js",
            vec![
                function("/Runtime", json!("nodejs22.x")),
                function("/Handler", json!("index.handler")),
            ],
        ),
        (
            "no KMS",
            vec![Set(
                "bucket-encryptions/shop-releases",
                "/ServerSideEncryptionConfiguration/Rules/0/ApplyServerSideEncryptionByDefault",
                json!({"SSEAlgorithm": "AES256"}),
            )],
        ),
        (
            "an access identity alone",
            vec![
                whole("Origins/Items/0/OriginAccessControlId", json!("")),
                whole("Origins/Items/1/OriginAccessControlId", json!("")),
                whole(
                    "Origins/Items/0/S3OriginConfig/OriginAccessIdentity",
                    json!("origin-access-identity/cloudfront/E1"),
                ),
                whole(
                    "Origins/Items/1/S3OriginConfig/OriginAccessIdentity",
                    json!("origin-access-identity/cloudfront/E1"),
                ),
            ],
        ),
        (
            "no listing and no root object",
            vec![whole("DefaultRootObject", json!("")), Remove(BUCKET, "/Policy/Statement/1")],
        ),
        (
            "a default certificate",
            vec![whole(
                "ViewerCertificate",
                json!({"CloudFrontDefaultCertificate": true, "MinimumProtocolVersion": "TLSv1"}),
            )],
        ),
        (
            "OPTIONS cached",
            vec![
                page("AllowedMethods/Items/-", json!("OPTIONS")),
                page("AllowedMethods/CachedMethods/Items/-", json!("OPTIONS")),
            ],
        ),
        (
            "decided on a miss",
            vec![
                Configure("bucket = ", "decide_at = \"origin-request\"\nbucket = "),
                Set(
                    PAGES,
                    in_key!("CookiesConfig"),
                    json!({"CookieBehavior": "whitelist", "Cookies": {"Quantity": 1, "Items": ["release"]}}),
                ),
            ],
        ),
        (
            "another cookie name",
            vec![
                Configure("[documents]", "[cookies]\nrelease = \"version\"\n\n[documents]"),
                Set(
                    COOKIE,
                    "/OriginRequestPolicy/OriginRequestPolicyConfig/CookiesConfig/Cookies/Items/0",
                    json!("version"),
                ),
            ],
        ),
        (
            "a behaviour of its own",
            vec![whole(
                "CacheBehaviors/Items/-",
                json!({
                    "PathPattern": "/legacy/*", "TargetOriginId": "api", "Compress": false,
                    "ForwardedValues": {"QueryString": true}, "LambdaFunctionAssociations": {"Quantity": 0},
                }),
            )],
        ),
        (
            "an error page outside releases",
            vec![whole(
                "CustomErrorResponses",
                json!({
                    "Quantity": 1,
                    "Items": [{"ErrorCode": 503, "ResponsePagePath": "/errors/503.html", "ResponseCode": "503"}],
                }),
            )],
        ),
        (
            "a site without a group",
            vec![
                Configure("not_found = \"404.html\"\n", ""),
                page("TargetOriginId", json!("bucket")),
            ],
        ),
        (
            "a plan of bare ids",
            vec![
                Set("plans/eu-central-1", "/Parameter/Value", json!("41ab03d 9f2c1e7")),
                Set("plans/us-east-1", "/Parameter/Value", json!("41ab03d 9f2c1e7")),
            ],
        ),
    ];
    for (name, changes) in shapes {
        assert_eq!(examine(&snapshot(&changes)).findings, [], "{name}");
    }
}

#[test]
fn without_a_configuration_the_distribution_is_still_checked() {
    let mut snapshot = Snapshot::new(None);
    gather(&mut snapshot, &[page("Compress", json!(false))]);
    let report = examine(&snapshot);
    let found: Vec<&str> = report.findings.iter().map(|one| one.check.about().id).collect();
    assert_eq!(found, ["compression"]);
    let open: BTreeSet<&str> = report.not_checked.iter().map(|one| one.check.about().id).collect();
    assert_eq!(
        open,
        BTreeSet::from([
            "packaged-configuration",
            "plan-rights",
            "plan",
            "fallback",
            "pages",
            "route-behaviors",
            "origin-path",
        ])
    );
}

/// `get-distribution-config` prints no status and no ARN.
#[test]
fn the_configuration_alone_is_enough() {
    let whole = snapshot(&[]);
    let (_, read) = whole.reads().find(|(source, _)| **source == Source::Distribution).unwrap();
    let Read::Known(value) = read else { panic!("no distribution") };
    let mut snapshot = Snapshot::new(whole.config.clone());
    let config =
        json!({"ETag": "E2", "DistributionConfig": value["Distribution"]["DistributionConfig"]});
    snapshot.insert(Source::Distribution, Read::Known(config));
    gather(&mut snapshot, &[]);
    let report = examine(&snapshot);
    assert_eq!((&*report.findings, report.outcome()), (&[][..], Outcome::Sound));
    let open: Vec<&str> = report.not_checked.iter().map(|one| one.check.about().id).collect();
    assert_eq!(open, ["rollout"]);
}
