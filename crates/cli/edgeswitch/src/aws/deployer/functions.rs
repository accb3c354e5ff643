use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{FunctionVersion, LogType};

use super::US_EAST_1;
use crate::aws::sdk_error::describe;
use crate::aws::{AwsError, AwsErrorKind};

/// The tag of a function that names its newest version that answered as it must.
const TESTED: &str = "edgeswitch-tested";

/// The tag that says under which conditions this version was tested.
const TESTED_UNDER: &str = "edgeswitch-tested-under";

/// Lambda in one Region, called through AWS's SDK.
#[derive(Debug, Clone)]
pub(crate) struct Functions {
    client: Client,
}

/// The note about the newest version that answered as it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The number of the version.
    pub(crate) version: String,
    /// The conditions of the test, in words that the caller gave.
    pub(crate) under: String,
}

/// The result of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoked {
    pub payload: Vec<u8>,
    /// `Unhandled`, if the function failed. The payload then describes the error.
    pub error: Option<String>,
    /// The last 4 KB of the log, in Base64.
    pub log: Option<String>,
}

impl Functions {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The ARN of a function; `None` if there is none.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub(crate) async fn arn(&self, name: &str) -> Result<Option<String>, AwsError> {
        let read = self.client.get_function_configuration().function_name(name).send().await;
        match read.map_err(|error| describe(&error, format!("read function `{name}`"))) {
            Ok(output) => Ok(output.function_arn),
            Err(error) if error.kind == AwsErrorKind::Missing => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Calls a version with an event, and waits for its answer.
    ///
    /// # Errors
    /// When Lambda refuses. A function that fails is not an error.
    pub(crate) async fn invoke(&self, version: &str, event: &[u8]) -> Result<Invoked, AwsError> {
        let request = self.client.invoke().function_name(version).log_type(LogType::Tail);
        let invoked = request.payload(Blob::new(event)).send().await;
        let output = invoked.map_err(|error| describe(&error, format!("invoke `{version}`")))?;
        Ok(Invoked {
            payload: output.payload.map(Blob::into_inner).unwrap_or_default(),
            error: output.function_error,
            log: output.log_result,
        })
    }

    /// The version that [`Self::mark_tested`] named last.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub(crate) async fn tested(&self, function: &str) -> Result<Option<String>, AwsError> {
        Ok(self.mark(function).await?.map(|mark| mark.version))
    }

    /// The note that [`Self::mark_tested`] wrote last.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub(crate) async fn mark(&self, function: &str) -> Result<Option<Mark>, AwsError> {
        let read = self.client.list_tags().resource(function).send().await;
        let doing = || format!("read the tags of `{function}`");
        let mut tags = read.map_err(|error| describe(&error, doing()))?.tags.unwrap_or_default();
        let under = tags.remove(TESTED_UNDER).unwrap_or_default();
        Ok(tags.remove(TESTED).map(|version| Mark { version, under }))
    }

    /// Notes on the function that a version answered as it must. Every machine can read the note.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub(crate) async fn mark_tested(&self, function: &str, mark: &Mark) -> Result<(), AwsError> {
        let request = self.client.tag_resource().resource(function);
        let marked = request.tags(TESTED, &mark.version).tags(TESTED_UNDER, &mark.under);
        let doing = || format!("tag `{function}`");
        marked.send().await.map(|_| ()).map_err(|error| describe(&error, doing()))
    }

    /// Takes the note of [`Self::mark_tested`] away. It is no error if there is none.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub(crate) async fn unmark(&self, function: &str) -> Result<(), AwsError> {
        let request = self.client.untag_resource().resource(function);
        let unmarked = request.tag_keys(TESTED).tag_keys(TESTED_UNDER).send().await;
        let doing = || format!("remove the tags of the last test from `{function}`");
        unmarked.map(|_| ()).map_err(|error| describe(&error, doing()))
    }

    /// The ARNs, in us-east-1, of the versions that have a replica in this Region.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub(crate) async fn replicas(&self) -> Result<Vec<String>, AwsError> {
        let (mut replicas, mut marker) = (Vec::new(), None);
        loop {
            let request = self.client.list_functions().master_region(US_EAST_1);
            let request = request.function_version(FunctionVersion::All).set_marker(marker);
            let listed = request.send().await;
            let page = listed.map_err(|error| describe(&error, "list the replicas"))?;
            let page_of = page.functions.unwrap_or_default().into_iter();
            replicas.extend(page_of.filter_map(|one| one.master_arn));
            marker = page.next_marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(replicas);
            }
        }
    }
}
