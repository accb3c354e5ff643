use distribution_edit::{ArnError, Distribution, FallbackOrigin, InvalidXml, VersionArn, attach};
use edge_config::Config;

use super::shop::{
    CONFIG, SHOP, attached, compact, config, parsed, replaced, text, version, wiring, with,
};

fn words(changes: &[distribution_edit::Change]) -> Vec<String> {
    use distribution_edit::Place;
    let place = |change: &distribution_edit::Change| match change.place() {
        Place::Distribution => String::new(),
        Place::Behavior(pattern) => format!("{pattern}: "),
    };
    changes.iter().map(|change| format!("{}{change}", place(change))).collect()
}

#[test]
fn every_behavior_that_serves_releases_is_wired() {
    let attached = attached(SHOP);
    let functions = |pattern: &str| {
        ["viewer-request", "origin-request", "origin-response"]
            .map(|event| format!("{pattern}: {event}: none -> shop-{event}:1"))
    };
    let mut expected = vec![
        "new origin `site-second-attempt`: shop-releases.s3.eu-central-1.amazonaws.com, with the \
         header `x-bluegreen-role: fallback`"
            .to_owned(),
        "new origin group `releases`: `site`, then `site-second-attempt` on 403 and 404".into(),
        "*: target: `site` -> `releases`".into(),
    ];
    expected.extend(functions("*"));
    expected.extend([
        "*: cache policy: CachingOptimized (658327ea-f89d-4fab-a63d-7e88639e58f6) -> pages-cache"
            .into(),
        "*: origin request policy: none -> pages-request".into(),
        "/_r/*/api/*: new behaviour for `backend`, before `/api/*`".into(),
    ]);
    expected.extend(functions("/_r/*/api/*"));
    expected.extend([
        "/_r/*/api/*: cache policy: none -> routes-cache".into(),
        "/_r/*/api/*: origin request policy: none -> AllViewerExceptHostHeader \
         (b689b0a8-53d0-40ab-baf2-68738e2966ac)"
            .into(),
    ]);
    expected.extend(functions("/api/*"));
    expected.extend([
        "/api/*: cache policy: CachingDisabled (4135ea2d-6df8-44a3-9df3-4b5a84be39ad) -> \
         routes-cache"
            .into(),
        "/api/*: origin request policy: AllViewer (216adef6-5c7f-47e4-b989-5492eafa07d3) -> \
         AllViewerExceptHostHeader (b689b0a8-53d0-40ab-baf2-68738e2966ac)"
            .into(),
        "/static/*: target: `site` -> `releases`".into(),
    ]);
    expected.extend(functions("/static/*"));
    expected.extend([
        "/static/*: cache policy: CachingOptimized (658327ea-f89d-4fab-a63d-7e88639e58f6) -> \
         pages-cache"
            .into(),
        "/static/*: origin request policy: none -> pages-request".into(),
    ]);
    assert_eq!(words(&attached.changes), expected);
    let left = attached.left.iter().map(|one| one.behavior.as_str());
    assert_eq!(left.collect::<Vec<_>>(), ["/docs/*", "/images/*"]);
}

/// The second origin is a copy of the first, and the values that CloudFront counts are right.
#[test]
fn the_xml_is_what_cloudfront_takes() {
    let xml = compact(&text(&attached(SHOP).distribution));
    for expected in [
        "<Origins><Quantity>5</Quantity>",
        "</Origin><Origin><Id>site-second-attempt</Id>\
         <DomainName>shop-releases.s3.eu-central-1.amazonaws.com</DomainName><OriginPath></OriginPath>\
         <CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader>\
         <HeaderName>x-bluegreen-role</HeaderName><HeaderValue>fallback</HeaderValue>\
         </OriginCustomHeader></Items></CustomHeaders><S3OriginConfig>",
        "<OriginGroups><Quantity>1</Quantity><Items><OriginGroup><Id>releases</Id><FailoverCriteria>\
         <StatusCodes><Quantity>2</Quantity><Items><StatusCode>403</StatusCode>\
         <StatusCode>404</StatusCode></Items></StatusCodes></FailoverCriteria><Members>\
         <Quantity>2</Quantity><Items><OriginGroupMember><OriginId>site</OriginId>\
         </OriginGroupMember><OriginGroupMember><OriginId>site-second-attempt</OriginId>\
         </OriginGroupMember></Items></Members></OriginGroup></Items></OriginGroups>",
        "<DefaultCacheBehavior><TargetOriginId>releases</TargetOriginId>",
        "<LambdaFunctionAssociations><Quantity>3</Quantity><Items><LambdaFunctionAssociation>\
         <LambdaFunctionARN>arn:aws:lambda:us-east-1:123456789012:function:shop-viewer-request:1\
         </LambdaFunctionARN><EventType>viewer-request</EventType><IncludeBody>false</IncludeBody>\
         </LambdaFunctionAssociation>",
        "<CacheBehaviors><Quantity>5</Quantity><Items><CacheBehavior>\
         <PathPattern>/_r/*/api/*</PathPattern><TargetOriginId>backend</TargetOriginId>",
        "<CachePolicyId>pages-cache</CachePolicyId>\
         <OriginRequestPolicyId>pages-request</OriginRequestPolicyId><ResponseHeadersPolicyId>",
        "<HeaderValue>s3cr3t &amp; more</HeaderValue>",
        "<Comment>The shop &#8211; by hand</Comment>",
    ] {
        assert!(xml.contains(expected), "{expected}\n\n{xml}");
    }
}

#[test]
fn attaching_twice_changes_nothing() {
    let once = text(&attached(SHOP).distribution);
    let twice = attached(&once);
    assert_eq!(twice.changes, []);
    assert_eq!(text(&twice.distribution), once);
}

#[test]
fn an_older_version_is_replaced() {
    let once = attached(SHOP).distribution;
    let mut newer = wiring(1);
    newer.origin_request = version("origin-request", 12);
    let again = attach(&once, &newer, &config()).unwrap();
    let expected: Vec<String> = ["*", "/_r/*/api/*", "/api/*", "/static/*"]
        .iter()
        .map(|pattern| {
            format!("{pattern}: origin-request: shop-origin-request:1 -> shop-origin-request:12")
        })
        .collect();
    assert_eq!(words(&again.changes), expected);
    let xml = text(&again.distribution).replace("origin-request:12", "origin-request:1");
    assert_eq!(xml, text(&once));
}

/// The configuration as CloudFront sends it has empty lists. A tool may have left them out.
#[test]
fn lists_that_are_absent_are_made() {
    let mut bare = compact(SHOP);
    for list in ["OriginGroups", "LambdaFunctionAssociations", "CustomHeaders"] {
        bare = bare.replace(&format!("<{list}><Quantity>0</Quantity></{list}>"), "");
    }
    let distribution = attached(&bare).distribution;
    assert!(distribution.is_alike(&attached(SHOP).distribution));
    let xml = text(&distribution);
    assert!(xml.contains("</Origins><OriginGroups>"), "{xml}");
    assert!(xml.contains("<Compress>true</Compress><LambdaFunctionAssociations>"), "{xml}");
}

#[test]
fn without_a_fallback_origin_the_target_stays() {
    let mut wiring = wiring(1);
    wiring.fallback_origin = FallbackOrigin::Leave;
    let attached = attach(&parsed(SHOP), &wiring, &config()).unwrap();
    let xml = text(&attached.distribution);
    assert!(!xml.contains("second-attempt"), "{xml}");
    assert!(compact(&xml).contains("<OriginGroups><Quantity>0</Quantity></OriginGroups>"));
}

/// A behavior that keeps its policies still gets the functions.
#[test]
fn policies_can_be_kept() {
    let own = SHOP.replace("658327ea-f89d-4fab-a63d-7e88639e58f6", "policy-of-my-own");
    let mut wiring = wiring(1);
    wiring.keep_policies = vec!["*".into(), "/static/*".into()];
    let attached = attach(&parsed(&own), &wiring, &config()).unwrap();
    let words = words(&attached.changes);
    assert!(words.contains(&"*: viewer-request: none -> shop-viewer-request:1".into()));
    let policies = words.iter().filter(|one| one.contains("policy") && !one.contains("/api/"));
    assert_eq!(policies.collect::<Vec<_>>(), [] as [&String; 0]);
}

/// A behavior inside a route with the same back end is part of it. With another origin it is not.
#[test]
fn behaviors_inside_a_route() {
    let inside =
        with("<PathPattern>/docs/*</PathPattern>", "<PathPattern>/api/docs/*</PathPattern>");
    let left = attached(&inside).left;
    assert_eq!(left[0].behavior, "/api/docs/*");
    assert_eq!(left[0].why, "it is inside a route, but its origin `docs` is another one");
    let same = replaced(&inside, "<TargetOriginId>docs<", "<TargetOriginId>backend<");
    let same = replaced(&same, "<EventType>viewer-request<", "<EventType>origin-response<");
    let words = words(&attached(&same).changes);
    assert!(words.contains(&"/api/docs/*: viewer-request: none -> shop-viewer-request:1".into()));
}

/// A route may be served by a behavior with a wider pattern.
#[test]
fn a_wider_behavior_serves_a_route() {
    let wider = with("<PathPattern>/api/*</PathPattern>", "<PathPattern>/a*</PathPattern>");
    let words = words(&attached(&wider).changes);
    assert!(words.contains(&"/a*: viewer-request: none -> shop-viewer-request:1".into()));
    assert!(words.contains(&"/_r/*/api/*: new behaviour for `backend`, before `/a*`".into()));
}

/// Each route gets a behavior for pins, in the order of the routes.
#[test]
fn several_routes() {
    let config = CONFIG.replace(
        "[slots.blue]",
        "[[routes]]\npath = \"/docs/*\"\norigin = \"docs\"\n\n[slots.blue]\ndocs = \"docs.example.com\"",
    );
    let plain = with("<EventType>viewer-request</EventType>", "<EventType>any</EventType>");
    let config = Config::from_toml(&config).unwrap();
    let attached = attach(&parsed(&plain), &wiring(1), &config).unwrap();
    let xml = compact(&text(&attached.distribution));
    let position = |pattern: &str| xml.find(&format!("<PathPattern>{pattern}</PathPattern>"));
    assert!(position("/_r/*/api/*") < position("/_r/*/docs/*"));
    assert!(position("/_r/*/docs/*") < position("/api/*"));
}

#[test]
fn only_a_numbered_version_in_us_east_1_is_taken() {
    let arn = |rest: &str| format!("arn:aws:lambda:{rest}");
    let rows = [
        (
            "eu-central-1:123456789012:function:shop:1",
            "is in `eu-central-1`: CloudFront takes only functions in `us-east-1`",
        ),
        (
            "us-east-1:123456789012:function:shop",
            "names no version: CloudFront takes only numbered versions",
        ),
        (
            "us-east-1:123456789012:function:shop:$LATEST",
            "names `$LATEST`: CloudFront takes only numbered versions",
        ),
        (
            "us-east-1:123456789012:function:shop:live",
            "names `live`: CloudFront takes only numbered versions",
        ),
        ("us-east-1:123456789012:layer:shop:1", "is not the ARN of a Lambda function"),
    ];
    for (rest, problem) in rows {
        let error: ArnError = VersionArn::parse(&arn(rest)).unwrap_err();
        assert_eq!(error.to_string(), format!("`{}` {problem}", arn(rest)));
    }
}

#[test]
fn other_answers_are_no_configuration() {
    let rows: [(&[u8], &str); 7] = [
        (b"\xff", "it is not text in UTF-8"),
        (b"", "there is no element"),
        (b"<Distribution/>", "the outermost element is `Distribution`, not `DistributionConfig`"),
        (b"<DistributionConfig/>", "it has no `CallerReference`"),
        (b"<DistributionConfig>", "`DistributionConfig` has no end"),
        (b"<a/><b/>", "there is more than one outermost element"),
        (b"<a>&unknown;</a>", "the entity `unknown` is not known"),
    ];
    for (xml, problem) in rows {
        let error: InvalidXml = Distribution::parse(xml).unwrap_err();
        assert_eq!(error.to_string(), problem);
    }
}
