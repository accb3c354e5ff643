//! The packages under AWS's own runtime clients, as Lambda's managed runtimes load them.
//!
//! Needs `make setup` and `make package`.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use cloudfront_sim::{EdgeLocation, FunctionHost};
use edge_config::Config;
use edge_event::Trigger;
use lambda_sim::{Options, Packages};
use rustix::process::Signal;
use serde_json::{Value, json};
use testkit::{
    Answer, Ministack, Pipes, RuntimeClient, RuntimeError, Sandbox, TaskRoot, Tools, built,
    packages, repository,
};

const TRIGGERS: [&str; 3] = ["viewer-request", "origin-request", "origin-response"];
const INVOCATIONS: usize = 1_000;
const SOON: Duration = Duration::from_secs(10);
const AARCH64: u16 = 183;

/// Starts a function that cannot read its plan: nothing listens at the address of the store.
fn launch(mut command: Command, pipes: Pipes) -> Result<Sandbox> {
    command.env("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:9");
    Ok(Sandbox::start(command, pipes)?)
}

fn start(client: RuntimeClient, root: &TaskRoot) -> Result<Sandbox> {
    launch(client.command(&Tools::find()?, root.path()), Pipes::Kept)
}

/// The fixture of an event with a document, for the trigger.
fn event(trigger: &str) -> Result<Vec<u8>> {
    let case = match trigger {
        "viewer-request" => "viewer-request/document-first-visit.json",
        "origin-request" => "origin-request/bucket-document.json",
        "origin-response" => "origin-response/document.json",
        unknown => anyhow::bail!("`{unknown}` has no function"),
    };
    Ok(fs::read(repository().join("fixtures/events").join(case))?)
}

fn returned(sandbox: &mut Sandbox, event: &[u8]) -> Result<Value> {
    match sandbox.invoke(event)?.0 {
        Answer::Returned(value) => Ok(value),
        Answer::Failed(error) => anyhow::bail!("the function failed: {error}"),
    }
}

/// The function's answer without a runtime client.
fn expected(trigger: &str, event: &[u8]) -> Result<Value> {
    returned(&mut start(RuntimeClient::Bare, &TaskRoot::unpack(trigger)?)?, event)
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn every_runtime_client_serves_a_thousand_events_as_the_bare_binary_does() -> Result<()> {
    for trigger in TRIGGERS {
        let event = event(trigger)?;
        let expected = expected(trigger, &event)?;
        for client in RuntimeClient::MANAGED {
            let root = TaskRoot::unpack(trigger)?;
            let mut sandbox = start(client, &root)?;
            for invocation in 0..INVOCATIONS {
                let answer = returned(&mut sandbox, &event)?;
                assert_eq!(answer, expected, "{trigger} under {client:?}, {invocation}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
#[ignore = "needs `make setup` and `make package`"]
async fn function_host_serves_what_the_bare_binary_does() -> Result<()> {
    let variables = [("AWS_ENDPOINT_URL_SSM".to_owned(), "http://127.0.0.1:9".to_owned())].into();
    let host = Packages::open(&packages(), Options { variables, ..Options::default() })?;
    for trigger in [Trigger::ViewerRequest, Trigger::OriginRequest, Trigger::OriginResponse] {
        let event = event(trigger.as_str())?;
        let expected = expected(trigger.as_str(), &event)?;
        let function = host.function(&EdgeLocation("FRA56-P4".to_owned()), trigger);
        let result = function.context("no function")?.invoke(event.into()).await?;
        assert_eq!(serde_json::from_slice::<Value>(&result)?, expected, "{trigger}");
    }
    Ok(())
}

/// An event of the trigger in which the viewer, or an earlier function, has set our headers; and the answer that
/// passes it on.
fn stamped_event(trigger: &str) -> Result<(Vec<u8>, Value)> {
    let mut event: Value = serde_json::from_slice(&event(trigger)?)?;
    let cf = event.pointer_mut("/Records/0/cf").context("no record")?;
    let clean = cf["request"].clone();
    for name in ["x-bluegreen-release", "x-bluegreen-reason"] {
        cf["request"]["headers"][name] = json!([{ "key": "X-BlueGreen-It", "value": "41ab03d" }]);
    }
    let answer = match trigger {
        "viewer-request" => clean,
        "origin-request" => cf["request"].clone(),
        _ => cf["response"].clone(),
    };
    Ok((serde_json::to_vec(&event)?, answer))
}

/// An init error would be a 503 for every viewer.
#[test]
#[ignore = "needs `make setup` and `make package`"]
fn binary_that_cannot_start_lets_everything_pass_and_the_log_names_the_file_and_the_repair()
-> Result<()> {
    type Spoil = fn(&TaskRoot) -> Result<()>;
    let rows: [(&str, Spoil, &str); 3] = [
        ("missing", |root| Ok(fs::remove_file(root.bootstrap())?), "cannot be read"),
        (
            "arm64",
            |root| root.set_machine(AARCH64),
            "is built for ELF machine 183, not 62 (x86_64)",
        ),
        (
            "a script",
            |root| Ok(fs::write(root.bootstrap(), "#!/bin/sh\nexit\n")?),
            "is not an ELF binary",
        ),
    ];
    for (name, spoil, fault) in rows {
        for client in RuntimeClient::MANAGED {
            for trigger in TRIGGERS {
                let case = format!("{name}, {trigger} under {client:?}");
                let root = TaskRoot::unpack(trigger)?;
                spoil(&root)?;
                let mut sandbox = start(client, &root)?;
                let (event, expected) = stamped_event(trigger)?;
                for _ in 0..2 {
                    assert_eq!(returned(&mut sandbox, &event)?, expected, "{case}");
                }
                sandbox.process().signal(Signal::KILL)?;
                let (_, output) = sandbox.finish()?;
                let file = format!("`{}` {fault}", root.bootstrap().display());
                let is_error = |line: &&str| line.contains("\"ERROR\"") && line.contains(&file);
                let errors: Vec<&str> = output.lines().filter(is_error).collect();
                assert_eq!(errors.len(), 3, "{case}, at the start and for each event: {output}");
                assert!(errors.iter().all(|line| line.contains(": build ")), "{case}: {output}");
            }
        }
    }
    Ok(())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn lost_mode_bits_on_a_read_only_task_folder_are_repaired() -> Result<()> {
    let event = event("viewer-request")?;
    let expected = expected("viewer-request", &event)?;
    for client in RuntimeClient::MANAGED {
        let root = TaskRoot::unpack("viewer-request")?;
        root.set_mode(0o644)?;
        root.seal()?;
        let before = root.files()?;
        let mut sandbox = start(client, &root)?;
        for attempt in ["first start", "after a crash"] {
            assert_eq!(returned(&mut sandbox, &event)?, expected, "{client:?}, {attempt}");
            sandbox.restart()?;
        }
        assert_eq!(root.files()?, before, "{client:?}: the task folder stays as it was");
    }
    Ok(())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn killed_function_is_noticed_and_its_successor_serves() -> Result<()> {
    let event = event("viewer-request")?;
    for client in RuntimeClient::MANAGED {
        let root = TaskRoot::unpack("viewer-request")?;
        let mut sandbox = start(client, &root)?;
        let first = returned(&mut sandbox, &event)?;
        sandbox.process().signal(Signal::KILL)?;
        assert!(sandbox.process().ends_within(SOON)?, "{client:?}");
        assert!(matches!(sandbox.invoke(&event), Err(RuntimeError::Ended)), "{client:?}");
        sandbox.restart()?;
        assert_eq!(returned(&mut sandbox, &event)?, first, "{client:?}");
    }
    Ok(())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn sigterm_ends_an_idle_function_cleanly() -> Result<()> {
    for trigger in TRIGGERS {
        for client in RuntimeClient::MANAGED {
            let root = TaskRoot::unpack(trigger)?;
            let mut sandbox = start(client, &root)?;
            sandbox.ready()?;
            sandbox.process().signal(Signal::TERM)?;
            let (status, output) = sandbox.finish()?;
            assert_eq!(status.code(), Some(0), "{trigger} under {client:?}: {output}");
        }
    }
    Ok(())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn function_that_floods_its_output_still_answers() -> Result<()> {
    const FLOODS: usize = 3;
    let event = event("viewer-request")?;
    for pipes in [Pipes::Kept, Pipes::KeptNonBlocking] {
        for client in RuntimeClient::MANAGED {
            let root = TaskRoot::unpack("viewer-request")?;
            root.replace_bootstrap(&built("flood"))?;
            let mut sandbox = launch(client.command(&Tools::find()?, root.path()), pipes)?;
            for _ in 0..FLOODS {
                returned(&mut sandbox, &event)?;
            }
            sandbox.process().signal(Signal::KILL)?;
            let (_, output) = sandbox.finish()?;
            let lines = output.lines().filter(|line| line.starts_with("every line")).count();
            assert_eq!(lines, FLOODS * 2 * 66_576, "{client:?}, {pipes:?}");
        }
    }
    Ok(())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn function_makes_the_pipes_blocking_that_it_inherits() -> Result<()> {
    const NONBLOCK: u32 = 0o4000;
    for trigger in TRIGGERS {
        let root = TaskRoot::unpack(trigger)?;
        let command = RuntimeClient::Bare.command(&Tools::find()?, root.path());
        let mut sandbox = launch(command, Pipes::KeptNonBlocking)?;
        sandbox.ready()?;
        for descriptor in [1, 2] {
            let info = format!("/proc/{}/fdinfo/{descriptor}", sandbox.process().id());
            let info = fs::read_to_string(info)?;
            let flags =
                info.lines().find_map(|line| line.strip_prefix("flags:")).context("flags")?;
            let flags = u32::from_str_radix(flags.trim(), 8)?;
            assert_eq!(flags & NONBLOCK, 0, "{trigger}, descriptor {descriptor}");
        }
    }
    Ok(())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn changed_plan_is_in_force_within_the_hard_ttl() -> Result<()> {
    const HARD_TTL: Duration = Duration::from_secs(2);
    let ministack = Ministack::start(&Tools::find()?)?;
    let put = |value| ministack.put_parameter("eu-central-1", "/shop/plan", value);
    let event = event("viewer-request")?;
    for client in RuntimeClient::MANAGED {
        put("41ab03d")?;
        let root = TaskRoot::unpack("viewer-request")?;
        fs::write(root.path().join("edgeswitch.json"), short_lived_plan()?)?;
        let mut command = client.command(&Tools::find()?, root.path());
        command.env("AWS_ENDPOINT_URL_SSM", ministack.endpoint());
        let mut sandbox = Sandbox::start(command, Pipes::Kept)?;
        assert_eq!(release(&mut sandbox, &event)?, "41ab03d", "{client:?} at first");

        put("9f2c1e7 41ab03d")?;
        let changed = Instant::now();
        while release(&mut sandbox, &event)? != "9f2c1e7" {
            assert!(changed.elapsed() < HARD_TTL, "{client:?} under load");
        }
        put("41ab03d 9f2c1e7")?;
        assert!(!sandbox.process().ends_within(HARD_TTL)?, "{client:?} stays");
        assert_eq!(release(&mut sandbox, &event)?, "41ab03d", "{client:?} after idling");
    }
    Ok(())
}

/// The shipped configuration with a soft TTL of one second and a hard TTL of two.
fn short_lived_plan() -> Result<String> {
    let text = fs::read_to_string(repository().join("edgeswitch.toml"))?;
    let text = text.replace("# soft_ttl_seconds = 15", "soft_ttl_seconds = 1");
    let config =
        Config::from_toml(&text.replace("# hard_ttl_seconds = 45", "hard_ttl_seconds = 2"))?;
    Ok(config.to_json())
}

/// The release in the stamp of a document. A stamp is `<release>.<rollout>-<stage>`.
fn release(sandbox: &mut Sandbox, event: &[u8]) -> Result<String> {
    let request = returned(sandbox, event)?;
    let stamp = request.pointer("/headers/x-bluegreen-release/0/value").and_then(Value::as_str);
    let (release, _) = stamp.and_then(|stamp| stamp.split_once('.')).context("no stamp")?;
    Ok(release.to_owned())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn node_without_execve_waits_for_a_child() -> Result<()> {
    let event = event("viewer-request")?;
    let expected = expected("viewer-request", &event)?;
    let root = TaskRoot::unpack("viewer-request")?;
    let tools = Tools::find()?;
    let lambda = RuntimeClient::Node22.command(&tools, root.path());
    let script = format!("delete process.execve; import({:?})", root.path().join("index.mjs"));
    let mut command = Command::new(lambda.get_program());
    command.args(["--eval", &script]).current_dir(root.path()).env_clear();
    command.envs(lambda.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert_eq!(returned(&mut launch(command, Pipes::Kept)?, &event)?, expected);
    Ok(())
}
