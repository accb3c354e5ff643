//! The guard with the role of `guard.yaml`: it reads the logs of a ramp's gate only if the template gives it the bucket.

use std::process::Output;
use std::sync::Arc;

use edge_time::{Clock, SystemClock, Timestamp};
use http::Request;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{AccessKey, Enforced, Tools};

use super::followers::policy_of;
use super::granted::{both, refused, run};
use crate::aws::HOME;
use crate::aws::account::create_bucket;
use crate::templates::stack::{Stack, Texts, package};
use crate::templates::template::GUARD;

const BUCKET: &str = "shop-access-logs";

fn ago(minutes: i64) -> Timestamp {
    Timestamp(SystemClock.now().0 - minutes * 60_000).floor_second()
}

/// A ramp that the guard holds. Its release has had viewers for forty minutes.
fn plan() -> Value {
    let release = |id: &str| json!({ "prefix": format!("/releases/{id}") });
    json!({
        "schema": 1, "revision": 17, "rollout": "r12",
        "releases": { "41ab03d": release("41ab03d"), "9f2c1e7": release("9f2c1e7") },
        "stages": [
            { "from": ago(600).to_string(), "weights": [["41ab03d", 100]] },
            { "from": ago(40).to_string(), "weights": [["41ab03d", 90], ["9f2c1e7", 10]] },
        ],
        "lease": { "until": ago(-60).to_string(), "else": 0, "guard": {
            "seconds": 3600, "then": "promote",
            "gate": { "logs": format!("s3://{BUCKET}/cdn/") },
        } },
    })
}

/// Page loads of both releases, one after the other, half an hour ago.
fn log() -> String {
    let at = ago(30).to_string();
    let (date, time) = (&at[..10], &at[11..19]);
    let row = |number: u8| {
        let release = if number.is_multiple_of(2) { "41ab03d" } else { "9f2c1e7" };
        format!(
            "{date}\t{time}\tid-{number}\t192.0.2.{number}\tGET\t/\t200\tX\ttext/html;%20release={release}\n"
        )
    };
    let fields = "date time x-edge-request-id c-ip cs-method cs-uri-stem sc-status cs(User-Agent) sc-content-type";
    (0..60).fold(format!("#Version: 1.0\n#Fields: {fields}\n"), |log, number| log + &row(number))
}

struct Night {
    enforced: Enforced,
    folder: TempDir,
}

impl Night {
    fn open() -> Self {
        let enforced = Enforced::start(&Tools::find().unwrap()).unwrap();
        let (account, folder) = (&enforced.account, TempDir::new().unwrap());
        for bucket in [BUCKET, "guard-packages"] {
            create_bucket(account, bucket);
        }
        let put = |path: String, body: Vec<u8>| {
            account.send(HOME, "s3", Request::put(path).body(body).unwrap()).unwrap();
        };
        put("/guard-packages/guard.zip".into(), package("guard"));
        let hour = ago(30).to_string()[..13].replace('T', "-");
        put(format!("/{BUCKET}/cdn/E1.{hour}.aaaaaaaa.log"), log().into_bytes());
        account.put_parameter(HOME, "/shop/plan", &plan().to_string()).unwrap();
        let text = format!(
            "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"{HOME}\"\n"
        );
        std::fs::write(folder.path().join("edgeswitch.toml"), text).unwrap();
        Self { enforced, folder }
    }

    /// The policies of the guard's role, by the template.
    fn role(&self, name: &'static str, more: &[(&str, &str)]) -> Value {
        let account = Arc::clone(&self.enforced.account);
        let stack = Stack { account, region: HOME, name, template: GUARD };
        let known = [
            ("Name", name),
            ("HomeRegion", HOME),
            ("PackageBucket", "guard-packages"),
            ("PlanParameter", "/shop/plan"),
            ("PlanRegions", HOME),
            ("AlarmPrefix", "shop-"),
        ];
        let parameters = known.iter().chain(more);
        let parameters: Texts =
            parameters.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        stack.create(&parameters);
        let path = format!("/2015-03-31/functions/{name}-guard/configuration");
        let request = Request::get(path).body(String::new()).unwrap();
        let function = self.enforced.account.send(HOME, "lambda", request).unwrap();
        let function: Value = serde_json::from_str(&function).unwrap();
        let role = function["Role"].as_str().unwrap().rsplit('/').next().unwrap();
        let own = policy_of(&self.enforced.account, role, "guard");
        if more.is_empty() {
            return own;
        }
        both(own, &policy_of(&self.enforced.account, role, "logs"))
    }

    fn guard(&self, key: &AccessKey) -> (String, Option<i32>) {
        let line = ["guard", "--once", "-y"];
        let ran = run(&self.enforced, self.folder.path(), key, &line);
        let Output { status, stdout, stderr } = ran;
        (String::from_utf8([stdout, stderr].concat()).unwrap(), status.code())
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn the_guard_reads_the_logs_of_a_gate_if_the_template_names_the_bucket() {
    let night = Night::open();
    let logs = [("LogsBucket", BUCKET), ("LogsPrefix", "cdn/")];
    let key = night.enforced.user("reader", &night.role("reader", &logs)).unwrap();
    let (said, code) = night.guard(&key);
    assert!(said.starts_with("gate: cannot tell: "), "{said}");
    assert_eq!(code, Some(0), "{said}");
    let asked = night.enforced.asked().unwrap();
    let asked: Vec<_> = asked.into_iter().filter(|one| one.by == key.id).collect();
    assert_eq!(refused(&asked), Vec::<String>::new());
    for action in ["s3:ListBucket", "s3:GetObject"] {
        assert!(asked.iter().any(|one| one.action == action), "{action}");
    }

    let key = night.enforced.user("blind", &night.role("blind", &[])).unwrap();
    let (said, code) = night.guard(&key);
    let right = format!("it needs the right `s3:ListBucket` on `arn:aws:s3:::{BUCKET}`");
    let trouble = said.lines().find(|line| line.starts_with("trouble: gate: "));
    let trouble = trouble.unwrap_or_else(|| panic!("{said}"));
    assert!(trouble.contains(&right) && trouble.contains("`LogsBucket` of guard.yaml"), "{said}");
    assert_eq!(code, Some(1), "{said}");
}
