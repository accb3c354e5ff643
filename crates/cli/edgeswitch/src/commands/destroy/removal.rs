use edge_config::Config;
use indicatif::ProgressBar;
use serde::Serialize;

use super::DestroyError;
use super::in_use::InUse;
use super::replicas::{Replicas, find, regions, wait};
use crate::aws::{BucketOwner, Deployer, FoundBucket, PackagesBucket, Stack, StackState};
use crate::commands::deploy::{Doing, Names, Standing, follow, is_own, newest, wait_for};
use crate::control::{Session, WaitError, persist};
use crate::exit::Exit;
use terminal_text::Lines;

/// One run of `edgeswitch destroy`.
pub(crate) struct Removal<'a> {
    names: &'a Names,
    doing: Doing,
    /// Whether to wait for the replicas.
    waits: bool,
    deployer: Deployer,
    stack: Stack,
    bucket: PackagesBucket,
    /// The account in the words of a question.
    address: String,
}

/// What there is to delete.
struct Found {
    stack: Option<StackState>,
    packages: Packages,
}

/// The bucket with the name that `deploy` gives it.
enum Packages {
    Missing,
    /// `deploy` made it, and it holds only packages, with these keys.
    Own(Vec<String>),
    /// It is not deleted, for this reason.
    Stays(String),
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Deleted,
    Nothing,
    DryRun,
    /// Replicas are left, so the functions cannot be deleted yet.
    Waiting,
}

/// What was deleted and what is left, as `--output json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct Destroyed {
    schema: u8,
    outcome: Outcome,
    deleted: Vec<String>,
    replicas: Vec<Replicas>,
    /// What nobody deletes, in words.
    left: Vec<String>,
}

impl<'a> Removal<'a> {
    pub(crate) async fn begin(
        names: &'a Names,
        doing: Doing,
        waits: bool,
        session: &Session<'_>,
    ) -> Result<Self, DestroyError> {
        let deployer = session.cloud.deployer();
        let account = deployer.account_id().await?;
        Ok(Self {
            names,
            doing,
            waits,
            stack: deployer.stack(names.stack()),
            bucket: deployer.packages(names.bucket(&account), account, names.name()),
            deployer,
            address: session.address().await,
        })
    }

    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Destroyed, DestroyError> {
        let found = self.look(session).await?;
        let mut destroyed = Destroyed::new(Outcome::Nothing);
        destroyed.left = self.bucket_that_stays(&found);
        if found.stack.is_none() && !matches!(found.packages, Packages::Own(_)) {
            return Ok(destroyed);
        }
        self.check_unused(&found, session).await?;
        if found.stack.is_some() {
            destroyed.replicas = find(&self.deployer, self.names).await?;
        }
        self.say(&found, &destroyed.replicas, session)?;
        if self.doing.dry_run {
            session.console.say("dry run: nothing is deleted")?;
            return Ok(Destroyed { outcome: Outcome::DryRun, ..destroyed });
        }
        if !destroyed.replicas.is_empty() && !self.waits {
            return Ok(Destroyed { outcome: Outcome::Waiting, ..destroyed });
        }
        if !self.doing.yes {
            session.console.ask(&format!("Delete all of this{}?", self.address))?;
        }
        if !destroyed.replicas.is_empty() {
            wait(&self.deployer, self.names, session).await?;
            destroyed.replicas.clear();
        }
        // During the question or the wait, somebody may have deployed or attached.
        let found = self.look(session).await?;
        destroyed.left = self.bucket_that_stays(&found);
        self.check_unused(&found, session).await?;
        if let Some(state) = &found.stack {
            self.delete_stack(state, session).await?;
            destroyed.deleted.push(format!("stack `{}`", self.stack.name()));
        }
        if let Packages::Own(keys) = &found.packages {
            let deleted = self.delete_bucket(keys, session).await;
            deleted.map_err(|error| self.bucket_is_left(&destroyed.deleted, error))?;
            destroyed.deleted.push(format!("bucket `{}`", self.bucket.name()));
        }
        Ok(Destroyed { outcome: Outcome::Deleted, ..destroyed })
    }

    /// Refuses while a distribution has a function or a policy of the stack. The outputs name the newest policies only.
    async fn check_unused(
        &self,
        found: &Found,
        session: &mut Session<'_>,
    ) -> Result<(), DestroyError> {
        let Some(stack) = &found.stack else { return Ok(()) };
        let associations = self.deployer.associations().read().await?;
        let mut parts = stack.outputs.clone();
        parts.extend(self.stack.resources().await?);
        match InUse::among(associations, self.names, &parts) {
            None => Ok(()),
            Some(used) => {
                session.console.say_each(&used.lines())?;
                Err(DestroyError::InUse(used))
            }
        }
    }

    async fn look(&self, session: &mut Session<'_>) -> Result<Found, DestroyError> {
        let stack = loop {
            let state = self.stack.read().await?;
            match (Standing::of(state.as_ref()), state) {
                (Standing::Missing, _) | (_, None) => break None,
                (Standing::InProgress, Some(state)) => {
                    if self.doing.dry_run {
                        let (stack, status) = (self.stack.name().into(), state.status);
                        return Err(DestroyError::Busy { stack, status });
                    }
                    wait_for(&self.stack, &state, session).await?;
                }
                (Standing::Reviewed, Some(state)) => break Some(state),
                (
                    Standing::Settled
                    | Standing::NeverMade
                    | Standing::Stuck
                    | Standing::NotDeleted,
                    Some(state),
                ) => {
                    if !is_own(self.names, &state) {
                        return Err(DestroyError::ForeignStack(self.stack.name().into()));
                    }
                    break Some(state);
                }
            }
        };
        Ok(Found { stack, packages: self.packages().await? })
    }

    async fn packages(&self) -> Result<Packages, DestroyError> {
        let why = match self.bucket.find().await? {
            FoundBucket::Missing => return Ok(Packages::Missing),
            FoundBucket::In(region) => {
                format!("it is in `{region}`, and `deploy` makes none there")
            }
            FoundBucket::Here => match self.bucket.owner().await? {
                BucketOwner::ThisProject => {
                    let keys = self.bucket.keys().await?;
                    if keys.iter().all(|key| is_package(key)) {
                        return Ok(Packages::Own(keys));
                    }
                    "it also holds other objects".into()
                }
                BucketOwner::Project(owner) => {
                    format!("it holds the packages of project `{owner}`")
                }
                BucketOwner::Unknown => {
                    format!("no tag says that it is for project `{}`", self.bucket.project())
                }
            },
        };
        Ok(Packages::Stays(why))
    }

    fn bucket_that_stays(&self, found: &Found) -> Vec<String> {
        match &found.packages {
            Packages::Missing | Packages::Own(_) => Vec::new(),
            Packages::Stays(why) => vec![format!("bucket `{}` ({why})", self.bucket.name())],
        }
    }

    fn say(
        &self,
        found: &Found,
        replicas: &[Replicas],
        session: &mut Session<'_>,
    ) -> Result<(), DestroyError> {
        let console = &mut session.console;
        if found.stack.is_some() {
            console.say(&format!(
                "deletes stack `{}` with its functions, all their versions, the role, the policies and the log in us-east-1",
                self.stack.name()
            ))?;
        }
        if let Packages::Own(keys) = &found.packages {
            let (bucket, count) = (self.bucket.name(), keys.len());
            let packages = if count == 1 { "package" } else { "packages" };
            console.say(&format!("deletes bucket `{bucket}` with {count} {packages}"))?;
        }
        if !replicas.is_empty() {
            console.say(&format!(
                "replicas of the functions are left in {}: CloudFront deletes them within hours after the last distribution has lost the functions",
                regions(replicas)
            ))?;
        }
        Ok(())
    }

    async fn delete_stack(
        &self,
        state: &StackState,
        session: &mut Session<'_>,
    ) -> Result<(), DestroyError> {
        let last = newest(&self.stack, &state.id, session).await?;
        self.begin_to_delete(&state.id, session).await?;
        // A stack that was only reviewed has no resources, and perhaps no event of its end.
        if Standing::of(Some(state)) == Standing::Reviewed {
            return Ok(());
        }
        let what = format!("deleting stack `{}`", self.stack.name());
        let ended = match follow(&self.stack, &state.id, last, &what, session).await {
            Ok(ended) => ended,
            Err(WaitError::Aws(error)) => {
                let stack = self.stack.name().into();
                return Err(DestroyError::Unfollowed { stack, error });
            }
            Err(WaitError::Terminal(error)) => return Err(error.into()),
        };
        if ended.status == "DELETE_COMPLETE" {
            return Ok(());
        }
        let what = ended.failed.map_or_else(
            || "nothing says why".into(),
            |event| format!("`{}` failed: {}", event.logical, event.reason),
        );
        Err(DestroyError::Stack { stack: self.stack.name().into(), status: ended.status, what })
    }

    /// A repeated call does no harm: CloudFormation goes on with the deletion that it has begun.
    async fn begin_to_delete(
        &self,
        id: &str,
        session: &mut Session<'_>,
    ) -> Result<(), DestroyError> {
        let bar = ProgressBar::hidden();
        match persist(session, &bar, || self.stack.delete(id)).await {
            Ok(()) => Ok(()),
            Err(WaitError::Aws(error)) if error.kind.is_passing() => {
                Err(DestroyError::Uncertain { stack: self.stack.name().into(), error })
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn delete_bucket(
        &self,
        keys: &[String],
        session: &mut Session<'_>,
    ) -> Result<(), WaitError> {
        let what = format!("deleting bucket `{}`", self.bucket.name());
        let bar = session.console.spinner(&what)?;
        for key in keys {
            persist(session, &bar, || self.bucket.remove(key)).await?;
        }
        persist(session, &bar, || self.bucket.delete()).await?;
        bar.finish_and_clear();
        Ok(())
    }

    fn bucket_is_left(&self, deleted: &[String], error: WaitError) -> DestroyError {
        match error {
            WaitError::Aws(error) => DestroyError::BucketLeft {
                bucket: self.bucket.name().into(),
                deleted: deleted.to_vec(),
                error,
            },
            WaitError::Terminal(error) => error.into(),
        }
    }
}

/// Whether a key is one that `deploy` uploads: a trigger and a hash.
fn is_package(key: &str) -> bool {
    let hash = key.strip_suffix(".zip").and_then(|key| key.rsplit_once('-'));
    hash.is_some_and(|(_, hash)| {
        hash.len() == 64 && hash.chars().all(|one| one.is_ascii_hexdigit())
    })
}

impl Destroyed {
    fn new(outcome: Outcome) -> Self {
        Self { schema: 1, outcome, deleted: Vec::new(), replicas: Vec::new(), left: Vec::new() }
    }

    /// Adds what this program never deletes.
    pub(super) fn staying(mut self, config: &Config, names: &Names) -> Self {
        self.left.push(format!("log groups `{}` of other Regions", names.log_group()));
        self.left.push(format!("parameter `{}` with the plan", config.parameter.name));
        let bucket = config.bucket.as_ref();
        self.left.extend(bucket.map(|bucket| format!("bucket `{bucket}` with the releases")));
        self
    }

    pub(crate) fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::Deleted | Outcome::Nothing | Outcome::DryRun => Exit::Done,
            Outcome::Waiting => Exit::InProgress,
        }
    }

    /// Whether nothing is left.
    pub(crate) fn is_whole(&self) -> bool {
        match self.outcome {
            Outcome::Deleted | Outcome::Nothing => self.left.is_empty(),
            Outcome::DryRun | Outcome::Waiting => false,
        }
    }

    pub(crate) fn lines(&self) -> Lines {
        Lines::new(self.words())
    }

    /// A line for the result, and one for what stays.
    pub(crate) fn words(&self) -> Vec<String> {
        let first = match self.outcome {
            Outcome::Deleted => format!("deleted: {}", self.deleted.join(" and ")),
            Outcome::Nothing => "there is nothing to delete".into(),
            Outcome::DryRun => "nothing was deleted".into(),
            Outcome::Waiting => format!(
                "nothing was deleted, because replicas are left in {}: repeat the command in some hours, or wait with `--wait`",
                regions(&self.replicas)
            ),
        };
        let stay = format!("these stay: {}", self.left.join(", "));
        [first].into_iter().chain((!self.left.is_empty()).then_some(stay)).collect()
    }
}
