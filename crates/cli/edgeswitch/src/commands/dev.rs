use std::path::Path;

use edgeswitch_dev::DevError;

use crate::exit::Exit;

/// The usual name of a project's configuration.
const CONFIGURATION: &str = "edgeswitch.toml";

/// The exit code.
pub(crate) fn exit(error: &DevError) -> Exit {
    match error {
        DevError::NoProject(_) => Exit::Usage,
        DevError::Read { .. }
        | DevError::ReadPlan { .. }
        | DevError::Config { .. }
        | DevError::Plan { .. }
        | DevError::NotAFolder(_)
        | DevError::NoDomain(_)
        | DevError::Origin { .. }
        | DevError::Distribution(_)
        | DevError::Package(_)
        | DevError::Functions(_)
        | DevError::State(_)
        | DevError::FirstPlan(_)
        | DevError::Listen(_)
        | DevError::Endpoint { .. }
        | DevError::NoRoom { .. }
        | DevError::Tls(_)
        | DevError::Key(_)
        | DevError::Prepare(_) => Exit::Failed,
    }
}

/// What repairs it, where the error does not say so itself.
pub(crate) fn hint(error: &DevError) -> Option<String> {
    Some(match error {
        DevError::Read { .. } => {
            "name a file that is there; without `--config` a sample runs".into()
        }
        DevError::ReadPlan { .. } => {
            "`plan` in [dev] names it; without `plan`, `fallback` is the first plan".into()
        }
        DevError::NoProject(_) if Path::new(CONFIGURATION).is_file() => {
            format!("add `--config {CONFIGURATION}`")
        }
        DevError::NoProject(_) => {
            "name its configuration: `--config FILE`; `edgeswitch init` writes one".into()
        }
        DevError::NotAFolder(folder) => format!(
            "build a release into it first, `{}/<id>/index.html`, or name another one: `bucket` in [dev], or \
             `--bucket DIR`",
            folder.join("releases").display()
        ),
        DevError::NoDomain(origin) => format!("name one: `{origin} = \"...\"` in [slots.blue]"),
        DevError::Origin { .. } => "such as `http://127.0.0.1:4001`".into(),
        DevError::Endpoint { .. } | DevError::NoRoom { .. } => {
            "choose another `--port`; 0 takes any that are free".into()
        }
        DevError::Plan { .. } => "README.md describes the plan".into(),
        DevError::Config { .. }
        | DevError::Distribution(_)
        | DevError::Package(_)
        | DevError::Functions(_)
        | DevError::State(_)
        | DevError::FirstPlan(_)
        | DevError::Listen(_)
        | DevError::Tls(_)
        | DevError::Key(_)
        | DevError::Prepare(_) => return None,
    })
}
