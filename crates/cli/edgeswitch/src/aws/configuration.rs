use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::config::Builder;
use bytes::Bytes;

use crate::aws::raw::{RawAnswer, RawRequest};
use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// CloudFront checks the whole configuration before it answers.
const WRITE: Duration = Duration::from_secs(30);

/// The configuration of a CloudFront distribution, in the XML that CloudFront sends and takes.
pub trait Configuration: Send + Sync {
    /// The distribution's id, for example `E2QWRUHAPOMQZL`.
    fn id(&self) -> &str;
    /// Reads the configuration.
    fn read(&self) -> Answer<'_, Configured>;
    /// Replaces the configuration. The error is `Changed` if it does not have this ETag any more.
    fn write<'a>(&'a self, xml: Bytes, etag: &'a str) -> Answer<'a, ()>;
    /// Reads the state of the distribution.
    fn state(&self) -> Answer<'_, DistributionState>;
}

/// A configuration, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    pub xml: Bytes,
    pub etag: String,
}

/// A distribution without its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionState {
    pub arn: String,
    /// The name under `cloudfront.net`.
    pub domain_name: String,
    pub deployment: Deployment,
}

/// Whether every edge location has the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deployment {
    /// Every edge location has it.
    Deployed,
    /// Some edge locations may still have the former one.
    InProgress,
}

/// The configuration of a CloudFront distribution, called through AWS's SDK.
pub(crate) struct CloudFrontConfiguration {
    pub(crate) client: Arc<Client>,
    pub(crate) id: String,
}

impl CloudFrontConfiguration {
    fn doing(&self, what: &str) -> String {
        format!("{what} distribution `{}`", self.id)
    }

    fn incomplete(&self, what: &str) -> AwsError {
        let (doing, reason) = (self.doing("read"), format!("the answer has no {what}"));
        AwsError { kind: AwsErrorKind::Internal, doing, reason }
    }

    async fn get(&self) -> Result<Configured, AwsError> {
        let raw = RawAnswer::default();
        let request = self.client.get_distribution_config().id(&self.id).customize();
        let answer = request.interceptor(raw.clone()).send().await;
        let output = answer.map_err(|error| describe(&error, self.doing("read")))?;
        let etag = output.e_tag.ok_or_else(|| self.incomplete("ETag"))?;
        Ok(Configured { xml: raw.body(), etag })
    }

    async fn put(&self, xml: Bytes, etag: &str) -> Result<(), AwsError> {
        let patient = TimeoutConfig::builder()
            .operation_attempt_timeout(WRITE)
            .operation_timeout(WRITE.saturating_mul(2))
            .build();
        let request = self.client.update_distribution().id(&self.id).if_match(etag).customize();
        // A repeated request would meet the ETag that the first one has made: the caller repeats, and reads before.
        let once = Builder::new().timeout_config(patient).retry_config(RetryConfig::disabled());
        let request = request.config_override(once);
        let answer = request.interceptor(RawRequest(xml)).send().await;
        answer.map_err(|error| describe(&error, self.doing("change")))?;
        Ok(())
    }

    async fn get_state(&self) -> Result<DistributionState, AwsError> {
        let answer = self.client.get_distribution().id(&self.id).send().await;
        let output = answer.map_err(|error| describe(&error, self.doing("read")))?;
        let read = output.distribution.ok_or_else(|| self.incomplete("distribution"))?;
        let deployment = match read.status.as_str() {
            "Deployed" => Deployment::Deployed,
            _ => Deployment::InProgress,
        };
        Ok(DistributionState { arn: read.arn, domain_name: read.domain_name, deployment })
    }
}

impl Configuration for CloudFrontConfiguration {
    fn id(&self) -> &str {
        &self.id
    }

    fn read(&self) -> Answer<'_, Configured> {
        Box::pin(self.get())
    }

    fn write<'a>(&'a self, xml: Bytes, etag: &'a str) -> Answer<'a, ()> {
        Box::pin(self.put(xml, etag))
    }

    fn state(&self) -> Answer<'_, DistributionState> {
        Box::pin(self.get_state())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_config::{BehaviorVersion, Region};
    use aws_sdk_cloudfront::config::Credentials;
    use aws_sdk_cloudfront::{Client, Config};
    use axum::Router;
    use axum::extract::State;
    use axum::http::{HeaderMap, Method, StatusCode};
    use bytes::Bytes;
    use tokio::net::TcpListener;

    use super::{CloudFrontConfiguration, Configuration};
    use crate::aws::AwsErrorKind;

    /// An element, a comment and an entity that the SDK does not keep.
    const STORED: &str = "<?xml version=\"1.0\"?>\n<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
        <CallerReference>first</CallerReference><!-- by hand -->\n  <Comment>a &#38; b</Comment><Enabled>true</Enabled>\
        <FromTheFuture mode='x'><Quantity>0</Quantity></FromTheFuture></DistributionConfig>";
    const STALE: &str = "<ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error>\
        <Type>Sender</Type><Code>PreconditionFailed</Code><Message>stale</Message></Error></ErrorResponse>";

    type Stored = Arc<Mutex<(u32, Bytes)>>;

    async fn answer(
        State(stored): State<Stored>,
        method: Method,
        headers: HeaderMap,
        body: Bytes,
    ) -> (StatusCode, [(&'static str, String); 1], Bytes) {
        let mut stored = stored.lock().unwrap();
        if method == Method::GET {
            return (StatusCode::OK, [("etag", format!("E{}", stored.0))], stored.1.clone());
        }
        assert_eq!(headers["content-length"], body.len().to_string());
        assert!(headers["authorization"].to_str().unwrap().starts_with("AWS4-"));
        if headers["if-match"] != format!("E{}", stored.0) {
            return (StatusCode::PRECONDITION_FAILED, [("etag", String::new())], STALE.into());
        }
        *stored = (stored.0 + 1, body);
        (StatusCode::OK, [("etag", format!("E{}", stored.0))], Bytes::new())
    }

    /// A CloudFront on loopback that keeps the bytes that it gets.
    async fn cloudfront(stored: &Stored) -> CloudFrontConfiguration {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(stored));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("any", "any", None, None, "tests"))
            .endpoint_url(url);
        let client = Arc::new(Client::from_conf(config.build()));
        CloudFrontConfiguration { client, id: "E2QWRUHAPOMQZL".into() }
    }

    #[tokio::test]
    async fn an_unknown_element_survives_a_read_and_a_write() {
        let stored = Stored::new(Mutex::new((1, STORED.into())));
        let configuration = cloudfront(&stored).await;
        let read = configuration.read().await.unwrap();
        assert_eq!((read.xml.as_ref(), read.etag.as_str()), (STORED.as_bytes(), "E1"));

        let edited = STORED.replace("<Enabled>true", "<Enabled>false");
        configuration.write(edited.clone().into(), &read.etag).await.unwrap();
        assert_eq!(*stored.lock().unwrap(), (2, edited.into()));
    }

    #[tokio::test]
    async fn a_write_over_another_one_is_refused() {
        let stored = Stored::new(Mutex::new((2, STORED.into())));
        let written = cloudfront(&stored).await.write("<DistributionConfig/>".into(), "E1").await;
        assert_eq!(written.unwrap_err().kind, AwsErrorKind::Changed);
        assert_eq!(*stored.lock().unwrap(), (2, STORED.into()));
    }
}
