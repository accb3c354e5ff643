use std::time::Duration;

use edge_config::HookAction;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::process;
use super::tail::with_end;
use crate::aws::{Cloud, Invoked};
use crate::hooks::HookFacts;

/// The time until a function that is in progress is asked again, as in ECS.
const AGAIN: Duration = Duration::from_secs(30);

/// The field of an answer in the form of ECS's lifecycle hooks. An answer without it is a success.
const STATUS: &str = "hookStatus";

/// An answer in the form of ECS's lifecycle hooks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HookAnswer {
    hook_status: HookStatus,
    #[serde(default)]
    call_back_delay: Value,
}

impl HookAnswer {
    /// # Errors
    /// The answer has a status that is none.
    fn parse(payload: &[u8]) -> Result<Option<Self>, serde_json::Error> {
        let answer = serde_json::from_slice::<Value>(payload).unwrap_or_default();
        if answer.get(STATUS).is_none() {
            return Ok(None);
        }
        serde_json::from_value(answer).map(Some)
    }

    fn pause(&self) -> Duration {
        let seconds = self.call_back_delay.as_f64();
        let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        pause.unwrap_or(AGAIN).max(Duration::from_secs(1))
    }
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
        let Ok(answer) = HookAnswer::parse(&payload) else {
            let allowed = "`hookStatus` is not `SUCCEEDED`, `FAILED` or `IN_PROGRESS`";
            return Err(with_end(allowed, &text));
        };
        let Some(answer) = answer else { return Ok(()) };
        match answer.hook_status {
            HookStatus::Failed => return Err(with_end("the function says FAILED", &text)),
            HookStatus::Succeeded => return Ok(()),
            HookStatus::InProgress => sleep(answer.pause()).await,
        }
    }
}
