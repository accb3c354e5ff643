use std::collections::BTreeMap;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::ProgressBar;

use super::change::{Change, Known};
use super::conditions::Conditions;
use super::effects::{Difference, Effect, all_new, effects};
use super::follow::{Ended, follow, newest, wait};
use super::names::Names;
use super::parameters::{Parameters, after, parameters};
use super::repair::repair;
use super::report::{Deployed, Done};
use super::standing::Standing;
use super::trial::{Trial, Tried};
use super::upload::{Owner, Uploaded, find, finish, make, upload};
use super::written::Written;
use super::zips::Zips;
use super::{DeployArgs, DeployError, is_own};
use crate::aws::{
    Action, AwsError, AwsErrorKind, ChangeSetKind, ChangeSetStatus, Deployer, FoundBucket, Mark,
    PackagesBucket, Stack, StackState, US_EAST_1,
};
use crate::control::{Session, persist};
use crate::package::Function;

/// The same file as for `aws cloudformation deploy`.
const TEMPLATE: &str = include_str!("../../../../../../deploy/cloudformation/functions.yaml");

/// One run of `edgeswitch deploy`.
pub(crate) struct Attempt<'a> {
    args: &'a DeployArgs,
    names: &'a Names,
    zips: &'a Zips,
    deployer: Deployer,
    stack: Stack,
    bucket: PackagesBucket,
    owner: Owner,
    /// The account in the words of a question.
    address: String,
    written: Written,
    /// Set when nothing of somebody else is in the way.
    admitted: AtomicBool,
}

/// What the deployment begins with.
enum Ground {
    /// Nothing is in the way of a new stack.
    Free,
    Stack(StackState),
    /// Only with `--dry-run`: a stack that was never made is deleted first. Its functions are no obstacle.
    Remains,
    /// Only with `--dry-run`: the rollback is continued first.
    Stuck,
}

impl<'a> Attempt<'a> {
    pub(crate) async fn begin(
        args: &'a DeployArgs,
        names: &'a Names,
        zips: &'a Zips,
        session: &Session<'_>,
    ) -> Result<Self, DeployError> {
        let deployer = session.cloud.deployer();
        let account = deployer.account_id().await?;
        let owner = if args.bucket.is_some() { Owner::User } else { Owner::Deploy };
        let bucket = args.bucket.clone().unwrap_or_else(|| names.bucket(&account));
        Ok(Self {
            args,
            names,
            zips,
            stack: deployer.stack(names.stack()),
            bucket: deployer.packages(bucket, account, names.name()),
            deployer,
            owner,
            address: session.address().await,
            written: Written::default(),
            admitted: AtomicBool::new(false),
        })
    }

    /// Takes the account from where it stands to tested versions.
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Deployed, DeployError> {
        let ended = self.begun(session).await;
        ended.map_err(|error| error.after(&self.written))
    }

    async fn begun(&self, session: &mut Session<'_>) -> Result<Deployed, DeployError> {
        let ground = self.ready(session).await?;
        let found = find(&self.bucket, self.owner).await?;
        self.admitted.store(true, Ordering::Relaxed);
        if self.args.doing.dry_run {
            return self.rehearse(ground, &found, session).await;
        }
        let state = match ground {
            Ground::Stack(state) => Some(state),
            Ground::Free | Ground::Remains | Ground::Stuck => None,
        };
        let uploaded = self.upload(&found, session).await?;
        let change = self.changed(state.as_ref(), session).await?;
        let (effects, done) = self.change(state.as_ref(), &change, session).await?;
        let state = self.read(session).await?;
        let versions = self.test(&state, &effects, change.rendered.role(), session).await?;
        Ok(Deployed::new(self, done, effects, Some(uploaded), versions, state.outputs))
    }

    /// Reads the stack that this run has made or changed.
    async fn read(&self, session: &mut Session<'_>) -> Result<StackState, DeployError> {
        let read =
            persist(session, &ProgressBar::hidden(), async || self.stack.read().await).await?;
        read.ok_or_else(|| DeployError::Overtaken(self.stack.name().into()))
    }

    /// Whether the stack, the functions and the bucket of these names may be used: they belong to this project, or do
    /// not exist.
    pub(crate) fn is_admitted(&self) -> bool {
        self.admitted.load(Ordering::Relaxed)
    }

    pub(crate) fn names(&self) -> &Names {
        self.names
    }

    pub(crate) fn zips(&self) -> &Zips {
        self.zips
    }

    /// Brings the stack into a state in which it can be made or changed.
    async fn ready(&self, session: &mut Session<'_>) -> Result<Ground, DeployError> {
        let is_rehearsal = self.args.doing.dry_run;
        loop {
            let state = self.stack.read().await?;
            let standing = Standing::of(state.as_ref());
            let Some(state) = state else { break };
            if matches!(standing, Standing::Settled | Standing::NeverMade | Standing::Stuck) {
                self.check_own(&state)?;
            }
            match standing {
                Standing::Missing => break,
                Standing::Reviewed => {
                    session.console.say(&format!(
                        "stack `{}` is REVIEW_IN_PROGRESS: an earlier deployment ended before it made anything",
                        self.stack.name()
                    ))?;
                    break;
                }
                Standing::Settled => return Ok(Ground::Stack(state)),
                Standing::InProgress if is_rehearsal => {
                    let (stack, status) = (self.stack.name().into(), state.status);
                    return Err(DeployError::Busy { stack, status });
                }
                Standing::InProgress => wait(&self.stack, &state, session).await?,
                Standing::NeverMade => {
                    self.delete_remains(&state, session).await?;
                    if is_rehearsal {
                        return Ok(Ground::Remains);
                    }
                }
                Standing::Stuck => {
                    self.unstick(&state, session).await?;
                    if is_rehearsal {
                        return Ok(Ground::Stuck);
                    }
                }
                Standing::NotDeleted => {
                    return Err(DeployError::NotDeleted(self.stack.name().into()));
                }
            }
        }
        self.check_free().await?;
        Ok(Ground::Free)
    }

    /// Refuses a stack of the same name that holds something else. A try also refuses a project of its name, which
    /// reads another plan.
    fn check_own(&self, state: &StackState) -> Result<(), DeployError> {
        let plan = state.parameters.get("PlanParameter");
        let reads_our_plan = plan == Some(&self.zips.config.parameter.name);
        if is_own(self.names, state) && (reads_our_plan || !self.args.is_try) {
            return Ok(());
        }
        Err(DeployError::ForeignStack(self.stack.name().into()))
    }

    /// Refuses functions that a new stack could not make.
    async fn check_free(&self) -> Result<(), DeployError> {
        let lambda = self.deployer.functions(US_EAST_1);
        for name in self.names.functions() {
            if lambda.arn(&name).await?.is_some() {
                return Err(DeployError::FunctionExists(name));
            }
        }
        Ok(())
    }

    /// Deletes a stack that CloudFormation could not make. It can do nothing else with it. If another stack has taken its
    /// place during the question, nothing is deleted.
    async fn delete_remains(
        &self,
        state: &StackState,
        session: &mut Session<'_>,
    ) -> Result<(), DeployError> {
        let StackState { id, status, .. } = state;
        let name = self.stack.name();
        session.console.say(&format!(
            "stack `{name}` is {status}: it was never made as a whole, so nothing uses it, and it can only be deleted"
        ))?;
        if self.args.doing.dry_run {
            return Ok(());
        }
        self.ask(&format!("Delete stack `{name}`{}, and make it again?", self.address), session)?;
        let now = self.stack.read().await?;
        let is_same = now.as_ref().is_some_and(|now| now.id == *id)
            && Standing::of(now.as_ref()) == Standing::NeverMade;
        if !is_same {
            session
                .console
                .say(&format!("stack `{name}` is not the same any more: looking again"))?;
            return Ok(());
        }
        let last = newest(&self.stack, id, session).await?;
        self.stack.delete(id).await?;
        self.written.add(format!("stack `{name}` is being deleted"));
        let what = format!("deleting stack `{name}`");
        let ended = follow(&self.stack, id, last, &what, session).await?;
        if ended.status == "DELETE_COMPLETE" { Ok(()) } else { Err(self.failure(ended)) }
    }

    /// Continues the rollback of an update.
    async fn unstick(
        &self,
        state: &StackState,
        session: &mut Session<'_>,
    ) -> Result<(), DeployError> {
        let name = self.stack.name();
        session.console.say(&format!(
            "stack `{name}` is UPDATE_ROLLBACK_FAILED: an update failed, and so did the way back; the functions stay as they are"
        ))?;
        if self.args.doing.dry_run {
            return Ok(());
        }
        self.ask(&format!("Continue the rollback of stack `{name}`{}?", self.address), session)?;
        let last = newest(&self.stack, &state.id, session).await?;
        self.stack.continue_rollback().await?;
        self.written.add(format!("the rollback of stack `{name}` is continued"));
        let what = format!("continuing the rollback of stack `{name}`");
        let ended = follow(&self.stack, &state.id, last, &what, session).await?;
        if ended.status == "UPDATE_ROLLBACK_COMPLETE" {
            return Ok(());
        }
        let reason = ended.failed.map_or(ended.status, |event| event.reason);
        Err(DeployError::Stuck { stack: name.into(), reason })
    }

    fn ask(&self, question: &str, session: &mut Session<'_>) -> Result<(), DeployError> {
        if self.args.doing.yes { Ok(()) } else { Ok(session.console.ask(question)?) }
    }

    /// Says what a deployment would do. A change set is made and deleted again; without a stack, not even that.
    async fn rehearse(
        &self,
        ground: Ground,
        found: &FoundBucket,
        session: &mut Session<'_>,
    ) -> Result<Deployed, DeployError> {
        if *found == FoundBucket::Missing {
            session.console.say(&format!("makes the bucket `{}`", self.bucket.name()))?;
        }
        let (effects, kept, outputs) = match ground {
            Ground::Free | Ground::Remains => {
                let change = self.changed(None, session).await?;
                let effects = all_new(change.rendered.logical(), self.names);
                (effects, change.kept, BTreeMap::new())
            }
            Ground::Stuck => (vec![self.continued()], Vec::new(), BTreeMap::new()),
            Ground::Stack(state) => {
                let change_set = change_set_name(session);
                let change = self.changed(Some(&state), session).await?;
                self.propose(&change_set, ChangeSetKind::Update, &change).await?;
                let effects = self.effects(&change_set, &state, &change, session).await;
                let deleted = self.stack.delete_change_set(&change_set).await;
                let effects = effects?.unwrap_or_default();
                deleted?;
                (effects, change.kept, state.outputs)
            }
        };
        self.say(&effects, &kept, session)?;
        session.console.say("dry run: nothing is deployed")?;
        Ok(Deployed::new(self, Done::DryRun, effects, None, Vec::new(), outputs))
    }

    /// The change of a stack whose rollback failed. Nobody knows the others before it has ended.
    fn continued(&self) -> Effect {
        let stack = self.stack.name();
        Effect {
            resource: stack.into(),
            action: Action::Change,
            text: format!(
                "continues the rollback of stack `{stack}`; CloudFormation compares the stack with the template after that"
            ),
        }
    }

    fn say(
        &self,
        effects: &[Effect],
        kept: &[String],
        session: &mut Session<'_>,
    ) -> Result<(), DeployError> {
        for effect in effects {
            session.console.say(&effect.text)?;
        }
        for policy in kept {
            session.console.say(&format!("keeps the {policy}, because a distribution uses it"))?;
        }
        Ok(())
    }

    async fn upload(
        &self,
        found: &FoundBucket,
        session: &mut Session<'_>,
    ) -> Result<Uploaded, DeployError> {
        let name = self.bucket.name();
        let is_new = *found == FoundBucket::Missing;
        if is_new {
            session.console.say(&format!(
                "the packages need a bucket in us-east-1: `{name}`, encrypted, without public access"
            ))?;
            self.ask(&format!("Make bucket `{name}`{}?", self.address), session)?;
            make(&self.bucket, &self.written, session).await?;
        } else if self.owner == Owner::Deploy {
            finish(&self.bucket, session).await?;
        }
        let uploaded = upload(&self.bucket, self.zips, &self.written, session).await?;
        Ok(Uploaded { bucket: name.into(), is_new, uploaded })
    }

    fn parameters(&self, state: Option<&StackState>) -> Parameters {
        let none = BTreeMap::new();
        let before = state.map_or(&none, |state| &state.parameters);
        parameters(self.names, self.bucket.name(), self.zips, self.args.runtime, before)
    }

    /// The change that this project wants.
    async fn changed(
        &self,
        state: Option<&StackState>,
        session: &mut Session<'_>,
    ) -> Result<Change, DeployError> {
        let account = Known { stack: &self.stack, deployer: &self.deployer, names: self.names };
        Change::of(TEMPLATE, self.parameters(state), state, account, session).await
    }

    async fn propose(
        &self,
        change_set: &str,
        kind: ChangeSetKind,
        change: &Change,
    ) -> Result<(), AwsError> {
        let text = change.rendered.text();
        self.stack.create_change_set(change_set, kind, &text, &change.parameters).await
    }

    /// What the change set does; `None` if it does nothing.
    async fn effects(
        &self,
        change_set: &str,
        state: &StackState,
        change: &Change,
        session: &mut Session<'_>,
    ) -> Result<Option<Vec<Effect>>, DeployError> {
        let bar = session.console.spinner("CloudFormation compares the stack with the template")?;
        loop {
            let read =
                persist(session, &bar, async || self.stack.change_set(change_set).await).await?;
            match read.status {
                ChangeSetStatus::InProgress => tokio::time::sleep(super::follow::PAUSE).await,
                ChangeSetStatus::Empty => {
                    bar.finish_and_clear();
                    return Ok(None);
                }
                ChangeSetStatus::Ready => {
                    bar.finish_and_clear();
                    let before = &state.parameters;
                    let after = after(&change.parameters, before);
                    let difference = Difference { before, after: &after };
                    return Ok(Some(effects(&read.changes, self.names, difference)));
                }
                ChangeSetStatus::Failed(reason) => {
                    let stack = self.stack.name().into();
                    return Err(DeployError::ChangeSet { stack, reason });
                }
            }
        }
    }

    /// Makes the stack, or changes it.
    async fn change(
        &self,
        state: Option<&StackState>,
        change: &Change,
        session: &mut Session<'_>,
    ) -> Result<(Vec<Effect>, Done), DeployError> {
        let change_set = change_set_name(session);
        let kind = state.map_or(ChangeSetKind::Create, |_| ChangeSetKind::Update);
        self.propose(&change_set, kind, change).await?;
        let agreed = self.agree(&change_set, state, change, session).await;
        let effects = match agreed {
            Ok(Some(effects)) => effects,
            Ok(None) => {
                self.stack.delete_change_set(&change_set).await?;
                session.console.say(&format!("stack `{}` has no change", self.stack.name()))?;
                return Ok((Vec::new(), Done::Unchanged));
            }
            Err(error) => {
                if let Err(left) = self.withdraw(&change_set, kind).await {
                    self.written.add(format!("change set `{change_set}` is left: {left}"));
                }
                return Err(error);
            }
        };
        self.carry_out(&change_set, &change.parameters, session).await?;
        Ok((effects, Done::Deployed))
    }

    /// Says what the change set does, and asks. `None` if it does nothing.
    async fn agree(
        &self,
        change_set: &str,
        state: Option<&StackState>,
        change: &Change,
        session: &mut Session<'_>,
    ) -> Result<Option<Vec<Effect>>, DeployError> {
        let missing = StackState {
            id: String::new(),
            status: String::new(),
            parameters: BTreeMap::new(),
            outputs: BTreeMap::new(),
        };
        let state = state.unwrap_or(&missing);
        let Some(effects) = self.effects(change_set, state, change, session).await? else {
            return Ok(None);
        };
        self.say(&effects, &change.kept, session)?;
        let name = self.stack.name();
        self.ask(&format!("Deploy stack `{name}` in us-east-1{}?", self.address), session)?;
        Ok(Some(effects))
    }

    /// Deletes a change set that nobody wants. A stack that it would have made goes with it, unless another run works on
    /// the stack: it has made it meanwhile, has a change set of its own, or the change set is gone.
    async fn withdraw(&self, change_set: &str, kind: ChangeSetKind) -> Result<(), AwsError> {
        if let Err(AwsError { kind: AwsErrorKind::Missing, .. }) =
            self.stack.change_set(change_set).await
        {
            return Ok(());
        }
        let unmade = match kind {
            ChangeSetKind::Update => None,
            ChangeSetKind::Create => {
                let state = self.stack.read().await?;
                let pending = self.stack.change_sets().await?;
                let is_alone = pending.iter().all(|pending| pending == change_set);
                let is_reviewed = Standing::of(state.as_ref()) == Standing::Reviewed;
                state.filter(|_| is_reviewed && is_alone)
            }
        };
        match unmade {
            Some(state) => self.stack.delete(&state.id).await,
            None => self.stack.delete_change_set(change_set).await,
        }
    }

    async fn carry_out(
        &self,
        change_set: &str,
        parameters: &Parameters,
        session: &mut Session<'_>,
    ) -> Result<(), DeployError> {
        let name = self.stack.name();
        let state = self.read(session).await?;
        let last = newest(&self.stack, &state.id, session).await?;
        if let Err(error) = self.stack.execute(change_set).await {
            // The answer to an earlier attempt of the same call may have been lost.
            match self.stack.events(&state.id, last.as_deref()).await {
                Ok(began) if !began.is_empty() => {}
                Ok(_) => return Err(error.into()),
                Err(_) => {
                    let perhaps = format!("the change of stack `{name}` has perhaps begun");
                    self.written.perhaps(&error, perhaps);
                    return Err(error.into());
                }
            }
        }
        self.written.add(format!("the change of stack `{name}` has begun"));
        // Another run may have made the stack without resources anew between the read and the call.
        let id = self.read(session).await?.id;
        let what = format!("deploying stack `{name}`: this takes a minute or two");
        let ended = follow(&self.stack, &id, last, &what, session).await?;
        match &*ended.status {
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" => {}
            _ => return Err(self.failure(ended)),
        }
        let now = self.read(session).await?.parameters;
        let is_ours = after(parameters, &state.parameters)
            .into_iter()
            .all(|(key, value)| now.get(&key) == Some(&value));
        if is_ours { Ok(()) } else { Err(DeployError::Overtaken(name.into())) }
    }

    fn failure(&self, ended: Ended) -> DeployError {
        let stack = self.stack.name().to_owned();
        let Ended { status, failed } = ended;
        let (what, repair) = match &failed {
            Some(event) => {
                let what = format!("`{}` failed: {}", event.logical, event.reason);
                (what, repair(event, self.names))
            }
            None => ("nothing says why".into(), "look at the stack's events in the console".into()),
        };
        DeployError::Stack { stack, status, what, repair }
    }

    /// Tests each version that no earlier run found good.
    async fn test(
        &self,
        state: &StackState,
        effects: &[Effect],
        role: &str,
        session: &mut Session<'_>,
    ) -> Result<Vec<Tried>, DeployError> {
        let lambda = self.deployer.functions(US_EAST_1);
        let role_is_new = effects.iter().any(|effect| effect.resource == "Role");
        let trial = Trial { lambda: &lambda, config: &self.zips.config, role_is_new };
        let has_plan = trial.plan(session).await?.is_some();
        let now = Conditions { has_plan, role: role.into() };
        let mut versions = Vec::new();
        for function in Function::ALL {
            let output = version_output(function);
            let arn = state
                .outputs
                .get(output)
                .ok_or_else(|| DeployError::NoOutput { stack: self.stack.name().into(), output })?;
            versions.push(self.test_one(&trial, function, arn, &now, session).await?);
        }
        Ok(versions)
    }

    /// The mark on the function is set only after the test, so an interrupted run leaves no version that was not tested.
    /// It is removed before another test, so a version that fails then cannot be attached.
    async fn test_one(
        &self,
        trial: &Trial<'_>,
        function: Function,
        arn: &str,
        now: &Conditions,
        session: &mut Session<'_>,
    ) -> Result<Tried, DeployError> {
        let name = self.names.function(function);
        let (function_arn, version) = arn.rsplit_once(':').unwrap_or((arn, ""));
        let mark = trial.lambda.mark(function_arn).await?.filter(|mark| mark.version == version);
        let again = mark.as_ref().map(|mark| Conditions::read(&mark.under).outdated(now));
        let what = match again {
            Some(None) => return Ok(Tried::before(name, arn)),
            Some(Some(again)) => format!("testing version {version} of `{name}` again: {again}"),
            None => format!("testing version {version} of `{name}`"),
        };
        if mark.is_some() {
            trial.lambda.unmark(function_arn).await?;
        }
        let bar = session.console.spinner(&what)?;
        let tried = trial.of(function, name, arn, session).await?;
        bar.finish_and_clear();
        if tried.problem.is_none() {
            let mark = Mark { version: version.into(), under: now.text() };
            trial.lambda.mark_tested(function_arn, &mark).await?;
        }
        Ok(tried)
    }
}

/// The output of the stack with the version of a function.
pub(crate) fn version_output(function: Function) -> &'static str {
    match function {
        Function::ViewerRequest => "ViewerRequestVersion",
        Function::OriginRequest => "OriginRequestVersion",
        Function::OriginResponse => "OriginResponseVersion",
    }
}

/// A name that no other change set of the stack has, also not that of another machine.
fn change_set_name(session: &Session<'_>) -> String {
    format!("edgeswitch-{}-{}", session.clock.now().0, process::id())
}
