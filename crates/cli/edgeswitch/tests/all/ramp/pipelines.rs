//! The pipelines of `deploy/pipelines`, command by command.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use edgeswitch::{AlarmState, Exit};
use plan_change::Progress;
use saphyr::{LoadableYamlNode, Yaml};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::ramp::verify::Site;
use crate::ramp::world::{self, Ran, World, put};

/// The release that is staged at every site.
const RELEASE: &str = "9f2c1e7";

const ONE_RELEASE: &str = r#"{"schema":1,"revision":17,"releases":{"41ab03d":{"prefix":"/releases/41ab03d"}},"rollout":"r12","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["41ab03d",100]]}]}"#;

const CONFIG: &str = r#"
name = "shop"
prefix_template = "/releases/{release}"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[slots.green]
api = "green-alb.example.com"
"#;

/// A pipeline: its commands in order, and those that run when one of them fails.
struct Pipeline {
    commands: Vec<String>,
    on_failure: Vec<String>,
}

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../deploy/pipelines");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn github() -> Pipeline {
    let documents = Yaml::load_from_str(&read("github-actions.yml")).unwrap().len();
    assert_eq!(documents, 1);
    let text = read("github-actions.yml");
    let document = &Yaml::load_from_str(&text).unwrap()[0];
    let steps = document["jobs"]["release"]["steps"].as_sequence().unwrap();
    let commands = |wanted: bool| {
        let steps = steps.iter().filter(|step| step.as_mapping_get("if").is_some() == wanted);
        let runs = steps.filter_map(|step| step.as_mapping_get("run")?.as_str());
        ours(runs.flat_map(str::lines), &variables(&document["env"]))
    };
    Pipeline { commands: commands(false), on_failure: commands(true) }
}

fn gitlab() -> Pipeline {
    let text = read("gitlab-ci.yml");
    let document = &Yaml::load_from_str(&text).unwrap()[0];
    let variables = variables(&document["variables"]);
    let script = |name: &str| {
        let lines = document["release"][name].as_sequence().unwrap().iter();
        ours(lines.map(|line| line.as_str().unwrap()), &variables)
    };
    Pipeline { commands: script("script"), on_failure: script("after_script") }
}

fn variables(mapping: &Yaml<'_>) -> Vec<(String, String)> {
    let pairs = mapping.as_mapping().unwrap().iter();
    let text = |value: &Yaml<'_>| value.as_str().map(ToOwned::to_owned);
    pairs.filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect()
}

/// The commands of this program, with the variables' values; the release is the one that is staged here.
fn ours<'a>(lines: impl Iterator<Item = &'a str>, variables: &[(String, String)]) -> Vec<String> {
    let ours = lines.filter_map(|line| Some(line.split_once("edgeswitch ")?.1));
    ours.map(|line| {
        let line = line.replace("\"$RELEASE\"", RELEASE);
        variables
            .iter()
            .fold(line, |line, (name, value)| line.replace(&format!("\"${name}\""), value))
    })
    .collect()
}

/// A plan of one release, and the configuration of a shop.
struct Project {
    world: World,
    folder: TempDir,
}

impl Project {
    async fn new() -> Self {
        let (world, folder) = (World::new().await, TempDir::new().unwrap());
        put(&world.cloud.store, ONE_RELEASE).await;
        fs::write(folder.path().join("edgeswitch.toml"), CONFIG).unwrap();
        Self { world, folder }
    }
}

/// Runs a command on virtual time, but for a visit of a real site.
async fn run(project: &Project, line: &str) -> Ran {
    if line.starts_with("verify ") {
        return visit(line.to_owned());
    }
    let config = project.folder.path().join("edgeswitch.toml");
    let line = format!("{line} --config {}", config.display());
    world::run(&project.world.cloud, &project.world.clock, &line, None).await
}

fn visit(line: String) -> Ran {
    let visiting = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let line = line.replace("verify 9f2c1e7 --host shop.example.com", RELEASE);
            Site::open().await.verify(&line).await
        })
    });
    visiting.join().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_good_release_is_promoted_in_the_end() {
    for pipeline in [github(), gitlab()] {
        let project = Project::new().await;
        let world = &project.world;
        world.cloud.alarms.set("shop-5xx", AlarmState::Ok);
        let names: Vec<&str> =
            pipeline.commands.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(names, ["status", "release", "verify", "ramp", "promote"]);
        for line in &pipeline.commands {
            let ran = run(&project, line).await;
            assert_eq!(ran.exit, Exit::Done, "{line}: {ran:?}");
        }
        assert_eq!(world.percent(), 100.0);
        assert_eq!(world.summary().progress, Progress::Settled);
    }
}

#[tokio::test(start_paused = true)]
async fn a_bad_release_is_rolled_back() {
    for pipeline in [github(), gitlab()] {
        let project = Project::new().await;
        let world = &project.world;
        world.cloud.alarms.set("shop-5xx", AlarmState::Ok);
        let fire = async {
            sleep(Duration::from_secs(25 * 60)).await;
            world.cloud.alarms.set("shop-5xx", AlarmState::Alarm);
        };
        let pipelined = async {
            for line in &pipeline.commands {
                let ran = run(&project, line).await;
                if ran.exit != Exit::Done {
                    return (line.as_str(), ran);
                }
            }
            panic!("nothing failed");
        };
        let ((line, ran), ()) = tokio::join!(pipelined, fire);
        assert!(line.starts_with("ramp "), "{line}: {ran:?}");
        assert_eq!(world.percent(), 0.0);
        for line in &pipeline.on_failure {
            let ran = run(&project, line).await;
            assert_eq!(ran.exit, Exit::Done, "{line}: {ran:?}");
        }
        assert_eq!(world.summary().percent("41ab03d"), 100.0, "back no further");
    }
}
