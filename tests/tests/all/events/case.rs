use std::path::{Path, PathBuf};
use std::sync::Arc;

use edge_config::Config;
use edge_time::{ManualClock, Timestamp};
use lambda_host::Deps;
use plan_store::{MemoryStore, StoreError, StoreErrorKind};
use serde_json::Value;

/// `<trigger>/<case>.json` and `<case>.expect.json` beside it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) event: Value,
    pub(crate) expect_path: PathBuf,
    pub(crate) expect: Value,
}

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = ["viewer-request", "origin-request", "origin-response"]
        .into_iter()
        .flat_map(|trigger| std::fs::read_dir(fixtures().join("events").join(trigger)).unwrap())
        .filter_map(|entry| Case::at(&entry.unwrap().path()))
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() > 150, "only {} fixtures", cases.len());
    cases
}

impl Case {
    fn at(path: &Path) -> Option<Self> {
        let file = path.file_name()?.to_str()?;
        let case = file.strip_suffix(".json").filter(|case| !case.ends_with(".expect"))?;
        let trigger = path.parent()?.file_name()?.to_str()?;
        let expect_path = path.with_file_name(format!("{case}.expect.json"));
        Some(Self {
            name: format!("{trigger}/{case}"),
            event: crate::events::read(path),
            expect: crate::events::read(&expect_path),
            expect_path,
        })
    }
}

/// The inputs of a case besides its event: files of `fixtures/`, and the time.
pub(crate) struct Given {
    config: String,
    /// `None` if the store has no plan.
    plan: Option<String>,
    at: String,
}

impl Given {
    pub(crate) fn new(config: &str, plan: Option<&str>) -> Self {
        let at = "2026-11-22T10:10:00Z".to_owned();
        Self { config: config.to_owned(), plan: plan.map(str::to_owned), at }
    }

    pub(crate) fn of(expect: &Value) -> Self {
        let given = &expect["given"];
        let config = given["config"].as_str().unwrap();
        let at = given["at"].as_str().unwrap().to_owned();
        Self { at, ..Self::new(config, given["plan"].as_str()) }
    }

    pub(crate) async fn deps(&self) -> Deps {
        let config = fixtures().join("config").join(format!("{}.toml", self.config));
        let config = Config::from_toml(&std::fs::read_to_string(config).unwrap()).unwrap();
        let store = MemoryStore::new(self.plan.as_deref().map(plan).unwrap_or_default());
        if self.plan.is_none() {
            store.fail(StoreError::new(StoreErrorKind::Missing, "the fixture has no plan"));
        }
        let clock = ManualClock::new(Timestamp::parse(&self.at).unwrap());
        let deps = Deps::new(config, Arc::new(store), Arc::new(clock));
        deps.load().await;
        deps
    }
}

fn plan(name: &str) -> String {
    let good = fixtures().join("plans/good");
    let json = std::fs::read_to_string(good.join(format!("{name}.json")));
    json.or_else(|_| std::fs::read_to_string(good.join(format!("{name}.txt")))).unwrap()
}
