mod buckets;
mod listener;
mod records;
mod rights;

use aws_config::SdkConfig;
use aws_json::{XmlError, load_balancers_xml, query_xml, rest_xml};
use aws_sdk_cloudfront::types::CachePolicyType;
use bytes::Bytes;
use doctor::{Read, Snapshot, Source};
use guard_rules::Memory;
use serde_json::{Map, Value, json};

use buckets::Question;
use records::records;

use crate::aws::raw::RawAnswer;
use crate::aws::sdk_error::describe;
use crate::aws::{Account, Answer, AwsError, AwsErrorKind};

/// The Region of the APIs that are not regional, and of the functions.
const GLOBAL: &str = "us-east-1";

/// Answers of AWS in the JSON of the AWS command line, and those of the network, for the doctor.
pub trait Answers: Send + Sync {
    /// Asks one question. `known` has its arguments. A refusal is an answer too.
    ///
    /// It fails only if no question can be asked: there are no credentials.
    fn read<'a>(&'a self, source: &'a Source, known: &'a Snapshot) -> Answer<'a, Read>;
}

/// Answers through AWS's SDK.
pub(crate) struct AccountAnswers(pub(crate) Account);

impl Answers for AccountAnswers {
    fn read<'a>(&'a self, source: &'a Source, known: &'a Snapshot) -> Answer<'a, Read> {
        Box::pin(async {
            match self.ask(source, known).await {
                Ok(answer) => Ok(answer.map_or(Read::NotAsked, Read::Known)),
                Err(Unanswered::Aws(error)) if error.kind == AwsErrorKind::NoCredentials => {
                    Err(error)
                }
                Err(unanswered) => Ok(unanswered.into()),
            }
        })
    }
}

/// There is no answer.
enum Unanswered {
    Aws(AwsError),
    /// The answer is not in the format of the API.
    Unreadable(String),
    /// The network's answer.
    Network(Read),
}

impl From<Unanswered> for Read {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Aws(error) if error.kind == AwsErrorKind::Lost => {
                Self::Refused(error.reason)
            }
            Unanswered::Aws(error) => Self::from_error(&error.reason),
            Unanswered::Unreadable(reason) => {
                Self::Refused(format!("the answer cannot be read: {reason}"))
            }
            Unanswered::Network(read) => read,
        }
    }
}

impl From<XmlError> for Unanswered {
    fn from(error: XmlError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<serde_json::Error> for Unanswered {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// Sends a request and returns the body of the answer, and what the SDK made of it.
macro_rules! body {
    ($request:expr) => {{
        let raw = RawAnswer::default();
        match $request.customize().interceptor(raw.clone()).send().await {
            Ok(output) => Ok((raw.body(), output)),
            Err(error) => Err(Unanswered::Aws(describe(&error, "ask"))),
        }
    }};
}
pub(crate) use body;

impl AccountAnswers {
    /// `None` if a question is not asked.
    async fn ask(&self, source: &Source, known: &Snapshot) -> Result<Option<Value>, Unanswered> {
        let global = self.0.in_region(GLOBAL);
        let cloudfront = || aws_sdk_cloudfront::Client::new(&global);
        let elb = |arn: &str| {
            let region = arn.split(':').nth(3).unwrap_or(GLOBAL);
            aws_sdk_elasticloadbalancingv2::Client::new(&self.0.in_region(region))
        };
        Ok(Some(match source {
            Source::Distribution => {
                let Some(id) = known.distribution_id() else { return Ok(None) };
                let (body, output) = body!(cloudfront().get_distribution().id(id))?;
                rest(&body, output.e_tag)?
            }
            Source::CachePolicy(id) => {
                let (body, output) = body!(cloudfront().get_cache_policy().id(id))?;
                rest(&body, output.e_tag)?
            }
            Source::OriginRequestPolicy(id) => {
                let (body, output) = body!(cloudfront().get_origin_request_policy().id(id))?;
                rest(&body, output.e_tag)?
            }
            Source::ResponseHeadersPolicy(id) => {
                let (body, output) = body!(cloudfront().get_response_headers_policy().id(id))?;
                rest(&body, output.e_tag)?
            }
            Source::OriginAccessControl(id) => {
                let (body, output) = body!(cloudfront().get_origin_access_control().id(id))?;
                rest(&body, output.e_tag)?
            }
            Source::CustomCachePolicies => {
                let request = cloudfront().list_cache_policies().r#type(CachePolicyType::Custom);
                rest(&body!(request)?.0, None)?
            }
            Source::Identity => {
                let client = aws_sdk_sts::Client::new(&global);
                query(&body!(client.get_caller_identity())?.0)?
            }
            Source::Function { name, version } => {
                let client = aws_sdk_lambda::Client::new(&global);
                let request = client.get_function_configuration().function_name(name);
                from_json(&body!(request.qualifier(version))?.0)?
            }
            Source::Role(name) => {
                let client = aws_sdk_iam::Client::new(&global);
                query(&body!(client.get_role().role_name(name))?.0)?
            }
            Source::BucketPolicy(bucket) => self.of_bucket(bucket, Question::Policy).await?,
            Source::BucketLocation(bucket) => self.of_bucket(bucket, Question::Location).await?,
            Source::BucketEncryption(bucket) => {
                self.of_bucket(bucket, Question::Encryption).await?
            }
            Source::Object { bucket, key } => self.of_bucket(bucket, Question::Object(key)).await?,
            Source::KeyPolicy(key) => {
                let region = known.key_region(key);
                let sdk = self.0.in_region(region.as_deref().unwrap_or(GLOBAL));
                let client = aws_sdk_kms::Client::new(&sdk);
                from_json(&body!(client.get_key_policy().key_id(key).policy_name("default"))?.0)?
            }
            Source::Plan(region) => {
                let Some(config) = &known.config else { return Ok(None) };
                let client = aws_sdk_ssm::Client::new(&self.0.in_region(region));
                from_json(&body!(client.get_parameter().name(&config.parameter.name))?.0)?
            }
            Source::GuardNote => {
                let Some(config) = &known.config else { return Ok(None) };
                let client =
                    aws_sdk_ssm::Client::new(&self.0.in_region(&config.parameter.home_region));
                let note = Memory::parameter(&config.parameter.name);
                from_json(&body!(client.get_parameter().name(note))?.0)?
            }
            Source::PlanHistory(region) => {
                let Some(config) = &known.config else { return Ok(None) };
                plan_history(&self.0.in_region(region), &config.parameter.name).await?
            }
            Source::Listener(arn) => {
                load_balancers(&body!(elb(arn).describe_listeners().listener_arns(arn))?.0)?
            }
            Source::ListenerRule(arn) => {
                load_balancers(&body!(elb(arn).describe_rules().rule_arns(arn))?.0)?
            }
            Source::LoadBalancerAttributes(arn) => {
                let request = elb(arn).describe_load_balancer_attributes().load_balancer_arn(arn);
                load_balancers(&body!(request)?.0)?
            }
            Source::TargetGroup(arn) => {
                load_balancers(&body!(elb(arn).describe_target_groups().target_group_arns(arn))?.0)?
            }
            Source::TargetGroupAttributes(arn) => {
                let request = elb(arn).describe_target_group_attributes().target_group_arn(arn);
                load_balancers(&body!(request)?.0)?
            }
            Source::TargetHealth(arn) => {
                let request = elb(arn).describe_target_health().target_group_arn(arn);
                load_balancers(&body!(request)?.0)?
            }
            Source::Records { zone, name, record_type } => {
                records(&global, zone, name, record_type).await?
            }
            Source::RoleRights(role) => {
                let Some(rights) = known.role_rights(role) else { return Ok(None) };
                rights::simulate(&global, &rights).await?
            }
            Source::CallerRights => {
                let Some(caller) = known.caller() else { return Ok(None) };
                return rights::of_caller(&global, caller, known).await;
            }
            Source::PricingPlans => pricing_plans(&global).await?,
            Source::LogGroups(region) => {
                log_groups(&self.0.in_region(region), &known.log_groups()).await?
            }
            Source::DeliverySources => delivery_sources(&global).await?,
            Source::Deliveries => deliveries(&global).await?,
            Source::Addresses(domain) => {
                listener::addresses(domain, known.https_port(domain)).await?
            }
            Source::Certificates(domain) => {
                listener::certificates(domain, known.https_port(domain)).await?
            }
            // They are in a folder of the project, the clock tells, or it takes the time to list them.
            Source::Packages
            | Source::PackagedConfiguration
            | Source::Moment
            | Source::DeliveredLogs { .. } => return Ok(None),
        }))
    }
}

/// An answer of CloudFront. Its ETag is a header.
fn rest(body: &Bytes, etag: Option<String>) -> Result<Value, Unanswered> {
    let mut answer = rest_xml(text(body)?)?;
    if let (Some(fields), Some(etag)) = (answer.as_object_mut(), etag) {
        fields.insert("ETag".into(), etag.into());
    }
    Ok(answer)
}

async fn pricing_plans(sdk: &SdkConfig) -> Result<Value, Unanswered> {
    let client = aws_sdk_pricingplanmanager::Client::new(sdk);
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let (body, output) = body!(client.list_subscriptions().set_next_token(token))?;
        all.append(&mut list(from_json(&body)?, "subscriptionSummaries"));
        match output.next_token {
            Some(next) => token = Some(next),
            None => return Ok(json!({ "subscriptionSummaries": all })),
        }
    }
}

async fn plan_history(sdk: &SdkConfig, name: &str) -> Result<Value, Unanswered> {
    let client = aws_sdk_ssm::Client::new(sdk);
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let request = client.get_parameter_history().name(name).set_next_token(token);
        let (body, output) = body!(request)?;
        all.append(&mut list(from_json(&body)?, "Parameters"));
        match output.next_token {
            Some(next) => token = Some(next),
            None => return Ok(json!({ "Parameters": all })),
        }
    }
}

/// An account can have thousands of groups, so each name is asked for.
async fn log_groups(sdk: &SdkConfig, names: &[String]) -> Result<Value, Unanswered> {
    let client = aws_sdk_cloudwatchlogs::Client::new(sdk);
    let mut all = Vec::new();
    for name in names {
        let (body, _) = body!(client.describe_log_groups().log_group_name_prefix(name))?;
        let found = list(from_json(&body)?, "logGroups");
        all.extend(
            found
                .into_iter()
                .filter(|group| group.get("logGroupName").is_some_and(|one| one == name)),
        );
    }
    Ok(json!({ "logGroups": all }))
}

async fn delivery_sources(sdk: &SdkConfig) -> Result<Value, Unanswered> {
    let client = aws_sdk_cloudwatchlogs::Client::new(sdk);
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let request = client.describe_delivery_sources().set_next_token(token);
        let (body, output) = body!(request)?;
        all.append(&mut list(from_json(&body)?, "deliverySources"));
        match output.next_token {
            Some(next) => token = Some(next),
            None => return Ok(json!({ "deliverySources": all })),
        }
    }
}

async fn deliveries(sdk: &SdkConfig) -> Result<Value, Unanswered> {
    let client = aws_sdk_cloudwatchlogs::Client::new(sdk);
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let (body, output) = body!(client.describe_deliveries().set_next_token(token))?;
        all.append(&mut list(from_json(&body)?, "deliveries"));
        match output.next_token {
            Some(next) => token = Some(next),
            None => return Ok(json!({ "deliveries": all })),
        }
    }
}

/// The elements of a list of an answer.
fn list(answer: Value, key: &str) -> Vec<Value> {
    let Value::Object(mut fields) = answer else { return Vec::new() };
    match fields.remove(key) {
        Some(Value::Array(all)) => all,
        Some(_) | None => Vec::new(),
    }
}

/// The answer of an API that speaks JSON. An answer without a body is empty.
fn from_json(body: &Bytes) -> Result<Value, Unanswered> {
    if body.is_empty() { Ok(Map::new().into()) } else { Ok(serde_json::from_slice(body)?) }
}

fn load_balancers(body: &Bytes) -> Result<Value, Unanswered> {
    Ok(load_balancers_xml(text(body)?)?)
}

/// The answer of an API that speaks the query protocol.
fn query(body: &Bytes) -> Result<Value, Unanswered> {
    Ok(query_xml(text(body)?)?)
}

fn text(body: &Bytes) -> Result<&str, Unanswered> {
    std::str::from_utf8(body).map_err(|error| Unanswered::Unreadable(error.to_string()))
}
