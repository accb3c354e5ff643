//! A version that does not answer as it must is never offered.

use testkit::Fault;

use super::destroyed::answer_with_replicas;
use super::golden::Golden;
use super::yard::Yard;

/// The packages have the plan in force as fallback plan, so the answers alone would not show it.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_version_that_cannot_read_the_plan_is_not_good() {
    let yard = Yard::open(20);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    yard.aws.gateway.set_role_denied(&yard.account, true);
    let mut golden = Golden::new(&yard, "no-permission.txt");
    golden.run("deploy -y --runtime nodejs22.x");
    golden.end();
    let tags = ["viewer-request", "origin-request", "origin-response"].map(|name| yard.tag(name));
    let tags = tags.map(|tag| tag.unwrap());
    assert_eq!(tags, ["1", "1", "2"], "origin-response reads no plan");
    yard.aws.gateway.set_role_denied(&yard.account, false);
    let again = yard.deploy("-y");
    again.check("again", 0, "stack `shop-functions` has no change");
    assert!(again.out.contains("3 answers as here"), "{}", again.out);
    assert_eq!(yard.tag("viewer-request").as_deref(), Some("2"));
}

/// A version that passed without a plan fails with one: the first test does not count any more.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_version_that_fails_its_second_test_loses_the_mark_of_the_first() {
    let yard = Yard::new(25);
    yard.deploy("-y").check("deploy", 0, "is deployed");
    assert_eq!(yard.tag("viewer-request").as_deref(), Some("1"));
    yard.expect("init 41ab03d -y", 0, "everybody will get 41ab03d");
    yard.aws.gateway.set_role_denied(&yard.account, true);
    let words = "testing version 1 of `shop-viewer-request` again";
    yard.deploy("-y").check("denied", 1, words);
    assert_eq!(yard.tag("viewer-request"), None);
    yard.aws.gateway.set_role_denied(&yard.account, false);
    yard.deploy("-y").check("again", 0, "stack `shop-functions` has no change");
    assert_eq!(yard.tag("viewer-request").as_deref(), Some("1"));
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_version_whose_binary_cannot_start_is_not_good() {
    let yard = Yard::open(21);
    let packages = yard.build();
    yard.replace_bootstrap("viewer-request", |binary| binary[18..20].copy_from_slice(&[183, 0]));
    yard.replace_bootstrap("origin-request", |binary| *binary = b"no binary".to_vec());
    let line = format!("deploy -y --packages {}", packages.display());
    let ran = yard.expect(&line, 1, "is built for ELF machine 183, not 62 (x86_64)");
    for words in [
        "version 1 of `shop-viewer-request` must not be attached: it passes everything through",
        "is not an ELF binary",
        "aws logs tail /edgeswitch/shop --region us-east-1",
        "not every version answers as it must: attach none",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    assert_eq!(yard.tag("viewer-request"), None);
    yard.build();
    yard.expect(&line, 0, "publishes a new version of `shop-viewer-request`");
    assert_eq!(yard.tag("viewer-request").as_deref(), Some("2"));
}

/// A try deletes what it made, whatever the result.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_try_leaves_nothing_behind() {
    let yard = Yard::open(22);
    let before = yard.inventory();
    yard.deploy("--try -y").check("try", 0, "the functions run on this account");
    assert_eq!(yard.inventory(), before);
    let packages = yard.build();
    yard.replace_bootstrap("viewer-request", |binary| binary[18..20].copy_from_slice(&[183, 0]));
    let line = format!("deploy --try -y --packages {}", packages.display());
    yard.expect(&line, 1, "the functions do not answer as they must: do not deploy them");
    assert_eq!(yard.inventory(), before);
}

/// docs/output.md is compared with these documents.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn json_of_versions_that_are_not_good_and_of_replicas() {
    let yard = Yard::open(23);
    yard.build();
    yard.replace_bootstrap("viewer-request", |binary| binary[18..20].copy_from_slice(&[183, 0]));
    // The program reads another plan than the functions.
    let other = Fault::Rewrite("GetParameter".into(), "41ab03d".into(), "9f2c1e7".into());
    yard.aws.gateway.set_faults(&yard.account, vec![other]);
    let mut golden = Golden::new(&yard, "json-trouble.txt");
    golden.run("deploy -y --output json --packages dist");
    answer_with_replicas(&yard, 13);
    golden.run("destroy -y --output json");
    golden.end();
}
