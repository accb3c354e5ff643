use crate::aws::Account;
use crate::control::config_file::ConfigFile;
use crate::control::{ProjectError, Target};

/// The account that a command works on: the Parameter Store of `edgeswitch dev` for `--local`, else AWS.
pub(crate) async fn account(target: Option<&Target>) -> Result<Account, ProjectError> {
    match target.map(|target| (target, &target.local)) {
        None | Some((_, None)) => Ok(Account::from_env().await),
        Some((_, Some(Some(url)))) => Ok(Account::local(url)),
        Some((target, Some(None))) => Ok(Account::local(&endpoint(target)?)),
    }
}

/// The address that `edgeswitch dev` takes for its Parameter Store: the port after those of the edge locations.
fn endpoint(target: &Target) -> Result<String, ProjectError> {
    let dev = ConfigFile::read(target)?.dev()?;
    match dev.port {
        0 => Err(ProjectError::AnyPort),
        port => Ok(format!("http://127.0.0.1:{}", usize::from(port) + dev.edges.len())),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::endpoint;
    use crate::control::Target;

    #[test]
    fn the_parameter_store_has_the_port_after_the_edge_locations() {
        let folder = TempDir::new().unwrap();
        let target =
            |name: &str| Target { config: Some(folder.path().join(name)), ..Target::default() };
        let three = "[dev]\nport = 9000\nedges = [\"FRA50\", \"IAD89\", \"NRT12\"]\n";
        for (name, text) in [("three", three), ("default", ""), ("any", "[dev]\nport = 0\n")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let rows = [
            ("three", Some("http://127.0.0.1:9003")),
            ("default", Some("http://127.0.0.1:8082")),
            ("no file", Some("http://127.0.0.1:8082")),
            ("any", None),
        ];
        for (name, expected) in rows {
            assert_eq!(endpoint(&target(name)).ok().as_deref(), expected, "{name}");
        }
    }
}
