use std::time::Duration;

use edge_config::Config;
use edge_time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio::time::sleep;

use super::DeployError;
use super::events::{events, stamp, stamped};
use super::function_log::FunctionLog;
use super::here::Here;
use super::report_line::ReportLine;
use super::verdict::{Problem, judge};
use crate::aws::{AwsError, AwsErrorKind, Functions, Invoked, Stored};
use crate::control::{Session, wait_until};
use crate::package::Function;

/// How often an event is sent again to a function that AWS has not made ready yet.
const ROUNDS: usize = 6;
const PAUSE: Duration = Duration::from_secs(5);

/// A version that was tested.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Tried {
    /// The name of the function.
    pub(crate) function: String,
    /// The number of the version.
    pub(crate) version: String,
    /// The ARN of the version.
    pub(crate) arn: String,
    /// The events that it got. `None` if an earlier run tested it.
    pub(crate) events: Option<usize>,
    /// The start of the first event, the slowest run, and the most memory.
    pub(crate) report: Option<ReportLine>,
    /// Why it must not be attached.
    pub(crate) problem: Option<Problem>,
}

impl Tried {
    /// A version that an earlier run tested.
    pub(crate) fn before(function: String, arn: &str) -> Self {
        Self { events: None, ..Self::untested(function, arn) }
    }

    fn untested(function: String, arn: &str) -> Self {
        Self {
            function,
            version: arn.rsplit(':').next().unwrap_or_default().to_owned(),
            arn: arn.to_owned(),
            events: Some(0),
            report: None,
            problem: None,
        }
    }
}

/// Tests versions: sends each one events, and compares its answers with those of the same code here.
pub(crate) struct Trial<'a> {
    pub(crate) lambda: &'a Functions,
    pub(crate) config: &'a Config,
    /// Whether the role is new. AWS needs some seconds until it works everywhere.
    pub(crate) role_is_new: bool,
}

impl Trial<'_> {
    pub(crate) async fn of(
        &self,
        function: Function,
        name: String,
        arn: &str,
        session: &mut Session<'_>,
    ) -> Result<Tried, DeployError> {
        let mut tried = Tried::untested(name, arn);
        for event in events(function) {
            let event: Value = serde_json::from_str(event).map_err(DeployError::Event)?;
            let (problem, report) = self.send(function, arn, &event, session).await?;
            tried.events = tried.events.map(|events| events + 1);
            tried.report = slowest(tried.report, report);
            tried.problem = problem;
            if tried.problem.is_some() {
                break;
            }
        }
        Ok(tried)
    }

    /// Sends one event, more often if the function may follow the plan a little later.
    async fn send(
        &self,
        function: Function,
        arn: &str,
        event: &Value,
        session: &mut Session<'_>,
    ) -> Result<(Option<Problem>, Option<ReportLine>), DeployError> {
        let (mut first, mut known) = (None, None);
        for round in 1.. {
            let plan = self.plan(session).await?;
            let (problem, report) =
                self.compare(function, arn, event, plan.as_ref(), session).await?;
            first = slowest(first, report);
            let Some(problem) = problem else { return Ok((None, first)) };
            if !problem.may_pass() {
                return Ok((Some(problem), first));
            }
            let version = plan.as_ref().map_or(0, |plan| plan.version);
            let follows =
                plan.as_ref().map(|plan| plan.modified.plus(self.config.refresh.hard_ttl));
            let follows = follows.filter(|follows| *follows > session.clock.now());
            let is_changed = known.replace(version).is_some_and(|known| known != version);
            match follows {
                Some(follows) => {
                    let what = "the plan was just changed: waiting until every function follows it";
                    wait_until(session, follows, what).await?;
                }
                None if is_changed => {}
                None if self.role_is_new && round < ROUNDS => {
                    session.console.say(&format!("{problem}; a new role needs some seconds"))?;
                    sleep(PAUSE).await;
                }
                None if problem.is_passing() && round < ROUNDS => {
                    session.console.say(&format!("{problem}: trying again"))?;
                    sleep(PAUSE).await;
                }
                None => return Ok((Some(problem), first)),
            }
        }
        Ok((None, first))
    }

    /// The plan in force; `None` if there is no parameter.
    pub(crate) async fn plan(&self, session: &Session<'_>) -> Result<Option<Stored>, AwsError> {
        let parameter = &self.config.parameter;
        match session.cloud.parameter(&parameter.name, &parameter.home_region).read().await {
            Ok(stored) => Ok(Some(stored)),
            Err(error) if error.kind == AwsErrorKind::Missing => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn compare(
        &self,
        function: Function,
        arn: &str,
        event: &Value,
        plan: Option<&Stored>,
        session: &mut Session<'_>,
    ) -> Result<(Option<Problem>, Option<ReportLine>), DeployError> {
        let here = Here { config: self.config, plan: plan.map(|plan| &*plan.text) };
        let now = session.clock.now();
        let event = self.as_sent(function, event, &here, now).await?;
        let now = session.clock.now();
        let before = here.answer(function, &event, now).await.map_err(DeployError::Event)?;
        let invoked = self.invoke(arn, &event, session).await?;
        let now = session.clock.now();
        let after = here.answer(function, &event, now).await.map_err(DeployError::Event)?;
        let log = FunctionLog::from_base64(invoked.log.as_deref());
        let problem = judge(function, &invoked, &log, &[before, after], plan.is_some());
        Ok((problem, log.report()))
    }

    /// Behind viewer-request, the event has the stamp of viewer-request.
    async fn as_sent(
        &self,
        function: Function,
        event: &Value,
        here: &Here<'_>,
        now: Timestamp,
    ) -> Result<Value, DeployError> {
        match function {
            Function::ViewerRequest => Ok(event.clone()),
            Function::OriginRequest | Function::OriginResponse => {
                let [first, ..] = events(Function::ViewerRequest) else { return Ok(event.clone()) };
                let first: Value = serde_json::from_str(first).map_err(DeployError::Event)?;
                let answer = here.answer(Function::ViewerRequest, &first, now).await;
                let answer = answer.map_err(DeployError::Event)?;
                Ok(stamped(event.clone(), stamp(&answer)))
            }
        }
    }

    /// A version that was just published may need some seconds, and an error may pass.
    async fn invoke(
        &self,
        arn: &str,
        event: &Value,
        session: &mut Session<'_>,
    ) -> Result<Invoked, DeployError> {
        let event = event.to_string();
        for _ in 1..ROUNDS {
            match self.lambda.invoke(arn, event.as_bytes()).await {
                Err(error) if is_pending(&error) || error.kind.is_passing() => {
                    session.console.say(&format!("{error}: trying again"))?;
                    sleep(PAUSE).await;
                }
                done => return Ok(done?),
            }
        }
        Ok(self.lambda.invoke(arn, event.as_bytes()).await?)
    }
}

/// Lambda's errors for a function that it still prepares (page `API_Invoke`).
fn is_pending(error: &AwsError) -> bool {
    ["ResourceConflictException", "ResourceNotReadyException"]
        .iter()
        .any(|code| error.reason.starts_with(code))
}

fn slowest(one: Option<ReportLine>, other: Option<ReportLine>) -> Option<ReportLine> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
    Some(ReportLine {
        start_ms: one.start_ms.or(other.start_ms),
        run_ms: one.run_ms.max(other.run_ms),
        used_mb: one.used_mb.max(other.used_mb),
        size_mb: other.size_mb,
    })
}
