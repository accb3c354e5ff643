use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::function_log::FunctionLog;
use crate::aws::Invoked;
use crate::package::Function;

/// Why a version must not be attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub(crate) enum Problem {
    /// Lambda reports an error instead of an answer.
    Failed { error: String },
    /// The entry module could not start the native binary and passes everything on.
    NotStarted { error: String },
    /// The binary runs, but cannot use the configuration in its package.
    NoConfiguration { error: String },
    /// The binary runs, but cannot read the plan.
    PlanNotRead { error: Option<String> },
    /// The log does not show with which plan the function decided.
    NoLog,
    /// The answer is not the one that the same code gives here.
    Differs { field: String, here: String, there: String },
}

/// Judges the result of one event. `expected` are the answers that the same code gives here, just before the event
/// and just after it: between the two a stage of the plan may begin. `has_plan` says whether there is a plan to read.
pub(crate) fn judge(
    function: Function,
    invoked: &Invoked,
    log: &FunctionLog,
    expected: &[Value; 2],
    has_plan: bool,
) -> Option<Problem> {
    if invoked.error.is_some() {
        return Some(Problem::Failed { error: error_of(&invoked.payload) });
    }
    if let Some(error) = log.not_started() {
        return Some(Problem::NotStarted { error });
    }
    if let Some(error) = log.no_configuration() {
        return Some(Problem::NoConfiguration { error });
    }
    let reads_plan = match function {
        Function::ViewerRequest | Function::OriginRequest => has_plan,
        Function::OriginResponse => false,
    };
    if reads_plan {
        match log.plan() {
            Some("fresh" | "stale") => {}
            Some(_) => return Some(Problem::PlanNotRead { error: log.plan_error() }),
            None => return Some(Problem::NoLog),
        }
    }
    let answer: Value = serde_json::from_slice(&invoked.payload).unwrap_or_default();
    let [before, after] = expected;
    if answer == *before || answer == *after {
        return None;
    }
    let (field, here, there) = difference(before, &answer);
    Some(Problem::Differs { field, here, there })
}

/// Lambda's document about an error has `errorType` and `errorMessage`.
fn error_of(payload: &[u8]) -> String {
    let document: Value = serde_json::from_slice(payload).unwrap_or_default();
    let field = |name: &str| document.get(name).and_then(Value::as_str);
    let parts: Vec<&str> =
        [field("errorType"), field("errorMessage")].into_iter().flatten().collect();
    if parts.is_empty() { String::from_utf8_lossy(payload).into_owned() } else { parts.join(": ") }
}

/// The first field in which two documents differ, and its two values.
fn difference(here: &Value, there: &Value) -> (String, String, String) {
    let text = |value: Option<&Value>| value.map_or_else(|| "nothing".into(), Value::to_string);
    let (mut path, mut pair) = (String::new(), (Some(here), Some(there)));
    while let (Some(Value::Object(left)), Some(Value::Object(right))) = pair {
        let key = left.keys().chain(right.keys()).find(|key| left.get(*key) != right.get(*key));
        let Some(key) = key else { break };
        path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        pair = (left.get(key), right.get(key));
    }
    (path, text(pair.0), text(pair.1))
}

impl Problem {
    /// What the problem means for viewers, and what to do.
    pub(crate) fn meaning(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "viewers would get a 503: the function ended before it answered",
            Self::NotStarted { .. } => {
                "the runtime did not become the native binary, so requests would pass through and the site would have no pages: build the package again with `edgeswitch package`, or try another `--runtime`"
            }
            Self::NoConfiguration { .. } => {
                "requests would pass through and the site would have no pages: build the package again with `edgeswitch package`"
            }
            Self::PlanNotRead { .. } => {
                "the function would follow the fallback plan of its package and no change of the plan: its role needs `ssm:GetParameter` on the parameter in every Region of the plan"
            }
            Self::NoLog => {
                "nobody can say whether the function read the plan: its role needs the permissions to write the log"
            }
            Self::Differs { .. } => {
                "the function would send viewers elsewhere than the plan says: this program and the package may be of different versions, or the function reads another plan"
            }
        }
    }

    /// Whether a later event may go well: the function reads the plan again, and a new role works after some seconds.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::PlanNotRead { .. } | Self::Differs { .. } | Self::NoLog => true,
            Self::Failed { .. } | Self::NotStarted { .. } | Self::NoConfiguration { .. } => false,
        }
    }

    /// Whether Parameter Store only did not answer in time: that says nothing of the version.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::PlanNotRead { error: Some(error) } => error.starts_with("timeout: "),
            Self::PlanNotRead { error: None }
            | Self::Failed { .. }
            | Self::NotStarted { .. }
            | Self::NoConfiguration { .. }
            | Self::NoLog
            | Self::Differs { .. } => false,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { error } => write!(f, "it failed: {error}"),
            Self::NotStarted { error } => write!(f, "it passes everything through: {error}"),
            Self::NoConfiguration { error } => {
                write!(f, "it cannot use the configuration in its package: {error}")
            }
            Self::PlanNotRead { error: Some(error) } => {
                write!(f, "it cannot read the plan: {error}")
            }
            Self::PlanNotRead { error: None } => f.write_str("it did not read the plan"),
            Self::NoLog => f.write_str("its log has no line about the event"),
            Self::Differs { field, here, there } => {
                write!(f, "its answer differs in `{field}`: here it is {here}, there {there}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Problem, judge};
    use crate::aws::Invoked;
    use crate::commands::deploy::function_log::FunctionLog;
    use crate::package::Function;

    const READ: &str = r#"{"level":"INFO","reason":"stage","plan":"fresh","message":"handled"}"#;
    const FALLBACK: &str = r#"{"level":"WARN","plan":"/shop/plan","problem":"denied","error":"denied: no","message":"plan not refreshed"}
{"level":"WARN","reason":"stage","plan":"fallback","message":"handled"}"#;
    const NOT_STARTED: &str = r#"{"level": "ERROR", "message": "bootstrap is not running: passed on", "error": "`/var/task/bootstrap` is built for ELF machine 183"}"#;

    fn invoked(payload: &Value, error: Option<&str>) -> Invoked {
        Invoked {
            payload: payload.to_string().into_bytes(),
            error: error.map(ToOwned::to_owned),
            log: None,
        }
    }

    #[test]
    fn a_parameter_store_that_is_slow_once_says_nothing_of_a_version() {
        let unread = |error: &str| Problem::PlanNotRead { error: Some(error.into()) };
        assert!(unread("timeout: parameter `/shop/plan`: request has timed out").is_passing());
        for problem in [unread("denied: no"), Problem::PlanNotRead { error: None }, Problem::NoLog]
        {
            assert!(!problem.is_passing(), "{problem}");
        }
    }

    #[test]
    fn a_version_is_good_only_if_it_read_the_plan_and_answers_as_here() {
        let good = json!({ "uri": "/", "headers": { "x": [1] } });
        let next = json!({ "uri": "/", "headers": { "x": [2] } });
        let other = json!({ "uri": "/", "headers": { "x": [3] } });
        let differs = || Problem::Differs {
            field: "headers.x".into(),
            here: "[1]".into(),
            there: "[3]".into(),
        };
        let crash = json!({ "errorType": "Runtime.ExitError", "errorMessage": "signal: killed" });
        let failed = || Problem::Failed { error: "Runtime.ExitError: signal: killed".into() };
        let unread = || Problem::PlanNotRead { error: Some("denied: no".into()) };
        let not_started = || Problem::NotStarted {
            error: "`/var/task/bootstrap` is built for ELF machine 183".into(),
        };
        let vr = Function::ViewerRequest;
        let rows = [
            ("good", vr, &good, None, READ, true, None),
            ("a stage began", vr, &next, None, READ, true, None),
            ("another answer", vr, &other, None, READ, true, Some(differs())),
            ("the same answer from the fallback", vr, &good, None, FALLBACK, true, Some(unread())),
            ("no plan to read", vr, &good, None, FALLBACK, false, None),
            ("no log", vr, &good, None, "", true, Some(Problem::NoLog)),
            ("reads no plan", Function::OriginResponse, &good, None, "", true, None),
            ("passed on", vr, &good, None, NOT_STARTED, true, Some(not_started())),
            ("crashed", vr, &crash, Some("Unhandled"), READ, true, Some(failed())),
        ];
        for (name, function, payload, error, log, has_plan, expected) in rows {
            let expected_answers = [good.clone(), next.clone()];
            let log = FunctionLog::new(log);
            let judged =
                judge(function, &invoked(payload, error), &log, &expected_answers, has_plan);
            assert_eq!(judged, expected, "{name}");
        }
    }
}
