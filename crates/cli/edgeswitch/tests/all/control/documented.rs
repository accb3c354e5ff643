//! `docs/output.md` and what is printed: neither has a field that the other has not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clap::Parser;
use edge_time::Timestamp;
use edgeswitch::{Cli, Exit};
use serde_json::Value;
use ssm_sim::ParameterStore;

use virtual_clock::VirtualClock;

use crate::attach::cloud::Memory;
use crate::control::in_process::InProcess;
use crate::control::world::{HOME, NAME, NOW, PLAN, World, put, run};
use crate::doctor::Saved;
use crate::gate::Canary;
use crate::gate::traffic::Site;

const DOCS: &str = include_str!("../../../../../../docs/output.md");
/// What is documented as a whole.
const WHOLE: [&str; 11] = [
    "plan",
    "before",
    "after",
    "releases[].origins",
    "findings[].read.value",
    "paths[].points",
    "summary.contracts.rollback_cut_off",
    "summary.lease.guard",
    "summary.contracts.cannot_run",
    "outputs",
    "removed",
];
/// Commands and their output, as other tests compare them with an account's.
const DEPLOYED: [&str; 2] = [
    include_str!("../../../../../../tests/tests/all/deploy/golden/json.txt"),
    include_str!("../../../../../../tests/tests/all/deploy/golden/json-trouble.txt"),
];

/// The fields of each section: `summary.lease.until`, `links[]`.
fn documented() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let sections = DOCS.split("\n## ").skip(1);
    let section = |text: &'static str| {
        let (title, text) = text.split_once('\n').unwrap();
        let (_, table) = text.split_once("\n| field |").unwrap();
        let rows = table.split("\n\n").next().unwrap().lines();
        let cells = rows.filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
        (title, cells.flat_map(|cell| cell.trim_end_matches('`').split("`, `")).collect())
    };
    sections.map(section).collect()
}

/// The documents that a command printed on an account.
fn deployed(command: &str) -> Vec<String> {
    let ran = DEPLOYED.iter().flat_map(|text| text.split("$ edgeswitch ")).skip(1);
    let ran = ran.filter(|text| text.split(' ').next() == Some(command));
    let document = |text: &str| {
        let (_, text) = text.split_once("\n{\n").unwrap_or_else(|| panic!("{text}"));
        let (text, _) = text.split_once("\n}\n").unwrap();
        format!("{{{text}}}")
    };
    ran.map(document).collect()
}

/// The number in the row `schema` of a section.
fn schema(section: &str) -> u64 {
    let (_, text) = DOCS.split_once(&format!("\n## {section}\n")).unwrap();
    let (_, rest) = text.split_once("| `schema` | ").unwrap();
    rest.split(' ').next().unwrap().parse().unwrap()
}

/// The fields that have a value, and those that have none.
#[derive(Default)]
struct Printed {
    schemas: BTreeSet<u64>,
    filled: BTreeSet<String>,
    empty: BTreeSet<String>,
}

impl Printed {
    fn add(&mut self, path: String, value: &Value) {
        match value {
            _ if WHOLE.contains(&path.as_str()) => _ = self.filled.insert(path),
            Value::Null => _ = self.empty.insert(path),
            Value::Array(all) if all.is_empty() => _ = self.empty.insert(path + "[]"),
            Value::Array(all) => all.iter().for_each(|one| self.add(format!("{path}[]"), one)),
            Value::Object(fields) => {
                let below = if path.is_empty() { path } else { path + "." };
                fields.iter().for_each(|(name, one)| self.add(format!("{below}{name}"), one));
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => _ = self.filled.insert(path),
        }
    }

    fn of(documents: &[String]) -> Self {
        let mut printed = Self::default();
        for text in documents {
            let value: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"));
            printed.schemas.insert(value["schema"].as_u64().unwrap());
            printed.add(String::new(), &value);
        }
        printed
    }

    fn check(&self, section: &str) {
        let documented = documented();
        let fields = documented.get(section).unwrap_or_else(|| panic!("no section {section}"));
        assert_eq!(self.schemas, [schema(section)].into(), "{section}: the schema");
        let filled: BTreeSet<&str> = self.filled.iter().map(String::as_str).collect();
        assert_eq!(&filled, fields, "{section}: what is printed, and what is documented");
        for empty in &self.empty {
            let is_known = fields.iter().any(|field| field.starts_with(empty));
            assert!(is_known, "{section}: {empty}");
        }
    }
}

/// Prints JSON, whatever the exit code.
async fn json(world: &World, lines: &[&str]) -> Vec<String> {
    let mut documents = Vec::new();
    for line in lines {
        let ran = world.run(&format!("{line} --output json")).await;
        assert!(!ran.out.is_empty(), "{line}: {}", ran.err);
        documents.push(ran.out);
    }
    documents
}

/// Prints JSON by commands that need no account, and make a runtime of their own.
async fn here(lines: Vec<String>) -> Vec<String> {
    let printed = |line: String| {
        let line = format!("edgeswitch {line} --output json");
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        let mut out = Vec::new();
        edgeswitch::run(&cli, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let all = tokio::task::spawn_blocking(move || lines.into_iter().map(printed).collect());
    all.await.unwrap()
}

#[tokio::test]
async fn what_writes() {
    let world = World::with_plan().await;
    let first =
        ["release add c0ffee1 -y --dry-run", "release add c0ffee1 -y", "promote 9f2c1e7 --now -y"];
    let mut documents = json(&world, &first).await;
    world.clock.set(Timestamp(NOW.0 + 60_000));
    let lines = [
        "rollback -y",
        "canary 9f2c1e7 --weight 10 -y",
        "rollback -y",
        "ramp 9f2c1e7 --steps 10,50 --every 10m --pause-at 10 --dry-run",
        "ramp 9f2c1e7 --preset all-at-once --detach -y",
        "ramp abort -y",
        "release withdraw c0ffee1 -y",
        "release remove c0ffee1 -y",
    ];
    documents.extend(json(&world, &lines).await);
    let former = World::with_former().await;
    former.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n\
         [slots.blue]\napi = \"blue-alb.example.com\"\n[slots.green]\napi = \"green-alb.example.com\"\n"
    ));
    let config = former.config();
    let add = format!("release add c0ffee1 --slot blue --dry-run --config {}", config.display());
    documents.extend(json(&former, &["release prune --keep 0 -y", &add]).await);
    documents.extend(json(&World::with_plan().await, &shared()).await);
    Printed::of(&documents).check("Commands that write");
}

/// A state, and releases that need it.
fn shared() -> [&'static str; 4] {
    [
        "state set orders-db 3 -y",
        "state set orders-db 4 -y",
        "release add 41ab03d --slot blue --prefix /releases/41ab03d --needs orders-db=4..5 -y",
        "release add 9f2c1e7 --slot green --prefix /releases/9f2c1e7 --needs orders-db=5..6 -y",
    ]
}

#[tokio::test]
async fn a_state() {
    let world = World::with_plan().await;
    json(&world, &shared()).await;
    Printed::of(&json(&world, &["state show"]).await).check("`state show`");
}

#[tokio::test]
async fn failures() {
    let world = World::with_plan().await;
    let mut documents = Vec::new();
    for line in ["promote 41ab03d -y", "release add c0ffee1"] {
        let ran = world.run(&format!("{line} --output json")).await;
        assert!(ran.out.is_empty(), "{line}: {}", ran.out);
        documents.extend(ran.err.lines().last().map(ToOwned::to_owned));
    }
    Printed::of(&documents).check("Failures");
}

#[tokio::test]
async fn init_and_sync() {
    let world = World::new().await;
    world.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n\
         replica_regions = [\"us-east-1\"]\n"
    ));
    let mut documents = Vec::new();
    for line in ["init 41ab03d -y --output json", "sync -y --output json"] {
        documents.push(world.configured(line).await.out);
    }
    Printed::of(&documents).check("`init` and `sync`");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_ramp() {
    let clock = Arc::new(VirtualClock::at(NOW));
    let store = ParameterStore::new(Arc::clone(&clock) as _).in_region(HOME);
    put(&store, PLAN).await;
    let line = format!(
        "ramp 9f2c1e7 --preset all-at-once -y --parameter {NAME} --region {HOME} --output json"
    );
    let ran = run(&InProcess::new(&store, "alice"), clock.as_ref(), "alice", &line, None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    Printed::of(&[ran.out]).check("`ramp`");
}

/// A plan with everything that a plan can have.
fn eventful() -> String {
    let stages = r#""stages":[{"from":"2026-11-22T09:00:00Z","weights":[["41ab03d",100]]},{"from":"2026-11-22T09:50:00Z","weights":[["41ab03d",90],["9f2c1e7",10]]},{"from":"2026-11-22T10:50:00Z","weights":[["41ab03d",0],["9f2c1e7",100]]}]"#;
    let (before, _) = PLAN.split_once(r#""stages""#).unwrap();
    format!(
        r#"{before}{stages},"lease":{{"until":"2026-11-22T10:10:00Z","else":0}},"withdrawn":["0badc0d"]}}"#
    )
}

#[tokio::test]
async fn status() {
    let world = World::with_plan().await;
    world.put(&eventful()).await;
    let place = format!("[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n");
    let distribution = "decide_at = \"origin-request\"\ndistribution_id = \"E2QWRUHAPOMQZL\"";
    world.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n{distribution}\n{place}"
    ));
    let mut documents = vec![world.configured("status --output json").await.out];
    documents.extend(json(&world, &["status"]).await);
    world.run("rollback -y --reason slow").await;
    documents.extend(json(&world, &["status"]).await);
    world.clock.set(Timestamp(NOW.0 + 8 * 86_400_000));
    documents.extend(json(&world, &["status"]).await);
    world.run("release add c0ffee1 -y").await;
    world.configure(&format!("name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n{place}replica_regions = [\"us-east-1\"]\n"));
    let denied = world.store.in_region("us-east-1");
    denied.faults().reads.switch_on(ssm_sim::Fault::Denied, ssm_sim::Extent::All);
    documents.push(world.configured("status --output json").await.out);
    let (_folder, cloud, config) = followed();
    put(&cloud.store, PLAN).await;
    let line = format!("status --config {config} --output json");
    documents.push(run(&cloud, &VirtualClock::at(NOW), "alice", &line, None).await.out);
    let unslotted = PLAN.replace(r#""slot":"blue""#, r#""slot":"purple""#);
    put(&cloud.store, &unslotted).await;
    documents.push(run(&cloud, &VirtualClock::at(NOW), "alice", &line, None).await.out);
    documents.push(cut_off_status().await);
    documents.push(guarded_status().await);
    Printed::of(&documents).check("`status`");
}

/// A rollback that is cut off, and another release that cannot run.
async fn cut_off_status() -> String {
    let world = World::with_plan().await;
    let needs = |release: &str| {
        (format!(r#""prefix":"/releases/{release}","#), r#""needs":{"orders-db":[3,4]},"#)
    };
    let add = |plan: String, release: &str| {
        let (prefix, needs) = needs(release);
        plan.replace(&prefix, &format!("{prefix}{needs}"))
    };
    let stages =
        r#"[["41ab03d",100]]},{"from":"2026-11-22T09:30:00Z","weights":[["c0ffee1",100]]}"#;
    let plan = add(add(PLAN.to_owned(), "41ab03d"), "9f2c1e7")
        .replace(r#"[["41ab03d",100]]}"#, stages)
        .replace(r#""releases":{"#, r#""state":{"orders-db":5},"releases":{"c0ffee1":{"prefix":"/releases/c0ffee1"},"aaaaaaa":{"prefix":"/releases/aaaaaaa","served_until":"2026-11-22T08:00:00Z"},"#);
    world.put(&plan).await;
    json(&world, &["status"]).await.remove(0)
}

#[tokio::test]
async fn what_only_reads() {
    let world = World::with_plan().await;
    world
        .run("release add c0ffee1 --origin api=green-alb.example.com --needs orders-db=3..5 -y")
        .await;
    world.run("promote 9f2c1e7 --now -y").await;
    for (section, line) in
        [("`release list`", "release list"), ("`history`", "history"), ("`diff`", "diff 1 2")]
    {
        Printed::of(&json(&world, &[line]).await).check(section);
    }
}

#[tokio::test]
async fn previews_and_visits() {
    let world = World::with_plan().await;
    let key = world.folder.path().join("preview.key");
    let keygen = format!("preview keygen --output json --key {}", key.display());
    let made = world.run_as("alice", &keygen, None).await.out;
    let pair: Value = serde_json::from_str(&made).unwrap();
    Printed::of(&[made]).check("`preview keygen`");
    world.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n\
         [override]\npolicy = \"signed\"\npublic_keys = [{}]\n",
        pair["public_key"]
    ));
    let with_key = format!("--output json --key {}", key.display());
    let links = world.configured(&format!("preview 9f2c1e7 {with_key}")).await.out;
    let off = world.run_as("alice", "preview off --output json", None).await.out;
    Printed::of(&[links, off]).check("`preview` and `preview off`");
    let visit = format!("verify 9f2c1e7 --host http://127.0.0.1:1 {with_key}");
    Printed::of(&[world.configured(&visit).await.out]).check("`verify`");
}

#[tokio::test]
async fn what_needs_no_account() {
    let world = World::new().await;
    world.configure(
        "name = \"shop\"\nfallback = \"41ab03d\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n",
    );
    let plan = world.folder.path().join("plan.json");
    std::fs::write(&plan, eventful()).unwrap();
    let (config, plan) = (world.config().display().to_string(), plan.display().to_string());
    let explain = format!("explain --uri / --now 2026-11-22T10:00:00Z --config {config}");
    let explained =
        here(vec![format!("{explain} --no-plan"), format!("{explain} --plan {plan}")]).await;
    Printed::of(&explained).check("`explain`");
    let computed = here(vec![format!("capacity --requests 1000 --config {config}")]).await;
    Printed::of(&computed).check("`capacity`");
}

/// A ramp that the guard holds, and its note.
async fn guarded_status() -> String {
    let world = crate::ramp::world::World::new().await;
    let memory = guard_rules::Memory {
        ran: NOW.to_string(),
        holds: Some("9f2c1e7".into()),
        gate: Some("cannot tell: 12 page loads".into()),
        asks_gate: true,
        trouble: vec!["invalidate `/*`: denied".into()],
        ..Default::default()
    };
    let (name, value) = (guard_rules::Memory::parameter(NAME), memory.text());
    world.cloud.store.put(ssm_sim::Put { name, value, ..Default::default() }).await.unwrap();
    let ramp = "ramp 9f2c1e7 --steps 10,100 --every 10m --guarded --gate --logs s3://shop-logs/ -y";
    let ran = world.run(ramp).await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    world.run("status --output json").await.out
}

/// A plan whose releases have slots, and a load balancer that is behind it.
fn followed() -> (tempfile::TempDir, InProcess, String) {
    let folder = tempfile::TempDir::new().unwrap();
    let arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
    let config = format!(
        "name = \"shop\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n\
         [[followers]]\nname = \"api\"\nlistener = \"{arn}:listener/app/shop/1/2\"\n\
         stickiness_seconds = 600\n\
         target_groups = {{ blue = \"{arn}:targetgroup/blue/3\", green = \"{arn}:targetgroup/green/4\" }}\n"
    );
    let path = folder.path().join("edgeswitch.toml");
    std::fs::write(&path, config).unwrap();
    let store = ParameterStore::new(Arc::new(VirtualClock::at(NOW)) as _).in_region(HOME);
    (folder, InProcess::new(&store, "alice"), path.display().to_string())
}

#[tokio::test]
async fn what_follows() {
    let (_folder, cloud, config) = followed();
    put(&cloud.store, PLAN).await;
    let clock = VirtualClock::at(NOW);
    let line = |command: &str| format!("{command} --config {config} --output json");
    let status = run(&cloud, &clock, "alice", &line("status"), None).await;
    let ran = run(&cloud, &clock, "alice", &line("follow -y --force"), None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    Printed::of(&[ran.out]).check("`follow`");
    let report = std::path::Path::new(&config).with_file_name("forecast.html");
    let forecast = line(&format!("forecast promote --report {}", report.display()));
    let ran = run(&cloud, &clock, "alice", &forecast, None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    Printed::of(&[ran.out]).check("`forecast`");
    let logs = report.with_file_name("logs");
    crate::observe::write_logs(&logs);
    let folder = report.parent().unwrap();
    crate::observe::write_history(folder);
    let (logs, plans) = (logs.display(), folder.join("plans.json"));
    let observe = format!("observe --logs {logs} --plans {} --by minute", plans.display());
    let observe = line(&observe);
    let ran = run(&cloud, &clock, "alice", &observe, None).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    crate::observe::write_beacons(folder);
    let [log, own] = ["beacons.log", "shop.toml"].map(|name| folder.join(name));
    let (log, own) = (log.display(), own.display());
    let beacons = format!("observe --logs {log} --config {own} --output json");
    let beacons = run(&cloud, &clock, "alice", &beacons, None).await;
    assert_eq!(beacons.exit, Exit::Done, "{}", beacons.err);
    Printed::of(&[ran.out, beacons.out]).check("`observe`");
    let page = std::fs::read_to_string(report).unwrap();
    assert!(page.contains("<svg ") && page.contains("group stickiness 600 s"), "{page}");
    assert!(!page.contains("src=") && !page.contains("href="), "it loads nothing: {page}");
    let followers = serde_json::from_str::<Value>(&status.out).unwrap()["followers"].clone();
    assert_eq!(followers[0]["is"], "drifted", "{followers}");
}

#[tokio::test]
async fn a_comparison() {
    let mut documents = Vec::new();
    for (site, minutes) in [(Site::Sound, 40), (Site::Broken, 20)] {
        let canary = Canary::of(site, minutes).await;
        std::fs::write(canary.logs.join("z.log"), "#Fields: date time x-event\n").unwrap();
        documents.push(canary.gate("--output json").await.out);
    }
    Printed::of(&documents).check("`gate`");
}

#[tokio::test(start_paused = true)]
async fn what_is_attached() {
    let memory = Memory::new();
    let json = async |line: &str| memory.run(&format!("{line} --output json"), None).await.out;
    let attached = [json("attach --dry-run").await, json("attach -y").await];
    let mut detached = vec![json("detach --dry-run").await, json("detach -y").await];
    memory.run("attach -y", None).await;
    memory.copy_a_behavior();
    detached.extend([json("detach -y").await, json("detach -y").await]);
    Printed::of(&attached).check("`attach`");
    Printed::of(&detached).check("`detach`");
    memory.state().edit_default();
    Printed::of(&[json("attach -y").await]).check("`attach`, refused");
    Printed::of(&[json("attach --plan-only").await]).check("`attach --plan-only`");
}

#[test]
fn what_is_deployed_and_deleted() {
    for command in ["deploy", "destroy"] {
        Printed::of(&deployed(command)).check(&format!("`{command}`"));
    }
}

#[tokio::test]
async fn an_examination() {
    let saved = Saved::with_trouble();
    let world = World::new().await;
    let line = format!("doctor --offline {} --output json", saved.path().display());
    let ran = world.run_as("alice", &line, None).await;
    Printed::of(&[ran.out]).check("`doctor`");
}
