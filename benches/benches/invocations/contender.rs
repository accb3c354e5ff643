use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use anyhow::{Context, Result};
use testkit::{RuntimeClient, TaskRoot, Tools, built, repository};

/// The functions, each with the event that it is measured with.
pub(crate) const FUNCTIONS: [(&str, &str); 3] = [
    ("viewer-request", "document-first-visit"),
    ("origin-request", "bucket-document"),
    ("origin-response", "document"),
];
/// The event of every contender that has no trigger of its own.
const PAGE: &str = "viewer-request/document-first-visit";
const CONFIGURATION: &str = "edgeswitch.json";
/// The guard's configuration.
const GUARDED: &str = "name = \"shop\"\nprefix_template = \"/releases/{release}\"\n[parameter]\n\
                       name = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n";

/// A function under the runtime client that loads it.
#[derive(Debug)]
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) event: Vec<u8>,
    client: RuntimeClient,
    root: TaskRoot,
    tools: Tools,
}

impl Contender {
    /// All contenders. The first is the baseline.
    pub(crate) fn all() -> Result<Vec<Self>> {
        let mut contenders = vec![Self::usual_switch()?];
        for (trigger, case) in FUNCTIONS {
            contenders.push(Self::packaged(trigger, case)?);
        }
        contenders.push(Self::echo(PAGE)?);
        Ok(contenders)
    }

    /// The guard, with a configuration of its own, and the event of its schedule.
    pub(crate) fn guard() -> Result<Self> {
        let root = TaskRoot::empty()?;
        root.replace_bootstrap(&built("guard"))?;
        fs::write(root.path().join("edgeswitch.toml"), GUARDED)?;
        let event = repository().join("fixtures/regional/made-schedule.json");
        Self::with("guard", RuntimeClient::Bare, root, fs::read(event)?)
    }

    /// A handler on `lambda_runtime` that returns the event's request, in a process of its own.
    pub(crate) fn bare_echo() -> Result<Self> {
        Self::new("echo on lambda_runtime", RuntimeClient::Bare, echo()?, PAGE)
    }

    /// A handler on `lambda_runtime` that returns the event's request.
    pub(crate) fn echo(event: &str) -> Result<Self> {
        Self::new("echo on lambda_runtime", RuntimeClient::Python, echo()?, event)
    }

    /// The Node.js function with its SDK.
    pub(crate) fn usual_switch() -> Result<Self> {
        Self::new("Node.js 22, the usual switch", RuntimeClient::Node22, node()?, PAGE)
    }

    /// An interpreter with a handler that does nothing.
    pub(crate) fn idle(client: RuntimeClient) -> Result<Self> {
        let root = TaskRoot::empty()?;
        for module in ["lambda_function.py", "index.mjs"] {
            let source = repository().join("benches/idle").join(module);
            fs::copy(source, root.path().join(module))?;
        }
        Self::new("a handler that does nothing", client, root, PAGE)
    }

    /// The function of `trigger`, loaded by another interpreter than the usual one.
    pub(crate) fn loaded_by(client: RuntimeClient, trigger: &'static str) -> Result<Self> {
        Self::new(trigger, client, TaskRoot::unpack(trigger)?, PAGE)
    }

    pub(crate) fn packaged(trigger: &'static str, case: &str) -> Result<Self> {
        let root = TaskRoot::unpack(trigger)?;
        Self::new(trigger, RuntimeClient::Python, root, &format!("{trigger}/{case}"))
    }

    fn new(name: &'static str, client: RuntimeClient, root: TaskRoot, event: &str) -> Result<Self> {
        let path = repository().join("fixtures/events").join(event).with_extension("json");
        let event = fs::read(&path).with_context(|| format!("`{}`", path.display()))?;
        Self::with(name, client, root, event)
    }

    fn with(
        name: &'static str,
        client: RuntimeClient,
        root: TaskRoot,
        event: Vec<u8>,
    ) -> Result<Self> {
        Ok(Self { name, event, client, root, tools: Tools::find()? })
    }

    /// The configuration in the package.
    pub(crate) fn configuration(&self) -> Result<String> {
        Ok(fs::read_to_string(self.root.path().join(CONFIGURATION))?)
    }

    /// Replaces the configuration in the package.
    pub(crate) fn configure(&self, json: &str) -> Result<()> {
        Ok(fs::write(self.root.path().join(CONFIGURATION), json)?)
    }

    pub(crate) fn command(&self) -> Command {
        self.client.command(&self.tools, self.root.path())
    }
}

/// The JavaScript function with the SDK, which Lambda's runtime also brings.
fn node() -> Result<TaskRoot> {
    let root = TaskRoot::empty()?;
    fs::copy(repository().join("benches/node/index.mjs"), root.path().join("index.mjs"))?;
    symlink(Tools::find()?.node_module(""), root.path().join("node_modules"))?;
    Ok(root)
}

fn echo() -> Result<TaskRoot> {
    let root = TaskRoot::unpack("viewer-request")?;
    root.replace_bootstrap(&built("echo"))?;
    Ok(root)
}
