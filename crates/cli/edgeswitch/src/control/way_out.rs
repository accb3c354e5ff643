use crate::control::ControlError;
use crate::exit::Exit;

impl ControlError {
    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::NoConfiguration
            | Self::NoRegion
            | Self::NoFile(_)
            | Self::Argument(_)
            | Self::NoOrigin { .. }
            | Self::NobodyToAsk => Exit::Usage,
            Self::Preview(error) => error.exit(),
            Self::TimedOut(_) => Exit::InProgress,
            Self::FileExists(_)
            | Self::ReadFile { .. }
            | Self::WriteFile { .. }
            | Self::Config { .. }
            | Self::Aws(_)
            | Self::NoParameter { .. }
            | Self::ParameterExists { .. }
            | Self::Plan { .. }
            | Self::PlanFile { .. }
            | Self::Ramp(_)
            | Self::Refused(_)
            | Self::NoIndex { .. }
            | Self::Declined
            | Self::ChangedMeanwhile(_)
            | Self::Overtaken { .. }
            | Self::Overwrote { .. }
            | Self::Overwritten { .. }
            | Self::Unconfirmed(_)
            | Self::Vanished(_)
            | Self::Partial(_)
            | Self::Skew { .. }
            | Self::NotInvalidated(_)
            | Self::NotInForce { .. }
            | Self::Terminal(_) => Exit::Failed,
        }
    }

    /// The way out, for the line below the error.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoConfiguration => {
                "`edgeswitch init` writes one, `--config` names another, or name the plan: `--parameter /shop/plan --region eu-central-1`"
            }
            Self::NoRegion => {
                "such as `--region eu-central-1`: the Region that the plan is written to"
            }
            Self::NoFile(_) => "`edgeswitch init` writes `edgeswitch.toml`",
            Self::FileExists(_) => "`--config` names another file",
            Self::Aws(error) => return error.hint().map(Into::into),
            Self::NoParameter { .. } => {
                "`edgeswitch init` writes the first plan; is the Region right?"
            }
            Self::ParameterExists { .. } => "`edgeswitch status` shows what it holds",
            Self::Plan { .. } => {
                "`edgeswitch rollback` writes the last version that is a plan again; `edgeswitch history` shows them"
            }
            Self::Preview(error) => return error.hint(),
            Self::Ramp(error) => return error.hint().map(Into::into),
            Self::Refused(refusal) => return Some(refusal.hint()),
            Self::NoIndex { release, .. } => {
                return Some(format!(
                    "upload the release first, or is its prefix right? `edgeswitch release list` shows that of `{release}`"
                ));
            }
            Self::NoOrigin { origin, slots, .. } => return Some(origin_hint(origin, slots)),
            Self::NobodyToAsk => {
                "`-y` writes without a question, `--dry-run` shows what would be written"
            }
            Self::Overtaken { .. } | Self::ChangedMeanwhile(_) => {
                "`edgeswitch status` shows what is in force now; then repeat the command"
            }
            Self::Overwrote { version, .. } => {
                return Some(format!(
                    "`edgeswitch diff {version} {}` shows what is lost: agree, and make that change again",
                    version + 1
                ));
            }
            Self::Overwritten { .. } => {
                "`edgeswitch history` shows both: agree, and repeat the command"
            }
            Self::Unconfirmed(_) | Self::Vanished(_) => {
                "`edgeswitch status` shows whether it was; the command may be repeated"
            }
            Self::Partial(_) => {
                "repeat the command when the Region answers, or give every Region the home Region's plan: `edgeswitch sync`"
            }
            Self::Skew { .. } => "set the clock; `promote --now` and `rollback` need none",
            Self::NotInvalidated(_) => {
                "`edgeswitch promote` with the release that is active now invalidates them"
            }
            Self::NotInForce { .. } => "`edgeswitch history` shows who changed it",
            Self::TimedOut(_) => "`edgeswitch status` shows what it waits for",
            Self::ReadFile { .. } => "is it there, and may you read it?",
            Self::WriteFile { .. } => "is its folder there, and may you write to it?",
            Self::Config { .. } => {
                "`edgeswitch init --config new.toml` writes one in which every key is explained"
            }
            Self::PlanFile { .. } => {
                "a plan is JSON with `\"schema\": 1`, or release ids with spaces between them"
            }
            Self::Argument(_) | Self::Declined | Self::Terminal(_) => return None,
        };
        Some(hint.into())
    }
}

/// A slot that has the origin, or the domain itself.
fn origin_hint(origin: &str, slots: &[String]) -> String {
    let slots: String = slots.iter().map(|slot| format!("`--slot {slot}`, or ")).collect();
    format!("{slots}`--origin {origin}=DOMAIN`")
}
