//! AWS's own client creates invalidations.

use std::sync::Arc;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudfront::operation::create_invalidation::CreateInvalidationOutput;
use aws_sdk_cloudfront::types::{InvalidationBatch, Paths};
use cloudfront_sim::{CloudFront, EdgeLocation, api};
use edge_time::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cloudfront::support::{Running, Site, VIEWER, get};

const ID: &str = "EDFDVBD6EXAMPLE";

struct World {
    cloudfront: Arc<CloudFront>,
    client: Client,
}

impl World {
    async fn new() -> Self {
        let Running { cloudfront, clock, .. } = Site::new().start();
        let cloudfront = Arc::new(cloudfront);
        let site = cloudfront_sim::Site::on_loopback(Arc::clone(&cloudfront));
        let routes = api(watch::channel(site).1, clock as Arc<dyn Clock>);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let any = Credentials::new("any", "any", None, None, "tests");
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(url)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .credentials_provider(SharedCredentialsProvider::new(any))
            .region(Region::new("us-east-1"))
            .retry_config(RetryConfig::disabled())
            .build();
        Self { cloudfront, client: Client::new(&sdk) }
    }

    async fn x_cache(&self, path: &str) -> String {
        let edge = EdgeLocation("FRA50".into());
        let (response, _) = self.cloudfront.send(&edge, VIEWER, get(path)).await;
        response.headers()["x-cache"].to_str().unwrap().to_owned()
    }

    /// The invalidation, or the code of the error.
    async fn create(
        &self,
        id: &str,
        quantity: i32,
        path: &str,
        reference: &str,
    ) -> Result<CreateInvalidationOutput, String> {
        let paths = Paths::builder().quantity(quantity).items(path).build().unwrap();
        let batch = InvalidationBatch::builder().paths(paths).caller_reference(reference);
        let call = self.client.create_invalidation().distribution_id(id);
        call.invalidation_batch(batch.build().unwrap()).send().await.map_err(|error| code(&error))
    }
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or("no code").to_owned()
}

#[tokio::test]
async fn an_invalidation_removes_the_objects_and_is_completed_when_it_is_read() {
    let world = World::new().await;
    for (path, expected) in [("/a", "Miss"), ("/a", "Hit"), ("/b&c", "Miss")] {
        assert_eq!(world.x_cache(path).await, format!("{expected} from cloudfront"));
    }
    let created = world.create(ID, 1, "/a*", "once").await.unwrap();
    assert!(created.location().unwrap().contains(ID));
    let made = created.invalidation().unwrap();
    assert_eq!(made.status(), "InProgress");
    assert_eq!(world.x_cache("/a").await, "Miss from cloudfront");
    assert_eq!(world.x_cache("/b&c").await, "Hit from cloudfront", "another path");

    let read = world.client.get_invalidation().distribution_id(ID).id(made.id()).send().await;
    let read = read.unwrap().invalidation.unwrap();
    assert_eq!(read.status(), "Completed");
    let batch = read.invalidation_batch().unwrap();
    assert_eq!(batch.paths().unwrap().items(), ["/a*"]);
    assert_eq!((batch.caller_reference(), read.create_time()), ("once", made.create_time()));

    world.create(ID, 1, "/b&c", "<twice>").await.unwrap();
    let list = world.client.list_invalidations().distribution_id(ID).send().await.unwrap();
    let list = list.invalidation_list.unwrap();
    assert_eq!((list.quantity(), list.items()[1].id()), (2, made.id()), "the newest first");
}

#[tokio::test]
async fn a_call_that_is_sent_again_creates_nothing() {
    let world = World::new().await;
    let first = world.create(ID, 1, "/*", "once").await.unwrap();
    assert_eq!(world.x_cache("/a").await, "Miss from cloudfront");
    let again = world.create(ID, 1, "/*", "once").await.unwrap();
    assert_eq!(again.invalidation().unwrap().id(), first.invalidation().unwrap().id());
    assert_eq!(world.x_cache("/a").await, "Hit from cloudfront");
    let other = world.create(ID, 1, "/a", "once").await.unwrap_err();
    assert_eq!(other, "InvalidationBatchAlreadyExists");
}

#[tokio::test]
async fn a_wrong_call_gets_the_code_of_cloudfront() {
    let world = World::new().await;
    let rows = [
        ("E2QWRUHAPOMQZL", 1, "/*", "NoSuchDistribution"),
        (ID, 2, "/*", "InconsistentQuantities"),
        (ID, 1, "index.html", "InvalidArgument"),
    ];
    for (id, quantity, path, expected) in rows {
        assert_eq!(world.create(id, quantity, path, "once").await.unwrap_err(), expected);
    }
    let read = world.client.get_invalidation().distribution_id(ID).id("I1").send().await;
    assert_eq!(code(&read.unwrap_err()), "NoSuchInvalidation");
}
