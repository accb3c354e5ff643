//! `edgeswitch destroy`: only what `deploy` made, and only when nothing needs it.

use http::Request;
use serde_json::json;
use testkit::Fault;

use super::golden::Golden;
use super::yard::Yard;

/// A distribution with viewer-request at its default behavior.
fn attach(yard: &Yard, version: &str) -> String {
    let config = format!(
        r#"<DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
        <CallerReference>{version}</CallerReference><Comment>shop</Comment><Enabled>true</Enabled>
        <Origins><Quantity>1</Quantity><Items><Origin><Id>bucket</Id>
        <DomainName>shop.s3.amazonaws.com</DomainName>
        <S3OriginConfig><OriginAccessIdentity/></S3OriginConfig></Origin></Items></Origins>
        <DefaultCacheBehavior><TargetOriginId>bucket</TargetOriginId>
        <ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy>
        <LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>
        <LambdaFunctionARN>{version}</LambdaFunctionARN><EventType>viewer-request</EventType>
        </LambdaFunctionAssociation></Items></LambdaFunctionAssociations></DefaultCacheBehavior>
        </DistributionConfig>"#
    );
    let request = Request::post("/2020-05-31/distribution").body(config.into_bytes()).unwrap();
    let made = yard.send("cloudfront", request);
    crate::aws::account::texts(&made, "Id")[0].to_owned()
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn nothing_is_deleted_while_a_distribution_has_a_function() {
    let yard = Yard::open(60);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    let account = &yard.account;
    let version = format!("arn:aws:lambda:us-east-1:{account}:function:shop-viewer-request:1");
    let other = version.replace("shop-viewer", "eu-shop-viewer");
    attach(&yard, &other);
    let before = yard.inventory();
    let id = attach(&yard, &version);
    let words = format!(
        "error: distribution `{id}` has `{version}` at viewer-request of behavior `default`"
    );
    let ran = yard.expect("destroy -y", 1, &words);
    assert!(ran.err.contains("hint: `edgeswitch detach`"), "{}", ran.err);
    assert_eq!(yard.inventory(), before);
}

/// The Region that is asked first says that it has a replica.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn replicas_are_named_and_waited_for() {
    let yard = Yard::open(61);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    let of = format!("arn:aws:lambda:us-east-1:{}:function:shop-viewer-request:1", yard.account);
    let replica = json!({ "Functions": [{ "FunctionName": "us-east-1.shop-viewer-request", "MasterArn": of }] });
    let set = |times: usize| {
        let answers = vec![Fault::Answer("ListFunctions".into(), replica.to_string()); times];
        yard.aws.gateway.set_faults(&yard.account, answers);
    };
    let before = yard.inventory();
    let mut golden = Golden::new(&yard, "replicas.txt");
    // All thirteen Regions.
    set(13);
    golden.run("destroy -y");
    assert_eq!(yard.inventory(), before);
    set(13);
    golden.run("destroy -y --wait");
    golden.end();
}

/// Other objects in the bucket, or another bucket, stay.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_bucket_with_other_objects_stays() {
    let yard = Yard::open(62);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    let object = format!("/shop-packages-{}/notes.txt", yard.account);
    yard.send("s3", Request::put(object.as_str()).body(b"mine".to_vec()).unwrap());
    yard.expect("destroy -y", 0, "deleted: stack `shop-functions`\n");
    assert_eq!(yard.get("s3", &object), "mine");

    let yard = Yard::open(63);
    yard.send("s3", Request::put("/own-packages").body(Vec::new()).unwrap());
    yard.deploy("-y --bucket own-packages").check("deploy", 0, "is deployed");
    yard.expect("destroy -y", 0, "deleted: stack `shop-functions`\n");
    assert!(yard.get("s3", "/own-packages").contains("viewer-request-"));
}
