//! The tables `[hooks.…]`: what validates a release.

use std::time::Duration;

use edge_config::{Config, Hook, HookAction, Hooks, OnFailure};

const SHOP: &str = r#"
name = "shop"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
"#;

fn read(hooks: &str) -> Result<Hooks, String> {
    Hooks::from_toml(&format!("{SHOP}{hooks}")).map_err(|error| error.to_string())
}

#[test]
fn hooks_run_a_program_or_a_function() {
    let text = r#"
[hooks.before-traffic]
command = ["./smoke.sh", "--fast"]
timeout_seconds = 60
[hooks.after-step]
function = "shop-check"
region = "us-east-1"
on_failure = "stop"
[hooks.on-rollback]
command = ["./tell.sh"]
"#;
    let hooks = read(text).unwrap();
    let words = ["./smoke.sh", "--fast"].map(ToOwned::to_owned).to_vec();
    assert_eq!(
        hooks.before_traffic,
        Some(Hook {
            action: HookAction::Command(words),
            timeout: Duration::from_secs(60),
            on_failure: OnFailure::Stop,
        })
    );
    let function =
        HookAction::Function { name: "shop-check".into(), region: Some("us-east-1".into()) };
    assert_eq!(
        hooks.after_step,
        Some(Hook {
            action: function,
            timeout: Duration::from_secs(300),
            on_failure: OnFailure::Stop,
        })
    );
    assert_eq!(hooks.after_traffic, None);
    assert!(!hooks.is_empty() && read("").unwrap().is_empty());
    assert!(Config::from_toml(&format!("{SHOP}{text}")).is_ok(), "the functions do not mind");
}

#[test]
fn a_failure_after_traffic_takes_it_back_unless_the_file_says_otherwise() {
    let hooks = read("[hooks.after-traffic]\ncommand = [\"a\"]\n").unwrap();
    assert_eq!(hooks.after_traffic.unwrap().on_failure, OnFailure::RollBack);
}

#[test]
fn a_wrong_table_is_named() {
    for (text, problem) in [
        ("[hooks.after-step]\n", "hooks.after-step: must have one of `command` and `function`"),
        (
            "[hooks.after-step]\ncommand = [\"a\"]\nfunction = \"f\"\n",
            "hooks.after-step: must have one of `command` and `function`",
        ),
        (
            "[hooks.after-step]\ncommand = []\n",
            "hooks.after-step.command: is empty: allowed is a program with its arguments, such as [\"./smoke.sh\"]",
        ),
        (
            "[hooks.after-step]\ncommand = [\"a\"]\nregion = \"eu-west-1\"\n",
            "hooks.after-step.region: belongs to a hook with `function`",
        ),
        (
            "[hooks.after-step]\ncommand = [\"a\"]\ntimeout_seconds = 3601\n",
            "hooks.after-step.timeout_seconds: 3601 is out of range: allowed are 1 to 3600",
        ),
        (
            "[hooks.before-traffic]\ncommand = [\"a\"]\non_failure = \"roll-back\"\n",
            "hooks.before-traffic.on_failure: `roll-back` is not possible: there is nothing to take back",
        ),
        (
            "[hooks.after-stage]\ncommand = [\"a\"]\n",
            "unknown key `after-stage` in [hooks]: did you mean `after-step`?",
        ),
    ] {
        assert_eq!(read(text).unwrap_err(), problem);
    }
}
