//! Stacks, functions and buckets that are there before, in every state.

use http::Request;
use serde_json::{Value, json};
use testkit::Fault;

use super::golden::{Golden, expect};
use super::yard::Yard;

/// Calls CloudFormation past the program.
fn cloudformation(yard: &Yard, action: &str, stack: &str, template: &Value) {
    call(yard, action, stack, template, &[]);
}

fn call(
    yard: &Yard,
    action: &str,
    stack: &str,
    template: &Value,
    fields: &[(&str, &str)],
) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", action).append_pair("Version", "2010-05-15");
    form.append_pair("StackName", stack).append_pair("TemplateBody", &template.to_string());
    form.extend_pairs(fields);
    let request = Request::post("/").header("Content-Type", "application/x-www-form-urlencoded");
    yard.send("cloudformation", request.body(form.finish().into_bytes()).unwrap())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_stack_that_was_never_made_is_deleted_and_made_again() {
    let yard = Yard::open(40);
    let version = |after: &str| {
        json!({
            "Type": "AWS::Lambda::Version", "DependsOn": after,
            "Properties": { "FunctionName": { "Ref": "Function" } },
        })
    };
    let function = json!({
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": "any", "Runtime": "python3.13", "Handler": "index.handler",
            "Role": format!("arn:aws:iam::{}:role/any", yard.account),
            "Code": { "ZipFile": "any" },
        },
    });
    // Lambda publishes no second version of the same code.
    let resources =
        json!({ "Function": function, "First": version("Function"), "Second": version("First") });
    let parameter = |value: &str| json!({ "Type": "String", "Default": value });
    let parameters = json!({ "Name": parameter("shop"), "ViewerRequestSha256": parameter("any") });
    let template = json!({ "Parameters": parameters, "Resources": resources });
    cloudformation(&yard, "CreateStack", "shop-functions", &template);
    expect(&yard, "deploy --dry-run", 0, "is ROLLBACK_COMPLETE: it was never made as a whole");
    expect(&yard, "deploy", 2, "there is nobody to ask");
    let ran = yard.deploy("-y");
    ran.check("again", 0, "deleting stack `shop-functions`");
    assert!(ran.out.contains("3 answers as here"), "{}", ran.out);
}

/// `--dry-run` must not take the functions of such a stack for somebody else's.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_dry_run_on_a_broken_stack_says_the_way_and_leaves_its_functions() {
    let yard = Yard::open(46);
    make_function(&yard, "shop-viewer-request");
    let rows = [
        ("ROLLBACK_FAILED", "stack `shop-functions` would have 11 changes"),
        ("UPDATE_ROLLBACK_FAILED", "stack `shop-functions` would have 1 change\n"),
    ];
    for (status, words) in rows {
        yard.aws.gateway.set_faults(&yard.account, vec![answer("DescribeStacks", own(status))]);
        let ran = expect(&yard, "deploy --dry-run", 0, words);
        assert!(!ran.err.contains("delete-function"), "{status}: {}", ran.err);
    }
}

/// Somebody else decides about a change set of his own.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_stack_with_the_change_set_of_another_run_stays() {
    let yard = Yard::open(47);
    make_bucket(&yard, "shop");
    let template = json!({ "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } } });
    let fields = [("ChangeSetName", "another"), ("ChangeSetType", "CREATE")];
    call(&yard, "CreateChangeSet", "shop-functions", &template, &fields);
    let ran = expect(&yard, "deploy", 2, "there is nobody to ask");
    assert!(ran.err.contains("; done before: 3 packages are uploaded\n"), "{}", ran.err);
    let stack = |action| call(&yard, action, "shop-functions", &template, &[]);
    assert!(stack("DescribeStacks").contains("REVIEW_IN_PROGRESS"));
    let left = stack("ListChangeSets");
    assert!(left.contains("another") && !left.contains("edgeswitch-"), "{left}");
}

/// The name of the bucket is the same for `My_Shop` and `my-shop`, so only its tag tells.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_bucket_that_does_not_name_the_project_is_refused() {
    let yard = Yard::open(48);
    let bucket = format!("/shop-packages-{}", yard.account);
    yard.send("s3", Request::put(bucket.as_str()).body(Vec::new()).unwrap());
    for options in ["-y", "--dry-run"] {
        let ran = yard.deploy(options);
        ran.check("no tag", 1, "exists, and no tag says that it is for project `shop`");
        let claim = "{Key=edgeswitch-project,Value=shop}";
        assert!(ran.err.contains(claim), "{}", ran.err);
    }
    let ran = yard.expect("destroy -y", 0, "there is nothing to delete");
    let stays = "these stay: bucket `shop-packages-000000000048` (no tag says that it is for project `shop`), ";
    assert!(ran.out.contains(stays), "{}", ran.out);
    make_bucket(&yard, "SHOP");
    yard.deploy("-y").check("another", 1, "holds the packages of project `SHOP`, not of `shop`");
    yard.expect("destroy -y", 0, "there is nothing to delete");
    make_bucket(&yard, "shop");
    yard.deploy("-y").check("ours", 0, "has its settings now");
}

/// A try deletes what it made, so it must not begin where a project of its name may be.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_try_leaves_a_project_of_its_name_alone() {
    let yard = Yard::open(49);
    let parameter = |value: &str| json!({ "Type": "String", "Default": value });
    let parameters = json!({
        "Name": parameter("shop-try"), "ViewerRequestSha256": parameter("any"),
        "PlanParameter": parameter("/shop-try/plan"),
    });
    let resources = json!({ "Topic": { "Type": "AWS::SNS::Topic" } });
    let template = json!({ "Parameters": parameters, "Resources": resources });
    cloudformation(&yard, "CreateStack", "shop-try-functions", &template);
    make_bucket_of(&yard, "shop-try", "shop-try");
    let before = yard.inventory();
    let ran = yard.deploy("--try -y");
    let words = "error: stack `shop-try-functions` is not one of the functions of this project";
    ran.check("stack", 1, words);
    assert!(!ran.err.contains("deleting everything of the try"), "{}", ran.err);
    assert_eq!(yard.inventory(), before);

    let yard = Yard::open(50);
    make_function(&yard, "shop-try-viewer-request");
    make_bucket_of(&yard, "shop-try", "shop-try");
    let before = yard.inventory();
    yard.deploy("--try -y").check(
        "function",
        1,
        "error: function `shop-try-viewer-request` exists",
    );
    assert_eq!(yard.inventory(), before);
}

/// Somebody deletes the stack while the question waits, or between two calls.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn remains_that_are_gone_meanwhile_are_not_waited_for() {
    let yard = Yard::open(51);
    let remains = || answer("DescribeStacks", own("ROLLBACK_COMPLETE"));
    yard.aws.gateway.set_faults(&yard.account, vec![remains()]);
    let ran = yard.deploy("-y");
    ran.check("before", 0, "stack `shop-functions` is not the same any more: looking again");
    assert!(!ran.err.contains("deleting stack"), "{}", ran.err);

    let yard = Yard::open(52);
    let none = || answer("DescribeStackEvents", events(&[]));
    yard.aws.gateway.set_faults(&yard.account, vec![remains(), remains(), none(), none()]);
    let ran = yard.deploy("-y");
    ran.check("after", 0, "deleting stack `shop-functions`");
    assert!(ran.out.contains("stack `shop-functions` is deployed"), "{}", ran.out);
}

/// A bucket with the name of the project's, whose tags name a project.
fn make_bucket(yard: &Yard, project: &str) {
    make_bucket_of(yard, "shop", project);
}

fn make_bucket_of(yard: &Yard, name: &str, project: &str) {
    let bucket = format!("/{name}-packages-{}", yard.account);
    yard.send("s3", Request::put(bucket.as_str()).body(Vec::new()).unwrap());
    let tag = |key, value| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>");
    let tags = tag("edgeswitch", "packages") + &tag("edgeswitch-project", project);
    let body = format!("<Tagging><TagSet>{tags}</TagSet></Tagging>").into_bytes();
    yard.send("s3", Request::put(format!("{bucket}?tagging")).body(body).unwrap());
}

/// The same for the stack of this project.
fn own(status: &str) -> String {
    let parameter = |key: &str, value: &str| {
        format!(
            "<member><ParameterKey>{key}</ParameterKey><ParameterValue>{value}</ParameterValue></member>"
        )
    };
    let parameters = parameter("Name", "shop") + &parameter("ViewerRequestSha256", "any");
    let status_of = "<StackStatus>";
    described(status)
        .replace(status_of, &format!("<Parameters>{parameters}</Parameters>{status_of}"))
}

fn described(status: &str) -> String {
    format!(
        "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>\
         <StackName>shop-functions</StackName><StackId>arn:stack</StackId>\
         <StackStatus>{status}</StackStatus><CreationTime>2026-11-22T10:00:00Z</CreationTime>\
         </member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
    )
}

fn event(id: &str, logical: &str, kind: &str, status: &str, reason: &str) -> String {
    format!(
        "<member><EventId>{id}</EventId><StackId>arn:stack</StackId><StackName>shop-functions</StackName>\
         <LogicalResourceId>{logical}</LogicalResourceId><ResourceType>{kind}</ResourceType>\
         <ResourceStatus>{status}</ResourceStatus><ResourceStatusReason>{reason}</ResourceStatusReason>\
         <Timestamp>2026-11-22T10:00:00Z</Timestamp></member>"
    )
}

fn events(newest_first: &[String]) -> String {
    let events = newest_first.concat();
    format!(
        "<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents>{events}</StackEvents>\
         </DescribeStackEventsResult></DescribeStackEventsResponse>"
    )
}

fn answer(operation: &str, body: String) -> Fault {
    Fault::Answer(operation.into(), body)
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn screens_of_a_stack_in_trouble() {
    let yard = Yard::open(42);
    let stack = "AWS::CloudFormation::Stack";
    let set = |faults| yard.aws.gateway.set_faults(&yard.account, faults);
    let old = event("1", "shop-functions", stack, "UPDATE_ROLLBACK_FAILED", "");
    let failed = event("2", "Role", "AWS::IAM::Role", "UPDATE_FAILED", "no permission");
    let stuck = event("3", "shop-functions", stack, "UPDATE_ROLLBACK_FAILED", "");
    let went = "<ContinueUpdateRollbackResponse><ContinueUpdateRollbackResult/></ContinueUpdateRollbackResponse>";
    let policy = "AWS::CloudFront::CachePolicy";
    let quota = "Resource handler returned message: \"TooManyCachePolicies\"";
    let full = event("2", "PagesCachePolicy", policy, "CREATE_FAILED", quota);
    let back = event("3", "shop-functions", stack, "ROLLBACK_COMPLETE", "");

    let mut golden = Golden::new(&yard, "trouble.txt");
    set(vec![
        answer("DescribeStacks", own("UPDATE_ROLLBACK_FAILED")),
        answer("DescribeStackEvents", events(std::slice::from_ref(&old))),
        answer("ContinueUpdateRollback", went.into()),
        answer("DescribeStackEvents", events(&[stuck, failed, old])),
    ]);
    golden.run("deploy -y");
    set(vec![answer("DescribeStacks", own("UPDATE_ROLLBACK_FAILED"))]);
    golden.run("deploy");
    set(vec![answer("DescribeStacks", described("DELETE_FAILED"))]);
    golden.run("deploy -y");
    set(vec![answer("DescribeStacks", described("UPDATE_IN_PROGRESS"))]);
    golden.run("deploy --dry-run");
    set(vec![answer("DescribeStacks", described("CREATE_COMPLETE"))]);
    golden.run("deploy -y");
    set(vec![answer("DescribeStacks", described("UPDATE_IN_PROGRESS"))]);
    golden.run("destroy --dry-run");
    // It ends between two looks.
    set(vec![
        answer("DescribeStacks", described("DELETE_IN_PROGRESS")),
        answer("DescribeStacks", described("DELETE_COMPLETE")),
    ]);
    golden.run("destroy -y");
    // The stack that this run makes fails for a quota.
    set(vec![
        answer("DescribeStackEvents", events(&[])),
        answer("DescribeStackEvents", events(&[back, full])),
    ]);
    golden.run("deploy -y");
    golden.end();
}

/// A function of no stack.
fn make_function(yard: &Yard, name: &str) {
    let code = base64::Engine::encode(
        &base64::prelude::BASE64_STANDARD,
        crate::templates::stack::package("another"),
    );
    let function = json!({
        "FunctionName": name, "Runtime": "python3.13", "Handler": "a.b",
        "Role": format!("arn:aws:iam::{}:role/any", yard.account), "Code": { "ZipFile": code },
    });
    let body = function.to_string().into_bytes();
    yard.send("lambda", Request::post("/2015-03-31/functions").body(body).unwrap());
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_function_of_that_name_is_refused() {
    let yard = Yard::open(43);
    make_function(&yard, "shop-origin-request");
    let ran = yard.deploy("-y");
    ran.check(
        "taken",
        1,
        "error: function `shop-origin-request` exists, and is not of a stack of this project",
    );
    assert!(ran.err.contains("hint: choose another `name` in edgeswitch.toml"), "{}", ran.err);
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn another_stack_and_another_bucket_are_refused() {
    let yard = Yard::open(44);
    let template = json!({ "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } } });
    cloudformation(&yard, "CreateStack", "shop-functions", &template);
    let words = "stack `shop-functions` is not one of the functions of this project";
    yard.deploy("-y").check("foreign", 1, words);
    yard.expect("destroy -y", 1, words);

    let yard = Yard::open(45);
    let place = "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint>\
                 </CreateBucketConfiguration>";
    let request = Request::put("/far-packages").body(place.as_bytes().to_vec()).unwrap();
    yard.send("s3", request);
    yard.deploy("-y --bucket far-packages").check(
        "far",
        1,
        "is in `eu-central-1`, not in `us-east-1`",
    );
}
