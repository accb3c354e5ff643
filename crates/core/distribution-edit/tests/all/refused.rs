use distribution_edit::{FallbackOrigin, Refusal, VersionArn};
use edge_config::Config;

use super::shop::{CONFIG, SHOP, config, refusals, replaced, wiring, with};

const DEFAULT: &str = "<DefaultCacheBehavior>\n    <TargetOriginId>site</TargetOriginId>";
const OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";

/// The default behavior with something before its target.
fn default(inside: &str) -> String {
    with(DEFAULT, &DEFAULT.replace('\n', &format!("{inside}\n")))
}

/// Everything that is not taken, with the value that was found and the way out.
#[test]
fn what_cannot_work_is_refused() {
    let foreign = "arn:aws:lambda:us-east-1:123456789012:function:auth:4";
    let small = "arn:aws:cloudfront::123456789012:function/rewrite";
    let association = |list: &str, item: &str, arn: &str, event: &str| {
        format!(
            "<{list}><Quantity>1</Quantity><Items><{item}Association><{item}ARN>{arn}</{item}ARN>\
             <EventType>{event}</EventType></{item}Association></Items></{list}>"
        )
    };
    let lambda =
        association("LambdaFunctionAssociations", "LambdaFunction", foreign, "origin-request");
    let function = association("FunctionAssociations", "Function", small, "viewer-response");
    let rows: [(&str, String, &str, &str); 14] = [
        (
            "somebody else's function",
            default(&lambda),
            "behaviour `*` has the function `arn:aws:lambda:us-east-1:123456789012:function:auth:4` at origin-request: CloudFront takes one for each event",
            "take the function away",
        ),
        (
            "a CloudFront Function",
            default(&function),
            "behaviour `*` has the CloudFront Function `arn:aws:cloudfront::123456789012:function/rewrite` at viewer-response: CloudFront takes no Lambda@Edge function on a viewer event beside it",
            "move the function's work",
        ),
        (
            "a VPC origin",
            with(
                "<DomainName>api.example.com</DomainName>",
                "<DomainName>api.example.com</DomainName><VpcOriginConfig><VpcOriginId>vo_1</VpcOriginId></VpcOriginConfig>",
            ),
            "behaviour `/api/*` has the VPC origin `backend`: CloudFront takes no origin function there",
            "use a public origin",
        ),
        (
            "legacy cache settings",
            default("<ForwardedValues><QueryString>true</QueryString></ForwardedValues>"),
            "behaviour `*` has `ForwardedValues` in place of a cache policy",
            "give the behaviour a cache policy first",
        ),
        (
            "gRPC",
            default("<GrpcConfig><Enabled>true</Enabled></GrpcConfig>"),
            "behaviour `*` takes gRPC: CloudFront takes no functions there",
            "disable gRPC there",
        ),
        (
            "tenants",
            with("<ConnectionMode>direct<", "<ConnectionMode>tenant-only<"),
            "`ConnectionMode` is `tenant-only`: viewers reach the distribution only by its tenants",
            "use a distribution",
        ),
        (
            "staging",
            with("<Staging>false<", "<Staging>true<"),
            "`Staging` is `true`: viewers reach the distribution only by CloudFront's own split",
            "name the primary distribution",
        ),
        (
            "continuous deployment",
            with(
                "<ContinuousDeploymentPolicyId/>",
                "<ContinuousDeploymentPolicyId>cd-1</ContinuousDeploymentPolicyId>",
            ),
            "`ContinuousDeploymentPolicyId` is `cd-1`: CloudFront splits the viewers too, and two canaries multiply",
            "end the continuous deployment",
        ),
        (
            "POST in an origin group",
            default(
                "<AllowedMethods><Quantity>3</Quantity><Items><Method>GET</Method><Method>HEAD</Method><Method>POST</Method></Items></AllowedMethods>",
            ),
            "behaviour `*` allows POST: CloudFront takes only GET, HEAD and OPTIONS where the target is an origin group",
            "allow GET, HEAD and OPTIONS only",
        ),
        (
            "the website endpoint",
            replaced(
                &with(
                    "<DomainName>shop-releases.s3.eu-central-1.amazonaws.com<",
                    "<DomainName>shop-releases.s3-website.eu-central-1.amazonaws.com<",
                ),
                "<OriginAccessControlId>E1OAC2BUCKET3X<",
                "<CustomOriginConfig/><OriginAccessControlId>E1OAC2BUCKET3X<",
            ),
            "the origin `site` of behaviour `*`, `shop-releases.s3-website.eu-central-1.amazonaws.com`, is not a bucket by S3's own API: the functions would find no files there",
            "make the bucket the origin",
        ),
        (
            "another bucket",
            with("<DomainName>shop-releases.", "<DomainName>shop-archive."),
            "the origin `site` of behaviour `*` is `shop-archive.s3.eu-central-1.amazonaws.com`, not the bucket `shop-releases` of the configuration",
            "correct `bucket`",
        ),
        (
            "no behavior for a route",
            with("<PathPattern>/api/*<", "<PathPattern>/other/*<"),
            "no behaviour takes the route `/api/*`: its requests would go to the bucket",
            "add a behaviour `/api/*`",
        ),
        (
            "a route to the bucket",
            with("<TargetOriginId>backend<", "<TargetOriginId>site<"),
            "behaviour `/api/*` is for a route of the configuration, but its origin is the bucket",
            "give the behaviour the back end",
        ),
        (
            "an id that is taken",
            with("<Id>docs</Id>", "<Id>site-second-attempt</Id>"),
            "`site-second-attempt` is already the id of another origin or origin group",
            "give the other one another id",
        ),
    ];
    for (name, xml, found, way_out) in rows {
        let refusals = refusals(&xml, &wiring(1), &config());
        assert_eq!(refusals.len(), 1, "{name}: {refusals:?}");
        assert_eq!(refusals[0].to_string(), found, "{name}");
        assert!(refusals[0].way_out().starts_with(way_out), "{name}: {}", refusals[0].way_out());
    }
}

/// An origin group for another purpose has no place for the second attempt. It can stay without one.
#[test]
fn a_group_of_somebody_else() {
    let group = "<OriginGroups><Quantity>1</Quantity><Items><OriginGroup><Id>both</Id><Members><Quantity>2</Quantity><Items>\
        <OriginGroupMember><OriginId>site</OriginId></OriginGroupMember><OriginGroupMember><OriginId>images</OriginId>\
        </OriginGroupMember></Items></Members></OriginGroup></Items></OriginGroups>";
    let xml = with("<OriginGroups>\n    <Quantity>0</Quantity>\n  </OriginGroups>", group);
    let xml = replaced(&xml, DEFAULT, &DEFAULT.replace(">site<", ">both<"));
    let mut wiring = wiring(1);
    let refused = refusals(&xml, &wiring, &config());
    assert_eq!(refused, [Refusal::OtherOriginGroup { behavior: "*".into(), group: "both".into() }]);
    wiring.fallback_origin = FallbackOrigin::Leave;
    super::shop::parsed(&xml);
    assert!(distribution_edit::attach(&super::shop::parsed(&xml), &wiring, &config()).is_ok());
}

/// A policy of AWS's own that should stay is of no use to the functions.
#[test]
fn policies_that_cannot_be_kept() {
    let mut keeping = wiring(1);
    keeping.keep_policies = ["*", "/api/*", "/docs/*"].map(Into::into).into();
    let xml = with("67f7725c-6f97-4210-82d7-5512b31e9d03", "any");
    let xml = replaced(
        &xml,
        "<ResponseHeadersPolicyId>any",
        &format!(
            "<OriginRequestPolicyId>{ALL_VIEWER}</OriginRequestPolicyId><ResponseHeadersPolicyId>any"
        ),
    );
    let policy = |id: &str| id.to_owned();
    let expected = [
        Refusal::NoStamp { behavior: "*".into(), policy: policy(OPTIMIZED) },
        Refusal::HostToBucket { behavior: "*".into(), policy: policy(ALL_VIEWER) },
        Refusal::CachingDisabled { behavior: "/api/*".into(), policy: policy(DISABLED) },
        Refusal::UnknownBehavior {
            behavior: "/docs/*".into(),
            known: ["*", "/api/*", "/static/*"].map(Into::into).into(),
        },
    ];
    assert_eq!(refusals(&xml, &keeping, &config()), expected);
    assert!(expected[0].way_out().starts_with("leave out `--keep-policies *`"));
}

#[test]
fn functions_of_another_account_are_refused() {
    let mut wiring = wiring(1);
    let arn = "arn:aws:lambda:us-east-1:210987654321:function:shop-viewer-request:1";
    wiring.viewer_request = VersionArn::parse(arn).unwrap();
    let expected = Refusal::OtherAccount { function: arn.into(), account: "123456789012".into() };
    assert_eq!(refusals(SHOP, &wiring, &config()), [expected]);
}

/// All of them at once: nobody has to run the command once for each.
#[test]
fn every_refusal_is_reported() {
    let xml = with("<ConnectionMode>direct<", "<ConnectionMode>tenant-only<");
    let xml = replaced(&xml, "<Staging>false<", "<Staging>true<");
    let config = Config::from_toml(&CONFIG.replace("/api/*", "/v1/*")).unwrap();
    assert_eq!(refusals(&xml, &wiring(1), &config).len(), 3);
}
