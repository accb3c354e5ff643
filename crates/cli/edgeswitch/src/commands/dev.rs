use std::path::Path;

use edgeswitch_dev::{DevError, OpenError};

use crate::failure::{Advice, Failure};

/// The usual name of a project's configuration.
const CONFIGURATION: &str = "edgeswitch.toml";

impl Failure for DevError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::NoProject(_) if Path::new(CONFIGURATION).is_file() => {
                Advice::usage().hint(format!("add `--config {CONFIGURATION}`"))
            }
            Self::NoProject(_) => Advice::usage()
                .hint("name its configuration: `--config FILE`; `edgeswitch init` writes one"),
            Self::Read { .. } => {
                failed.hint("name a file that exists; without `--config` a sample runs")
            }
            Self::ReadPlan { .. } => failed
                .hint("`plan` in [dev] names it; without `plan`, `fallback` is the first plan"),
            Self::NotAFolder(folder) => failed.hint(format!(
                "build a release into it first, `{}/<id>/index.html`, or name another one: `bucket` in [dev], or `--bucket DIR`",
                folder.join("releases").display()
            )),
            Self::NoDomain(origin) => {
                failed.hint(format!("name one: `{origin} = \"...\"` in [slots.blue]"))
            }
            Self::Origin { .. } => failed.hint("for example `http://127.0.0.1:4001`"),
            Self::Endpoint { .. } | Self::BalancerPort { .. } | Self::NoRoom { .. } => {
                failed.hint("choose another `--port`; 0 takes free ports")
            }
            Self::NoFollower(_) => failed.hint("a table of [dev.targets] has the `name` of a follower"),
            Self::NoBalancer => failed.hint("docs/followers.md describes [[followers]]"),
            Self::NoTargets { follower, slot } => failed.hint(format!(
                "name one in [dev.targets.{follower}]: `{slot} = [\"http://127.0.0.1:4001\"]`"
            )),
            Self::Target(_) => failed.hint("for example `http://127.0.0.1:4001`"),
            Self::Balancer { .. } => failed.hint("change the follower in [[followers]]"),
            Self::Logs { .. } => failed.hint("name another folder: `logs` in [dev], or `--logs DIR`"),
            Self::State(OpenError::InUse { .. }) => failed.hint(
                "if another `edgeswitch dev` runs this project, use that one; `state` in [dev] names another file",
            ),
            Self::State(OpenError::Broken { .. }) => {
                failed.hint("`--fresh` starts without the parameters in it")
            }
            Self::State(OpenError::Unreadable { .. } | OpenError::Unwritable { .. }) => failed,
            Self::Plan { .. } => failed.hint("docs/plan.md describes the plan"),
            Self::Saved { .. } => failed.hint(
                "crates/local/cloudfront-sim/DIFFERENCES.md, \"Import of a saved distribution\", lists what is refused",
            ),
            Self::NotOurs { .. } => failed.hint("remove its association from the saved file"),
            Self::SeveralBuckets(_) => failed.hint(
                "name the bucket with the releases, `bucket = \"...\"`, or give the others an address in [dev.origins]",
            ),
            Self::Config { .. }
            | Self::Distribution(_)
            | Self::Package(_)
            | Self::Functions(_)
            | Self::FirstPlan(_)
            | Self::Listen(_)
            | Self::Tls(_)
            | Self::Key(_)
            | Self::Prepare(_)
            | Self::Report(_) => failed,
        }
    }
}
