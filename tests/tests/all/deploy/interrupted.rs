//! `kill -9`, lost answers and missing permissions. The next run says where it stands and finishes.
//!
//! Only calls that change something are interrupted: after any other call the account is as it was before it.

use std::collections::BTreeSet;
use std::time::Duration;

use http::Request;
use testkit::{Call, Fault};

use super::yard::{Yard, deploy};
use crate::aws::trouble::at_once;

const LONGEST: Duration = Duration::from_secs(120);

/// The calls of a first deployment that change something, in their order.
const WRITES: [(&str, usize); 12] = [
    ("CreateBucket", 0),
    ("PutBucketTagging", 0),
    ("PutPublicAccessBlock", 0),
    ("PutBucketEncryption", 0),
    ("PutObject", 0),
    ("PutObject", 1),
    ("PutObject", 2),
    ("CreateChangeSet", 0),
    ("ExecuteChangeSet", 0),
    ("TagResource", 0),
    ("TagResource", 1),
    ("TagResource", 2),
];

/// The calls of `destroy` that change something.
const DELETIONS: [(&str, usize); 5] = [
    ("DeleteStack", 0),
    ("DeleteObject", 0),
    ("DeleteObject", 1),
    ("DeleteObject", 2),
    ("DeleteBucket", 0),
];

/// Runs the rows two at a time: the machine may have no more processors.
fn in_pairs<T: Send>(rows: impl IntoIterator<Item = T>, row: impl Fn(T) + Sync) {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        at_once(rows.by_ref().take(2), &row);
    }
}

/// One row for each operation, because the next call of the same operation fails in the same way. `make soak` runs all.
fn rows<const N: usize>(calls: [(&'static str, usize); N]) -> Vec<(&'static str, usize)> {
    let is_soak = std::env::var_os("EDGESWITCH_SOAK").is_some();
    calls.into_iter().filter(|(_, number)| is_soak || *number == 0).collect()
}

fn check_deployed(yard: &Yard, case: &str) {
    let again = yard.deploy("-y");
    again.check(case, 0, "stack `shop-functions` is deployed");
    for function in ["viewer-request", "origin-request", "origin-response"] {
        assert_eq!(yard.tag(function).as_deref(), Some("1"), "{case}: {function}");
    }
    let bucket = format!("/shop-packages-{}", yard.account);
    let tags = yard.get("s3", &format!("{bucket}?tagging"));
    assert!(tags.contains("<Value>packages</Value>"), "{case}: {tags}");
}

#[test]
fn every_call_that_changes_something_is_in_the_list() {
    let reads = ["Describe", "Get", "Head", "List", "Invoke"];
    let known: BTreeSet<&str> =
        WRITES.iter().chain(&DELETIONS).map(|(operation, _)| *operation).collect();
    assert!(known.iter().all(|name| reads.iter().all(|read| !name.starts_with(read))));
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_killed_deployment_is_finished_by_the_next_run() {
    in_pairs(rows(WRITES).into_iter().zip(100..), |((operation, number), account)| {
        let case = format!("killed after {operation} {number}");
        let yard = Yard::open(account);
        let held = yard.aws.gateway.hold(&yard.account, operation, number);
        let running = yard.start(&deploy("-y"));
        held.recv_timeout(LONGEST).unwrap_or_else(|_| panic!("{case}"));
        running.kill();
        if operation == "CreateBucket" {
            remove_untagged(&yard, &case);
        }
        check_deployed(&yard, &case);
    });
}

/// Nobody can tell whose bucket it is before it has its tag.
fn remove_untagged(yard: &Yard, case: &str) {
    let ran = yard.deploy("-y");
    ran.check(case, 1, "exists, and no tag says that it is for project `shop`");
    let bucket = format!("/shop-packages-{}", yard.account);
    yard.send("s3", Request::delete(bucket.as_str()).body(Vec::new()).unwrap());
}

/// The SDK repeats a call whose answer was lost, so the call is made twice.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_lost_answer_does_not_stop_a_deployment() {
    in_pairs(rows(WRITES).into_iter().zip(120..), |((operation, number), account)| {
        let case = format!("lost: {operation} {number}");
        let yard = Yard::open(account);
        let lose = Fault::Lose(operation.into(), number);
        yard.aws.gateway.set_faults(&yard.account, vec![lose]);
        yard.deploy("-y").check(&case, 0, "stack `shop-functions` is deployed");
        check_deployed(&yard, &case);
    });
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_deployment_without_answers_says_so_and_the_next_run_finishes() {
    let rows = [
        ("CreateBucket", "is perhaps made\n"),
        ("CreateChangeSet", "is made, 3 packages are uploaded\n"),
        (
            "ExecuteChangeSet",
            "is made, 3 packages are uploaded, the change of stack `shop-functions` has perhaps begun\n",
        ),
    ];
    in_pairs(rows.into_iter().zip(140..), |((operation, written), account)| {
        let case = format!("no answer from {operation} on");
        let yard = Yard::open(account);
        let lose = Fault::LoseAll(operation.into(), 0);
        yard.aws.gateway.set_faults(&yard.account, vec![lose]);
        let ran = yard.deploy("-y");
        let bucket = format!("; done before: bucket `shop-packages-{}` ", yard.account);
        ran.check(&case, 1, &format!("{bucket}{written}"));
        let hint = "\nhint: run the command again: it goes on with what is there\n";
        assert!(ran.err.contains(hint), "{case}: {}", ran.err);
        yard.aws.gateway.set_faults(&yard.account, Vec::new());
        if operation == "CreateBucket" {
            remove_untagged(&yard, &case);
        }
        check_deployed(&yard, &case);
    });
}

/// More answers are lost than the SDK has attempts.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_deployment_is_followed_through_errors_that_pass() {
    let yard = Yard::open(148);
    let lose = |operation: &str, first: usize| {
        (first..first + 3).map(|number| Fault::Lose(operation.into(), number)).collect::<Vec<_>>()
    };
    // Before the change, the newest event is read once.
    let faults = [lose("DescribeStackEvents", 1), lose("DescribeChangeSet", 0)].concat();
    yard.aws.gateway.set_faults(&yard.account, faults);
    let ran = yard.deploy("-y");
    ran.check("lost", 0, "stack `shop-functions` is deployed");
    assert_eq!(ran.err.matches(": trying again\n").count(), 2, "{}", ran.err);
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_killed_removal_is_finished_by_the_next_run() {
    in_pairs(rows(DELETIONS).into_iter().zip(150..), |((operation, number), account)| {
        for is_killed in [true, false] {
            let case = format!("{operation} {number}, killed: {is_killed}");
            let yard = Yard::open(account + if is_killed { 0 } else { 10 });
            let before = yard.inventory();
            yard.deploy("-y").check(&case, 0, "is deployed");
            if is_killed {
                let held = yard.aws.gateway.hold(&yard.account, operation, number);
                let running = yard.start("destroy -y");
                held.recv_timeout(LONGEST).unwrap_or_else(|_| panic!("{case}"));
                running.kill();
            } else {
                let lose = Fault::Lose(operation.into(), number);
                yard.aws.gateway.set_faults(&yard.account, vec![lose]);
                yard.expect("destroy -y", 0, "deleted: stack `shop-functions`");
            }
            yard.expect("destroy -y", 0, "these stay: ");
            assert_eq!(yard.inventory(), before, "{case}");
        }
    });
}

/// Each run lacks one permission, in the order of the calls. Each gets further than the one before it.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_missing_permission_is_named_and_the_next_run_goes_on() {
    let reference = Yard::open(170);
    reference.aws.gateway.set_faults(&reference.account, Vec::new());
    reference.deploy("-y").check("reference", 0, "is deployed");
    reference.expect("destroy -y", 0, "deleted: ");
    let mut calls: Vec<Call> = Vec::new();
    for call in reference.aws.gateway.calls(&reference.account) {
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
    let yard = Yard::open(171);
    let (deployment, removal): (Vec<_>, Vec<_>) = calls.into_iter().partition(|call| {
        !call.operation.starts_with("Delete") && call.operation != "ListFunctions"
    });
    let refuse = |call: &Call, line: &str| {
        let Call { service, operation } = call;
        let fault = Fault::Refuse(service.clone(), operation.clone());
        yard.aws.gateway.set_faults(&yard.account, vec![fault]);
        let ran = yard.run(line);
        let is_used = yard.aws.gateway.calls(&yard.account).contains(call);
        assert!(is_used, "{operation} is not called: {}", ran.err);
        let named = format!("{service}:{operation}");
        let is_named = ran.err.contains(&named) || ran.err.contains("status 403");
        assert!(ran.code == Some(1) && is_named, "{named}: {:?} {}", ran.code, ran.err);
        assert!(ran.err.contains("\nhint: "), "{named}: {}", ran.err);
    };
    let (begun, ended): (Vec<_>, Vec<_>) = deployment.into_iter().partition(|call| {
        !matches!(&*call.operation, "ListDistributions" | "ListObjectsV2" | "ListStackResources")
    });
    for call in begun.iter().filter(|call| call.operation != "GetBucketTagging") {
        refuse(call, &deploy("-y"));
    }
    yard.aws.gateway.set_faults(&yard.account, Vec::new());
    check_deployed(&yard, "with all permissions");
    for call in ended.iter().chain(&removal) {
        refuse(call, "destroy -y");
    }
    yard.aws.gateway.set_faults(&yard.account, Vec::new());
    yard.expect("destroy -y", 0, "these stay: ");
}

/// One of two may fail, and says why. Afterwards everything is deployed.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn two_deployments_at_once_end_with_one_tested_version() {
    for account in 180..183 {
        let yard = Yard::open(account);
        let both = [(); 2].map(|()| yard.start(&deploy("-y")));
        let both = both.map(crate::aws::shop::Running::end);
        let good = both.iter().filter(|ran| ran.code == Some(0)).count();
        assert!(good >= 1, "{both:#?}");
        for ran in both.iter().filter(|ran| ran.code != Some(0)) {
            assert!(ran.err.contains("\nhint: run the command again"), "{ran:#?}");
        }
        check_deployed(&yard, "two at once");
    }
}
