//! `attach` makes of a plain distribution what `site.yaml` makes.

use distribution_edit::{
    Attached, Distribution, FallbackOrigin, Policies, VersionArn, Wiring, attach,
};
use edge_config::Config;

use super::site::Site;
use crate::aws::HOME;

const ROUTE: &str = "/api/*";

/// The document without each element of a name that has some text in it.
fn without(mut xml: String, element: &str, text: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let mut from = 0;
    while let Some(start) = xml[from..].find(&open).map(|at| from + at) {
        let end = start + xml[start..].find(&close).unwrap() + close.len();
        if xml[start..end].contains(text) {
            xml.replace_range(start..end, "");
        } else {
            from = end;
        }
    }
    xml
}

#[test]
#[ignore = "needs `make setup`"]
fn a_plain_distribution_becomes_that_of_the_template() {
    let site = Site::deploy("attached-site", ROUTE, "api.example.com");
    let path = format!("/2020-05-31/distribution/{}/config", site.distribution);
    let request = http::Request::get(path).body(String::new()).unwrap();
    let xml = site.account.send("us-east-1", "cloudfront", request).unwrap();

    let output = |name: &str| site.outputs[name].clone();
    let version = |name: &str| VersionArn::parse(&output(name)).unwrap();
    let wiring = Wiring {
        viewer_request: version("ViewerRequestVersion"),
        origin_request: version("OriginRequestVersion"),
        origin_response: version("OriginResponseVersion"),
        pages: Policies {
            cache: output("PagesCachePolicy"),
            origin_request: output("PagesOriginRequestPolicy"),
        },
        routes: Policies {
            cache: output("RoutesCachePolicy"),
            origin_request: output("RoutesOriginRequestPolicy"),
        },
        fallback_origin: FallbackOrigin::Add,
        keep_policies: Vec::new(),
        account: version("ViewerRequestVersion").account().into(),
    };
    let config = format!(
        "name = \"shop\"\nbucket = \"{}\"\n[parameter]\nname = \"/shop/plan\"\n\
         home_region = \"{HOME}\"\n[[routes]]\npath = \"{ROUTE}\"\norigin = \"api\"\n\
         [slots.blue]\napi = \"api.example.com\"\n",
        site.bucket
    );
    let config = Config::from_toml(&config).unwrap();
    let attached = |xml: &str| -> Attached {
        attach(&Distribution::parse(xml.as_bytes()).unwrap(), &wiring, &config).unwrap()
    };
    assert_eq!(attached(&xml).changes, [], "the template's has everything");

    let mut plain = xml.clone();
    for (element, text) in [
        ("CacheBehavior", "/_r/*"),
        ("LambdaFunctionAssociations", ""),
        ("OriginRequestPolicyId", ""),
        ("OriginGroups", ""),
        ("Origin", "bucket-second-attempt"),
    ] {
        plain = without(plain, element, text);
    }
    plain = plain.replace(">releases<", ">bucket<");
    for policy in ["PagesCachePolicy", "RoutesCachePolicy"] {
        plain = plain.replace(&output(policy), "658327ea-f89d-4fab-a63d-7e88639e58f6");
    }
    assert!(!plain.contains("fallback") && !plain.contains(":function:"), "{plain}");
    let edited = attached(&plain);
    assert!(edited.changes.len() > 12, "{:?}", edited.changes);
    assert!(
        edited.distribution.is_alike(&Distribution::parse(xml.as_bytes()).unwrap()),
        "{}\n\n{xml}",
        String::from_utf8(edited.distribution.xml()).unwrap()
    );
}
