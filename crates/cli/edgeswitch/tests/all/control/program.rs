//! The program as a process: its help, its exit codes, what it finds around it.

use std::process::{Command, Output, Stdio};

use edge_time::{Clock, SystemClock};
use ssm_sim::Endpoint;

use crate::clock_environment::clock_environment;
use crate::control::world::{HOME, NAME, World};

/// The program with nothing of this machine's account around it.
pub(crate) fn program(line: &str, world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgeswitch"));
    command.args(line.split_whitespace()).current_dir(world.folder.path()).env_clear();
    command.envs(clock_environment());
    let nowhere = world.folder.path().join("none");
    command.env("HOME", &nowhere).env("AWS_EC2_METADATA_DISABLED", "true").env("USER", "alice");
    command.stdin(Stdio::null());
    command
}

pub(crate) async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_process_finds_the_endpoint_and_the_credentials_of_the_standard_chain() {
    let world = World::with_plan().await;
    let endpoint = Endpoint::start(world.store.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    world.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n"
    ));
    let signed_in = |line: &str, variable: &str| {
        let mut command = program(line, &world);
        command.env(variable, endpoint.url());
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        command
    };
    for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSM"] {
        let ran = run(signed_in("status", variable)).await;
        let text = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(ran.status.code(), Some(0), "{variable}");
        assert!(text.starts_with("state      settled\n"), "{text}");
    }
    world.clock.set(SystemClock.now());
    let ran = run(signed_in("promote 9f2c1e7 --now -y", "AWS_ENDPOINT_URL")).await;
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(world.text().await.contains(r#""by":"alice""#));
    let ran = run(signed_in("status", "AWS_ENDPOINT_URL")).await;
    assert_eq!(ran.status.code(), Some(3), "the edge locations have not read it yet");
}

#[tokio::test]
async fn nobody_signed_in_and_nobody_there_are_told_apart() {
    let world = World::new().await;
    let line = format!("rollback -y --parameter {NAME} --region {HOME}");
    let ran = run(program(&line, &world)).await;
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{err}");
    assert!(
        err.starts_with(
            "error: read `/shop/plan` in `eu-central-1`: no credentials\nhint: sign in"
        ),
        "{err}"
    );

    let mut command = program(&line, &world);
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let ran = run(command).await;
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{err}");
    assert!(
        err.contains("refused") && err.contains("\nhint: check the Region and the network"),
        "{err}"
    );
}

#[tokio::test]
async fn bad_usage_ends_with_2() {
    let world = World::new().await;
    for line in ["", "promotee a", "promote a/b", "status", "promote a --color sometimes"] {
        let ran = run(program(line, &world)).await;
        assert_eq!(ran.status.code(), Some(2), "{line}");
        assert!(ran.stdout.is_empty(), "{line}");
    }
}

/// As wide as the terminal, and no wider than people like to read.
#[tokio::test]
async fn help_is_as_wide_as_the_terminal_and_at_most_100_columns() {
    let world = World::new().await;
    for (columns, least, most) in [("60", 50, 60), ("90", 80, 90), ("200", 90, 100)] {
        let mut command = program("ramp --help", &world);
        command.env("COLUMNS", columns);
        let help = String::from_utf8(run(command).await.stdout).unwrap();
        let (text, _) = help.split_once("Examples:").unwrap();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!((least..=most).contains(&widest), "{columns}: {widest}\n{help}");
    }
}
