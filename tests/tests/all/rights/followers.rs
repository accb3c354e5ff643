//! A pipeline that moves followers, with the rights of `pipeline.json` and `followers.json`, and with those of the role
//! that `site.yaml` makes.
//!
//! ministack enforces those on the plan and on the hosted zone. moto enforces nothing, so the calls to the load
//! balancer are compared.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Arc;

use http::Request;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{AccessKey, Asked, Enforced, Gateway, Ministack, Tools, program};

use super::granted::{actions, both, granted, refused, unused};
use crate::aws::account::texts;
use crate::aws::{HOME, REPLICA};
use crate::followers::balancing::Balancing;
use crate::followers::zone::Zone;
use crate::templates::site::Site;
use crate::templates::stack::package;

/// A follower of a listener asks for these in place of those for a rule.
const OF_A_LISTENER: [&str; 2] =
    ["elasticloadbalancing:DescribeListeners", "elasticloadbalancing:ModifyListener"];

const PROVIDER: &str =
    "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com";

/// A project whose plan moves a load balancer and a hosted zone.
struct Followed {
    enforced: Enforced,
    gateway: Gateway,
    zone: Zone,
    balancing: Balancing,
    folder: TempDir,
}

impl Followed {
    fn open(name: &str) -> Self {
        let tools = Tools::find().unwrap();
        let enforced = Enforced::start(&tools).unwrap();
        let zone = Zone::open(&enforced.account, name);
        let balancing = Balancing::open(name);
        let gateway = Gateway::start(&tools, balancing.moto.endpoint()).unwrap();
        Self { enforced, gateway, zone, balancing, folder: TempDir::new().unwrap() }
    }

    /// Runs commands on the plan of a project, each with its exit code.
    fn run(&self, key: &AccessKey, project: &str, lines: &[(&str, i32)]) {
        let text = format!(
            "name = \"{project}\"\n[parameter]\nname = \"/{project}/plan\"\nhome_region = \"{HOME}\"\n\
             [slots.blue]\n[slots.green]\n{}{}",
            self.balancing.follower("deregistration_delay_seconds = 30"),
            self.zone.follower()
        );
        std::fs::write(self.folder.path().join("edgeswitch.toml"), text).unwrap();
        for (line, code) in lines {
            let output = Command::new(program().unwrap())
                .args(line.split_whitespace())
                .current_dir(self.folder.path())
                .env_clear()
                .env("HOME", self.folder.path())
                .env("AWS_ENDPOINT_URL", self.enforced.account.endpoint())
                .env("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", self.gateway.endpoint())
                .env("AWS_ACCESS_KEY_ID", &key.id)
                .env("AWS_SECRET_ACCESS_KEY", &key.secret)
                .output()
                .unwrap();
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_eq!(output.status.code(), Some(*code), "{line}: {text}");
        }
    }

    fn asked_by(&self, key: &AccessKey) -> Vec<Asked> {
        let asked = self.enforced.asked().unwrap();
        asked.into_iter().filter(|one| one.by == key.id).collect()
    }

    /// The actions on the load balancer.
    fn called_by(&self, key: &AccessKey) -> BTreeSet<String> {
        let calls = self.gateway.calls(&key.id).into_iter();
        calls.map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn followers_need_all_of_their_policy_and_nothing_else() {
    let followed = Followed::open("rights");
    let policy = granted("followers.json", &[("Z0123456789ABCDEFGHIJ", &followed.zone.id)]);
    let pipeline = both(granted("pipeline.json", &[]), &policy);
    let key = followed.enforced.user("pipeline", &pipeline).unwrap();
    followed.run(
        &key,
        "shop",
        &[
            ("init 41ab03d --slot blue -y", 0),
            ("release add 9f2c1e7 --slot green -y", 0),
            ("follow -y", 0),
            ("promote 9f2c1e7 --now -y", 0),
            // Clients keep older answers of the DNS for a while.
            ("status", 3),
        ],
    );
    let asked = followed.asked_by(&key);
    assert_eq!(refused(&asked), Vec::<String>::new());
    let called = followed.called_by(&key);
    let granted: BTreeSet<String> = actions(&policy).into_iter().collect();
    assert!(called.is_subset(&granted), "{called:?}");
    let left: Vec<String> = unused(&policy, &asked)
        .into_iter()
        .filter_map(|one| Some(one.split_once(": ")?.1.to_owned()))
        .filter(|action| !called.contains(action))
        .collect();
    assert_eq!(left, OF_A_LISTENER);
}

/// A policy of a role, as IAM has it.
pub(super) fn policy_of(account: &Ministack, role: &str, policy: &str) -> Value {
    let form =
        format!("Action=GetRolePolicy&Version=2010-05-08&RoleName={role}&PolicyName={policy}");
    let request = Request::post("/").header("Content-Type", "application/x-www-form-urlencoded");
    let answer = account.send(REPLICA, "iam", request.body(form).unwrap()).unwrap();
    let document = texts(&answer, "PolicyDocument")[0];
    serde_json::from_str(&percent_decode_str(document).decode_utf8().unwrap()).unwrap()
}

#[test]
#[ignore = "needs `make setup`"]
fn the_role_of_the_template_may_move_the_followers_that_it_is_given() {
    let followed = Followed::open("role");
    let account = &followed.enforced.account;
    let Balancing { rule, blue, green, .. } = &followed.balancing;
    let zone = format!("arn:aws:route53:::hostedzone/{}", followed.zone.id);
    let arns = [rule, blue, green, &zone].map(String::as_str);
    let more = [
        ("PipelineProvider", PROVIDER),
        ("PipelineSubject", "repo:example/shop:ref:refs/heads/main"),
        ("Followers", &arns.join(",")),
    ];
    Site::deploy_parameters(Arc::clone(account), "shop", &more, package);
    let policy = policy_of(account, "shop-pipeline", "followers");
    for statement in policy["Statement"].as_array().unwrap() {
        if statement["Sid"] == "ReadTheLoadBalancers" {
            let region = json!({ "StringEquals": { "aws:RequestedRegion": HOME } });
            assert_eq!(statement["Condition"], region, "{statement}");
        } else {
            assert_eq!(statement["Resource"], json!(arns), "{statement}");
        }
    }
    let pipeline = both(policy_of(account, "shop-pipeline", "pipeline"), &policy);
    let key = followed.enforced.user("pipeline", &pipeline).unwrap();
    followed.run(
        &key,
        "shop",
        &[
            ("release add 41ab03d --slot blue -y", 0),
            ("promote 41ab03d --now -y", 0),
            ("release add 9f2c1e7 --slot green -y", 0),
            ("promote 9f2c1e7 --now -y", 0),
        ],
    );
    assert_eq!(refused(&followed.asked_by(&key)), Vec::<String>::new());
    assert_eq!(followed.balancing.weights(), [0, 100]);
    let called = followed.called_by(&key);
    let granted: BTreeSet<String> = actions(&policy).into_iter().collect();
    assert!(called.is_subset(&granted), "{called:?}");
}
