//! The account that all tests share. Each test has its own parameter, bucket and alarms.

use std::sync::{Arc, Mutex, Weak};

use http::Request;
use testkit::{Ministack, Tools};

use crate::aws::{HOME, REPLICA};

static SHARED: Mutex<Weak<Ministack>> = Mutex::new(Weak::new());

/// AWS's APIs. They end with the last test that uses them.
pub(crate) fn shared() -> Arc<Ministack> {
    let mut shared = SHARED.lock().unwrap();
    if let Some(account) = shared.upgrade() {
        return account;
    }
    let account = Arc::new(Ministack::start(&Tools::find().unwrap()).unwrap());
    *shared = Arc::downgrade(&account);
    account
}

/// Creates a bucket in the home Region.
pub(crate) fn create_bucket(account: &Ministack, bucket: &str) {
    let place = format!(
        "<CreateBucketConfiguration><LocationConstraint>{HOME}</LocationConstraint>\
         </CreateBucketConfiguration>"
    );
    put(account, &format!("/{bucket}"), place);
}

/// Uploads a release: an index document.
pub(crate) fn upload(account: &Ministack, bucket: &str, release: &str) {
    let path = format!("/{bucket}/{release}/index.html");
    put(account, &path, "<!doctype html>".into());
}

/// Deletes the index document of a release.
pub(crate) fn remove_index(account: &Ministack, bucket: &str, release: &str) {
    let path = format!("/{bucket}/{release}/index.html");
    account.send(HOME, "s3", Request::delete(path).body(String::new()).unwrap()).unwrap();
}

fn put(account: &Ministack, path: &str, body: String) {
    account.send(HOME, "s3", Request::put(path).body(body).unwrap()).unwrap();
}

/// Creates a distribution. Returns its id.
pub(crate) fn create_distribution(account: &Ministack, reference: &str) -> String {
    let config = format!(
        r#"<DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
        <CallerReference>{reference}</CallerReference><Comment>shop</Comment><Enabled>true</Enabled>
        <Origins><Quantity>1</Quantity><Items><Origin><Id>bucket</Id>
        <DomainName>shop.s3.amazonaws.com</DomainName>
        <S3OriginConfig><OriginAccessIdentity/></S3OriginConfig></Origin></Items></Origins>
        <DefaultCacheBehavior><TargetOriginId>bucket</TargetOriginId>
        <ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy></DefaultCacheBehavior>
        </DistributionConfig>"#
    );
    let request = Request::post("/2020-05-31/distribution").body(config).unwrap();
    let made = account.send(REPLICA, "cloudfront", request).unwrap();
    texts(&made, "Id")[0].to_owned()
}

/// The invalidations of a distribution, as XML documents of CloudFront.
pub(crate) fn invalidations(account: &Ministack, distribution: &str) -> Vec<String> {
    let get = |path: &str| {
        let request = Request::get(path).body(String::new()).unwrap();
        account.send(REPLICA, "cloudfront", request).unwrap()
    };
    let path = format!("/2020-05-31/distribution/{distribution}/invalidation");
    let list = get(&path);
    texts(&list, "Id").iter().map(|id| get(&format!("{path}/{id}"))).collect()
}

/// The texts of all XML elements with a name.
pub(crate) fn texts<'a>(document: &'a str, element: &str) -> Vec<&'a str> {
    let tag = format!("<{element}>");
    let opened = document.split(&tag).skip(1);
    opened.filter_map(|rest| rest.split('<').next()).collect()
}

/// Creates an alarm, or changes its state.
pub(crate) fn set_alarm(account: &Ministack, name: &str, state: &str, reason: &str) {
    let alarm = "Namespace=AWS/CloudFront&MetricName=5xxErrorRate&Statistic=Average&Period=60\
                 &EvaluationPeriods=1&Threshold=1&ComparisonOperator=GreaterThanThreshold";
    let make = format!("Action=PutMetricAlarm&Version=2010-08-01&AlarmName={name}&{alarm}");
    let change = format!(
        "Action=SetAlarmState&Version=2010-08-01&AlarmName={name}&StateValue={state}&StateReason={reason}"
    );
    for form in [make, change] {
        let request =
            Request::post("/").header("Content-Type", "application/x-www-form-urlencoded");
        account.send(HOME, "monitoring", request.body(form).unwrap()).unwrap();
    }
}
