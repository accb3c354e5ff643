//! The function as a process under the local Lambda, with a Parameter Store on loopback, and events.

#![cfg(test)]

mod deployed;
mod gated;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use edge_time::{Clock, SystemClock};
use serde_json::Value;
use ssm_sim::{Endpoint, ParameterStore, Put};
use tempfile::TempDir;

use crate::deployed::{Answer, Deployed};

const PLAN: &str = r#"{"schema":1,"revision":17,"releases":{"41ab03d":{"prefix":"/releases/41ab03d"},"9f2c1e7":{"prefix":"/releases/9f2c1e7"}},"rollout":"r12","stages":[{"from":"2026-11-22T08:00:00Z","weights":[["41ab03d",100]]}]}"#;
const CONFIG: &str = "name = \"shop\"\nprefix_template = \"/releases/{release}\"\n[parameter]\n\
                      name = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n";
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/regional");

struct World {
    store: ParameterStore,
    folder: TempDir,
    endpoint: Endpoint,
}

impl World {
    async fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = ParameterStore::new(clock).in_region("eu-central-1");
        let endpoint = Endpoint::start(store.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("edgeswitch.toml"), CONFIG).unwrap();
        let world = Self { store, folder, endpoint };
        world.put(PLAN).await;
        world
    }

    async fn put(&self, value: &str) {
        let (name, value) = ("/shop/plan".into(), value.into());
        self.store.put(Put { name, value, overwrite: true, ..Put::default() }).await.unwrap();
    }

    fn deploy(&self) -> Deployed {
        Deployed::new(self.folder.path(), &[("AWS_ENDPOINT_URL", &self.endpoint.url())])
    }

    fn version(&self) -> u64 {
        self.store.peek("/shop/plan").unwrap().version
    }
}

fn events() -> Vec<(String, String)> {
    let mut files: Vec<_> =
        fs::read_dir(FIXTURES).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut events: Vec<(String, String)> =
        files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect();
    for none in ["{}", "[]", "null", "\"text\"", r#"{"source":"aws.ec2","detail-type":"Unknown"}"#]
    {
        events.push((none.to_owned(), none.to_owned()));
    }
    // Then all of them late, in another order.
    events.extend(events.clone().into_iter().rev());
    events
}

#[tokio::test]
async fn each_event_has_an_answer_and_one_log_line_however_often_it_comes() {
    let world = World::new().await;
    let guard = world.deploy();
    let (mut sent, mut ran) = (0, 0);
    for (name, event) in events() {
        for _ in 0..2 {
            sent += 1;
            match guard.invoke(&event).await {
                Answer::Response(answer) if answer.get("refused").is_some() => {}
                Answer::Response(answer) => {
                    assert_eq!(answer["version"], 1, "{name}: {answer}");
                    ran += 1;
                }
                Answer::Error(error) => panic!("{name}: {error}"),
            }
        }
    }
    assert!(ran > 40 && ran < sent, "{ran} of {sent} ran");
    assert_eq!(world.version(), 1);
    let lines = guard.log(sent).await;
    let ran = |line: &&Value| line["message"] == "ran";
    assert_eq!(lines.iter().filter(ran).count() % 2, 0);
    assert!(world.store.peek("/shop/plan-guard").is_some());
}

#[tokio::test]
async fn a_plan_that_is_none_is_an_error_and_nothing_is_written() {
    let world = World::new().await;
    world.put("{}").await;
    let guard = world.deploy();
    let schedule = fs::read_to_string(format!("{FIXTURES}/made-schedule.json")).unwrap();
    let Answer::Error(error) = guard.invoke(&schedule).await else { panic!("it ran") };
    let expected = "the function failed: Trouble: version 2 of `/shop/plan` in `eu-central-1`";
    assert!(error.starts_with(expected), "{error}");
    assert_eq!(world.version(), 2);
    assert!(world.store.peek("/shop/plan-guard").is_none());
    let lines = guard.log(1).await;
    assert_eq!(lines[0]["message"], "ran with trouble", "{lines:?}");
}
