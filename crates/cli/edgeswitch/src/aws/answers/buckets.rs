use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_bucket_encryption::GetBucketEncryptionOutput;
use aws_sdk_s3::types::{BucketLocationConstraint, ServerSideEncryptionConfiguration};
use serde_json::{Value, json};

use super::{AccountAnswers, GLOBAL, Unanswered};
use crate::aws::bucket::elsewhere;
use crate::aws::sdk_error::describe;

/// A question about a bucket.
#[derive(Debug, Clone, Copy)]
pub(super) enum Question<'a> {
    Policy,
    Location,
    Encryption,
    /// Is there an object with this key?
    Object(&'a str),
}

/// A question was asked in the wrong Region, or is not answered.
enum Trouble {
    InRegion(String),
    Unanswered(Unanswered),
}

impl AccountAnswers {
    /// If the bucket is in another Region, S3 names it, and the question is asked there.
    pub(super) async fn of_bucket(
        &self,
        bucket: &str,
        question: Question<'_>,
    ) -> Result<Value, Unanswered> {
        let region = match ask(&self.0.s3(GLOBAL), bucket, question).await {
            Err(Trouble::InRegion(region)) => region,
            Err(Trouble::Unanswered(unanswered)) => return Err(unanswered),
            Ok(answer) => return Ok(answer),
        };
        match ask(&self.0.s3(&region), bucket, question).await {
            Ok(answer) => Ok(answer),
            Err(Trouble::Unanswered(unanswered)) => Err(unanswered),
            Err(Trouble::InRegion(other)) => Err(Unanswered::Unreadable(format!(
                "S3 says that the bucket is in `{region}`, and there that it is in `{other}`"
            ))),
        }
    }
}

/// S3's answers are XML in shapes of their own, so their fields are copied.
async fn ask(client: &Client, bucket: &str, question: Question<'_>) -> Result<Value, Trouble> {
    Ok(match question {
        Question::Policy => {
            let answer = client.get_bucket_policy().bucket(bucket).send().await;
            json!({ "Policy": answer.map_err(|error| trouble(&error))?.policy })
        }
        Question::Location => {
            let answer = client.get_bucket_location().bucket(bucket).send().await;
            let place = answer.map_err(|error| trouble(&error))?.location_constraint;
            let region = place
                .as_ref()
                .map(BucketLocationConstraint::as_str)
                .filter(|name| !name.is_empty());
            json!({ "LocationConstraint": region })
        }
        Question::Encryption => {
            let answer = client.get_bucket_encryption().bucket(bucket).send().await;
            encryption(&answer.map_err(|error| trouble(&error))?)
        }
        Question::Object(key) => {
            let request = client.list_objects_v2().bucket(bucket).prefix(key).max_keys(1);
            let found =
                request.send().await.map_err(|error| trouble(&error))?.contents.unwrap_or_default();
            let keys: Vec<Value> = found.iter().map(|one| json!({ "Key": one.key })).collect();
            json!({ "Contents": keys })
        }
    })
}

fn encryption(output: &GetBucketEncryptionOutput) -> Value {
    let configuration = output.server_side_encryption_configuration.as_ref();
    let rules = configuration.map(ServerSideEncryptionConfiguration::rules).unwrap_or_default();
    let rules: Vec<Value> = rules
        .iter()
        .map(|rule| {
            let default = rule.apply_server_side_encryption_by_default.as_ref();
            json!({
                "ApplyServerSideEncryptionByDefault": default.map(|default| json!({
                    "SSEAlgorithm": default.sse_algorithm.as_str(),
                    "KMSMasterKeyID": default.kms_master_key_id,
                })),
                "BucketKeyEnabled": rule.bucket_key_enabled,
            })
        })
        .collect();
    json!({ "ServerSideEncryptionConfiguration": { "Rules": rules } })
}

fn trouble<E>(error: &SdkError<E>) -> Trouble
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match elsewhere(error) {
        Some(region) => Trouble::InRegion(region),
        None => Trouble::Unanswered(Unanswered::Aws(describe(error, "ask"))),
    }
}
