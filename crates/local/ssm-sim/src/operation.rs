use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::{ErrorCode, ServiceError, SsmError};
use crate::page::Page;
use crate::parameter_version::ParameterVersion;
use crate::put::Put;
use crate::store::ParameterStore;

/// The most names that `GetParameters` takes.
const MAX_NAMES: usize = 10;

/// Performs an operation. Its name is the part of `X-Amz-Target` after `AmazonSSM.`.
pub(crate) async fn perform(
    store: &ParameterStore,
    operation: &str,
    user: &str,
    body: &[u8],
) -> Result<Value, SsmError> {
    match operation {
        "GetParameter" => get_parameter(store, parse(body)?).await,
        "GetParameters" => get_parameters(store, parse(body)?).await,
        "GetParameterHistory" => get_parameter_history(store, parse(body)?).await,
        "PutParameter" => put_parameter(store, parse(body)?, user).await,
        "LabelParameterVersion" => label_parameter_version(store, parse(body)?).await,
        "DeleteParameter" => delete_parameter(store, parse(body)?).await,
        other => Err(unknown(other).into()),
    }
}

fn unknown(operation: &str) -> ServiceError {
    let message = format!(
        "This local Parameter Store does not model `{operation}`: it has GetParameter, GetParameters, \
         GetParameterHistory, PutParameter, LabelParameterVersion and DeleteParameter."
    );
    ServiceError::new(ErrorCode::UnknownOperationException, message)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetParameters {
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetParameterHistory {
    name: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutParameter {
    name: String,
    value: String,
    r#type: Option<String>,
    #[serde(default)]
    overwrite: bool,
    description: Option<String>,
    tier: Option<String>,
    data_type: Option<String>,
    allowed_pattern: Option<String>,
    key_id: Option<String>,
    policies: Option<String>,
    #[serde(default)]
    tags: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LabelParameterVersion {
    name: String,
    parameter_version: Option<u64>,
    labels: Vec<String>,
}

async fn get_parameter(store: &ParameterStore, asked: Named) -> Result<Value, SsmError> {
    Ok(json!({ "Parameter": latest(store.get(&asked.name).await?) }))
}

async fn get_parameters(store: &ParameterStore, asked: GetParameters) -> Result<Value, SsmError> {
    let refused = |limit| Err(ServiceError::limit("names", limit).into());
    match asked.names.len() {
        0 => return refused(format_args!("length greater than or equal to 1")),
        1..=MAX_NAMES => {}
        _ => return refused(format_args!("length less than or equal to {MAX_NAMES}")),
    }
    let (found, missing) = store.get_all(&asked.names).await?;
    let found: Vec<_> = found.into_iter().map(latest).collect();
    Ok(json!({ "Parameters": found, "InvalidParameters": missing }))
}

async fn get_parameter_history(
    store: &ParameterStore,
    asked: GetParameterHistory,
) -> Result<Value, SsmError> {
    let GetParameterHistory { name, max_results, next_token } = asked;
    // A negative number gets the same error as zero.
    let max_results = max_results.map(|number| usize::try_from(number).unwrap_or(0));
    let page = store.history(&name, &Page { max_results, next_token }).await?;
    let versions: Vec<_> = page.parameters.into_iter().map(historic).collect();
    let mut answer = json!({ "Parameters": versions });
    insert(&mut answer, "NextToken", page.next_token);
    Ok(answer)
}

async fn put_parameter(
    store: &ParameterStore,
    asked: PutParameter,
    user: &str,
) -> Result<Value, SsmError> {
    asked.check(store)?;
    let PutParameter { name, value, overwrite, description, .. } = asked;
    let version = store.put(Put { name, value, overwrite, description, user: user.into() }).await?;
    Ok(json!({ "Version": version, "Tier": "Standard" }))
}

async fn label_parameter_version(
    store: &ParameterStore,
    asked: LabelParameterVersion,
) -> Result<Value, SsmError> {
    let LabelParameterVersion { name, parameter_version, labels } = asked;
    let (version, invalid) = store.label(&name, parameter_version, &labels).await?;
    Ok(json!({ "ParameterVersion": version, "InvalidLabels": invalid }))
}

async fn delete_parameter(store: &ParameterStore, asked: Named) -> Result<Value, SsmError> {
    store.delete(&asked.name).await?;
    Ok(json!({}))
}

impl PutParameter {
    /// Refuses settings that the store cannot keep, since it must not drop them silently.
    fn check(&self, store: &ParameterStore) -> Result<(), ServiceError> {
        match self.r#type.as_deref() {
            Some("String") => {}
            None if store.peek(&self.name).is_some() => {}
            None => {
                let message = "A parameter type is required when you create a parameter.";
                return Err(ServiceError::invalid(message));
            }
            Some(other) => {
                let message = format!("The following parameter type is not supported: {other}");
                return Err(ServiceError::new(ErrorCode::UnsupportedParameterType, message));
            }
        }
        match self.unmodelled() {
            None => Ok(()),
            Some(field) => Err(ServiceError::invalid(format!(
                "This local Parameter Store does not model {field}: it keeps values of tier Standard and data \
                 type text, without key, pattern, policies and tags."
            ))),
        }
    }

    /// A field with a value that is not modelled.
    fn unmodelled(&self) -> Option<&'static str> {
        let differs = |field: &Option<String>, modelled: &str| {
            field.as_deref().is_some_and(|value| value != modelled)
        };
        let rows = [
            ("Tier", differs(&self.tier, "Standard")),
            ("DataType", differs(&self.data_type, "text")),
            ("AllowedPattern", differs(&self.allowed_pattern, "")),
            ("KeyId", differs(&self.key_id, "")),
            ("Policies", differs(&self.policies, "")),
            ("Tags", !self.tags.is_empty()),
        ];
        rows.into_iter().find(|(_, differs)| *differs).map(|(field, _)| field)
    }
}

/// A version in the answers of `GetParameter` and `GetParameters`.
fn latest(parameter: ParameterVersion) -> Value {
    let selector = parameter.selector.clone();
    let mut answer = fields(&parameter);
    insert(&mut answer, "ARN", Some(parameter.arn));
    insert(&mut answer, "Selector", selector);
    answer
}

/// A version in the answer of `GetParameterHistory`.
fn historic(parameter: ParameterVersion) -> Value {
    let mut answer = fields(&parameter);
    insert(&mut answer, "LastModifiedUser", Some(parameter.last_modified_user));
    insert(&mut answer, "Description", parameter.description);
    insert(&mut answer, "Tier", Some("Standard".into()));
    if let Some(fields) = answer.as_object_mut().filter(|_| !parameter.labels.is_empty()) {
        fields.insert("Labels".into(), parameter.labels.into());
    }
    answer
}

/// The fields that all answers have. A time is in seconds since 1970, with three decimals.
fn fields(parameter: &ParameterVersion) -> Value {
    json!({
        "Name": parameter.name,
        "Type": "String",
        "Value": parameter.value,
        "Version": parameter.version,
        "LastModifiedDate": parameter.last_modified.0 as f64 / 1000.0,
        "DataType": "text",
    })
}

fn insert(object: &mut Value, key: &str, value: Option<String>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(key.into(), value.into());
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ServiceError> {
    serde_json::from_slice(body).map_err(|problem| {
        ServiceError::new(ErrorCode::SerializationException, problem.to_string())
    })
}
