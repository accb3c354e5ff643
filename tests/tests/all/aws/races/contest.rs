use std::fmt;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Microburst, Ministack, Tools};

use crate::aws::HOME;
use crate::aws::account::shared;
use crate::aws::shop::{Ran, control_program};

/// The races of each kind in a test run, and with `EDGESWITCH_SOAK`.
const RACES: usize = 8;
const SOAK: usize = 334;
/// The number of races at the same time. Each of them mostly waits.
const AT_ONCE: usize = 8;
/// The share of the writes whose answer is lost.
const LOST: f64 = 0.03;
/// The users. A delay applies to the calls of one of them, which the access key tells apart.
const USERS: [&str; 2] = ["alice", "bob"];

/// Two commands that start at the same moment.
pub(super) struct Contest {
    pub(super) name: &'static str,
    /// The plan before the race.
    pub(super) opening: fn() -> Value,
    pub(super) lines: [&'static str; 2],
    /// The other Regions, as in the configuration.
    pub(super) replicas: &'static str,
    /// How long each call takes, in milliseconds, for each of the commands.
    pub(super) delays: [Value; 2],
    pub(super) check: fn(&Ended),
}

/// A version of the plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Version {
    pub(super) text: String,
    plan: Value,
}

impl Version {
    fn of(text: String) -> Self {
        let plan = serde_json::from_str(&text).unwrap();
        Self { text, plan }
    }

    pub(super) fn revision(&self) -> u64 {
        self.plan["revision"].as_u64().unwrap()
    }

    /// Whether a writer made this plan. A version that was put back has the same text as before.
    pub(super) fn is_by(&self, writer: usize) -> bool {
        self.plan["last_change"]["by"] == USERS[writer]
    }

    /// Whether a stage gives a release this weight.
    pub(super) fn gives(&self, release: &str, weight: u16) -> bool {
        let stages = self.plan["stages"].as_array().unwrap();
        let weights = stages.iter().filter_map(|stage| stage["weights"].as_array());
        weights.flatten().any(|one| *one == json!([release, weight]))
    }
}

/// The end of a race.
pub(super) struct Ended {
    pub(super) versions: Vec<Version>,
    pub(super) ran: [Ran; 2],
}

impl Ended {
    pub(super) fn last(&self) -> &Version {
        self.versions.last().unwrap()
    }

    /// The last plan that a writer made.
    pub(super) fn own(&self, writer: usize) -> Option<&Version> {
        self.versions.iter().rfind(|version| version.is_by(writer))
    }

    /// Whether both wrote on top of the same version.
    fn is_collision(&self) -> bool {
        let mut pairs = self.versions.windows(2);
        pairs.any(|pair| pair[1].revision() <= pair[0].revision() && pair[1].text != pair[0].text)
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, version) in self.versions.iter().enumerate() {
            writeln!(f, "version {}: {}", index + 1, version.text)?;
        }
        for (user, ran) in USERS.iter().zip(&self.ran) {
            writeln!(f, "{user}: {ran:?}")?;
        }
        Ok(())
    }
}

/// A proxy with delays, and the account behind it.
struct Track {
    account: Arc<Ministack>,
    microburst: Microburst,
}

static SHARED: Mutex<Weak<Track>> = Mutex::new(Weak::new());

impl Track {
    /// The proxy that all races share. It is not the one of other tests, whose faults would be lost among the delays.
    fn shared() -> Arc<Self> {
        let mut last = SHARED.lock().unwrap();
        if let Some(track) = last.upgrade() {
            return track;
        }
        let account = shared();
        let microburst = Microburst::start(&Tools::find().unwrap(), account.endpoint()).unwrap();
        let track = Arc::new(Self { account, microburst });
        *last = Arc::downgrade(&track);
        track
    }

    /// Delays the calls of each user on the contest's parameters, and loses some answers to writes.
    fn delay(&self, contest: &Contest) {
        for (user, delay) in USERS.iter().zip(&contest.delays) {
            let rule = json!({
                "service": "ssm",
                "headers": { "Authorization": format!("Credential={user}/") },
                "body": format!("starts_with(Name, '/{}-')", contest.name),
                "latency": delay,
            });
            let mut lost = rule.clone();
            lost["operation"] = "PutParameter".into();
            lost["probability"] = LOST.into();
            lost["response"] = json!({ "abort_bytes": 0 });
            for rule in [lost, rule] {
                self.microburst.add(&rule).unwrap();
            }
        }
    }

    fn run(&self, contest: &Contest, number: usize) -> Ended {
        let parameter = format!("/{}-{number}/plan", contest.name);
        let folder = TempDir::new().unwrap();
        let configuration = format!(
            "name = \"shop\"\n\
             [parameter]\nname = \"{parameter}\"\nhome_region = \"{HOME}\"\n\
             replica_regions = {}\n\
             [refresh]\nsoft_ttl_seconds = 1\nhard_ttl_seconds = 2\n",
            contest.replicas
        );
        std::fs::write(folder.path().join("edgeswitch.toml"), configuration).unwrap();
        let opening = (contest.opening)().to_string();
        self.account.put_parameter(HOME, &parameter, &opening).unwrap();
        let start = |writer: usize| {
            let endpoint = self.microburst.endpoint();
            let mut command = control_program(contest.lines[writer], USERS[writer], endpoint);
            command.current_dir(folder.path()).env("HOME", folder.path()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let started = [0, 1].map(start);
        let ran = started.map(|child| Ran::of(child.wait_with_output().unwrap()));
        let versions = self.account.parameter_versions(HOME, &parameter).unwrap();
        Ended { versions: versions.into_iter().map(Version::of).collect(), ran }
    }
}

/// Runs the races of a contest and checks each of them.
pub(super) fn race(contest: &Contest) {
    let races = if std::env::var_os("EDGESWITCH_SOAK").is_some() { SOAK } else { RACES };
    let track = Track::shared();
    track.delay(contest);
    let (next, collisions) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= races {
                        break;
                    }
                    let ended = track.run(contest, number);
                    (contest.check)(&ended);
                    collisions.fetch_add(usize::from(ended.is_collision()), Ordering::Relaxed);
                }
            });
        }
    });
    println!("{}: {races} races, {} collisions", contest.name, collisions.into_inner());
}
