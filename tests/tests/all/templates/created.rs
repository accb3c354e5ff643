//! What CloudFormation makes of the templates.

use std::sync::Arc;

use edge_config::{Config, ReleaseHeader};
use edge_routing::{PREVIEW_HEADER, REASON_HEADER, RELEASE_HEADER, ROLE_HEADER};
use http::Request;
use routing_core::DecideAt;
use testkit::Ministack;

use super::site::Site;
use super::stack::{Stack, Texts, code_sha256, package};
use super::template::FUNCTIONS;
use crate::aws::account::{shared, texts};
use crate::aws::{HOME, REPLICA};

/// The functions' Region. It is a replica Region of the plan too.
const US_EAST_1: &str = REPLICA;
pub(crate) const TRIGGERS: [(&str, &str); 3] = [
    ("ViewerRequest", "viewer-request"),
    ("OriginRequest", "origin-request"),
    ("OriginResponse", "origin-response"),
];
/// AWS's managed policy `AllViewerExceptHostHeader` (page `using-managed-origin-request-policies`).
const ALL_VIEWER_EXCEPT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// The functions of one project.
pub(crate) struct Functions {
    pub(crate) stack: Stack,
    pub(crate) parameters: Texts,
}

impl Functions {
    pub(crate) fn new(name: &'static str) -> Self {
        Self::of(shared(), name)
    }

    /// The functions of a project in another account.
    pub(crate) fn of(account: Arc<Ministack>, name: &'static str) -> Self {
        put(&account, &format!("/{name}-packages"), Vec::new());
        let stack = Stack { account, region: US_EAST_1, name, template: FUNCTIONS };
        let mut functions = Self { stack, parameters: Texts::new() };
        functions.set("Name", name);
        functions.set("PackagesBucket", &format!("{name}-packages"));
        functions.set("PlanParameter", &format!("/{name}/plan"));
        functions.set("PlanRegions", &format!("{HOME},{REPLICA}"));
        for (resource, trigger) in TRIGGERS {
            functions.upload(resource, &package(trigger));
        }
        functions
    }

    fn set(&mut self, key: &str, value: &str) {
        self.parameters.insert(key.into(), value.into());
    }

    /// Uploads a package for the next deployment.
    pub(crate) fn upload(&mut self, resource: &str, package: &[u8]) {
        let sha256 = code_sha256(package);
        let key = format!("{resource}-{}.zip", sha256.replace('/', "_"));
        let bucket = self.parameters["PackagesBucket"].clone();
        put(&self.stack.account, &format!("/{bucket}/{key}"), package.to_owned());
        self.set(&format!("{resource}Key"), &key);
        self.set(&format!("{resource}Sha256"), &sha256);
    }

    fn set_configuration(&mut self, config: &Config) {
        let decide_at = match config.rules.decide_at {
            DecideAt::ViewerRequest => "viewer-request",
            DecideAt::OriginRequest => "origin-request",
        };
        let release_header = config.release_header == ReleaseHeader::On;
        self.set("DecideAt", decide_at);
        self.set("ReleaseHeader", &release_header.to_string());
        self.set("ReleaseCookie", &config.rules.release_cookie.to_string());
    }

    /// All published versions of a function, as Lambda lists them.
    fn versions(&self, trigger: &str) -> Vec<String> {
        let path = format!("/2015-03-31/functions/{}-{trigger}/versions", self.stack.name);
        let request = Request::get(path).body(String::new()).unwrap();
        let list = self.stack.account.send(US_EAST_1, "lambda", request).unwrap();
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let versions = list["Versions"].as_array().unwrap().iter();
        versions.map(|version| version["Version"].as_str().unwrap().to_owned()).collect()
    }
}

fn put(account: &Ministack, path: &str, body: Vec<u8>) {
    account.send(US_EAST_1, "s3", Request::put(path).body(body).unwrap()).unwrap();
}

/// The numbers of the three versions to attach.
fn numbers(outputs: &Texts) -> [&str; 3] {
    TRIGGERS.map(|(resource, _)| outputs[&format!("{resource}Version")].rsplit(':').next().unwrap())
}

#[test]
#[ignore = "needs `make setup`"]
fn a_changed_package_or_setting_publishes_a_version_and_keeps_the_former() {
    let mut functions = Functions::new("versions");
    let first = functions.stack.create(&functions.parameters);
    assert_eq!(numbers(&first), ["1", "1", "1"]);

    functions.upload("ViewerRequest", &package("another"));
    assert_eq!(numbers(&functions.stack.update(&functions.parameters)), ["2", "1", "1"]);

    functions.set("Runtime", "nodejs24.x");
    assert_eq!(numbers(&functions.stack.update(&functions.parameters)), ["3", "2", "2"]);

    functions.set("LogRetentionDays", "7");
    assert_eq!(numbers(&functions.stack.update(&functions.parameters)), ["3", "2", "2"]);

    functions.set("Runtime", "python3.13");
    functions.upload("ViewerRequest", &package("viewer-request"));
    assert_eq!(
        numbers(&functions.stack.update(&functions.parameters)),
        ["4", "3", "3"],
        "going back"
    );
    assert_eq!(functions.versions("viewer-request"), ["$LATEST", "1", "2", "3", "4"]);
}

pub(crate) fn get(account: &Ministack, path: &str) -> String {
    let request = Request::get(format!("/2020-05-31/{path}")).body(String::new()).unwrap();
    account.send(US_EAST_1, "cloudfront", request).unwrap()
}

/// The content of the first XML element with a name.
fn inside<'a>(document: &'a str, element: &str) -> &'a str {
    let (_, rest) = document.split_once(&format!("<{element}>")).unwrap_or_default();
    rest.split_once(&format!("</{element}>")).unwrap_or_default().0
}

/// The contents of all XML elements with a name. None of them holds another one.
fn each<'a>(document: &'a str, element: &str) -> Vec<&'a str> {
    let opened = document.split(&format!("<{element}>")).skip(1).collect::<Vec<_>>();
    let end = format!("</{element}>");
    opened.into_iter().filter_map(|rest| Some(rest.split_once(&end)?.0)).collect()
}

fn shop(settings: &str) -> Config {
    let text = include_str!("../../../../edgeswitch.toml");
    Config::from_toml(&format!("{settings}\n{text}")).unwrap()
}

#[test]
#[ignore = "needs `make setup`"]
fn policies_follow_the_configuration() {
    let mut functions = Functions::new("policies");
    let account = Arc::clone(&functions.stack.account);
    let mut outputs = functions.stack.create(&functions.parameters);
    let settings = ["", "release_header = true", "decide_at = \"origin-request\""];
    for settings in settings {
        let config = shop(&format!("{settings}\n"));
        functions.set_configuration(&config);
        if !settings.is_empty() {
            outputs = functions.stack.update(&functions.parameters);
        }
        let cookie = config.rules.release_cookie.to_string();
        let keyed = match config.rules.decide_at {
            DecideAt::ViewerRequest => vec![],
            DecideAt::OriginRequest => vec![cookie.clone()],
        };
        let shown = match config.release_header {
            ReleaseHeader::On => vec![REASON_HEADER],
            ReleaseHeader::Off => vec![],
        };
        let names = |policy: &str, list: &str| {
            texts(inside(policy, list), "Name").into_iter().map(str::to_owned).collect::<Vec<_>>()
        };

        let pages = get(&account, &format!("cache-policy/{}", outputs["PagesCachePolicy"]));
        assert_eq!(names(&pages, "HeadersConfig"), [RELEASE_HEADER, PREVIEW_HEADER], "{settings}");
        assert_eq!(names(&pages, "CookiesConfig"), keyed, "{settings}");
        assert_eq!(inside(&pages, "QueryStringBehavior"), "none");
        assert_eq!(inside(&pages, "MinTTL"), "0");

        let routes = get(&account, &format!("cache-policy/{}", outputs["RoutesCachePolicy"]));
        assert_eq!(names(&routes, "HeadersConfig"), [RELEASE_HEADER, PREVIEW_HEADER]);
        let all = ["CookieBehavior", "QueryStringBehavior"].map(|element| inside(&routes, element));
        assert_eq!(all, ["all", "all"]);
        let ttls = ["MinTTL", "DefaultTTL"].map(|element| inside(&routes, element));
        assert_eq!(ttls, ["0", "0"]);
        assert_ne!(inside(&routes, "MaxTTL"), "0", "CloudFront would refuse headers in the key");

        let path = format!("origin-request-policy/{}", outputs["PagesOriginRequestPolicy"]);
        let forwarded = get(&account, &path);
        assert_eq!(names(&forwarded, "HeadersConfig"), shown, "{settings}");
        assert_eq!(names(&forwarded, "CookiesConfig"), [cookie], "{settings}");
        assert_eq!(inside(&forwarded, "QueryStringBehavior"), "none");
        assert_eq!(outputs["RoutesOriginRequestPolicy"], ALL_VIEWER_EXCEPT_HOST);
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn a_new_site_has_the_behaviours_origins_and_policies_that_the_functions_need() {
    let config = shop("");
    let route = config.rules.routes[0].pattern.to_string();
    let Site { account, outputs, distribution, plan, .. } =
        Site::deploy("new-site", &route, "api.example.com");
    assert_eq!(account.parameter_versions(HOME, &plan).unwrap(), ["first"]);
    let distribution = get(&account, &format!("distribution/{distribution}/config"));

    let routes = each(inside(&distribution, "CacheBehaviors"), "CacheBehavior");
    let paths: Vec<_> = routes.iter().map(|behavior| inside(behavior, "PathPattern")).collect();
    assert_eq!(paths, [format!("/_r/*{route}"), route]);

    let default = inside(&distribution, "DefaultCacheBehavior");
    assert_eq!(inside(default, "TargetOriginId"), "releases");
    assert_eq!(inside(default, "CachePolicyId"), outputs["PagesCachePolicy"]);
    assert_eq!(inside(default, "OriginRequestPolicyId"), outputs["PagesOriginRequestPolicy"]);
    for behavior in &routes {
        assert_eq!(inside(behavior, "TargetOriginId"), "api");
        assert_eq!(inside(behavior, "CachePolicyId"), outputs["RoutesCachePolicy"]);
        assert_eq!(inside(behavior, "OriginRequestPolicyId"), ALL_VIEWER_EXCEPT_HOST);
    }
    for behavior in routes.into_iter().chain([default]) {
        let events = texts(behavior, "EventType");
        assert_eq!(events, TRIGGERS.map(|(_, trigger)| trigger));
        let versions = TRIGGERS.map(|(resource, _)| &*outputs[&format!("{resource}Version")]);
        assert_eq!(texts(behavior, "LambdaFunctionARN"), versions);
        assert!(!inside(behavior, "ResponseHeadersPolicyId").is_empty());
    }

    let group = inside(&distribution, "OriginGroup");
    assert_eq!(texts(group, "StatusCode"), ["403", "404"]);
    let members = texts(group, "OriginId");
    assert_eq!(members, ["bucket", "bucket-second-attempt"]);
    let origins = each(inside(&distribution, "Origins"), "Origin");
    let origin = |id: &str| origins.iter().copied().find(|one| inside(one, "Id") == id).unwrap();
    let [first, second] = [origin(members[0]), origin(members[1])];
    assert_eq!(inside(first, "DomainName"), format!("new-site-releases.s3.{HOME}.amazonaws.com"));
    for element in ["DomainName", "OriginAccessControlId"] {
        assert!(!inside(first, element).is_empty(), "{element}");
        assert_eq!(inside(first, element), inside(second, element));
    }
    assert_eq!(inside(first, "HeaderName"), "");
    assert_eq!(inside(second, "HeaderName"), ROLE_HEADER);
    assert_eq!(inside(second, "HeaderValue"), "fallback");
}
