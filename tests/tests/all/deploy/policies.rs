//! Policies of a live distribution stay as they are until `edgeswitch attach` gives it others.

use std::fs;

use http::Request;
use serde_json::Value;
use testkit::repository;

use super::yard::Yard;
use crate::aws::HOME;
use crate::aws::account::texts;

/// The distribution's bucket is not that of the template, and ministack's simulator does not know the Region of a call.
const ATTACH: &str = "attach -y --accept bucket-access --accept bucket-domain --accept custom-origin --accept plan-rights";

const POLICIES: [(&str, &str); 3] = [
    ("cache-policy", "PagesCachePolicy"),
    ("cache-policy", "RoutesCachePolicy"),
    ("origin-request-policy", "PagesOriginRequestPolicy"),
];

/// A distribution with the project's bucket as its origin.
fn distribution(yard: &Yard) -> String {
    for path in ["/shop-releases", "/shop-releases/releases/41ab03d/index.html"] {
        yard.send("s3", Request::put(path).body(Vec::new()).unwrap());
    }
    let xml = fs::read_to_string(repository().join("fixtures/distributions/shop.xml")).unwrap();
    let xml = xml.replace("api.example.com", "localhost").replace("123456789012", &yard.account);
    let request = Request::post("/2020-05-31/distribution").body(xml.into_bytes()).unwrap();
    texts(&yard.send("cloudfront", request), "Id")[0].to_owned()
}

fn configure(yard: &Yard, distribution: &str, settings: &str, cookies: &str) {
    let text = format!(
        "name = \"shop\"\nbucket = \"shop-releases\"\ndistribution_id = \"{distribution}\"\n\
         prefix_template = \"/releases/{{release}}\"\n{settings}\n[parameter]\n\
         name = \"/shop/plan\"\nhome_region = \"{HOME}\"\n[refresh]\nsoft_ttl_seconds = 1\n\
         hard_ttl_seconds = 2\n{cookies}\n[[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\
         [slots.blue]\napi = \"localhost\"\n"
    );
    fs::write(yard.path().join("edgeswitch.toml"), text).unwrap();
}

/// The outputs of the stack after a deployment.
fn deployed(yard: &Yard, words: &[&str]) -> Value {
    let line = format!("deploy -y --output json --bin-dir {}", Yard::functions());
    let ran = yard.expect(&line, 0, words[0]);
    for words in words {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    let deployed: Value = serde_json::from_str(&ran.out).unwrap();
    deployed["outputs"].clone()
}

/// The settings of the policies that outputs name.
fn settings(yard: &Yard, outputs: &Value) -> Vec<String> {
    let read = |(kind, output): &(&str, &str)| {
        let id = outputs[output].as_str().unwrap();
        yard.get("cloudfront", &format!("/2020-05-31/{kind}/{id}"))
    };
    POLICIES.iter().map(read).collect()
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_live_distribution_keeps_its_policies_until_it_gets_the_new_versions() {
    let yard = Yard::new(70);
    let id = distribution(&yard);
    let first = || configure(&yard, &id, "", "");
    let second = || {
        configure(&yard, &id, "decide_at = \"origin-request\"", "[cookies]\nrelease = \"which\"");
    };
    let live = || yard.get("cloudfront", &format!("/2020-05-31/distribution/{id}/config"));
    let uses = |outputs: &Value| {
        let live = live();
        POLICIES.map(|(_, output)| live.contains(outputs[output].as_str().unwrap()))
    };
    first();
    yard.expect("init 41ab03d --slot blue -y", 0, "everybody will get 41ab03d");
    let before = deployed(&yard, &["makes the cache policy `shop-pages-"]);
    yard.expect(ATTACH, 0, "the functions are attached");
    assert_eq!(uses(&before), [true; 3]);
    let (live_before, settings_before) = (live(), settings(&yard, &before));
    assert!(settings_before[0].contains("<CookieBehavior>none<"), "{}", settings_before[0]);

    // Other settings: what the distribution has stays as it is.
    second();
    let new = [
        "makes the cache policy `shop-pages-",
        "makes the origin request policy `shop-pages-",
        "keeps the cache policy `shop-pages-",
        "keeps the origin request policy `shop-pages-",
    ];
    let after = deployed(&yard, &new);
    assert_eq!((live(), settings(&yard, &before)), (live_before.clone(), settings_before.clone()));
    assert_eq!(before["RoutesCachePolicy"], after["RoutesCachePolicy"]);
    assert!(settings(&yard, &after)[0].contains("<Name>which<"));

    // The way back makes nothing new, and takes away what nothing uses.
    first();
    let unused =
        ["deletes the cache policy `shop-pages-", "deletes the origin request policy `shop-pages-"];
    let back = deployed(&yard, &unused);
    assert_eq!(POLICIES.map(|(_, name)| &back[name]), POLICIES.map(|(_, name)| &before[name]));
    assert_eq!((live(), settings(&yard, &before)), (live_before, settings_before));

    // Once the distribution has the new ones, the old ones go.
    second();
    let after = deployed(&yard, &new);
    yard.expect(ATTACH, 0, "the functions are attached");
    assert_eq!(uses(&after), [true; 3]);
    deployed(&yard, &unused);
    let old = before["PagesCachePolicy"].as_str().unwrap();
    let listed = yard.get("cloudfront", "/2020-05-31/cache-policy?Type=custom");
    assert!(!listed.contains(old), "{listed}");
    deployed(&yard, &["stack `shop-functions` has no change"]);
}

/// Functions are not all that a distribution may have of the stack.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_stack_whose_policy_is_used_is_not_deleted() {
    let yard = Yard::open(71);
    let ran = yard.deploy("-y --output json");
    ran.check("deploy", 0, "shop-functions");
    let deployed: Value = serde_json::from_str(&ran.out).unwrap();
    let policy = deployed["outputs"]["PagesCachePolicy"].as_str().unwrap();
    let config = format!(
        "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
         <CallerReference>any</CallerReference><Comment>shop</Comment><Enabled>true</Enabled>\
         <Origins><Quantity>1</Quantity><Items><Origin><Id>bucket</Id>\
         <DomainName>shop.s3.amazonaws.com</DomainName>\
         <S3OriginConfig><OriginAccessIdentity/></S3OriginConfig></Origin></Items></Origins>\
         <DefaultCacheBehavior><TargetOriginId>bucket</TargetOriginId>\
         <ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy>\
         <CachePolicyId>{policy}</CachePolicyId></DefaultCacheBehavior></DistributionConfig>"
    );
    let request = Request::post("/2020-05-31/distribution").body(config.into_bytes()).unwrap();
    let id = texts(&yard.send("cloudfront", request), "Id")[0].to_owned();
    let before = yard.inventory();
    let words = format!("error: the policies are still attached to distribution `{id}`");
    yard.expect("destroy -y", 1, &words);
    assert_eq!(yard.inventory(), before);
}
