use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use edge_event::{Event, Outcome, Request, Response};
use edgeswitch_tests::{Answer, Ministack, Pipes, RuntimeClient, Sandbox, TaskRoot, Tools};
use override_token::{Claims, SigningKey};
use routing_core::{ReleaseId, Timestamp};
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const HOST: &str = "shop.example.com";
const REGION: &str = "eu-central-1";
const PARAMETER: &str = "/shop/plan";
/// Longer than the hard TTL of the demo's configuration and one refresh.
const PATIENCE: Duration = Duration::from_secs(15);
/// 2100-01-01T00:00:00Z.
const FAR_FUTURE: Timestamp = Timestamp(4_102_444_800_000);

/// An edge location's three functions and the Parameter Store that they read.
pub(crate) struct Edge {
    store: Ministack,
    key: SigningKey,
    functions: Vec<Function>,
    _config: TempDir,
}

struct Function {
    sandbox: Sandbox,
    _task_root: TaskRoot,
}

impl Edge {
    pub(crate) fn start(plan: &Value) -> Result<Self> {
        let tools = Tools::find()?;
        let store = Ministack::start(&tools)?;
        store.put_parameter(REGION, PARAMETER, &plan.to_string())?;
        let key = SigningKey::generate()?;
        let folder = TempDir::new()?;
        let config = folder.path().join("edgeswitch.toml");
        std::fs::write(&config, config_text(&key))?;
        let start = |trigger: &str| -> Result<Function> {
            let task_root = TaskRoot::unpack(trigger)?;
            let mut command = RuntimeClient::Python.command(&tools, task_root.path());
            command.env("AWS_ENDPOINT_URL_SSM", store.endpoint()).env("EDGESWITCH_CONFIG", &config);
            let mut sandbox = Sandbox::start(command, Pipes::Kept)?;
            sandbox.ready().with_context(|| format!("starting {trigger}"))?;
            Ok(Function { sandbox, _task_root: task_root })
        };
        let functions = ["viewer-request", "origin-request", "origin-response"]
            .map(start)
            .into_iter()
            .collect::<Result<_>>()?;
        Ok(Self { store, key, functions, _config: folder })
    }

    pub(crate) fn viewer_request(&mut self, request: &Request) -> Result<Outcome> {
        self.call(0, &Event::viewer_request(request.clone()))
    }

    pub(crate) fn origin_request(&mut self, request: &Request) -> Result<Request> {
        match self.call(1, &Event::origin_request(request.clone()))? {
            Outcome::Request(request) => Ok(*request),
            Outcome::Response(_) => bail!("origin-request generates no response"),
        }
    }

    pub(crate) fn origin_response(
        &mut self,
        request: &Request,
        response: Response,
    ) -> Result<Response> {
        match self.call(2, &Event::origin_response(request.clone(), response))? {
            Outcome::Response(response) => Ok(*response),
            Outcome::Request(_) => bail!("origin-response returns a response"),
        }
    }

    /// Writes the plan and asks for pages until one is stamped with `release`; returns the seconds.
    pub(crate) fn change_plan(&mut self, plan: &Value, release: &str) -> Result<f64> {
        self.store.put_parameter(REGION, PARAMETER, &plan.to_string())?;
        let written = Instant::now();
        let probe = Request::get("/").header("Accept", "text/html");
        while written.elapsed() < PATIENCE {
            let stamped = match self.viewer_request(&probe)? {
                Outcome::Request(request) => {
                    request.headers.get("x-bluegreen-release").map(str::to_owned)
                }
                Outcome::Response(_) => None,
            };
            if stamped.is_some_and(|stamp| stamp.starts_with(release)) {
                return Ok(written.elapsed().as_secs_f64());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the plan was not taken up within {PATIENCE:?}")
    }

    pub(crate) fn preview_token(&self, release: &str) -> Result<String> {
        let release = ReleaseId::parse(release)?;
        Ok(self.key.sign(&Claims { release, expires: FAR_FUTURE, host: Some(HOST.to_owned()) }))
    }

    /// Ends the functions and prints what they logged.
    pub(crate) fn finish(self) -> Result<()> {
        for Function { sandbox, .. } in self.functions {
            sandbox.process().signal(Signal::TERM)?;
            let (_, log) = sandbox.finish()?;
            // The probes of the plan change are many and alike: the first lines tell enough.
            log.lines().take(3).for_each(|line| println!("   {line}"));
        }
        Ok(())
    }

    fn call(&mut self, function: usize, event: &Event) -> Result<Outcome> {
        let event = serde_json::to_vec(event)?;
        let function = self.functions.get_mut(function).context("there are three functions")?;
        match function.sandbox.invoke(&event)?.0 {
            Answer::Returned(value) => Ok(Outcome::from_slice(value.to_string().as_bytes())?),
            Answer::Failed(error) => bail!("the function failed: {error}"),
        }
    }
}

fn config_text(key: &SigningKey) -> String {
    format!(
        "name = \"shop\"\nrelease_header = true\n\
         [parameter]\nname = \"{PARAMETER}\"\nhome_region = \"{REGION}\"\n\
         [refresh]\nsoft_ttl_seconds = 1\nhard_ttl_seconds = 2\n\
         [[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\
         [override]\npublic_keys = [\"{}\"]\n",
        key.public()
    )
}
