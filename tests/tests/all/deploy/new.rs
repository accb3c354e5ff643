//! The first deployment of a project, and the next ones.

use http::Request;
use serde_json::Value;

use super::golden::{Golden, expect};
use super::yard::Yard;

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn screens_of_a_project_that_is_deployed_for_the_first_time_and_again() {
    let yard = Yard::open(1);
    let mut golden = Golden::new(&yard, "screens.txt");
    golden.run("deploy --try -y");
    golden.run("deploy --dry-run");
    golden.run("deploy");
    golden.run("deploy -y");
    golden.run("deploy -y");
    golden.run("deploy --dry-run --runtime nodejs24.x");
    golden.run("deploy -y --runtime nodejs24.x");
    yard.expect("destroy --dry-run", 0, "deletes stack `shop-functions`");
    golden.run("destroy --dry-run");
    golden.run("destroy");
    golden.run("destroy -y");
    golden.run("destroy -y");
    golden.end();
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn json_of_a_deployment_and_of_its_end() {
    let yard = Yard::open(2);
    let mut golden = Golden::new(&yard, "json.txt");
    golden.run("deploy --dry-run --output json");
    golden.run("deploy -y --output json");
    golden.run("deploy -y --output json");
    golden.run("deploy --try -y --output json");
    golden.run("destroy -y --output json");
    golden.end();
}

/// One package differs: the other functions keep their version.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn only_a_package_that_has_changed_gets_a_new_version() {
    let yard = Yard::open(3);
    let first = yard.build();
    yard.expect(&format!("deploy -y --packages {}", first.display()), 0, "is deployed");
    yard.change_comment_in("viewer-request");
    let again = format!("deploy -y --output json --packages {}", first.display());
    let ran = yard.expect(&again, 0, "because its package has changed");
    let deployed: Value = serde_json::from_str(&ran.out).unwrap();
    let numbers: Vec<&str> = deployed["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["version"].as_str().unwrap())
        .collect();
    assert_eq!(numbers, ["2", "1", "1"]);
    assert_eq!(deployed["packages"]["uploaded"].as_array().unwrap().len(), 1);
    assert_eq!(yard.tag("viewer-request").as_deref(), Some("2"));
    assert_eq!(yard.tag("origin-request").as_deref(), Some("1"));
}

/// The command builds the packages itself, with the plan in force as fallback.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_deployment_builds_its_packages() {
    let yard = Yard::open(4);
    let functions = Yard::functions();
    let line = format!("deploy -y --bin-dir {functions}");
    let ran = yard.expect(&line, 0, "is deployed");
    let fallback = "they fall back to version 1 of `/shop/plan` in `eu-central-1`";
    assert!(ran.err.contains(fallback), "{}", ran.err);
    yard.expect("deploy -y", 1, "no binary of the viewer-request function");
    yard.expect(
        "deploy -y --packages nowhere",
        1,
        "there is no package `nowhere/viewer-request.zip`",
    );
    let none = Yard::new(5);
    none.expect(&line, 1, "there is no plan yet: `edgeswitch init <id>` writes one");
}

/// Without a parameter the functions answer with their fallback plan, and that is right.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn functions_are_deployed_before_there_is_a_plan_and_tested_again_with_one() {
    let yard = Yard::new(6);
    yard.deploy("-y").check("deploy", 0, "3 answers as here");
    yard.deploy("-y").check("again", 0, "passed before");
    yard.expect("init 41ab03d -y", 0, "everybody will get 41ab03d");
    let again = yard.deploy("-y");
    let words =
        "testing version 1 of `shop-viewer-request` again: it was tested when there was no plan";
    again.check("with a plan", 0, words);
    assert!(again.out.contains("3 answers as here"), "{}", again.out);
    yard.deploy("-y").check("once more", 0, "passed before");
}

/// A test counts only for the role with which the function ran.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_version_is_tested_again_with_another_role() {
    let yard = Yard::open(8);
    yard.deploy("-y").check("deploy", 0, "3 answers as here");
    let arn = format!("arn:aws:lambda:us-east-1:{}:function:shop-origin-request", yard.account);
    let tags = br#"{"Tags":{"edgeswitch-tested-under":"plan role:0badcafe"}}"#.to_vec();
    yard.send("lambda", Request::post(format!("/2015-03-31/tags/{arn}")).body(tags).unwrap());
    let ran = yard.deploy("-y");
    let words = "testing version 1 of `shop-origin-request` again: its role was another one";
    ran.check("again", 0, words);
    assert_eq!(ran.out.matches("passed before").count(), 2, "{}", ran.out);
    assert_eq!(yard.deploy("-y").out.matches("passed before").count(), 3);
}

/// The bucket has the settings that keep it private, and the mark that lets `destroy` delete it.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn the_bucket_is_private_and_marked() {
    let yard = Yard::open(7);
    yard.deploy("-y").check("deploy", 0, "is made");
    let bucket = format!("/shop-packages-{}", yard.account);
    let read = |what: &str| yard.get("s3", &format!("{bucket}?{what}"));
    assert_eq!(read("publicAccessBlock").matches(">true<").count(), 4);
    assert!(read("encryption").contains("AES256"));
    assert!(read("tagging").contains("<Value>packages</Value>"));
    assert!(read("tagging").contains("<Value>shop</Value>"));
    expect(&yard, "deploy --bucket other-bucket", 1, "there is no bucket `other-bucket`");
}
