use clap::Args;
use plan_change::{Change, Share};
use routing_core::ReleaseId;

use crate::commands::index::check_index;
use crate::commands::release::release_id;
use crate::commands::report::report;
use crate::control::{ControlError, Project, Session, Target, Writing, update};
use crate::exit::Exit;

/// What the help shows.
const EXAMPLES: &str = "\
Examples:
  $ edgeswitch canary 9f2c1e7 --weight 10
  $ edgeswitch canary 9f2c1e7 --weight 0.5 --dry-run";

/// Which release gets which share.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct CanaryArgs {
    /// The release.
    #[arg(value_name = "ID", value_parser = release_id)]
    pub id: ReleaseId,
    /// Its share of the viewers in percent: 0.1 to 99.9.
    #[arg(long, value_name = "PERCENT", value_parser = Share::parse)]
    pub weight: Share,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// Writes the share.
pub(crate) async fn canary(
    args: &CanaryArgs,
    session: &mut Session<'_>,
) -> Result<Exit, ControlError> {
    let project = Project::find(&args.target)?;
    check_index(session, &project, &args.id).await?;
    let change = Change::Canary { id: args.id.clone(), share: args.weight };
    let updated = update(session, &project, &change, args.writing).await?;
    report(session, &project, &updated)?;
    Ok(Exit::Done)
}
