mod followed;
mod keys;
mod screen;

use std::fmt;
use std::time::Duration;

use clap::Args;
use futures_util::future::join_all;
use guard_rules::WRITER;
use plan_change::{Moment, Progress, Summary};
use serde::Serialize;
use terminal_text::Lines;
use thiserror::Error;
use tokio::time::sleep;

use crate::aws::AwsError;
use crate::commands::documents::{Documents, Invalidated, documents};
use crate::commands::guarded::Guarded;
use crate::commands::moment::duration;
use crate::control::{Place, Project, ProjectError, ReadPlanError, Session, Target, TerminalError};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};

use followed::{Followed, LastLook};
use screen::Screen;

/// The time between two reads of the plan.
const LOOK: Duration = Duration::from_secs(2);

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch status --watch
  $ edgeswitch status --wait --timeout 10m --output json

Exit codes:
  0  settled: one release has all traffic, and no other stage is scheduled
  1  trouble: a lease has ended, the guard is gone or had trouble,
     or a replica Region or a follower differs
  3  in progress: a canary, a ramp, a plan or a follower that is not there yet";

/// How the state is looked at.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct StatusArgs {
    /// Repeat the output until `q` or Ctrl-C. With `--output json`, each line is a document.
    #[arg(long, conflicts_with = "wait")]
    pub watch: bool,
    /// Wait until nothing is in progress.
    #[arg(long)]
    pub wait: bool,
    /// How long --wait waits, for example 90s or 10m.
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "wait", default_value = "30m")]
    pub timeout: Duration,
    #[command(flatten)]
    pub target: Target,
}

/// The state cannot be read, or was not settled in time.
#[derive(Debug, Error)]
pub(crate) enum StatusError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("not settled after {0} s")]
    TimedOut(u64),
}

impl Failure for StatusError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Read(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::TimedOut(_) => Advice::in_progress().hint("`edgeswitch status` shows the reason"),
        }
    }
}

/// The state in one word. It decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum PlanState {
    /// One release has all traffic, and every edge location has the plan.
    Settled,
    /// One release has all traffic, but not every edge location has read the plan yet.
    Spreading,
    /// A change is in progress, or waits for a person.
    InProgress,
    /// A person should act.
    Trouble,
}

/// The state of the plan, as `--output json` prints it.
#[derive(Serialize)]
struct Status {
    schema: u8,
    state: PlanState,
    parameter: String,
    region: String,
    version: u64,
    written: Moment,
    /// The time at which every edge location has read this version.
    followed: Moment,
    replicas: Vec<Replica>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    followers: Vec<Followed>,
    /// `None` if they were read with the plan.
    #[serde(skip)]
    followers_read: Option<Moment>,
    /// `None` if there is no guard.
    #[serde(skip_serializing_if = "Option::is_none")]
    guard: Option<Guarded>,
    /// `None` if no invalidation is needed.
    documents: Option<Documents>,
    summary: Summary,
}

#[derive(Serialize)]
struct Replica {
    region: String,
    plan: Replicated,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "reason")]
enum Replicated {
    Same,
    Different,
    Missing,
    Unreadable(String),
}

pub(crate) async fn status(
    args: &StatusArgs,
    session: &mut Session<'_>,
) -> Result<Exit, StatusError> {
    let project = Project::find(&args.target)?;
    if args.watch {
        return watch(&project, session).await;
    }
    let mut last = LastLook::default();
    let mut status = look(&project, session, &mut last).await?;
    let begin = session.clock.now();
    while args.wait && status.state.is_passing() {
        let waited = Duration::from_millis(session.clock.now().0.abs_diff(begin.0));
        if waited >= args.timeout {
            print(&status, session)?;
            return Err(StatusError::TimedOut(args.timeout.as_secs()));
        }
        sleep(LOOK.min(args.timeout - waited)).await;
        status = look(&project, session, &mut last).await?;
    }
    print(&status, session)?;
    Ok(status.state.into())
}

/// Repeats the output until the user ends it. A passing error is written below the last output, and the next read is
/// tried.
async fn watch(project: &Project, session: &mut Session<'_>) -> Result<Exit, StatusError> {
    let mut screen =
        Screen::open(session.console.is_painted_over()).map_err(TerminalError::from)?;
    let mut exit = Exit::Done;
    let mut last = LastLook::default();
    loop {
        match look(project, session, &mut last).await {
            Ok(status) => {
                exit = status.state.into();
                show(&screen, &status, session)?;
            }
            Err(ReadPlanError::Aws(error)) if error.kind.is_passing() => {
                session.console.say(&format!("{error}: trying again"))?;
            }
            Err(error) => return Err(error.into()),
        }
        session.console.out.flush().map_err(TerminalError::from)?;
        if screen.pause(session).await.map_err(TerminalError::from)? {
            return Ok(exit);
        }
    }
}

fn show(screen: &Screen, status: &Status, session: &mut Session<'_>) -> Result<(), TerminalError> {
    if !session.console.is_painted_over() {
        return session.console.print_document(status.lines(), status);
    }
    let text = session.console.folded(status.lines()).to_string();
    Ok(screen.paint(session, status.state, &status.summary, &text)?)
}

fn print(status: &Status, session: &mut Session<'_>) -> Result<(), TerminalError> {
    session.console.print_columns(status.lines(), status)
}

async fn look(
    project: &Project,
    session: &Session<'_>,
    last: &mut LastLook,
) -> Result<Status, ReadPlanError> {
    let mut home = project.home(session.cloud);
    let mut replicas = project.replicas(session.cloud);
    let (read, copies, guard) = tokio::join!(
        home.read(),
        join_all(replicas.iter_mut().map(Place::read)),
        Guarded::read(session, project)
    );
    read?;
    let guard = guard.ok().flatten();
    let stored = home.stored.as_ref().ok_or_else(|| project.missing(&home))?;
    let document = project.document(stored, home.region())?;
    let copy = |(replica, read): (&Place, Result<(), AwsError>)| Replica {
        region: replica.region().into(),
        plan: match (read, &replica.stored) {
            (Err(error), _) => Replicated::Unreadable(error.reason),
            (Ok(()), None) => Replicated::Missing,
            (Ok(()), Some(other)) if other.text == stored.text => Replicated::Same,
            (Ok(()), Some(_)) => Replicated::Different,
        },
    };
    let replicas: Vec<Replica> = replicas.iter().zip(copies).map(copy).collect();
    let context = project.context_now(session);
    let written = Moment { at: stored.modified, now: context.now };
    let followed = Moment { at: project.context(stored.modified, None).followed(), ..written };
    let summary = Summary::of(&document, &context);
    let documents = documents(session, project, &summary).await;
    let followers = last.followers(session, project, stored.version, &summary).await;
    let state = PlanState::of(&summary, followed, &replicas, documents.as_ref());
    Ok(Status {
        schema: 1,
        state: state.with(&followers).under(guard.as_ref(), &summary),
        parameter: project.parameter.name.clone(),
        region: home.region().into(),
        version: stored.version,
        written,
        followed,
        replicas,
        followers,
        followers_read: last.read(session),
        guard,
        documents,
        summary,
    })
}

impl PlanState {
    fn of(
        summary: &Summary,
        followed: Moment,
        replicas: &[Replica],
        documents: Option<&Documents>,
    ) -> Self {
        if replicas.iter().any(|replica| replica.plan != Replicated::Same) {
            return Self::Trouble;
        }
        let invalidated = match documents.map(|documents| &documents.invalidated) {
            Some(Invalidated::Missing | Invalidated::InProgress) => false,
            Some(Invalidated::Completed | Invalidated::Unreadable(_)) | None => true,
        };
        match summary.progress {
            Progress::Lapsed => Self::Trouble,
            Progress::Settled if followed.at > followed.now => Self::Spreading,
            Progress::Settled if invalidated => Self::Settled,
            Progress::Settled | Progress::Canary | Progress::UnderWay | Progress::Paused => {
                Self::InProgress
            }
        }
    }
}

impl PlanState {
    /// The state of the plan and its followers.
    fn with(self, followers: &[Followed]) -> Self {
        if followers.iter().any(Followed::is_trouble) {
            return Self::Trouble;
        }
        match self {
            Self::Settled | Self::Spreading if followers.iter().any(Followed::is_behind) => {
                Self::InProgress
            }
            Self::Settled | Self::Spreading | Self::InProgress | Self::Trouble => self,
        }
    }

    /// The state of a plan whose ramp the guard may hold.
    fn under(self, guard: Option<&Guarded>, summary: &Summary) -> Self {
        let is_gone = guard.is_none_or(|guard| guard.is_late);
        if (is_held(summary) && is_gone) || guard.is_some_and(Guarded::has_trouble) {
            return Self::Trouble;
        }
        self
    }

    /// Whether the state can become settled by itself.
    fn is_passing(self) -> bool {
        matches!(self, Self::Spreading | Self::InProgress)
    }
}

impl From<PlanState> for Exit {
    fn from(state: PlanState) -> Self {
        match state {
            PlanState::Settled => Self::Done,
            PlanState::Spreading | PlanState::InProgress => Self::InProgress,
            PlanState::Trouble => Self::Failed,
        }
    }
}

impl Status {
    /// The text of one screen.
    fn lines(&self) -> Lines {
        let Self { parameter, region, version, written, followed, .. } = self;
        let mut lines = Lines::new([
            format!("state      {}", self.state),
            format!("parameter  {parameter} in {region}, version {version}, written at {written}"),
        ]);
        if followed.at > followed.now {
            lines.push(format!("edges      every edge location has this plan by {followed}"));
        }
        for Replica { region, plan } in &self.replicas {
            lines.push(format!("replica    {region}: {plan}"));
        }
        for follower in &self.followers {
            lines.append(follower.lines());
        }
        if let Some(read) = self.followers_read {
            lines.push(format!("           read at {read}"));
        }
        if let Some(guard) = &self.guard {
            lines.append(guard.lines());
        }
        if is_held_by_the_gate(&self.summary) {
            let way_on = "           the next step is held: `edgeswitch ramp resume` lets it pass";
            lines.push(way_on.to_owned());
        }
        if let Some(documents) = &self.documents {
            lines.push(format!("documents  {documents}"));
        }
        lines.append(Lines::new(self.summary.lines()));
        if let Some(hint) = way_on(&self.summary, !self.followers.is_empty()) {
            lines.push(format!("hint       {hint}"));
        }
        lines
    }
}

/// Whether the guard renews the lease.
fn is_held(summary: &Summary) -> bool {
    summary.lease.as_ref().is_some_and(|lease| lease.in_seconds > 0 && lease.guard.is_some())
}

/// Whether the guard has paused the ramp, because the gate cannot tell.
fn is_held_by_the_gate(summary: &Summary) -> bool {
    let guard = summary.lease.as_ref().filter(|_| is_held(summary));
    let paused_by = guard.and_then(|lease| lease.guard.as_ref()?.paused_by.as_deref());
    summary.paused_steps > 0 && paused_by == Some(WRITER)
}

/// The hint for a ramp whose command may be gone.
fn way_on(summary: &Summary, has_followers: bool) -> Option<&'static str> {
    match summary.progress {
        Progress::Lapsed if has_followers => {
            Some("`edgeswitch rollback` settles the plan and moves the followers back")
        }
        Progress::Lapsed => Some("`edgeswitch rollback` settles the plan"),
        Progress::UnderWay | Progress::Paused if is_held(summary) => None,
        Progress::UnderWay | Progress::Paused if summary.lease.is_some() => {
            Some("`edgeswitch ramp --resume` renews the lease if the ramp's command is gone")
        }
        Progress::UnderWay | Progress::Paused if summary.paused_steps > 0 => {
            Some("`edgeswitch ramp resume` goes on")
        }
        Progress::UnderWay | Progress::Paused | Progress::Settled | Progress::Canary => None,
    }
}

impl fmt::Display for PlanState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Settled => "settled",
            Self::Spreading => "spreading",
            Self::InProgress => "in progress",
            Self::Trouble => "trouble",
        })
    }
}

impl fmt::Display for Replicated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => f.write_str("the same plan"),
            Self::Different => f.write_str("another plan; `edgeswitch sync` copies this one there"),
            Self::Missing => f.write_str("no plan; `edgeswitch sync` copies this one there"),
            Self::Unreadable(reason) => write!(f, "cannot be read: {reason}"),
        }
    }
}
