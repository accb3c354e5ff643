//! The doctor looks with the rights of `doctor.json`.

use std::sync::Arc;

use http::Request;
use serde_json::json;
use testkit::{Enforced, Ministack, Tools};

use super::balancer::Balancer;
use super::granted::{ACCOUNT, granted, refused, unused};
use crate::aws::HOME;
use crate::aws::account::create_bucket;
use crate::followers::zone::Zone;
use crate::templates::examined::{Examined, NOT_THERE, not_checked};

/// Encrypts the bucket with a key of the account, which the distribution may use. Returns the key's id.
fn encrypt(account: &Ministack, bucket: &str) -> String {
    let policy = json!({ "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
          "Action": "kms:*", "Resource": "*" },
        { "Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" },
          "Action": "kms:Decrypt", "Resource": "*" },
    ]});
    let request = Request::post("/")
        .header("X-Amz-Target", "TrentService.CreateKey")
        .header("Content-Type", "application/x-amz-json-1.1")
        .body(json!({ "Policy": policy.to_string() }).to_string());
    let made = account.send(HOME, "kms", request.unwrap()).unwrap();
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let arn = made["KeyMetadata"]["Arn"].as_str().unwrap();
    let encryption = format!(
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>\
         <SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>{arn}</KMSMasterKeyID>\
         </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
    );
    let request = Request::put(format!("/{bucket}?encryption")).body(encryption).unwrap();
    account.send(HOME, "s3", request).unwrap();
    arn.rsplit('/').next().unwrap().to_owned()
}

#[test]
#[ignore = "needs `make setup`"]
fn the_doctor_needs_all_of_its_policy_and_nothing_else() {
    let enforced = Enforced::start(&Tools::find().unwrap()).unwrap();
    let examined = Examined::of(Arc::clone(&enforced.account), "shop");
    let key = encrypt(&enforced.account, &examined.site.bucket);
    let balancer = Balancer::open(&enforced.account);
    let zone = Zone::open(&enforced.account, "doctor");
    // The project has one slot.
    let records = zone.follower().replace(", green = \"green\"", "");
    create_bucket(&enforced.account, "shop-access-logs");
    let observe = "[observe]\nlabel = true\n[gate]\nlogs = \"s3://shop-access-logs/cdn/\"\n";
    examined.follow(&format!("{}\n{records}\n{observe}", balancer.followers()));
    let policy = granted(
        "doctor.json",
        &[
            ("Z0123456789ABCDEFGHIJ", &zone.id),
            ("E2QWRUHAPOMQZL", &examined.site.distribution),
            ("1234abcd-12ab-34cd-56ef-1234567890ab", &key),
        ],
    );
    let user = enforced.user("doctor", &policy).unwrap();
    let (report, _) = examined.looked_at_by(user).report("");
    let asked = enforced.asked().unwrap();
    assert_eq!(refused(&asked), Vec::<String>::new(), "{report:#}");
    assert_eq!(unused(&policy, &asked), Vec::<String>::new(), "{report:#}");
    // The packages know nothing of `[observe]` and nobody logs. The rule forwards to a target group of others: the doctor
    // looks whether an earlier plan did so.
    let findings = report["findings"].as_array().unwrap().iter();
    let (checks, found): (Vec<&str>, Vec<&str>) = findings
        .map(|one| (one["check"].as_str().unwrap(), one["consequence"].as_str().unwrap()))
        .unzip();
    assert_eq!(checks, ["packaged-configuration", "access-logs", "follower-shares"], "{report:#}");
    let [_, _, changed] = found[..] else { panic!("{report:#}") };
    assert!(changed.starts_with("somebody else has changed follower `api`"), "{changed}");
    let mut expected = NOT_THERE.to_vec();
    // The bucket of the logs is empty.
    expected.push(("log-lateness", "delivered-logs/shop-access-logs_cdn_", "no-field"));
    // Only `--deployer` asks for it.
    expected.push(("deployer-rights", "caller-rights", "optional"));
    assert_eq!(not_checked(&report), expected);
}
