//! `attach` and `detach` on a distribution of five behaviours, with the functions' stack.

use std::fs;
use std::sync::Arc;

use http::Request;
use tempfile::TempDir;
use testkit::{Ministack, repository};

use crate::aws::account::{shared, texts};
use crate::aws::gateway::{Call, Fault, Gateway};
use crate::aws::shop::{Ran, control_program};
use crate::aws::{HOME, REPLICA};
use crate::templates::created::Functions;

/// The findings of the doctor that come from ministack's account: it has no plan, bucket or listener.
const ACCEPTED: &str = "--accept plan --accept bucket-access --accept custom-origin";
/// The calls of `attach` itself. The others are the doctor's.
const OWN: [&str; 5] = [
    "cloudformation:DescribeStacks",
    "cloudfront:GetDistribution",
    "cloudfront:GetDistributionConfig",
    "cloudfront:UpdateDistribution",
    "lambda:GET tags",
];

/// A distribution that serves without functions, and the functions of a project.
struct Site {
    account: Arc<Ministack>,
    name: &'static str,
    id: String,
    /// The configuration as CloudFront sends it at first.
    before: String,
    folder: TempDir,
}

impl Site {
    fn new(name: &'static str) -> Self {
        let functions = Functions::new(name);
        let outputs = functions.stack.create(&functions.parameters);
        // As `edgeswitch deploy` does when a version has answered as it must.
        for output in ["ViewerRequestVersion", "OriginRequestVersion", "OriginResponseVersion"] {
            let (function, version) = outputs[output].rsplit_once(':').unwrap();
            let tags = format!("{{\"Tags\":{{\"edgeswitch-tested\":\"{version}\"}}}}");
            let request = Request::post(format!("/2015-03-31/tags/{function}")).body(tags).unwrap();
            functions.stack.account.send(REPLICA, "lambda", request).unwrap();
        }
        Self::of_stack(name)
    }

    /// Another distribution for functions that exist.
    fn of_stack(name: &'static str) -> Self {
        let account = shared();
        let xml = fs::read_to_string(repository().join("fixtures/distributions/shop.xml")).unwrap();
        // The doctor asks for this name's addresses.
        let xml = xml.replace("api.example.com", "localhost");
        let reference = format!("{name}-{}", std::process::id());
        let xml =
            xml.replace("2021-03-04T05:06:07", &reference).replace("123456789012", "000000000000");
        let request = Request::post("/2020-05-31/distribution").body(xml).unwrap();
        let made = account.send(REPLICA, "cloudfront", request).unwrap();
        let id = texts(&made, "Id")[0].to_owned();
        let folder = TempDir::new().unwrap();
        let config = format!(
            "name = \"{name}\"\nbucket = \"shop-releases\"\ndistribution_id = \"{id}\"\n\
             prefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"/{name}/plan\"\n\
             home_region = \"{HOME}\"\n[[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\
             [slots.blue]\napi = \"localhost\"\n"
        );
        fs::write(folder.path().join("edgeswitch.toml"), config).unwrap();
        let mut site = Self { account, name, id, before: String::new(), folder };
        site.before = site.xml();
        site
    }

    /// The configuration as CloudFront sends it.
    fn xml(&self) -> String {
        let path = format!("/2020-05-31/distribution/{}/config", self.id);
        let request = Request::get(path).body(String::new()).unwrap();
        self.account.send(REPLICA, "cloudfront", request).unwrap()
    }

    fn command(&self, line: &str, endpoint: &str) -> std::process::Command {
        let line = format!("{line} --stack {}", self.name);
        let mut command = control_program(&line, "alice", endpoint);
        command.current_dir(self.folder.path()).env("HOME", self.folder.path());
        command
    }

    fn run(&self, line: &str) -> Ran {
        self.run_through(line, self.account.endpoint())
    }

    fn run_through(&self, line: &str, endpoint: &str) -> Ran {
        Ran::of(self.command(line, endpoint).output().unwrap())
    }

    fn kept(&self) -> Option<String> {
        let file = format!(".edgeswitch/{}-before.xml", self.id);
        fs::read_to_string(self.folder.path().join(file)).ok()
    }

    /// How many functions of ours the distribution has: three in each of four behaviours, or none.
    fn functions(&self) -> usize {
        let xml = self.xml();
        let ours = format!(":function:{}-", self.name);
        texts(&xml, "LambdaFunctionARN").iter().filter(|arn| arn.contains(&ours)).count()
    }

    /// The distribution is as before, and a new file begins with the next attachment.
    fn detach(&self) {
        self.run("detach -y").check("detach", 0, &self.id);
        assert_eq!(self.functions(), 0);
        assert_eq!(self.xml(), self.before);
    }
}

fn attach() -> String {
    format!("attach -y {ACCEPTED}")
}

/// A foreign function and a CloudFront Function stay where they are; in a behaviour of the bucket they are refused.
#[test]
#[ignore = "needs `make setup`"]
fn an_existing_distribution_is_attached_and_detached() {
    let site = Site::new("existing");
    site.run(&format!("attach --dry-run {ACCEPTED}")).check("dry run", 0, "nothing is written");
    assert_eq!((site.functions(), site.kept()), (0, None));
    let ran = site.run("attach -y");
    ran.check("attach", 1, "the doctor finds errors in the new configuration");
    assert_eq!(site.functions(), 0);

    site.run(&attach()).check("attach", 0, "the functions are attached");
    assert_eq!(site.functions(), 12);
    assert_eq!(site.kept().as_deref(), Some(site.before.as_str()));
    let xml = site.xml();
    for kept in ["function:resize:7", "function/docs-index", "s3cr3t &amp; more"] {
        assert!(xml.contains(kept), "{kept}");
    }
    site.run(&attach()).check("again", 0, "already");
    assert_eq!(site.xml(), xml);
    site.run("attach --plan-only").check("steps", 0, "[x] 3. Attach them.");
    site.detach();
    site.run("detach -y").check("again", 0, "no function is attached");

    // Without the file, only the functions are taken out.
    site.run(&attach()).check("attach", 0, "the functions are attached");
    fs::remove_dir_all(site.folder.path().join(".edgeswitch")).unwrap();
    site.run(&attach()).check("again", 0, "`edgeswitch detach` will take out the functions only");
    site.run("detach -y").check("detach", 0, "so only the functions are taken out");
    assert_eq!(site.functions(), 0);
    assert!(site.xml().contains("site-second-attempt"));
}

/// Killed after each of its calls, or without the answer to it: the next run finishes.
#[test]
#[ignore = "needs `make setup`"]
fn a_run_that_was_ended_after_any_call_is_finished_by_the_next() {
    let site = Site::new("interrupted");
    let gateway = Gateway::start(site.account.endpoint());
    site.run_through(&attach(), &gateway.endpoint).check("attach", 0, "are attached");
    let attaching = own_calls(&gateway);
    gateway.reset(None);
    site.run_through("detach -y", &gateway.endpoint).check("detach", 0, &site.id);
    let detaching = own_calls(&gateway);
    assert!(attaching.len() >= 5 && detaching.len() >= 4, "{attaching:?} {detaching:?}");

    for call in attaching {
        gateway.reset(Some(Fault::Hang(call.clone())));
        let mut child = site.command(&attach(), &gateway.endpoint).spawn().unwrap();
        gateway.until_hanging();
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().code(), None);
        assert!([0, 12].contains(&site.functions()), "killed after {call:?}");
        finish(&site, &call);
        site.detach();

        gateway.reset(Some(Fault::Lose(call.clone())));
        let ran = site.run_through(&attach(), &gateway.endpoint);
        assert!(ran.code == Some(0) || ran.err.contains("\nhint: "), "{call:?}: {}", ran.err);
        finish(&site, &call);
        site.detach();
    }
    for call in detaching {
        site.run(&attach()).check("attach", 0, "are attached");
        gateway.reset(Some(Fault::Hang(call.clone())));
        let mut child = site.command("detach -y", &gateway.endpoint).spawn().unwrap();
        gateway.until_hanging();
        child.kill().unwrap();
        child.wait().unwrap();
        site.detach();

        site.run(&attach()).check("attach", 0, "are attached");
        gateway.reset(Some(Fault::Lose(call.clone())));
        let ran = site.run_through("detach -y", &gateway.endpoint);
        assert!(ran.code == Some(0) || ran.err.contains("\nhint: "), "{call:?}: {}", ran.err);
        site.detach();
    }
}

/// The calls that are not the doctor's.
fn own_calls(gateway: &Gateway) -> Vec<Call> {
    let calls = gateway.calls().into_iter();
    calls.filter(|call| OWN.contains(&call.action.as_str())).collect()
}

/// The next run ends with the functions attached, and the way back leads to the configuration from before.
fn finish(site: &Site, call: &Call) {
    site.run(&attach()).check(&format!("after {call:?}"), 0, "attached");
    assert_eq!(site.functions(), 12, "after {call:?}");
    assert_eq!(site.kept().as_deref(), Some(site.before.as_str()), "after {call:?}");
}

/// Without the right for any one action: nothing is half done, and the error says which right is missing.
#[test]
#[ignore = "needs `make setup`"]
fn without_the_right_for_each_call_in_turn() {
    let site = Site::new("denied");
    let gateway = Gateway::start(site.account.endpoint());
    site.run_through(&attach(), &gateway.endpoint).check("attach", 0, "are attached");
    let mut actions: Vec<String> = gateway.calls().into_iter().map(|call| call.action).collect();
    actions.sort();
    actions.dedup();
    site.detach();
    assert!(actions.len() > 8, "{actions:?}");
    for action in actions {
        gateway.reset(Some(Fault::Refuse(action.clone())));
        let ran = site.run_through(&attach(), &gateway.endpoint);
        if OWN.contains(&action.as_str()) {
            ran.check(&action, 1, "AccessDenied");
            assert!(ran.err.contains("\nhint: "), "{action}: {}", ran.err);
            assert_eq!(site.functions(), 0, "{action}");
        } else {
            assert_eq!(ran.code, Some(0), "{action}: {}", ran.err);
            assert_eq!(site.functions(), 12, "{action}");
            site.detach();
        }
    }
}

/// Two people with the same functions, each in a folder of their own.
#[test]
#[ignore = "needs `make setup`"]
fn two_attach_at_once() {
    let site = Site::new("twice");
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    for folder in &folders {
        let config = "edgeswitch.toml";
        fs::copy(site.folder.path().join(config), folder.path().join(config)).unwrap();
    }
    let started: Vec<_> = folders
        .iter()
        .map(|folder| {
            let mut command = site.command(&attach(), site.account.endpoint());
            command.current_dir(folder.path()).stderr(std::process::Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in started {
        Ran::of(child.wait_with_output().unwrap()).check("attach", 0, "attached");
    }
    assert_eq!(site.functions(), 12);
    // Whoever wrote has the configuration from before.
    let kept = folders.iter().filter_map(|folder| {
        fs::read_to_string(folder.path().join(format!(".edgeswitch/{}-before.xml", site.id))).ok()
    });
    let kept: Vec<String> = kept.collect();
    assert!(!kept.is_empty());
    assert!(kept.iter().all(|xml| *xml == site.before));
}
