use std::time::Duration;

use edge_config::HookAction;
use serde::Deserialize;
use tokio::time::{sleep, timeout};

use super::process;
use super::tail::with_end;
use crate::aws::{Cloud, Invoked};
use crate::hooks::HookFacts;

/// The time until a function that is in progress is asked again, as in ECS.
const AGAIN: u64 = 30;

/// The answer of a function, in the form of ECS's lifecycle hooks. Any other answer is a success.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HookAnswer {
    hook_status: Option<HookStatus>,
    call_back_delay: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum HookStatus {
    Succeeded,
    Failed,
    InProgress,
}

/// Runs a program or calls a function, until it has ended or the time is over.
///
/// # Errors
/// The reason, with the end of what it said.
pub(super) async fn carry_out(
    cloud: &dyn Cloud,
    action: &HookAction,
    home: &str,
    allowed: Duration,
    facts: &HookFacts,
) -> Result<(), String> {
    match action {
        HookAction::Command(words) => process::run(words, allowed, facts).await,
        HookAction::Function { name, region } => {
            let region = region.as_deref().unwrap_or(home);
            let called = timeout(allowed, call(cloud, name, region, facts)).await;
            called.unwrap_or_else(|_| Err(format!("not finished after {} s", allowed.as_secs())))
        }
    }
}

async fn call(
    cloud: &dyn Cloud,
    name: &str,
    region: &str,
    facts: &HookFacts,
) -> Result<(), String> {
    let event = serde_json::to_vec(facts).map_err(|error| error.to_string())?;
    loop {
        let invoked =
            cloud.invoke(name, region, &event).await.map_err(|error| error.to_string())?;
        let Invoked { payload, error, .. } = invoked;
        let text = String::from_utf8_lossy(&payload);
        if let Some(error) = error {
            return Err(with_end(&error, &text));
        }
        let answer: HookAnswer = serde_json::from_slice(&payload).unwrap_or_default();
        match answer.hook_status {
            Some(HookStatus::Failed) => return Err(with_end("the function says FAILED", &text)),
            Some(HookStatus::Succeeded) | None => return Ok(()),
            Some(HookStatus::InProgress) => {
                sleep(Duration::from_secs(answer.call_back_delay.unwrap_or(AGAIN).max(1))).await;
            }
        }
    }
}
