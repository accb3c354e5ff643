use std::collections::BTreeMap;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::{
    Capability, Change, ChangeSetType, Parameter, Replacement, Stack as Described,
    StackEvent as SdkEvent, TemplateStage,
};
use serde::Serialize;

use super::incomplete;
use crate::aws::AwsError;
use crate::aws::sdk_error::describe;

/// A stack of CloudFormation, called through AWS's SDK.
#[derive(Debug, Clone)]
pub(crate) struct Stack {
    client: Client,
    name: String,
}

/// A stack that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StackState {
    /// The ARN. A deleted stack can be read only by it.
    pub(crate) id: String,
    /// CloudFormation's word, for example `UPDATE_COMPLETE`.
    pub(crate) status: String,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) outputs: BTreeMap<String, String>,
}

/// The value of a parameter in a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    New(String),
    /// The value that the stack has.
    Previous,
}

/// Whether a change set makes a stack or changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeSetKind {
    Create,
    Update,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangeSet {
    pub(crate) status: ChangeSetStatus,
    pub(crate) changes: Vec<ChangedResource>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChangeSetStatus {
    InProgress,
    Ready,
    /// Nothing would change.
    Empty,
    /// The reason, in CloudFormation's words.
    Failed(String),
}

/// One resource of the template, and what happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedResource {
    /// Its name in the template.
    pub(crate) logical: String,
    pub(crate) action: Action,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    Add,
    Change,
    /// A new one takes the place of the old one.
    Replace,
    Remove,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StackEvent {
    pub(crate) id: String,
    pub(crate) logical: String,
    pub(crate) resource_type: String,
    /// For example `CREATE_FAILED`.
    pub(crate) status: String,
    /// The reason, in the words of the service.
    pub(crate) reason: String,
}

impl Stack {
    pub(super) fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    #[must_use]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Reads the stack; `None` if there is none.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn read(&self) -> Result<Option<StackState>, AwsError> {
        self.read_by(&self.name).await
    }

    /// Reads the stack with this ARN, a deleted one too.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn read_by(&self, id: &str) -> Result<Option<StackState>, AwsError> {
        let doing = format!("read stack `{}`", self.name);
        match self.client.describe_stacks().stack_name(id).send().await {
            Ok(output) => Ok(output.stacks.unwrap_or_default().into_iter().next().map(state)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(describe(&error, doing)),
        }
    }

    /// The template that the stack has, as it was sent.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn template(&self) -> Result<String, AwsError> {
        let request = self.client.get_template().stack_name(&self.name);
        let read = request.template_stage(TemplateStage::Original).send().await;
        let doing = || format!("read the template of stack `{}`", self.name);
        let output = read.map_err(|error| describe(&error, doing()))?;
        output.template_body.ok_or_else(|| incomplete(doing(), "the template"))
    }

    /// The ids of the stack's resources in their own services, by their names in the template.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn resources(&self) -> Result<BTreeMap<String, String>, AwsError> {
        let (mut resources, mut token) = (BTreeMap::new(), None);
        loop {
            let request = self.client.list_stack_resources().stack_name(&self.name);
            let listed = request.set_next_token(token).send().await;
            let doing = || format!("list the resources of stack `{}`", self.name);
            let output = listed.map_err(|error| describe(&error, doing()))?;
            let page = output.stack_resource_summaries.unwrap_or_default().into_iter();
            let page = page.map(|one| (one.logical_resource_id, one.physical_resource_id));
            resources.extend(texts(page));
            token = output.next_token;
            if token.is_none() {
                return Ok(resources);
            }
        }
    }

    /// The names of the change sets that were not carried out.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn change_sets(&self) -> Result<Vec<String>, AwsError> {
        let (mut names, mut token) = (Vec::new(), None);
        loop {
            let request = self.client.list_change_sets().stack_name(&self.name);
            let listed = request.set_next_token(token).send().await;
            let doing = || format!("list the change sets of stack `{}`", self.name);
            let output = listed.map_err(|error| describe(&error, doing()))?;
            let page = output.summaries.unwrap_or_default().into_iter();
            names.extend(page.filter_map(|one| one.change_set_name));
            token = output.next_token;
            if token.is_none() {
                return Ok(names);
            }
        }
    }

    /// Makes a change set with a name that nobody else has. If it exists, an earlier attempt of this call made it.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn create_change_set(
        &self,
        change_set: &str,
        kind: ChangeSetKind,
        template: &str,
        parameters: &BTreeMap<&'static str, Value>,
    ) -> Result<(), AwsError> {
        let kind = match kind {
            ChangeSetKind::Create => ChangeSetType::Create,
            ChangeSetKind::Update => ChangeSetType::Update,
        };
        let request = self.client.create_change_set().stack_name(&self.name);
        let request = request.change_set_name(change_set).client_token(change_set);
        let request = request.change_set_type(kind).template_body(template);
        let request = request.capabilities(Capability::CapabilityNamedIam);
        let parameters = parameters.iter().map(|(key, value)| parameter(key, value)).collect();
        match request.set_parameters(Some(parameters)).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("AlreadyExistsException") => {
                let made = self.change_set(change_set).await;
                made.map(|_| ()).map_err(|_| describe(&error, self.making(change_set)))
            }
            Err(error) => Err(describe(&error, self.making(change_set))),
        }
    }

    fn making(&self, change_set: &str) -> String {
        format!("make change set `{change_set}` of stack `{}`", self.name)
    }

    /// Reads a change set.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn change_set(&self, change_set: &str) -> Result<ChangeSet, AwsError> {
        let doing = || format!("read change set `{change_set}` of stack `{}`", self.name);
        let (mut changes, mut token) = (Vec::new(), None);
        loop {
            let request = self.client.describe_change_set().stack_name(&self.name);
            let request = request.change_set_name(change_set).set_next_token(token);
            let output = request.send().await.map_err(|error| describe(&error, doing()))?;
            let page = output.changes.unwrap_or_default();
            changes.extend(page.into_iter().filter_map(changed_resource));
            token = output.next_token;
            if token.is_none() {
                let reason = output.status_reason.unwrap_or_default();
                let status = output.status.ok_or_else(|| incomplete(doing(), "the status"))?;
                return Ok(ChangeSet { status: status_of(status.as_str(), reason), changes });
            }
        }
    }

    /// Deletes a change set. It is no error if there is none.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn delete_change_set(&self, change_set: &str) -> Result<(), AwsError> {
        let request = self.client.delete_change_set().stack_name(&self.name);
        match request.change_set_name(change_set).send().await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) => Ok(()),
            Err(error) => {
                let doing = format!("delete change set `{change_set}` of stack `{}`", self.name);
                Err(describe(&error, doing))
            }
        }
    }

    /// Carries out a change set.
    ///
    /// # Errors
    /// When CloudFormation refuses, for example because an earlier attempt of this call has begun it.
    pub(crate) async fn execute(&self, change_set: &str) -> Result<(), AwsError> {
        let request = self.client.execute_change_set().stack_name(&self.name);
        let request = request.change_set_name(change_set).client_request_token(change_set);
        let executed = request.send().await;
        let doing = || format!("carry out change set `{change_set}` of stack `{}`", self.name);
        executed.map(|_| ()).map_err(|error| describe(&error, doing()))
    }

    /// The events since the event `last`, oldest first. Without `last`, all of them.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn events(
        &self,
        id: &str,
        last: Option<&str>,
    ) -> Result<Vec<StackEvent>, AwsError> {
        let (mut events, mut token) = (Vec::new(), None);
        loop {
            let request = self.client.describe_stack_events().stack_name(id).set_next_token(token);
            let output = request.send().await;
            let doing = || format!("read the events of stack `{}`", self.name);
            let output = output.map_err(|error| describe(&error, doing()))?;
            for event in output.stack_events.unwrap_or_default().into_iter().map(event) {
                if Some(event.id.as_str()) == last {
                    events.reverse();
                    return Ok(events);
                }
                events.push(event);
            }
            token = output.next_token;
            if token.is_none() {
                events.reverse();
                return Ok(events);
            }
        }
    }

    /// Begins to delete the stack with this ARN, and no other one that may have its name now. It is no error if there is
    /// none.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn delete(&self, id: &str) -> Result<(), AwsError> {
        let deleted = self.client.delete_stack().stack_name(id).send().await;
        let doing = || format!("delete stack `{}`", self.name);
        deleted.map(|_| ()).map_err(|error| describe(&error, doing()))
    }

    /// Goes on with the rollback of an update that failed.
    ///
    /// # Errors
    /// When CloudFormation refuses.
    pub(crate) async fn continue_rollback(&self) -> Result<(), AwsError> {
        let went_on = self.client.continue_update_rollback().stack_name(&self.name).send().await;
        let doing = || format!("continue the rollback of stack `{}`", self.name);
        went_on.map(|_| ()).map_err(|error| describe(&error, doing()))
    }
}

fn is_missing<E: ProvideErrorMetadata>(error: &E) -> bool {
    let message = error.message().unwrap_or_default();
    match error.code() {
        Some("ChangeSetNotFound" | "ChangeSetNotFoundException") => true,
        Some("ValidationError") => message.contains("does not exist"),
        Some(_) | None => false,
    }
}

fn state(stack: Described) -> StackState {
    let parameters = stack.parameters.unwrap_or_default().into_iter();
    let parameters = parameters.map(|one| (one.parameter_key, one.parameter_value));
    let outputs = stack.outputs.unwrap_or_default().into_iter();
    let outputs = outputs.map(|one| (one.output_key, one.output_value));
    StackState {
        id: stack.stack_id.unwrap_or_default(),
        status: stack.stack_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        parameters: texts(parameters),
        outputs: texts(outputs),
    }
}

fn texts(
    pairs: impl Iterator<Item = (Option<String>, Option<String>)>,
) -> BTreeMap<String, String> {
    pairs.filter_map(|(key, value)| Some((key?, value?))).collect()
}

fn parameter(key: &str, value: &Value) -> Parameter {
    let parameter = Parameter::builder().parameter_key(key);
    match value {
        Value::New(value) => parameter.parameter_value(value),
        Value::Previous => parameter.use_previous_value(true),
    }
    .build()
}

fn changed_resource(change: Change) -> Option<ChangedResource> {
    let resource = change.resource_change?;
    let is_replaced =
        matches!(resource.replacement, Some(Replacement::True | Replacement::Conditional));
    let action = match resource.action?.as_str() {
        "Add" => Action::Add,
        "Remove" => Action::Remove,
        _ if is_replaced => Action::Replace,
        _ => Action::Change,
    };
    Some(ChangedResource { logical: resource.logical_resource_id?, action })
}

/// CloudFormation has no status for a change set without changes: it fails with one of these reasons.
fn status_of(status: &str, reason: String) -> ChangeSetStatus {
    let is_empty = reason.contains("didn't contain changes")
        || reason.contains("No updates are to be performed");
    match status {
        "CREATE_COMPLETE" => ChangeSetStatus::Ready,
        "CREATE_IN_PROGRESS" | "CREATE_PENDING" => ChangeSetStatus::InProgress,
        "FAILED" if is_empty => ChangeSetStatus::Empty,
        _ => ChangeSetStatus::Failed(reason),
    }
}

fn event(event: SdkEvent) -> StackEvent {
    let status = event.resource_status.map(|status| status.as_str().to_owned());
    StackEvent {
        id: event.event_id.unwrap_or_default(),
        logical: event.logical_resource_id.unwrap_or_default(),
        resource_type: event.resource_type.unwrap_or_default(),
        status: status.unwrap_or_default(),
        reason: event.resource_status_reason.unwrap_or_default(),
    }
}
