use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tag, Tagging,
};

use super::US_EAST_1;
use crate::aws::sdk_error::describe;
use crate::aws::{AwsError, AwsErrorKind};

/// The tag of a bucket that `edgeswitch deploy` made.
const MADE_BY: (&str, &str) = ("edgeswitch", "packages");

/// The tag that names the project whose packages the bucket holds. `edgeswitch destroy` deletes no other bucket. The
/// name of the bucket does not tell: those of `My_Shop` and `my-shop` are the same.
const PROJECT: &str = "edgeswitch-project";

/// A bucket for packages, called through AWS's SDK.
///
/// Every call names the account, so that S3 refuses a bucket of the same name that belongs to somebody else.
#[derive(Debug, Clone)]
pub(crate) struct PackagesBucket {
    client: Client,
    name: String,
    account: String,
    project: String,
}

/// Whose packages a bucket holds, by its tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BucketOwner {
    ThisProject,
    /// A project with another name.
    Project(String),
    /// Nobody says so.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FoundBucket {
    Missing,
    /// It is in us-east-1.
    Here,
    /// Lambda takes no package from this Region.
    In(String),
}

impl PackagesBucket {
    pub(super) fn new(client: Client, name: String, account: String, project: String) -> Self {
        Self { client, name, account, project }
    }

    #[must_use]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The name of the project.
    #[must_use]
    pub(crate) fn project(&self) -> &str {
        &self.project
    }

    /// Looks for the bucket.
    ///
    /// # Errors
    /// When S3 refuses, also because the bucket belongs to another account.
    pub(crate) async fn find(&self) -> Result<FoundBucket, AwsError> {
        let request = self.client.head_bucket().bucket(&self.name);
        let error = match request.expected_bucket_owner(&self.account).send().await {
            Ok(output) => return Ok(found(output.bucket_region.as_deref())),
            Err(error) => error,
        };
        let region = error.raw_response().and_then(|raw| raw.headers().get("x-amz-bucket-region"));
        if let (Some(301 | 400), Some(region)) = (status(&error), region) {
            return Ok(FoundBucket::In(region.to_owned()));
        }
        let error = describe(&error, format!("look for bucket `{}`", self.name));
        if error.kind == AwsErrorKind::Missing { Ok(FoundBucket::Missing) } else { Err(error) }
    }

    /// Makes the bucket. It is no error if an earlier attempt made it.
    ///
    /// # Errors
    /// When S3 refuses, for example because the name is taken.
    pub(crate) async fn create(&self) -> Result<(), AwsError> {
        match self.client.create_bucket().bucket(&self.name).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(()),
            Err(error) => Err(describe(&error, format!("make bucket `{}`", self.name))),
        }
    }

    /// The command that gives the bucket to the project.
    #[must_use]
    pub(crate) fn claim(name: &str, project: &str) -> String {
        let (key, value) = MADE_BY;
        format!(
            "aws s3api put-bucket-tagging --bucket {name} --tagging 'TagSet=[{{Key={key},Value={value}}},{{Key={PROJECT},Value={project}}}]'"
        )
    }

    /// Gives a bucket that this program made its settings: no public access, and encryption.
    ///
    /// # Errors
    /// When S3 refuses.
    pub(crate) async fn set_up(&self) -> Result<(), AwsError> {
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true);
        let request = self.client.put_public_access_block().bucket(&self.name);
        let request = request.public_access_block_configuration(block.build());
        let blocked = request.expected_bucket_owner(&self.account).send().await;
        blocked.map_err(|error| {
            describe(&error, format!("block public access to bucket `{}`", self.name))
        })?;
        self.encrypt().await
    }

    /// Notes on a bucket that this program made that it holds the packages of the project.
    ///
    /// # Errors
    /// When S3 refuses.
    pub(crate) async fn tag(&self) -> Result<(), AwsError> {
        let doing = || format!("tag bucket `{}`", self.name);
        let (key, value) = MADE_BY;
        let tags = [(key, value), (PROJECT, &*self.project)];
        let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
        let tags = tags.into_iter().collect::<Result<_, _>>();
        let tags = tags.map_err(|error| unbuilt(&error, doing()))?;
        let tagging = Tagging::builder().set_tag_set(Some(tags)).build();
        let tagging = tagging.map_err(|error| unbuilt(&error, doing()))?;
        let request = self.client.put_bucket_tagging().bucket(&self.name).tagging(tagging);
        let tagged = request.expected_bucket_owner(&self.account).send().await;
        tagged.map(|_| ()).map_err(|error| describe(&error, doing()))
    }

    async fn encrypt(&self) -> Result<(), AwsError> {
        let doing = || format!("encrypt bucket `{}`", self.name);
        let algorithm = ServerSideEncryptionByDefault::builder();
        let algorithm = algorithm.sse_algorithm(ServerSideEncryption::Aes256).build();
        let algorithm = algorithm.map_err(|error| unbuilt(&error, doing()))?;
        let rule = ServerSideEncryptionRule::builder();
        let rule = rule.apply_server_side_encryption_by_default(algorithm).build();
        let rules = ServerSideEncryptionConfiguration::builder().rules(rule).build();
        let rules = rules.map_err(|error| unbuilt(&error, doing()))?;
        let request = self.client.put_bucket_encryption().bucket(&self.name);
        let request = request.server_side_encryption_configuration(rules);
        let encrypted = request.expected_bucket_owner(&self.account).send().await;
        encrypted.map(|_| ()).map_err(|error| describe(&error, doing()))
    }

    /// Whose packages the bucket holds, by the tags of [`Self::tag`].
    ///
    /// # Errors
    /// When S3 refuses.
    pub(crate) async fn owner(&self) -> Result<BucketOwner, AwsError> {
        let request = self.client.get_bucket_tagging().bucket(&self.name);
        match request.expected_bucket_owner(&self.account).send().await {
            Ok(output) => Ok(owner(&output.tag_set, &self.project)),
            Err(error) if error.code() == Some("NoSuchTagSet") => Ok(BucketOwner::Unknown),
            Err(error) => Err(describe(&error, format!("read the tags of `{}`", self.name))),
        }
    }

    /// Whether the bucket has an object with this key.
    ///
    /// # Errors
    /// When S3 refuses.
    pub(crate) async fn has(&self, key: &str) -> Result<bool, AwsError> {
        let request = self.client.head_object().bucket(&self.name).key(key);
        let Err(error) = request.expected_bucket_owner(&self.account).send().await else {
            return Ok(true);
        };
        let error = describe(&error, format!("look for `{key}` in bucket `{}`", self.name));
        if error.kind == AwsErrorKind::Missing { Ok(false) } else { Err(error) }
    }

    /// Uploads an object. S3 keeps it only as a whole.
    ///
    /// # Errors
    /// When S3 refuses.
    pub(crate) async fn upload(&self, key: &str, content: Vec<u8>) -> Result<(), AwsError> {
        let request = self.client.put_object().bucket(&self.name).key(key);
        let request = request.content_type("application/zip").body(ByteStream::from(content));
        let uploaded = request.expected_bucket_owner(&self.account).send().await;
        let doing = || format!("upload `{key}` to bucket `{}`", self.name);
        uploaded.map(|_| ()).map_err(|error| describe(&error, doing()))
    }

    /// The keys of all objects.
    ///
    /// # Errors
    /// When S3 refuses.
    pub(crate) async fn keys(&self) -> Result<Vec<String>, AwsError> {
        let (mut keys, mut token) = (Vec::new(), None);
        loop {
            let request = self.client.list_objects_v2().bucket(&self.name);
            let request = request.set_continuation_token(token);
            let listed = request.expected_bucket_owner(&self.account).send().await;
            let doing = || format!("list bucket `{}`", self.name);
            let page = listed.map_err(|error| describe(&error, doing()))?;
            let contents = page.contents.unwrap_or_default().into_iter();
            keys.extend(contents.filter_map(|object| object.key));
            token = page.next_continuation_token;
            if token.is_none() {
                return Ok(keys);
            }
        }
    }

    /// Deletes an object. It is no error if there is none.
    ///
    /// # Errors
    /// When S3 refuses.
    pub(crate) async fn remove(&self, key: &str) -> Result<(), AwsError> {
        let request = self.client.delete_object().bucket(&self.name).key(key);
        let removed = request.expected_bucket_owner(&self.account).send().await;
        let doing = || format!("delete `{key}` in bucket `{}`", self.name);
        removed.map(|_| ()).map_err(|error| describe(&error, doing()))
    }

    /// Deletes the bucket, which must be empty. It is no error if an earlier attempt deleted it.
    ///
    /// # Errors
    /// When S3 refuses.
    pub(crate) async fn delete(&self) -> Result<(), AwsError> {
        let request = self.client.delete_bucket().bucket(&self.name);
        let deleted = request.expected_bucket_owner(&self.account).send().await;
        let Err(error) = deleted else { return Ok(()) };
        let error = describe(&error, format!("delete bucket `{}`", self.name));
        if error.kind == AwsErrorKind::Missing { Ok(()) } else { Err(error) }
    }
}

fn owner(tags: &[Tag], project: &str) -> BucketOwner {
    let value = |key| tags.iter().find(|tag| tag.key() == key).map(Tag::value);
    let (made_by, packages) = MADE_BY;
    match value(PROJECT) {
        Some(name) if value(made_by) == Some(packages) && name == project => {
            BucketOwner::ThisProject
        }
        Some(name) if name != project => BucketOwner::Project(name.to_owned()),
        Some(_) | None => BucketOwner::Unknown,
    }
}

fn found(region: Option<&str>) -> FoundBucket {
    match region {
        Some(region) if region != US_EAST_1 => FoundBucket::In(region.to_owned()),
        Some(_) | None => FoundBucket::Here,
    }
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

fn unbuilt(error: &aws_sdk_s3::error::BuildError, doing: String) -> AwsError {
    AwsError { kind: AwsErrorKind::Refused, doing, reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::Tag;

    use super::{BucketOwner, owner};

    #[test]
    fn both_tags_say_whose_packages_a_bucket_holds() {
        let made = ("edgeswitch", "packages");
        let ours = ("edgeswitch-project", "my-shop");
        let other = ("edgeswitch-project", "My_Shop");
        let rows = [
            (vec![made, ours], BucketOwner::ThisProject),
            (vec![made, other], BucketOwner::Project("My_Shop".into())),
            (vec![other], BucketOwner::Project("My_Shop".into())),
            (vec![made], BucketOwner::Unknown),
            (vec![ours], BucketOwner::Unknown),
            (vec![], BucketOwner::Unknown),
        ];
        for (tags, expected) in rows {
            let tags = tags.into_iter();
            let tags: Vec<Tag> = tags
                .map(|(key, value)| Tag::builder().key(key).value(value).build().unwrap())
                .collect();
            assert_eq!(owner(&tags, "my-shop"), expected, "{tags:?}");
        }
    }
}
