//! The pipelines of `deploy/pipelines`, as their services run them.

mod machine;
mod services;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use edgeswitch::{AlarmState, Exit};
use plan_change::{Progress, Summary};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

use crate::ramp::verify::Site;
use crate::ramp::world::{self, World, put};
use machine::{Answer, Call, Machine};
use services::Service;

const ONE_RELEASE: &str = r#"{"schema":1,"revision":17,"releases":{"41ab03d":{"prefix":"/releases/41ab03d","slot":"blue"}},"rollout":"r12","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["41ab03d",100]]}]}"#;

const CONFIG: &str = r#"
name = "shop"
prefix_template = "/releases/{release}"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[slots.blue]
[slots.green]
"#;

const ALARM: &str = "shop-5xx";
/// The variables that code of strangers must not see.
const SECRETS: [&str; 5] =
    ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_TOKEN", "PREVIEW_KEY", "EDGESWITCH_PREVIEW_KEY"];

/// Where a release fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Nowhere,
    Build,
    Upload,
    Register,
    /// A file of the page is missing.
    Verify,
    /// The alarm is on before the ramp begins.
    Canary,
    /// The alarm fires during the ramp.
    Alarm,
    /// The ramp's process is killed.
    Killed,
    /// The steps are done, and the promote after them fails.
    Promote,
    /// The promote is written, and its answer is lost.
    Promoted,
}

const RELEASES: [Fault; 20] = [
    Fault::Nowhere,
    Fault::Build,
    Fault::Nowhere,
    Fault::Upload,
    Fault::Nowhere,
    Fault::Register,
    Fault::Verify,
    Fault::Nowhere,
    Fault::Canary,
    Fault::Nowhere,
    Fault::Alarm,
    Fault::Nowhere,
    Fault::Killed,
    Fault::Nowhere,
    Fault::Promote,
    Fault::Nowhere,
    Fault::Promoted,
    Fault::Verify,
    Fault::Alarm,
    Fault::Nowhere,
];

/// A shop with a plan of one release. It is on virtual time, except for the sites that `verify` visits.
struct Shop {
    world: World,
    time: Runtime,
    sites: Sites,
    folder: TempDir,
    /// The folder that the pipeline works in.
    work: PathBuf,
    fault: Fault,
    /// The command lines of `edgeswitch` for this release.
    lines: Vec<String>,
}

/// Two real sites: the page of the staged release is whole on one of them, and lacks a file on the other.
struct Sites {
    runtime: Runtime,
    whole: Site,
    broken: Site,
}

impl Sites {
    fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let (whole, broken) = runtime.block_on(async { (Site::open().await, Site::open().await) });
        broken.remove("9f2c1e7/assets/9f2c1e7.js");
        Self { runtime, whole, broken }
    }
}

impl Shop {
    fn new(machine: &Machine) -> Self {
        let time = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let world = time.block_on(async {
            let world = World::new().await;
            put(&world.cloud.store, ONE_RELEASE).await;
            world
        });
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("edgeswitch.toml"), CONFIG).unwrap();
        let (sites, fault, lines) = (Sites::open(), Fault::Nowhere, Vec::new());
        Self { world, time, sites, folder, work: machine.work(), fault, lines }
    }

    /// Begins a release, an hour after the one before.
    fn begin(&mut self, fault: Fault) {
        self.time.block_on(async { sleep(Duration::from_secs(3600)).await });
        (self.fault, self.lines) = (fault, Vec::new());
        let state = if fault == Fault::Canary { AlarmState::Alarm } else { AlarmState::Ok };
        self.world.cloud.alarms.set(ALARM, state);
    }

    fn summary(&self) -> Summary {
        self.time.block_on(async { self.world.summary() })
    }

    fn answer(&mut self, commit: &str, call: &Call) -> Answer {
        let sees = |name: &str| call.variables.iter().any(|variable| variable == name);
        let first = call.arguments.first().map(String::as_str);
        let is_verify = call.program == "edgeswitch" && first == Some("verify");
        assert!(is_verify || !sees("EDGESWITCH_PREVIEW_KEY"), "{}", call.arguments.join(" "));
        let code = |failed: bool| Answer { code: i32::from(failed), text: String::new() };
        match call.program.as_str() {
            "npm" => {
                assert_eq!(SECRETS.iter().find(|name| sees(name)), None);
                if first == Some("run") {
                    self.build();
                }
                code(self.fault == Fault::Build && first == Some("run"))
            }
            "aws" => code(self.fault == Fault::Upload),
            "git" => Answer { code: 0, text: commit[..12].to_owned() },
            "flock" => code(false),
            "edgeswitch" => self.edgeswitch(call),
            other => panic!("{other}"),
        }
    }

    fn edgeswitch(&mut self, call: &Call) -> Answer {
        let words = call.arguments.iter().map(String::as_str);
        let line = shlex::try_join(words).unwrap();
        self.lines.push(line.clone());
        let failed = Answer { code: 1, text: String::new() };
        let first = line.split(' ').next().unwrap();
        match (self.fault, first) {
            (Fault::Register, "release") if line.starts_with("release add") => failed,
            (Fault::Promote, "ramp") => {
                let ramp = line.replace(" --then promote", "");
                assert_eq!(self.carry_out(&ramp).code, 0);
                failed
            }
            (Fault::Promoted, "ramp") => {
                assert_eq!(self.carry_out(&line).code, 0);
                failed
            }
            (Fault::Killed, "ramp") => {
                let seconds = Duration::from_secs(15 * 60);
                let config = self.config();
                let line = format!("{line} {config}");
                let World { cloud, clock, .. } = &self.world;
                let ramp = async { timeout(seconds, world::run(cloud, clock, &line, None)).await };
                assert!(self.time.block_on(ramp).is_err(), "the ramp ended by itself");
                Answer { code: 137, text: String::new() }
            }
            (_, "verify") => self.verify(&line),
            (_, _) => self.carry_out(&line),
        }
    }

    /// The files of the page that the sites have.
    fn build(&self) {
        let assets = self.work.join("build/assets");
        fs::create_dir_all(&assets).unwrap();
        fs::write(self.work.join("build/index.html"), "<!doctype html>").unwrap();
        for name in ["9f2c1e7.css", "9f2c1e7.js"] {
            fs::write(assets.join(name), "").unwrap();
        }
    }

    fn config(&self) -> String {
        format!("--config {}", self.folder.path().join("edgeswitch.toml").display())
    }

    fn carry_out(&self, line: &str) -> Answer {
        let line = format!("{line} {}", self.config());
        let World { cloud, clock, .. } = &self.world;
        let fires = self.fault == Fault::Alarm && line.starts_with("ramp ");
        let fire = async {
            if fires {
                sleep(Duration::from_secs(25 * 60)).await;
                cloud.alarms.set(ALARM, AlarmState::Alarm);
            }
        };
        let both = async { tokio::join!(world::run(cloud, clock, &line, None), fire) };
        let (ran, ()) = self.time.block_on(both);
        let code = i32::from(ran.exit != Exit::Done);
        Answer { code, text: ran.out + &ran.err }
    }

    /// A real site has the release that is staged there.
    fn verify(&self, line: &str) -> Answer {
        let status = self.carry_out("status");
        assert_eq!(status.code, 0, "not every edge location knows the release: {}", status.text);
        for option in ["--host shop.example.com", "--asset-list asset-list", "--api /api/health"] {
            assert!(line.contains(option), "{line}");
        }
        let list = self.work.join("asset-list");
        let mut files: Vec<_> =
            fs::read_to_string(&list).unwrap().lines().map(ToOwned::to_owned).collect();
        files.sort();
        assert_eq!(files, ["/assets/9f2c1e7.css", "/assets/9f2c1e7.js"]);
        let Sites { runtime, whole, broken } = &self.sites;
        let site = if self.fault == Fault::Verify { broken } else { whole };
        let ran =
            runtime.block_on(site.verify(&format!("9f2c1e7 --asset-list {}", list.display())));
        Answer { code: i32::from(ran.exit != Exit::Done), text: ran.out + &ran.err }
    }
}

/// A commit's hash.
fn commit(number: usize) -> String {
    format!("{number:012x}{}", "0".repeat(28))
}

#[test]
fn after_each_of_twenty_releases_viewers_get_the_last_good_one() {
    for service in Service::ALL {
        let machine = Machine::new();
        let mut shop = Shop::new(&machine);
        let (mut active, mut slot) = ("41ab03d".to_owned(), "blue");
        for (number, fault) in (1..).zip(RELEASES) {
            let commit = commit(number);
            shop.begin(fault);
            let passed = service.run(&machine, &commit, &mut |call| shop.answer(&commit, call));
            let case = format!("{service:?}, release {number}, {fault:?}: {:#?}", shop.lines);
            assert_eq!(passed, fault == Fault::Nowhere, "{case}");
            if passed {
                active = commit[..12].to_owned();
                slot = if slot == "blue" { "green" } else { "blue" };
            }
            let summary = shop.summary();
            let traffic: Vec<_> = summary
                .traffic
                .iter()
                .map(|share| (share.release.as_str(), share.slot.as_deref(), share.percent))
                .collect();
            assert_eq!(traffic, [(active.as_str(), Some(slot), 100.0)], "{case}");
            assert_eq!(summary.progress, Progress::Settled, "{case}");
            assert!(summary.staged.is_empty(), "{case}: {:?}", summary.staged);
        }
    }
}

/// The pipeline of a commit is started again, and the commit is active.
#[test]
fn a_pipeline_that_runs_again_takes_no_traffic_from_its_own_release() {
    for service in Service::ALL {
        let machine = Machine::new();
        let mut shop = Shop::new(&machine);
        for (number, again) in [(1, false), (2, false), (2, true)] {
            let commit = commit(number);
            shop.begin(Fault::Nowhere);
            let passed = service.run(&machine, &commit, &mut |call| shop.answer(&commit, call));
            assert_eq!(passed, !again, "{service:?}: {:#?}", shop.lines);
            assert_eq!(shop.summary().percent(&commit[..12]), 100.0, "{service:?}");
            assert!(!shop.lines.iter().any(|line| line.starts_with("rollback")));
        }
    }
}

/// The pipeline says the needs of the release, and leaves the ramp to the guard, only if it is told so.
#[test]
fn needs_and_the_guard_are_options_of_the_pipeline() {
    let told = [("NEEDS_FILE", "needs of it.toml"), ("GUARDED", "yes")];
    for service in Service::ALL {
        for (values, needs, guarded) in
            [(&[][..], "", ""), (&told, " --needs-file 'needs of it.toml'", " --guarded")]
        {
            let machine = Machine::new();
            let (commit, mut lines) = (commit(1), Vec::new());
            let passed = service.run_with(values, &machine, &commit, &mut |call| {
                if call.program == "edgeswitch" {
                    lines.push(shlex::try_join(call.arguments.iter().map(String::as_str)).unwrap());
                }
                if call.program == "npm" {
                    fs::create_dir_all(machine.work().join("build")).unwrap();
                }
                Answer { code: 0, text: commit[..12].to_owned() }
            });
            assert!(passed, "{service:?}: {lines:#?}");
            let id = &commit[..12];
            let add = format!("release add {id} --slot idle{needs} --yes");
            assert!(lines.contains(&add), "{service:?}: {lines:#?}");
            let ramp = lines.iter().find(|line| line.starts_with("ramp ")).unwrap();
            assert!(ramp.ends_with(&format!("us-east-1{guarded} --yes")), "{service:?}: {ramp}");
        }
    }
}
