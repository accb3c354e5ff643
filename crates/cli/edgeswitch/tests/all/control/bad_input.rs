//! What the program says to bad input, as a process: one error, a way out, nothing written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use edge_time::{Clock, SystemClock, Timestamp};
use regex_lite::Regex;
use ssm_sim::{Endpoint, Extent, Fault};

use crate::clock_environment::clock_environment;
use crate::control::world::{HOME, NAME, PLAN, World};
use crate::golden;

/// A bad input, and the exit code that it ends with.
struct Case {
    name: &'static str,
    input: Input,
    line: &'static str,
    code: i32,
}

/// What is bad besides the line.
enum Input {
    Nothing,
    /// The parameter holds this.
    Parameter(String),
    /// The parameter is read as this: AWS would not take it.
    Read(String),
    /// This machine's clock is an hour ahead.
    Clock,
    /// No credentials are around.
    SignedOut,
}

fn case(name: &'static str, line: &'static str, code: i32) -> Case {
    Case { name, input: Input::Nothing, line, code }
}

fn holding(name: &'static str, text: &str, line: &'static str) -> Case {
    Case { name, input: Input::Parameter(text.into()), line, code: 1 }
}

fn cases() -> Vec<Case> {
    let large = PLAN.replacen("kept", &"x".repeat(4000), 1);
    let nearly_large = PLAN.replacen("kept", &"x".repeat(4096 - PLAN.len()), 1);
    vec![
        Case { input: Input::SignedOut, ..case("no credentials", "rollback -y", 1) },
        case("the wrong Region", "rollback -y --region us-west-2", 1),
        case("a Region that is none", "rollback -y --region eu_central", 1),
        case("a parameter that is not there", "status --parameter /shop/plans", 1),
        holding("not JSON", r#"{"schema":1,"#, "promote 9f2c1e7 --now -y"),
        holding("an unknown schema", r#"{"schema":2}"#, "canary 9f2c1e7 --weight 5 -y"),
        holding(
            "a field of another type",
            r#"{"schema":1,"revision":"x"}"#,
            "canary 9f2c1e7 --weight 5 -y",
        ),
        holding(
            "weights that sum to 0",
            &PLAN.replacen(",100]", ",0]", 1),
            "canary 9f2c1e7 --weight 5 -y",
        ),
        holding(
            "an id with a slash in the plan",
            "41ab03d/x 9f2c1e7",
            "canary 9f2c1e7 --weight 5 -y",
        ),
        Case {
            input: Input::Read(large),
            ..case("over 4,096 bytes", "canary 9f2c1e7 --weight 5 -y", 1)
        },
        holding("a change over 4,096 bytes", &nearly_large, "release add c0ffee1 -y"),
        Case {
            input: Input::Clock,
            ..case("another time than AWS", "canary 9f2c1e7 --weight 5 -y", 1)
        },
        case("steps that shrink", "ramp 9f2c1e7 --steps 50,10 --every 10m -y", 1),
        case("an id with a slash", "promote a/b -y", 2),
        case("an unknown release", "promote c0ffee1 -y", 1),
        case("an unknown command", "promotee 9f2c1e7", 2),
        case("a share that is none", "canary 9f2c1e7 --weight 0 -y", 2),
        case("nobody to ask", "promote 9f2c1e7 --now", 2),
        case("an expired key", "preview 9f2c1e7 --key old.key", 1),
        case("a key that others can read", "preview 9f2c1e7 --key open.key", 1),
        case("a key that is none", "preview 9f2c1e7 --key edgeswitch.toml", 1),
        case("no key", "preview 9f2c1e7 --key none.key", 2),
        case("no configuration", "status --config none.toml", 2),
        case("a configuration with a mistake", "status --config bad.toml", 1),
        case("a plan's file that is not there", "diff none.json", 1),
        case("a plan's file that is none", "diff bad.toml", 1),
        case("an event that is none", "explain bad.toml --no-plan", 1),
        case("binaries that are not there", "package --bin-dir none", 1),
    ]
}

/// A project with keys, for a Parameter Store that has its plan.
async fn world() -> World {
    let world = World::new().await;
    world.clock.set(SystemClock.now());
    world.put(PLAN).await;
    let made = world
        .run_as("alice", &format!("preview keygen --key {}", path(&world, "preview.key")), None)
        .await;
    world.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n\
         [override]\npolicy = \"signed\"\npublic_keys = [\"{}\"]\n",
        made.out.trim()
    ));
    let key = fs::read_to_string(path(&world, "preview.key")).unwrap();
    let expired = Regex::new(r#"expires = ".*""#).unwrap();
    let expired = expired.replace(&key, r#"expires = "2026-01-01T00:00:00Z""#).into_owned();
    for (name, text, mode) in [
        ("old.key", expired, 0o600),
        ("open.key", key, 0o644),
        ("bad.toml", "nam = 1".into(), 0o600),
    ] {
        fs::write(path(&world, name), text).unwrap();
        fs::set_permissions(path(&world, name), fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::set_permissions(world.config(), fs::Permissions::from_mode(0o600)).unwrap();
    world
}

fn path(world: &World, name: &str) -> String {
    world.folder.path().join(name).display().to_string()
}

/// Its names, and what they hold.
fn folder(world: &World) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(world.folder.path()).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

async fn prepare(world: &World, input: &Input) {
    match input {
        Input::Nothing | Input::SignedOut => {}
        Input::Parameter(text) => _ = world.put(text).await,
        Input::Read(value) => {
            let fault = Fault::Malformed { value: value.clone() };
            world.store.faults().reads.switch_on(fault, Extent::All);
        }
        Input::Clock => world.clock.set(Timestamp(SystemClock.now().0 - 3_600_000)),
    }
}

/// Runs the program; what it said, without what is another in each run.
async fn run(world: &World, Case { name, input, line, code }: &Case) -> String {
    let endpoint = Endpoint::start(world.store.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgeswitch"));
    command.args(line.split(' ')).current_dir(world.folder.path()).stdin(Stdio::null());
    command
        .env_clear()
        .envs(clock_environment())
        .env("HOME", path(world, "home"))
        .env("RUST_BACKTRACE", "1");
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_ENDPOINT_URL", endpoint.url());
    if !matches!(input, Input::SignedOut) {
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    }
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(*code), "{name}: {said}");
    assert!(ran.stdout.is_empty(), "{name}: {:?}", String::from_utf8_lossy(&ran.stdout));
    let seconds = Regex::new(r"clock is \d+ s").unwrap();
    seconds.replace(&said, "clock is 3600 s").into_owned()
}

#[tokio::test]
async fn bad_input_is_one_error_with_a_way_out_and_writes_nothing() {
    let world = world().await;
    let mut text = String::new();
    for case in cases() {
        world.clock.set(SystemClock.now());
        world.put(PLAN).await;
        prepare(&world, &case.input).await;
        let before = (world.texts().await.len(), folder(&world));
        let said = run(&world, &case).await;
        world.store.faults().reads.clear();
        assert_eq!((world.texts().await.len(), folder(&world)), before, "{}", case.name);
        let count = |start: &str| said.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!(count("error: "), 1, "{}: {said}", case.name);
        assert_eq!(
            count("hint: ") + count("For more information, try"),
            1,
            "{}: {said}",
            case.name
        );
        for word in ["panicked", "backtrace", "Backtrace", "Error {"] {
            assert!(!said.contains(word), "{}: {said}", case.name);
        }
        text +=
            &format!("# {}\n$ edgeswitch {}\n{said}exit {}\n\n", case.name, case.line, case.code);
    }
    golden::check("control/golden/bad-input.txt", &text);
}
