use serde::Serialize;

use super::attempt::Attempt;
use super::names::Names;
use super::report::Deployed;
use super::zips::Zips;
use super::{DeployArgs, DeployError, Doing};
use crate::commands::destroy::{Destroyed, Removal};
use crate::control::Session;
use crate::exit::Exit;
use terminal_text::Lines;

/// A deployment that was tested and deleted again, as `--output json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct TriedOut {
    #[serde(flatten)]
    deployed: Deployed,
    removed: Destroyed,
}

impl TriedOut {
    pub(crate) fn exit(&self) -> Exit {
        self.deployed.exit()
    }

    pub(crate) fn lines(&self) -> Lines {
        let mut lines = self.deployed.versions();
        lines.push(match self.deployed.exit() {
            Exit::Done => "the functions run on this account, and answer as they do here",
            Exit::Failed
            | Exit::Usage
            | Exit::CouldNotLook
            | Exit::InProgress
            | Exit::CannotTell
            | Exit::Worse => "the functions do not answer as they must: do not deploy them",
        });
        lines.append(self.removed.lines());
        lines
    }
}

/// Deploys the functions under a name of their own, tests them, and deletes everything again, also after a failure.
pub(crate) async fn try_out(
    args: &DeployArgs,
    names: &Names,
    zips: &Zips,
    session: &mut Session<'_>,
) -> Result<Exit, DeployError> {
    let attempt = Attempt::begin(args, names, zips, session).await?;
    let deployed = attempt.run(session).await;
    if args.doing.dry_run {
        let deployed = deployed?;
        session.console.print(deployed.lines(), &deployed)?;
        return Ok(deployed.exit());
    }
    // The name of the try is somebody else's, or nobody knows whether it is.
    let deployed = if attempt.is_admitted() { deployed } else { Ok(deployed?) };
    session.console.say("deleting everything of the try")?;
    let doing = Doing { dry_run: false, yes: true };
    let removed = match Removal::begin(names, doing, false, session).await {
        Ok(removal) => removal.run(session).await,
        Err(error) => Err(error),
    };
    let tried = match (deployed, removed) {
        (Ok(deployed), Ok(removed)) => TriedOut { deployed, removed },
        (Ok(_), Err(error)) => return Err(error.into()),
        (Err(error), Ok(removed)) if removed.is_whole() => return Err(error.cause()),
        (Err(error), Ok(removed)) => {
            session.console.say_each(&removed.words())?;
            return Err(error);
        }
        (Err(error), Err(left)) => {
            session.console.say(&format!("not everything of the try was deleted: {left}"))?;
            return Err(error);
        }
    };
    session.console.print(tried.lines(), &tried)?;
    Ok(tried.exit())
}
