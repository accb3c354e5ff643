use std::time::Duration;

use clap::Args;
use edge_config::Follower;
use serde::Serialize;
use thiserror::Error;
use tokio::time::sleep;

use crate::commands::moment::duration;
use crate::control::{
    AskError, Project, ProjectError, Session, Target, TerminalError, Writing, question_followers,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::following::{FollowerError, Is, Mode, Moved, bring_all, lines};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch follow --dry-run      # compare, write nothing
  $ edgeswitch follow api --force    # take back changes of others, too
  $ edgeswitch follow --watch -y     # move with every stage, until Ctrl-C

Exit codes:
  0  every follower is in line with the plan
  1  one is not: it was changed by somebody else, or cannot get the shares";

/// Which followers move, and how long.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct FollowArgs {
    /// The names of the followers [default: all of edgeswitch.toml].
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Write over changes that somebody else has made.
    #[arg(long)]
    pub force: bool,
    /// Repeat it until Ctrl-C, so that the followers move with every stage of the plan.
    #[arg(long, conflicts_with = "dry_run")]
    pub watch: bool,
    /// The time between two looks at the plan with --watch.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5s", requires = "watch")]
    pub every: Duration,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// Not every follower is in line.
#[derive(Debug, Error)]
pub(crate) enum FollowCommandError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error("the configuration has no [[followers]]")]
    NoFollowers,
    #[error("there is no follower `{name}`: there are `{known}`")]
    Unknown { name: String, known: String },
    #[error(transparent)]
    Follower(#[from] FollowerError),
    #[error("{0} is not written: somebody else has changed it")]
    Drifted(String),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for FollowCommandError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::NoFollowers => {
                Advice::usage().hint("docs/followers.md shows how a load balancer follows the plan")
            }
            Self::Unknown { .. } => Advice::usage(),
            Self::Follower(error) => error.advice(),
            Self::Drifted(_) => {
                Advice::failed().hint("`edgeswitch follow --force` gives it the shares of the plan")
            }
            Self::Ask(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// The followers, as `--output json` prints them.
#[derive(Serialize)]
struct Report<'a> {
    schema: u8,
    followers: &'a [Moved],
}

/// Brings the followers in line with the plan, once or repeatedly.
pub(crate) async fn follow(
    args: &FollowArgs,
    session: &mut Session<'_>,
) -> Result<Exit, FollowCommandError> {
    let project = Project::find(&args.target)?;
    let followers = chosen(&project, &args.names)?;
    let (seen, failed) = bring_all(session, &project, &followers, Mode::Look, 0).await;
    let is_due =
        seen.iter().any(|one| one.is == Is::Behind || (args.force && one.is == Is::Drifted));
    if args.writing.dry_run || (!is_due && !args.watch) {
        return print(session, &seen, failed);
    }
    if !args.writing.yes {
        session.console.say_lines(&lines(&seen))?;
        let question = question_followers(session, &followers).await;
        session.console.ask(&question)?;
    }
    let mode = if args.force { Mode::Force } else { Mode::Follow };
    if args.watch {
        return watch(session, &project, &followers, mode, args.every).await;
    }
    let (moved, failed) = bring_all(session, &project, &followers, mode, 0).await;
    print(session, &moved, failed)
}

/// Repeats it. Prints a follower when something has changed. An error that may pass is said, and the next round tries
/// again.
async fn watch(
    session: &mut Session<'_>,
    project: &Project,
    followers: &[&Follower],
    mode: Mode,
    every: Duration,
) -> Result<Exit, FollowCommandError> {
    let mut last: Vec<Moved> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    loop {
        let (moved, failed) = bring_all(session, project, followers, mode, 0).await;
        let is_news = |one: &&Moved| one.is == Is::Written || !last.contains(one);
        let news: Vec<Moved> = moved.iter().filter(is_news).cloned().collect();
        if !news.is_empty() {
            let report = Report { schema: 1, followers: &news };
            session.console.print_document(lines(&news), &report)?;
            session.console.out.flush().map_err(TerminalError::from)?;
        }
        let problems: Vec<String> = failed.iter().map(ToString::to_string).collect();
        for problem in problems.iter().filter(|problem| !said.contains(problem)) {
            session.console.say(&format!("{problem}: trying again"))?;
        }
        (last, said) = (moved, problems);
        sleep(every).await;
    }
}

fn chosen<'p>(
    project: &'p Project,
    names: &[String],
) -> Result<Vec<&'p Follower>, FollowCommandError> {
    if project.followers.is_empty() {
        return Err(FollowCommandError::NoFollowers);
    }
    let find = |name: &String| {
        let found = project.followers.iter().find(|one| one.name == *name);
        found.ok_or_else(|| {
            let known: Vec<&str> = project.followers.iter().map(|one| &*one.name).collect();
            FollowCommandError::Unknown { name: name.clone(), known: known.join("`, `") }
        })
    };
    if names.is_empty() {
        return Ok(project.followers.iter().collect());
    }
    names.iter().map(find).collect()
}

fn print(
    session: &mut Session<'_>,
    moved: &[Moved],
    failed: Vec<FollowerError>,
) -> Result<Exit, FollowCommandError> {
    session.console.print(lines(moved), &Report { schema: 1, followers: moved })?;
    let mut failed = failed.into_iter();
    if let Some(first) = failed.next() {
        for other in failed {
            session.console.say(&other.to_string())?;
        }
        return Err(first.into());
    }
    match moved.iter().find(|one| one.is == Is::Drifted) {
        Some(one) => Err(FollowCommandError::Drifted(one.name.clone())),
        None if moved.iter().any(|one| one.is == Is::Behind) => Ok(Exit::Failed),
        None => Ok(Exit::Done),
    }
}
