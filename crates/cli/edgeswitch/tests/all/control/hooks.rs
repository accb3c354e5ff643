//! Programs and functions that validate a release.

use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use edge_time::ManualClock;
use edgeswitch::{Exit, FunctionAnswer};
use serde_json::{Value, json};
use ssm_sim::ParameterStore;
use tempfile::TempDir;
use virtual_clock::VirtualClock;

use crate::control::in_process::InProcess;
use crate::control::world::{HOME, NAME, NOW, PLAN, Ran, put, run};

const FUNCTIONS: &str = r#"
[hooks.before-traffic]
function = "check"
[hooks.after-step]
function = "check"
[hooks.after-traffic]
function = "check"
[hooks.on-rollback]
function = "tell"
region = "us-east-1"
"#;

/// An account on virtual time, and a configuration with hooks.
struct Site {
    clock: Arc<VirtualClock>,
    cloud: InProcess,
    folder: TempDir,
}

impl Site {
    async fn new(hooks: &str) -> Self {
        let clock = Arc::new(VirtualClock::at(NOW));
        let store = ParameterStore::new(clock.clone()).in_region(HOME);
        put(&store, PLAN).await;
        let folder = TempDir::new().unwrap();
        configure(&folder, hooks);
        Self { clock, cloud: InProcess::new(&store, "alice"), folder }
    }

    async fn run(&self, line: &str) -> Ran {
        let config = self.folder.path().join("edgeswitch.toml");
        let line = format!("{line} --config {}", config.display());
        run(&self.cloud, self.clock.as_ref(), "alice", &line, None).await
    }

    /// The next answers of the functions. All later ones are `null`.
    fn answer(&self, answers: &[(u64, Value)]) {
        let answer = |(seconds, value): &(u64, Value)| {
            let error = value.get("errorMessage").map(|_| "Unhandled".to_owned());
            let payload = value.to_string().into_bytes();
            (Duration::from_secs(*seconds), FunctionAnswer { payload, error, log: None })
        };
        self.cloud.answers.lock().unwrap().extend(answers.iter().map(answer));
    }

    /// What the functions were asked: the function, the hook and the share.
    fn asked(&self) -> Vec<String> {
        let asked = self.cloud.asked.lock().unwrap();
        let words = |(function, event): &(String, Value)| {
            format!("{function} {} {} {}", event["hook"], event["release"], event["percent"])
                .replace('"', "")
        };
        asked.iter().map(words).collect()
    }

    async fn plan(&self) -> Value {
        let text = self.cloud.store.get(NAME).await.unwrap().value;
        serde_json::from_str(&text).unwrap()
    }
}

fn configure(folder: &TempDir, hooks: &str) {
    let place = format!("[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n");
    let text =
        format!("name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n{place}{hooks}");
    fs::write(folder.path().join("edgeswitch.toml"), text).unwrap();
}

fn failed(message: &str) -> Value {
    json!({ "errorMessage": message, "errorType": "Error" })
}

const RAMP: &str = "ramp 9f2c1e7 --steps 10,100 --every 10m -y";

#[tokio::test(start_paused = true)]
async fn a_ramp_runs_a_hook_at_every_point() {
    let site = Site::new(FUNCTIONS).await;
    site.answer(&[
        (5, Value::Null),
        (1, json!({ "hookStatus": "IN_PROGRESS", "callBackDelay": 20 })),
    ]);
    let ran = site.run(RAMP).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let asked = [
        "check@eu-central-1 before-traffic 9f2c1e7 0.0",
        "check@eu-central-1 after-step 9f2c1e7 10.0",
        "check@eu-central-1 after-step 9f2c1e7 10.0",
        "check@eu-central-1 after-step 9f2c1e7 100.0",
        "check@eu-central-1 after-traffic 9f2c1e7 100.0",
    ];
    assert_eq!(site.asked(), asked);
    let event = site.cloud.asked.lock().unwrap()[1].1.clone();
    assert_eq!(
        (&event["slot"], &event["previous"], &event["command"], &event["parameter"]),
        (&json!("green"), &json!("41ab03d"), &json!("ramp"), &json!(NAME))
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_if_the_first_hook_fails() {
    let site = Site::new(FUNCTIONS).await;
    let before = site.plan().await;
    for line in [RAMP, "canary 9f2c1e7 --weight 10 -y", "promote 9f2c1e7 --now -y"] {
        site.answer(&[(1, failed("the cart is empty"))]);
        let ran = site.run(line).await;
        assert_eq!(ran.exit, Exit::Failed, "{line}: {}", ran.err);
        let words = "error: hook `before-traffic`: Unhandled: {\"errorMessage\":\"the cart is empty\",\
                     \"errorType\":\"Error\"}; nothing was written";
        assert!(ran.err.contains(words), "{line}: {}", ran.err);
        assert_eq!(site.plan().await, before, "{line}");
    }
    let dry = site.run("canary 9f2c1e7 --weight 10 --dry-run").await;
    assert_eq!((dry.exit, site.asked().len()), (Exit::Done, 3), "{}", dry.err);
    let refused = site.run("canary 0badc0d --weight 10 -y").await;
    assert_eq!((refused.exit, site.asked().len()), (Exit::Failed, 3), "{}", refused.err);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_is_rolled_back_with_its_reason() {
    let site = Site::new(FUNCTIONS).await;
    site.answer(&[(1, Value::Null), (1, json!({ "hookStatus": "FAILED", "why": "5 % of carts" }))]);
    let ran = site.run(RAMP).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    let why = "hook `after-step`: the function says FAILED: {\"hookStatus\":\"FAILED\",\"why\":\"5 % of carts\"}";
    assert!(ran.err.contains(&format!("error: rolled back: {why}")), "{}", ran.err);
    let plan = site.plan().await;
    assert_eq!(plan["last_change"]["why"], why);
    assert_eq!(
        plan["stages"].as_array().unwrap().last().unwrap()["weights"][0],
        json!(["41ab03d", 100])
    );
    assert_eq!(site.asked()[2], "tell@us-east-1 on-rollback 9f2c1e7 0.0");
    assert_eq!(site.cloud.asked.lock().unwrap()[2].1["reason"], why);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_can_stop_the_ramp_instead() {
    let stop = FUNCTIONS.replacen(
        "[hooks.after-traffic]",
        "on_failure = \"stop\"\n[hooks.after-traffic]",
        1,
    );
    let site = Site::new(&stop).await;
    site.answer(&[(1, Value::Null), (1, failed("slow"))]);
    let ran = site.run(RAMP).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    assert!(ran.err.contains("; the traffic stays as it is"), "{}", ran.err);
    let plan = site.plan().await;
    assert_eq!(plan["paused_stages"].as_array().unwrap().len(), 1, "{plan}");
    assert!(plan["lease"]["until"].is_string(), "nobody renews it: {plan}");
}

#[tokio::test(start_paused = true)]
async fn a_promote_whose_hook_takes_too_long_is_rolled_back() {
    let site = Site::new(FUNCTIONS).await;
    site.answer(&[(1, Value::Null), (400, Value::Null)]);
    let ran = site.run("promote 9f2c1e7 -y").await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    let words = "error: rolled back: hook `after-traffic`: not finished after 300 s";
    assert!(ran.err.contains(words), "{}", ran.err);
    let history = site.run("history").await.out;
    assert!(history.contains("hook `after-traffic`: not finished after 300 s"), "{history}");
}

/// A hook that fails takes back its own change, and never that of somebody else.
#[tokio::test(start_paused = true)]
async fn a_change_of_somebody_else_stays() {
    let site = Site::new(FUNCTIONS).await;
    site.answer(&[(1, Value::Null), (200, failed("slow"))]);
    let other = async {
        tokio::time::sleep(Duration::from_secs(100)).await;
        let line = format!("rollback -y --parameter {NAME} --region {HOME}");
        run(&site.cloud, site.clock.as_ref(), "bob", &line, None).await
    };
    let (ran, other) = tokio::join!(site.run("promote 9f2c1e7 -y"), other);
    assert_eq!((ran.exit, other.exit), (Exit::Failed, Exit::Done), "{}{}", ran.err, other.err);
    assert!(ran.err.contains("so nothing is taken back"), "{}", ran.err);
    assert_eq!(site.plan().await["last_change"]["by"], "bob");
}

#[tokio::test(start_paused = true)]
async fn a_canary_is_validated_when_it_has_its_share() {
    let site = Site::new(FUNCTIONS).await;
    site.answer(&[(1, Value::Null), (1, failed("slow"))]);
    let ran = site.run("canary 9f2c1e7 --weight 10 -y").await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    assert!(ran.err.contains("error: rolled back: hook `after-step`"), "{}", ran.err);
    assert_eq!(site.asked()[1], "check@eu-central-1 after-step 9f2c1e7 10.0");
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_may_outlast_a_step_is_refused() {
    let site = Site::new(FUNCTIONS).await;
    let ran = site.run("ramp 9f2c1e7 --preset linear-10-percent-every-1-minute -y").await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    let words = "error: hook `after-step` may take 300 s, and a step lasts 60 s";
    assert!(ran.err.contains(words), "{}", ran.err);
    assert!(site.asked().is_empty());
}

/// A program runs on real time, so these tests wait for nothing else.
#[tokio::test]
async fn a_program_is_told_in_its_environment_and_its_last_words_are_kept() {
    let site = Site::new("").await;
    let clock = ManualClock::new(NOW);
    let told = site.folder.path().join("told");
    let script = format!(
        "env | grep ^EDGESWITCH_ | sort > {}; echo one; echo 'the cart is \x1b[31mempty' >&2; exit 3",
        told.display()
    );
    configure(
        &site.folder,
        &format!("[hooks.before-traffic]\ncommand = [\"sh\", \"-c\", {}]\n", json!(script)),
    );
    let config = site.folder.path().join("edgeswitch.toml");
    let line = format!("canary 9f2c1e7 --weight 10 -y --config {}", config.display());
    let ran = run(&site.cloud, &clock, "alice", &line, None).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    assert!(ran.err.contains("error: hook `before-traffic`: exit code 3: "), "{}", ran.err);
    assert!(ran.err.contains("the cart is \\u{1b}[31mempty"), "{}", ran.err);
    let told = fs::read_to_string(told).unwrap();
    // The test's own environment may have such names too.
    let is_ours = |line: &&str| env::var_os(line.split('=').next().unwrap()).is_none();
    let told: String = told.split_inclusive('\n').filter(is_ours).collect();
    let expected = "EDGESWITCH_COMMAND=canary\nEDGESWITCH_HOOK=before-traffic\nEDGESWITCH_PARAMETER=/shop/plan\n\
                    EDGESWITCH_PERCENT=0.0\nEDGESWITCH_PREVIOUS=41ab03d\nEDGESWITCH_REASON=\n\
                    EDGESWITCH_REGION=eu-central-1\nEDGESWITCH_RELEASE=9f2c1e7\nEDGESWITCH_REVISION=17\n\
                    EDGESWITCH_ROLLOUT=r12\nEDGESWITCH_SLOT=green\n";
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_program_that_takes_too_long_ends_with_its_children() {
    let site = Site::new("").await;
    let pid = site.folder.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
    configure(
        &site.folder,
        &format!(
            "[hooks.before-traffic]\ncommand = [\"sh\", \"-c\", {}]\ntimeout_seconds = 1\n",
            json!(script)
        ),
    );
    let config = site.folder.path().join("edgeswitch.toml");
    let line = format!("canary 9f2c1e7 --weight 10 -y --config {}", config.display());
    let ran = run(&site.cloud, &ManualClock::new(NOW), "alice", &line, None).await;
    assert!(ran.err.contains("hook `before-traffic`: not finished after 1 s"), "{}", ran.err);
    let pid = fs::read_to_string(pid).unwrap();
    // The kernel ends it soon after the signal, and somebody else collects it.
    let is_over = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    };
    assert!((0..100_000).any(|_| is_over()), "{pid}");
}

#[tokio::test]
async fn a_program_that_is_missing_is_named() {
    let site = Site::new("").await;
    configure(&site.folder, "[hooks.before-traffic]\ncommand = [\"/nowhere/smoke\"]\n");
    let config = site.folder.path().join("edgeswitch.toml");
    let line = format!("canary 9f2c1e7 --weight 10 -y --config {}", config.display());
    let ran = run(&site.cloud, &ManualClock::new(NOW), "alice", &line, None).await;
    let words = "hook `before-traffic`: `/nowhere/smoke`: No such file or directory";
    assert!(ran.err.contains(words), "{}", ran.err);
}

/// At 100 % without a lease, the plan says no longer which release was stable.
#[tokio::test(start_paused = true)]
async fn a_ramp_that_has_ended_its_lease_goes_back_to_the_stable_release() {
    for (line, hook) in [
        ("ramp 9f2c1e7 --steps 10,50 --every 10m --then promote -y", "after-step"),
        ("ramp 9f2c1e7 --steps 10,50 --every 10m --then promote -y", "after-traffic"),
        ("ramp 9f2c1e7 --steps 10,100 --every 10m -y", "after-traffic"),
    ] {
        let table = format!("[hooks.{hook}]\nfunction = \"check\"\n");
        let site = Site::new(&table).await;
        let steps = if hook == "after-step" { 2 } else { 0 };
        let mut answers = vec![(1, Value::Null); steps];
        answers.push((1, failed("slow")));
        site.answer(&answers);
        let ran = site.run(line).await;
        assert_eq!(ran.exit, Exit::Failed, "{line} {hook}: {}", ran.err);
        assert!(ran.err.contains("error: rolled back: hook"), "{line} {hook}: {}", ran.err);
        assert_everybody_gets(&site, "41ab03d").await;
        let asked = site.asked();
        assert!(asked.last().unwrap().ends_with("9f2c1e7 100.0"), "{asked:?}");
    }
}

/// The same with a change from another terminal.
#[tokio::test(start_paused = true)]
async fn a_ramp_that_another_terminal_finishes_is_rolled_back_all_the_same() {
    for other in ["ramp finish --no-wait -y", "ramp detach -y"] {
        let site = Site::new("[hooks.after-step]\nfunction = \"check\"\n").await;
        site.answer(&[(1, Value::Null), (100, failed("slow"))]);
        let finish = async {
            tokio::time::sleep(Duration::from_secs(670)).await;
            let line = format!("{other} --parameter {NAME} --region {HOME}");
            run(&site.cloud, site.clock.as_ref(), "bob", &line, None).await
        };
        let line = "ramp 9f2c1e7 --steps 10,100 --every 10m --bake 10m -y";
        let (ran, finished) = tokio::join!(site.run(line), finish);
        assert_eq!(finished.exit, Exit::Done, "{other}: {}", finished.err);
        assert!(ran.err.contains("error: rolled back: hook"), "{other}: {}", ran.err);
        assert_everybody_gets(&site, "41ab03d").await;
    }
}

async fn assert_everybody_gets(site: &Site, release: &str) {
    let plan = site.plan().await;
    let last = plan["stages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["weights"][0], json!([release, 100]), "{plan}");
}

/// A rollback that is in force needs no other one: it would go to an even older release.
#[tokio::test(start_paused = true)]
async fn a_rollback_whose_own_hook_fails_is_in_force() {
    let site = Site::new(FUNCTIONS).await;
    site.answer(&[(1, Value::Null), (1, failed("slow")), (1, failed("no chat"))]);
    let ran = site.run("promote 9f2c1e7 -y").await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    for words in [
        "error: rolled back: hook `after-traffic`",
        "the rollback is in force, but hook `on-rollback`",
    ] {
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    assert!(!ran.err.contains("edgeswitch rollback"), "{}", ran.err);
    assert_everybody_gets(&site, "41ab03d").await;
}

#[tokio::test(start_paused = true)]
async fn a_promote_that_ends_a_canary_goes_to_no_older_release() {
    let site = Site::new("").await;
    for line in ["promote 9f2c1e7 -y", "canary 41ab03d --weight 10 -y"] {
        let ran = site.run(line).await;
        assert_eq!(ran.exit, Exit::Done, "{line}: {}", ran.err);
        tokio::time::sleep(Duration::from_secs(120)).await;
    }
    configure(&site.folder, "[hooks.after-traffic]\nfunction = \"check\"\n");
    site.answer(&[(1, failed("slow"))]);
    let ran = site.run("promote 9f2c1e7 -y").await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    assert!(ran.err.contains("; the traffic stays as it is"), "{}", ran.err);
    assert_everybody_gets(&site, "9f2c1e7").await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_with_an_unknown_status_is_a_failure() {
    let site = Site::new(FUNCTIONS).await;
    let line = "promote 9f2c1e7 --now --no-wait -y";
    for status in [json!("failed"), json!("TIMED_OUT"), json!(null), json!(1)] {
        site.answer(&[(1, json!({ "hookStatus": status }))]);
        let ran = site.run(line).await;
        assert_eq!(ran.exit, Exit::Failed, "{status}: {}", ran.err);
        let words = "`hookStatus` is not `SUCCEEDED`, `FAILED` or `IN_PROGRESS`: ";
        assert!(ran.err.contains(words), "{status}: {}", ran.err);
    }
    let waits = |delay: Value| json!({ "hookStatus": "IN_PROGRESS", "callBackDelay": delay });
    site.answer(&[
        (1, waits(json!("30"))),
        (1, waits(json!(-1))),
        (1, waits(json!(0.5))),
        (1, json!({ "hookStatus": "SUCCEEDED", "callBackDelay": "soon" })),
    ]);
    let ran = site.run(line).await;
    assert_eq!((ran.exit, site.asked().len()), (Exit::Done, 8), "{}", ran.err);
}
