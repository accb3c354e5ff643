//! `attach` and `detach` on a distribution of five behaviours, with the functions' stack.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use tempfile::TempDir;
use testkit::{Call, Fault, Gateway, Ministack, Tools, repository};

use crate::aws::account::{shared, texts};
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
    "lambda:ListTags",
];

/// The access key of the commands. The gateway takes it for the number of an account.
const USER: &str = "alice";
/// More than enough until a command makes a call.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

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
        let mut command = control_program(&line, USER, endpoint);
        command.current_dir(self.folder.path()).env("HOME", self.folder.path());
        command
    }

    fn run(&self, line: &str) -> Ran {
        self.run_through(line, self.account.endpoint())
    }

    fn run_through(&self, line: &str, endpoint: &str) -> Ran {
        Ran::of(self.command(line, endpoint).output().unwrap())
    }

    fn gateway(&self) -> Gateway {
        Gateway::start(&Tools::find().unwrap(), self.account.endpoint()).unwrap()
    }

    /// Kills a command when its call is carried out, and before the answer.
    fn kill(&self, line: &str, gateway: &Gateway, call: &Numbered) {
        let held = gateway.hold(USER, &call.operation, call.earlier);
        let mut child = self.command(line, gateway.endpoint()).spawn().unwrap();
        held.recv_timeout(LONGEST_WAIT).unwrap_or_else(|_| panic!("no {call:?}"));
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().code(), None, "it ended before {call:?}");
    }

    /// Runs a command that does not get the answer to its call.
    fn run_without_answer(&self, line: &str, gateway: &Gateway, call: &Numbered) {
        let lost = Fault::Lose(call.operation.clone(), call.earlier);
        gateway.set_faults(USER, vec![lost]);
        let ran = self.run_through(line, gateway.endpoint());
        assert!(ran.code == Some(0) || ran.err.contains("\nhint: "), "{call:?}: {}", ran.err);
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
    let gateway = site.gateway();
    site.run_through(&attach(), gateway.endpoint()).check("attach", 0, "are attached");
    let attaching = own_calls(&gateway);
    gateway.set_faults(USER, Vec::new());
    site.run_through("detach -y", gateway.endpoint()).check("detach", 0, &site.id);
    let detaching = own_calls(&gateway);
    assert!(attaching.len() >= 5 && detaching.len() >= 4, "{attaching:?} {detaching:?}");

    for call in attaching {
        site.kill(&attach(), &gateway, &call);
        assert!([0, 12].contains(&site.functions()), "killed after {call:?}");
        finish(&site, &call);
        site.detach();

        site.run_without_answer(&attach(), &gateway, &call);
        finish(&site, &call);
        site.detach();
    }
    for call in detaching {
        site.run(&attach()).check("attach", 0, "are attached");
        site.kill("detach -y", &gateway, &call);
        site.detach();

        site.run(&attach()).check("attach", 0, "are attached");
        site.run_without_answer("detach -y", &gateway, &call);
        site.detach();
    }
}

/// A call, and how many calls of this operation came before.
#[derive(Debug)]
struct Numbered {
    operation: String,
    earlier: usize,
}

fn action(Call { service, operation }: &Call) -> String {
    format!("{service}:{operation}")
}

/// The calls that are not the doctor's.
fn own_calls(gateway: &Gateway) -> Vec<Numbered> {
    let calls = gateway.calls(USER);
    let numbered = calls.iter().enumerate().map(|(index, call)| {
        let before = calls.iter().take(index);
        let earlier = before.filter(|one| one.operation == call.operation).count();
        (action(call), Numbered { operation: call.operation.clone(), earlier })
    });
    let own = numbered.filter(|(action, _)| OWN.contains(&action.as_str()));
    own.map(|(_, call)| call).collect()
}

/// The next run ends with the functions attached, and the way back leads to the configuration from before.
fn finish(site: &Site, call: &Numbered) {
    site.run(&attach()).check(&format!("after {call:?}"), 0, "attached");
    assert_eq!(site.functions(), 12, "after {call:?}");
    assert_eq!(site.kept().as_deref(), Some(site.before.as_str()), "after {call:?}");
}

/// Without the right for any one action: nothing is half done, and the error says which right is missing.
#[test]
#[ignore = "needs `make setup`"]
fn without_the_right_for_each_call_in_turn() {
    let site = Site::new("denied");
    let gateway = site.gateway();
    site.run_through(&attach(), gateway.endpoint()).check("attach", 0, "are attached");
    let mut calls = gateway.calls(USER);
    calls.sort_by_key(action);
    calls.dedup();
    site.detach();
    assert!(calls.len() > 8, "{calls:?}");
    for call in calls {
        let action = action(&call);
        gateway.set_faults(USER, vec![Fault::Refuse(call.service, call.operation)]);
        let ran = site.run_through(&attach(), gateway.endpoint());
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
