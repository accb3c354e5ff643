//! `edgeswitch destroy`: only what `deploy` made, and only when nothing needs it.

use http::Request;
use serde_json::json;
use testkit::Fault;

use super::golden::Golden;
use super::yard::Yard;

/// A distribution with these elements in its default behavior.
fn distribution(yard: &Yard, reference: &str, elements: &str) -> String {
    let config = format!(
        r#"<DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
        <CallerReference>{reference}</CallerReference><Comment>shop</Comment><Enabled>true</Enabled>
        <Origins><Quantity>1</Quantity><Items><Origin><Id>bucket</Id>
        <DomainName>shop.s3.amazonaws.com</DomainName>
        <S3OriginConfig><OriginAccessIdentity/></S3OriginConfig></Origin></Items></Origins>
        <DefaultCacheBehavior><TargetOriginId>bucket</TargetOriginId>
        <ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy>
        {elements}</DefaultCacheBehavior></DistributionConfig>"#
    );
    let request = Request::post("/2020-05-31/distribution").body(config.into_bytes()).unwrap();
    let made = yard.send("cloudfront", request);
    crate::aws::account::texts(&made, "Id")[0].to_owned()
}

/// A distribution with viewer-request at its default behavior.
fn attach(yard: &Yard, version: &str) -> String {
    let elements = format!(
        "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
         <LambdaFunctionARN>{version}</LambdaFunctionARN><EventType>viewer-request</EventType>\
         </LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"
    );
    distribution(yard, version, &elements)
}

/// The answer of an account without distributions.
fn no_distributions() -> Fault {
    let body = "<DistributionList xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Marker></Marker>\
                <MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>0</Quantity></DistributionList>";
    Fault::Answer("ListDistributions".into(), body.into())
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
        "error: the functions are still attached to distribution `{id}`; nothing was deleted"
    );
    let ran = yard.expect("destroy -y", 1, &words);
    assert!(ran.err.contains(&format!("hint: `edgeswitch detach {id}`")), "{}", ran.err);
    let line = format!(
        "distribution `{id}` has the function `{version}` at viewer-request of behaviour `*`"
    );
    assert!(ran.err.contains(&line), "{}", ran.err);
    assert_eq!(yard.inventory(), before);

    // It was attached after the first look, during the question or the wait.
    yard.aws.gateway.set_faults(&yard.account, vec![no_distributions()]);
    yard.expect("destroy -y --wait", 1, &words);
    assert_eq!(yard.inventory(), before);
}

/// A policy that a distribution uses cannot be deleted: CloudFormation would end with half of the stack.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn nothing_is_deleted_while_a_distribution_has_a_policy() {
    let yard = Yard::open(64);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    let policies = yard.get("cloudfront", "/2020-05-31/cache-policy?Type=custom");
    let policy = crate::aws::account::texts(&policies, "Id")[0].to_owned();
    let elements = format!("<CachePolicyId>{policy}</CachePolicyId>");
    let mut ids = [1, 2].map(|one| distribution(&yard, &format!("policy-{one}"), &elements));
    ids.sort();
    // AWS's own policy may be in use.
    let managed =
        "<OriginRequestPolicyId>b689b0a8-53d0-40ab-baf2-68738e2966ac</OriginRequestPolicyId>";
    distribution(&yard, "managed", managed);
    let before = yard.inventory();
    let [one, other] = ids;
    let words = format!(
        "error: the policies are still attached to distributions `{one}`, `{other}`; nothing was deleted\n\
         hint: give the behaviours other policies"
    );
    for faults in [Vec::new(), vec![no_distributions()]] {
        yard.aws.gateway.set_faults(&yard.account, faults);
        let ran = yard.expect("destroy -y", 1, &words);
        let line = format!("distribution `{one}` has the cache policy `{policy}` of behaviour `*`");
        assert!(ran.err.contains(&line), "{}", ran.err);
    }
    assert_eq!(yard.inventory(), before);
}

/// An error after the deletion has begun says what is deleted, and that the command goes on with the rest.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn an_error_says_what_was_deleted() {
    let yard = Yard::open(65);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    let refuse = |service: &str, operation: &str| Fault::Refuse(service.into(), operation.into());
    // The first events are read before the deletion.
    let none = "<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents/>\
                </DescribeStackEventsResult></DescribeStackEventsResponse>";
    let none = Fault::Answer("DescribeStackEvents".into(), none.into());
    let faults = vec![none, refuse("cloudformation", "DescribeStackEvents")];
    yard.aws.gateway.set_faults(&yard.account, faults);
    let words =
        "error: CloudFormation deletes stack `shop-functions`, but its progress cannot be read: ";
    let ran = yard.expect("destroy -y", 1, words);
    assert!(ran.err.contains("\nhint: run the same command again"), "{}", ran.err);

    yard.aws.gateway.set_faults(&yard.account, vec![refuse("s3", "DeleteObject")]);
    let words = "bucket `shop-packages-000000000065` is not deleted yet: ";
    let ran = yard.expect("destroy -y", 1, words);
    assert!(ran.err.contains("hint: deploy/iam/deployer.json"), "{}", ran.err);
    yard.aws.gateway.set_faults(&yard.account, Vec::new());
    yard.expect("destroy -y", 0, "deleted: ");

    let yard = Yard::open(66);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    yard.aws.gateway.set_faults(&yard.account, vec![refuse("s3", "DeleteBucket")]);
    let words = "error: stack `shop-functions` is deleted, but bucket `shop-packages-000000000066` is not deleted yet: ";
    yard.expect("destroy -y", 1, words);
}

/// The next Regions that are asked say that they have a replica.
pub(super) fn answer_with_replicas(yard: &Yard, times: usize) {
    let of = format!("arn:aws:lambda:us-east-1:{}:function:shop-viewer-request:1", yard.account);
    let replica = json!({ "Functions": [{ "FunctionName": "us-east-1.shop-viewer-request", "MasterArn": of }] });
    let answers = vec![Fault::Answer("ListFunctions".into(), replica.to_string()); times];
    yard.aws.gateway.set_faults(&yard.account, answers);
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn replicas_are_named_and_waited_for() {
    let yard = Yard::open(61);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    let before = yard.inventory();
    let mut golden = Golden::new(&yard, "replicas.txt");
    // All thirteen Regions.
    answer_with_replicas(&yard, 13);
    golden.run("destroy -y");
    assert_eq!(yard.inventory(), before);
    answer_with_replicas(&yard, 13);
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
    let ran = yard.expect("destroy -y", 0, "deleted: stack `shop-functions`\n");
    let stays = "these stay: bucket `shop-packages-000000000062` (it also holds other objects), ";
    assert!(ran.out.contains(stays), "{}", ran.out);
    assert_eq!(yard.get("s3", &object), "mine");

    let yard = Yard::open(63);
    yard.send("s3", Request::put("/own-packages").body(Vec::new()).unwrap());
    yard.deploy("-y --bucket own-packages").check("deploy", 0, "is deployed");
    yard.expect("destroy -y", 0, "deleted: stack `shop-functions`\n");
    assert!(yard.get("s3", "/own-packages").contains("viewer-request-"));
}
