//! The pipeline's commands with the rights of `pipeline.json`.

use std::process::Command;
use std::sync::Arc;

use serde_json::{Deserializer, Value, json};
use tempfile::TempDir;
use testkit::{AccessKey, Enforced, Ministack, Tools, program};

use super::granted::{granted, refused, unused};
use crate::aws::account::{create_bucket, create_distribution, set_alarm, upload};
use crate::aws::{HOME, REPLICA};

/// A project, and the user who runs the commands.
struct Pipeline {
    account: Arc<Ministack>,
    key: AccessKey,
    folder: TempDir,
}

impl Pipeline {
    fn run(&self, line: &str) -> (Option<i32>, String) {
        let output = Command::new(program().unwrap())
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("AWS_ENDPOINT_URL", self.account.endpoint())
            .env("AWS_ACCESS_KEY_ID", &self.key.id)
            .env("AWS_SECRET_ACCESS_KEY", &self.key.secret)
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    }

    fn configure(&self, settings: &str) {
        let text = format!(
            "name = \"shop\"\nbucket = \"shop-releases\"\n{settings}\n\
             [parameter]\nname = \"/shop/plan\"\nhome_region = \"{HOME}\"\n\
             replica_regions = [\"{REPLICA}\"]\n\
             [refresh]\nsoft_ttl_seconds = 1\nhard_ttl_seconds = 2\n"
        );
        std::fs::write(self.folder.path().join("edgeswitch.toml"), text).unwrap();
    }
}

/// The plan has a copy in another Region: the policy names it beside the first.
fn with_replica(mut policy: Value) -> Value {
    let statements = policy["Statement"].as_array_mut().unwrap();
    let plan = statements.iter_mut().find(|one| one["Sid"] == "ChangeThePlan").unwrap();
    let home = plan["Resource"].as_str().unwrap().to_owned();
    plan["Resource"] = json!([home, home.replace(HOME, REPLICA)]);
    policy
}

#[test]
#[ignore = "needs `make setup`"]
fn a_pipeline_needs_all_of_its_policy_and_nothing_else() {
    let enforced = Enforced::start(&Tools::find().unwrap()).unwrap();
    let account = Arc::clone(&enforced.account);
    create_bucket(&account, "shop-releases");
    for release in ["41ab03d", "9f2c1e7", "41ab03e"] {
        upload(&account, "shop-releases", release);
    }
    set_alarm(&account, "shop-5xx", "ALARM", "5 of 100 failed");
    let distribution = create_distribution(&account, "shop");
    let policy = with_replica(granted("pipeline.json", &[("E2QWRUHAPOMQZL", &distribution)]));
    let key = enforced.user("pipeline", &policy).unwrap();
    let pipeline = Pipeline { account, key, folder: TempDir::new().unwrap() };
    pipeline.configure("");
    let (_, made) = pipeline.run("preview keygen --output json");
    let pair = Deserializer::from_str(&made).into_iter::<Value>().next().unwrap().unwrap();
    let public = &pair["public_key"];
    pipeline.configure(&format!("[override]\npolicy = \"signed\"\npublic_keys = [{public}]"));
    let rows = [
        ("init 41ab03d -y", 0, "version 1 in eu-central-1, version 1 in us-east-1"),
        ("release add 9f2c1e7 -y", 0, "9f2c1e7 is registered"),
        ("release add 9f2c1e8 -y", 1, "has no `9f2c1e8/index.html`"),
        ("release list", 0, "9f2c1e7"),
        ("canary 9f2c1e7 --weight 10 -y", 0, "10 % of new viewers"),
        ("rollback -y", 0, "41ab03d"),
        ("promote 9f2c1e7 -y", 0, "9f2c1e7 has all traffic"),
        ("rollback -y", 0, "41ab03d"),
        ("ramp 9f2c1e7 --steps 50 --every 60s --alarm shop-5xx -y", 1, "5 of 100 failed"),
        ("promote 9f2c1e7 --now -y", 0, "9f2c1e7"),
        ("status --wait --timeout 30s", 0, "settled"),
        ("history", 0, "canary 9f2c1e7 10 %"),
        ("diff 1 2", 0, "release 9f2c1e7 is registered"),
        ("sync -y", 0, "nothing was written"),
        // Nobody answers there: the command needs only the plan.
        ("verify 9f2c1e7 --host http://127.0.0.1:1", 1, ""),
        ("release withdraw 41ab03d -y", 0, "41ab03d is never served again"),
        ("release prune -y", 1, "nothing to change"),
    ];
    for (line, code, words) in rows {
        let (ended, text) = pipeline.run(line);
        assert!(ended == Some(code) && text.contains(words), "{line}: {ended:?} {text}");
    }
    pipeline.configure(&format!(
        "decide_at = \"origin-request\"\ndistribution_id = \"{distribution}\""
    ));
    for line in ["release add 41ab03e -y", "promote 41ab03e -y", "status --wait"] {
        let (ended, text) = pipeline.run(line);
        assert_eq!(ended, Some(0), "{line}: {text}");
    }
    let asked = enforced.asked().unwrap();
    assert_eq!(refused(&asked), Vec::<String>::new());
    // The pipeline itself uploads the files of a release.
    assert_eq!(unused(&policy, &asked), ["UploadReleases: s3:PutObject"]);
}
