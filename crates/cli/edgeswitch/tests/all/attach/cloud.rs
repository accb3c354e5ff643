//! An account with one distribution, in memory, so that waits take no time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use distribution_edit::PolicyId;
use doctor::{Read, Snapshot, Source};
use edge_time::{ManualClock, Timestamp};
use edgeswitch::{
    Alarms, Answer, Answers, AwsError, AwsErrorKind, Bucket, Bus, Cloud, Configuration, Configured,
    Deployment, Distribution, DistributionState, Label, ParameterClient, Stored,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tempfile::TempDir;

use crate::control::world::{NOW, Ran, run};

pub(crate) const ID: &str = "E2QWRUHAPOMQZL";
pub(crate) const SHOP: &str = include_str!("../../../../../../fixtures/distributions/shop.xml");
const CONFIG: &str = r#"
name = "shop"
distribution_id = "E2QWRUHAPOMQZL"
bucket = "shop-releases"
prefix_template = "/releases/{release}"

[parameter]
name = "/shop/plan"
home_region = "eu-central-1"

[[routes]]
path = "/api/*"
origin = "api"

[slots.blue]
api = "blue-alb.example.com"

[slots.green]
api = "green-alb.example.com"
"#;

/// What happens to a call.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Somebody replaces one text of the configuration before the call.
    Edit(&'static str, &'static str),
    /// The call does nothing, and fails like this.
    Fails(AwsErrorKind),
    /// A write succeeds, and its answer is lost.
    Lost,
    None,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) xml: String,
    etag: u32,
    /// What happens to the next writes.
    pub(crate) writes: VecDeque<Fault>,
    /// What happens to the next reads.
    pub(crate) reads: VecDeque<Fault>,
    /// The deployments that are still on their way; then it is deployed.
    pub(crate) in_progress: u32,
    /// What happens to the next reads of the state.
    pub(crate) states: VecDeque<Fault>,
    /// The names of policies; `None`: they may not be read.
    pub(crate) policies: Option<BTreeMap<String, String>>,
    /// Reads of the state since the last write.
    pub(crate) looks: u32,
    pub(crate) written: u32,
    pub(crate) outputs: Option<BTreeMap<String, String>>,
    pub(crate) outputs_denied: bool,
    /// The versions were not tested.
    pub(crate) untested: bool,
    pub(crate) objects: BTreeSet<String>,
    pub(crate) plan: Option<String>,
    /// What the doctor reads.
    pub(crate) answers: BTreeMap<Source, Read>,
}

/// The account, and a folder with the configuration.
#[derive(Clone)]
pub(crate) struct Memory {
    state: Arc<Mutex<State>>,
    folder: Arc<TempDir>,
}

impl Memory {
    /// A distribution that serves without functions, and the functions' stack.
    pub(crate) fn new() -> Self {
        let state = State {
            xml: SHOP.into(),
            etag: 1,
            outputs: Some(outputs(1)),
            policies: Some(policies()),
            ..State::default()
        };
        let memory =
            Self { state: Arc::new(Mutex::new(state)), folder: Arc::new(TempDir::new().unwrap()) };
        fs::write(memory.folder.path().join("edgeswitch.toml"), CONFIG).unwrap();
        memory
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn xml(&self) -> String {
        self.state().xml.clone()
    }

    /// The reads of the state until it is deployed, and those since the last write.
    pub(crate) fn progress(&self) -> (u32, u32) {
        let state = self.state();
        (state.in_progress, state.looks)
    }

    pub(crate) fn configure(&self, from: &str, to: &str) {
        let path = self.folder.path().join("edgeswitch.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Somebody makes another behavior from one with functions.
    pub(crate) fn copy_a_behavior(&self) {
        let mut state = self.state();
        let pattern = state.xml.find("<PathPattern>/static/*").unwrap();
        let start = state.xml[..pattern].rfind("<CacheBehavior>").unwrap();
        let length =
            state.xml[start..].find("</CacheBehavior>").unwrap() + "</CacheBehavior>".len();
        let copy = state.xml[start..start + length].replace("/static/*", "/media/*");
        state.xml.insert_str(start, &copy);
    }

    pub(crate) fn kept(&self) -> PathBuf {
        self.folder.path().join("before.xml")
    }

    /// Runs a command with this folder's files. The folder's name is not in the output.
    pub(crate) async fn run(&self, line: &str, typed: Option<&str>) -> Ran {
        let before = if line.contains("--plan-only") { "" } else { " --before FOLDER/before.xml" };
        self.run_exactly(&format!("{line}{before}"), typed).await
    }

    async fn run_exactly(&self, line: &str, typed: Option<&str>) -> Ran {
        let folder = self.folder.path().display().to_string();
        let line = format!("{line} --config FOLDER/edgeswitch.toml");
        let line = line.replace("FOLDER", &folder);
        let ran = run(self, &ManualClock::new(NOW), "alice", &line, typed).await;
        let plain = |text: String| text.replace(&folder, "FOLDER");
        Ran { out: plain(ran.out), err: plain(ran.err), exit: ran.exit }
    }

    /// The same for a command that finds no kept file: there is none in the folder of the tests.
    pub(crate) async fn shown_without_file(&self, line: &str) -> String {
        let Ran { out, err, exit } = self.run_exactly(line, None).await;
        format!("$ edgeswitch {line}\n{err}{out}exit {exit:?}\n\n")
    }

    /// The command, its question and answer, and what it prints.
    pub(crate) async fn shown(&self, line: &str, typed: Option<&str>) -> String {
        let Ran { out, err, exit } = self.run(line, typed).await;
        let answer = typed.map(|typed| format!("(typed: {})\n", typed.trim())).unwrap_or_default();
        format!("$ edgeswitch {line}\n{answer}{err}{out}exit {exit:?}\n\n")
    }
}

/// The outputs of `functions.yaml`.
pub(crate) fn outputs(version: u32) -> BTreeMap<String, String> {
    let function = |trigger: &str| {
        format!("arn:aws:lambda:us-east-1:123456789012:function:shop-{trigger}:{version}")
    };
    [
        ("ViewerRequestVersion", function("viewer-request")),
        ("OriginRequestVersion", function("origin-request")),
        ("OriginResponseVersion", function("origin-response")),
        ("PagesCachePolicy", "11111111-aaaa-4000-8000-000000000001".into()),
        ("PagesOriginRequestPolicy", "11111111-aaaa-4000-8000-000000000002".into()),
        ("RoutesCachePolicy", "11111111-aaaa-4000-8000-000000000003".into()),
        ("RoutesOriginRequestPolicy", "b689b0a8-53d0-40ab-baf2-68738e2966ac".into()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

/// The names that `functions.yaml` gives the policies.
fn policies() -> BTreeMap<String, String> {
    let outputs = outputs(1);
    [
        ("PagesCachePolicy", "shop-pages"),
        ("PagesOriginRequestPolicy", "shop-pages"),
        ("RoutesCachePolicy", "shop-routes"),
    ]
    .map(|(output, name)| (outputs[output].clone(), name.to_owned()))
    .into()
}

fn trouble(kind: AwsErrorKind, doing: &str) -> AwsError {
    AwsError { kind, doing: doing.into(), reason: format!("{kind:?}") }
}

impl State {
    fn read(&mut self) -> Result<Configured, AwsError> {
        match self.reads.pop_front().unwrap_or(Fault::None) {
            Fault::Edit(from, to) => self.edit(from, to),
            Fault::Fails(kind) => return Err(trouble(kind, "read distribution `E2QWRUHAPOMQZL`")),
            Fault::Lost | Fault::None => {}
        }
        Ok(Configured { xml: self.xml.clone().into(), etag: self.etag.to_string() })
    }

    /// Somebody changes the configuration.
    pub(crate) fn edit(&mut self, from: &str, to: &str) {
        assert_eq!(self.xml.matches(from).count(), 1, "{from}");
        self.xml = self.xml.replace(from, to);
        self.etag += 1;
    }

    /// Gives the default behavior a CloudFront Function, and the distribution a continuous deployment.
    pub(crate) fn edit_default(&mut self) {
        let function = "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation>\
            <FunctionARN>arn:aws:cloudfront::123456789012:function/rewrite</FunctionARN>\
            <EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations>";
        let target = "<DefaultCacheBehavior>\n    <TargetOriginId>site</TargetOriginId>";
        self.edit(target, &format!("{target}{function}"));
        let policy = "<ContinuousDeploymentPolicyId>cd-1</ContinuousDeploymentPolicyId>";
        self.edit("<ContinuousDeploymentPolicyId/>", policy);
    }

    fn write(&mut self, xml: &[u8], etag: &str) -> Result<(), AwsError> {
        let doing = "change distribution `E2QWRUHAPOMQZL`";
        let fault = self.writes.pop_front().unwrap_or(Fault::None);
        match &fault {
            Fault::Edit(from, to) => self.edit(from, to),
            Fault::Fails(kind) => return Err(trouble(*kind, doing)),
            Fault::Lost | Fault::None => {}
        }
        if etag != self.etag.to_string() {
            return Err(trouble(AwsErrorKind::Changed, doing));
        }
        self.xml = String::from_utf8(xml.to_vec()).unwrap();
        self.etag += 1;
        self.written += 1;
        self.looks = 0;
        if let Fault::Lost = fault { Err(trouble(AwsErrorKind::Lost, doing)) } else { Ok(()) }
    }

    fn deployment(&mut self) -> Deployment {
        self.looks += 1;
        match self.in_progress.checked_sub(1) {
            Some(left) => {
                self.in_progress = left;
                Deployment::InProgress
            }
            None => Deployment::Deployed,
        }
    }
}

impl Cloud for Memory {
    fn deployer(&self) -> edgeswitch::Deployer {
        panic!("these commands deploy nothing")
    }

    fn parameter(&self, name: &str, region: &str) -> Box<dyn ParameterClient> {
        let plan = self.state().plan.clone();
        Box::new(Plan { name: name.into(), region: region.into(), plan })
    }

    fn distribution(&self, _: &str) -> Box<dyn Distribution> {
        panic!("nothing is invalidated")
    }

    fn configuration(&self, id: &str) -> Box<dyn Configuration> {
        assert_eq!(id, ID);
        Box::new(self.clone())
    }

    fn outputs<'a>(&'a self, stack: &'a str) -> Answer<'a, Option<BTreeMap<String, String>>> {
        let state = self.state();
        let outputs = if state.outputs_denied {
            Err(trouble(AwsErrorKind::Denied, &format!("read stack `{stack}`")))
        } else {
            Ok(state.outputs.clone().filter(|_| stack == "shop-functions"))
        };
        async move { outputs }.boxed()
    }

    /// The version of the stack, whatever the function.
    fn tested<'a>(&'a self, _: &'a str) -> Answer<'a, Option<String>> {
        let state = self.state();
        let version =
            state.outputs.as_ref().and_then(|outputs| outputs.get("ViewerRequestVersion"));
        let version = version.and_then(|arn| Some(arn.rsplit_once(':')?.1.to_owned()));
        let version = version.filter(|_| !state.untested);
        async move { Ok(version) }.boxed()
    }

    fn policy_name<'a>(&'a self, policy: &'a PolicyId) -> Answer<'a, Option<String>> {
        let state = self.state();
        let name = state.policies.as_ref().map(|names| names.get(policy.id()).cloned());
        let doing = format!("read policy `{}`", policy.id());
        async move { name.ok_or_else(|| trouble(AwsErrorKind::Denied, &doing)) }.boxed()
    }

    fn bucket(&self, name: &str) -> Box<dyn Bucket> {
        Box::new(Objects { name: name.into(), keys: self.state().objects.clone() })
    }

    fn answers(&self) -> Box<dyn Answers> {
        Box::new(self.clone())
    }

    fn address(&self) -> BoxFuture<'_, Option<String>> {
        async { Some("of account 123456789012".into()) }.boxed()
    }

    fn bus(&self, _: &str) -> Box<dyn Bus> {
        panic!("only a guard announces changes")
    }

    fn alarms(&self, _: &str) -> Box<dyn Alarms> {
        panic!("nothing has an alarm")
    }

    fn balancer(&self, _: &edge_config::LoadBalancer) -> Box<dyn edgeswitch::Balancer> {
        unreachable!("these projects have no followers")
    }

    fn records(&self, _: &edge_config::Records) -> Box<dyn edgeswitch::WeightedRecords> {
        unreachable!("these projects have no followers")
    }
}

impl Answers for Memory {
    fn read<'a>(&'a self, source: &'a Source, _: &'a Snapshot) -> Answer<'a, Read> {
        let planted = self.state().answers.get(source).cloned();
        let read = planted.unwrap_or_else(|| good(source));
        async move { Ok(read) }.boxed()
    }
}

/// The answer of the good account about the same thing, or else about another one of its kind.
fn good(source: &Source) -> Read {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures/doctor/good");
    let exact = folder.join(format!("{}.json", source.file()));
    let of_its_kind = || {
        let kind = source.file().split_once('/')?.0.to_owned();
        let mut files: Vec<_> =
            fs::read_dir(folder.join(kind)).ok()?.map(|file| file.unwrap().path()).collect();
        files.sort();
        files.into_iter().next()
    };
    let file = Some(exact).filter(|file| file.exists()).or_else(of_its_kind);
    file.map_or(Read::NotAsked, |file| {
        Read::Known(serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap())
    })
}

impl Configuration for Memory {
    fn id(&self) -> &str {
        ID
    }

    fn read(&self) -> Answer<'_, Configured> {
        let read = self.state().read();
        async move { read }.boxed()
    }

    fn write<'a>(&'a self, xml: Bytes, etag: &'a str) -> Answer<'a, ()> {
        let written = self.state().write(&xml, etag);
        async move { written }.boxed()
    }

    fn state(&self) -> Answer<'_, DistributionState> {
        if let Some(Fault::Fails(kind)) = Memory::state(self).states.pop_front() {
            let error = trouble(kind, "read distribution `E2QWRUHAPOMQZL`");
            return async move { Err(error) }.boxed();
        }
        let state = DistributionState {
            arn: format!("arn:aws:cloudfront::123456789012:distribution/{ID}"),
            domain_name: "d111111abcdef8.cloudfront.net".into(),
            deployment: Memory::state(self).deployment(),
        };
        async move { Ok(state) }.boxed()
    }
}

struct Objects {
    name: String,
    keys: BTreeSet<String>,
}

impl Bucket for Objects {
    fn name(&self) -> &str {
        &self.name
    }

    fn has<'a>(&'a self, key: &'a str) -> Answer<'a, bool> {
        let has = self.keys.contains(key);
        async move { Ok(has) }.boxed()
    }
}

struct Plan {
    name: String,
    region: String,
    plan: Option<String>,
}

impl ParameterClient for Plan {
    fn name(&self) -> &str {
        &self.name
    }

    fn region(&self) -> &str {
        &self.region
    }

    fn read(&self) -> Answer<'_, Stored> {
        let missing = || trouble(AwsErrorKind::Missing, "read `/shop/plan`");
        let stored = self.plan.clone().ok_or_else(missing).map(|text| Stored {
            version: 1,
            text,
            modified: Timestamp(NOW.0 - 60_000),
            user: None,
            answered: None,
        });
        async move { stored }.boxed()
    }

    fn read_version(&self, _: u64) -> Answer<'_, Stored> {
        panic!("nothing reads an old plan")
    }

    fn write<'a>(&'a self, _: &'a str) -> Answer<'a, u64> {
        panic!("nothing writes a plan")
    }

    fn create<'a>(&'a self, _: &'a str) -> Answer<'a, u64> {
        panic!("nothing writes a plan")
    }

    fn oldest_label(&self) -> Answer<'_, Option<Label>> {
        panic!("nothing reads a label")
    }

    fn history(&self) -> Answer<'_, Vec<Stored>> {
        panic!("nothing reads the history")
    }
}
