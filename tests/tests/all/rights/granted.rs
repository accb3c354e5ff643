//! A policy of `deploy/iam` with the names of a test, and a comparison with what was asked for.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use testkit::{AccessKey, Asked, Enforced, program};

use crate::templates::template::{list, policy};

/// The account of ministack.
pub(crate) const ACCOUNT: &str = "000000000000";

/// A policy with other names in place of the examples.
pub(crate) fn granted(file: &str, names: &[(&str, &str)]) -> Value {
    let mut text = policy(file).to_string().replace("123456789012", ACCOUNT);
    for (example, name) in names {
        assert!(text.contains(example), "`{example}` is not in {file}");
        text = text.replace(example, name);
    }
    serde_json::from_str(&text).unwrap()
}

/// Runs a command of the project in a folder with a key, and with nothing else of this machine.
pub(crate) fn run(enforced: &Enforced, folder: &Path, key: &AccessKey, line: &[&str]) -> Output {
    Command::new(program().unwrap())
        .args(line)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("AWS_ENDPOINT_URL", enforced.account.endpoint())
        .env("AWS_ACCESS_KEY_ID", &key.id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret)
        .output()
        .unwrap()
}

/// The statements of both.
pub(crate) fn both(mut policy: Value, other: &Value) -> Value {
    let more = other["Statement"].as_array().unwrap().clone();
    policy["Statement"].as_array_mut().unwrap().extend(more);
    policy
}

/// What was refused: the actions with their ARNs.
pub(crate) fn refused(asked: &[Asked]) -> Vec<String> {
    let refused = asked.iter().filter(|one| one.refused.is_some());
    let mut all: Vec<String> =
        refused.map(|one| format!("{} {}", one.action, one.resource)).collect();
    all.sort();
    all.dedup();
    all
}

/// The actions of the policy that nobody asked for, each after its statement.
pub(crate) fn unused(policy: &Value, asked: &[Asked]) -> Vec<String> {
    let all = policy["Statement"].as_array().unwrap().iter();
    let actions = all.flat_map(|statement| {
        let sid = statement["Sid"].as_str().unwrap();
        list(&statement["Action"]).into_iter().map(move |action| (sid, action))
    });
    let is_unused = |action: &str| !asked.iter().any(|one| one.action == action);
    actions
        .filter(|(_, action)| is_unused(action))
        .map(|(sid, action)| format!("{sid}: {action}"))
        .collect()
}

/// All actions of a policy.
pub(crate) fn actions(policy: &Value) -> Vec<String> {
    let all = policy["Statement"].as_array().unwrap().iter();
    all.flat_map(|one| list(&one["Action"])).map(ToOwned::to_owned).collect()
}
