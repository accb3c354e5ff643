use std::collections::BTreeMap;
use std::process;

use super::effects::{Difference, Effect, all_new, effects};
use super::follow::{Ended, follow, newest, wait};
use super::names::Names;
use super::parameters::{Parameters, after, parameters};
use super::repair::repair;
use super::report::{Deployed, Done};
use super::standing::Standing;
use super::trial::{Trial, Tried};
use super::upload::{Owner, Uploaded, find, finish, make, upload};
use super::zips::Zips;
use super::{DeployArgs, DeployError, is_own};
use crate::aws::{
    AwsError, AwsErrorKind, ChangeSetKind, ChangeSetStatus, Deployer, FoundBucket, PackagesBucket,
    Stack, StackState, US_EAST_1,
};
use crate::control::Session;
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
            bucket: deployer.packages(bucket, account),
            deployer,
            owner,
            address: session.address().await,
        })
    }

    /// Takes the account from where it stands to tested versions.
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Deployed, DeployError> {
        let state = self.ready(session).await?;
        let found = find(&self.bucket, self.owner).await?;
        if self.args.doing.dry_run {
            return self.rehearse(state.as_ref(), &found, session).await;
        }
        let uploaded = self.upload(&found, session).await?;
        let (effects, done) = self.change(state.as_ref(), session).await?;
        let state = self.stack.read().await?;
        let state = state.ok_or_else(|| DeployError::Overtaken(self.stack.name().into()))?;
        let versions = self.test(&state, &effects, session).await?;
        Ok(Deployed::new(self, done, effects, Some(uploaded), versions, state.outputs))
    }

    pub(crate) fn names(&self) -> &Names {
        self.names
    }

    pub(crate) fn zips(&self) -> &Zips {
        self.zips
    }

    /// Brings the stack into a state in which it can be made or changed.
    async fn ready(&self, session: &mut Session<'_>) -> Result<Option<StackState>, DeployError> {
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
                Standing::Settled => return Ok(Some(state)),
                Standing::InProgress if self.args.doing.dry_run => {
                    let (stack, status) = (self.stack.name().into(), state.status);
                    return Err(DeployError::Busy { stack, status });
                }
                Standing::InProgress => wait(&self.stack, &state, session).await?,
                Standing::NeverMade => self.delete_remains(&state, session).await?,
                Standing::Stuck => self.unstick(&state, session).await?,
                Standing::NotDeleted => {
                    return Err(DeployError::NotDeleted(self.stack.name().into()));
                }
            }
            if self.args.doing.dry_run {
                break;
            }
        }
        self.check_free().await?;
        Ok(None)
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

    /// Deletes a stack that CloudFormation could not make. It can do nothing else with it.
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
        let last = newest(&self.stack, id).await?;
        self.stack.delete().await?;
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
        let last = newest(&self.stack, &state.id).await?;
        self.stack.continue_rollback().await?;
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
        state: Option<&StackState>,
        found: &FoundBucket,
        session: &mut Session<'_>,
    ) -> Result<Deployed, DeployError> {
        if *found == FoundBucket::Missing {
            session.console.say(&format!("makes the bucket `{}`", self.bucket.name()))?;
        }
        let (effects, outputs) = match state {
            None => (all_new(self.names), BTreeMap::new()),
            Some(state) => {
                let change_set = change_set_name(session);
                let parameters = self.parameters(Some(state));
                self.propose(&change_set, ChangeSetKind::Update, &parameters).await?;
                let effects = self.effects(&change_set, state, &parameters, session).await;
                self.stack.delete_change_set(&change_set).await?;
                (effects?.unwrap_or_default(), state.outputs.clone())
            }
        };
        for effect in &effects {
            session.console.say(&effect.text)?;
        }
        session.console.say("dry run: nothing is deployed")?;
        Ok(Deployed::new(self, Done::DryRun, effects, None, Vec::new(), outputs))
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
            make(&self.bucket, session).await?;
        } else if self.owner == Owner::Deploy {
            finish(&self.bucket, session).await?;
        }
        let uploaded = upload(&self.bucket, self.zips, session).await?;
        Ok(Uploaded { bucket: name.into(), is_new, uploaded })
    }

    fn parameters(&self, state: Option<&StackState>) -> Parameters {
        let none = BTreeMap::new();
        let before = state.map_or(&none, |state| &state.parameters);
        parameters(self.names, self.bucket.name(), self.zips, self.args.runtime, before)
    }

    async fn propose(
        &self,
        change_set: &str,
        kind: ChangeSetKind,
        parameters: &Parameters,
    ) -> Result<(), AwsError> {
        self.stack.create_change_set(change_set, kind, TEMPLATE, parameters).await
    }

    /// What the change set does; `None` if it does nothing.
    async fn effects(
        &self,
        change_set: &str,
        state: &StackState,
        parameters: &Parameters,
        session: &mut Session<'_>,
    ) -> Result<Option<Vec<Effect>>, DeployError> {
        let bar = session.console.spinner("CloudFormation compares the stack with the template")?;
        loop {
            let read = self.stack.change_set(change_set).await?;
            match read.status {
                ChangeSetStatus::InProgress => tokio::time::sleep(super::follow::PAUSE).await,
                ChangeSetStatus::Empty => {
                    bar.finish_and_clear();
                    return Ok(None);
                }
                ChangeSetStatus::Ready => {
                    bar.finish_and_clear();
                    let before = &state.parameters;
                    let after = after(parameters, before);
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
        session: &mut Session<'_>,
    ) -> Result<(Vec<Effect>, Done), DeployError> {
        let change_set = change_set_name(session);
        let parameters = self.parameters(state);
        let kind = state.map_or(ChangeSetKind::Create, |_| ChangeSetKind::Update);
        self.propose(&change_set, kind, &parameters).await?;
        let agreed = self.agree(&change_set, state, &parameters, session).await;
        let effects = match agreed {
            Ok(Some(effects)) => effects,
            Ok(None) => {
                self.stack.delete_change_set(&change_set).await?;
                session.console.say(&format!("stack `{}` has no change", self.stack.name()))?;
                return Ok((Vec::new(), Done::Unchanged));
            }
            Err(error) => {
                self.withdraw(&change_set, kind).await?;
                return Err(error);
            }
        };
        self.carry_out(&change_set, &parameters, session).await?;
        Ok((effects, Done::Deployed))
    }

    /// Says what the change set does, and asks. `None` if it does nothing.
    async fn agree(
        &self,
        change_set: &str,
        state: Option<&StackState>,
        parameters: &Parameters,
        session: &mut Session<'_>,
    ) -> Result<Option<Vec<Effect>>, DeployError> {
        let missing = StackState {
            id: String::new(),
            status: String::new(),
            parameters: BTreeMap::new(),
            outputs: BTreeMap::new(),
        };
        let state = state.unwrap_or(&missing);
        let Some(effects) = self.effects(change_set, state, parameters, session).await? else {
            return Ok(None);
        };
        for effect in &effects {
            session.console.say(&effect.text)?;
        }
        let name = self.stack.name();
        self.ask(&format!("Deploy stack `{name}` in us-east-1{}?", self.address), session)?;
        Ok(Some(effects))
    }

    /// Deletes a change set that nobody wants. A stack that it would have made goes with it, unless another run works on
    /// the stack: it has made it meanwhile, or the change set is gone.
    async fn withdraw(&self, change_set: &str, kind: ChangeSetKind) -> Result<(), AwsError> {
        if let Err(AwsError { kind: AwsErrorKind::Missing, .. }) =
            self.stack.change_set(change_set).await
        {
            return Ok(());
        }
        let is_unmade = match kind {
            ChangeSetKind::Update => false,
            ChangeSetKind::Create => {
                let state = self.stack.read().await?;
                Standing::of(state.as_ref()) == Standing::Reviewed
            }
        };
        if is_unmade {
            self.stack.delete().await
        } else {
            self.stack.delete_change_set(change_set).await
        }
    }

    async fn carry_out(
        &self,
        change_set: &str,
        parameters: &Parameters,
        session: &mut Session<'_>,
    ) -> Result<(), DeployError> {
        let overtaken = || DeployError::Overtaken(self.stack.name().into());
        let state = self.stack.read().await?.ok_or_else(overtaken)?;
        let last = newest(&self.stack, &state.id).await?;
        if let Err(error) = self.stack.execute(change_set).await {
            // The answer to an earlier attempt of the same call may have been lost.
            let began = self.stack.events(&state.id, last.as_deref()).await?;
            if began.is_empty() {
                return Err(error.into());
            }
        }
        // Another run may have made the stack without resources anew between the read and the call.
        let id = self.stack.read().await?.ok_or_else(overtaken)?.id;
        let what = format!("deploying stack `{}`: this takes a minute or two", self.stack.name());
        let ended = follow(&self.stack, &id, last, &what, session).await?;
        match &*ended.status {
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" => {}
            _ => return Err(self.failure(ended)),
        }
        let now = self.stack.read().await?.ok_or_else(overtaken)?.parameters;
        let is_ours = after(parameters, &state.parameters)
            .into_iter()
            .all(|(key, value)| now.get(&key) == Some(&value));
        if is_ours { Ok(()) } else { Err(overtaken()) }
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
        session: &mut Session<'_>,
    ) -> Result<Vec<Tried>, DeployError> {
        let lambda = self.deployer.functions(US_EAST_1);
        let role_is_new = effects.iter().any(|effect| effect.resource == "Role");
        let trial = Trial { lambda: &lambda, config: &self.zips.config, role_is_new };
        let mut versions = Vec::new();
        for function in Function::ALL {
            let output = version_output(function);
            let arn = state
                .outputs
                .get(output)
                .ok_or_else(|| DeployError::NoOutput { stack: self.stack.name().into(), output })?;
            versions.push(self.test_one(&trial, function, arn, session).await?);
        }
        Ok(versions)
    }

    /// The mark on the function is set only after the test, so an interrupted run leaves no version that was not tested.
    async fn test_one(
        &self,
        trial: &Trial<'_>,
        function: Function,
        arn: &str,
        session: &mut Session<'_>,
    ) -> Result<Tried, DeployError> {
        let name = self.names.function(function);
        let (function_arn, version) = arn.rsplit_once(':').unwrap_or((arn, ""));
        if trial.lambda.tested(function_arn).await?.as_deref() == Some(version) {
            return Ok(Tried::before(name, arn));
        }
        let what = format!("testing version {version} of `{name}`");
        let bar = session.console.spinner(&what)?;
        let tried = trial.of(function, name, arn, session).await?;
        bar.finish_and_clear();
        if tried.problem.is_none() {
            trial.lambda.mark_tested(function_arn, version).await?;
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
