//! An account without sockets, so that time can be virtual: it runs as fast as nobody waits for anything else.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edge_time::Timestamp;
use edgeswitch::{
    Alarm, Alarms, Answer, Answers, AwsError, AwsErrorKind, Balancer, Bucket, Bus, Cloud,
    Configuration, Deployer, Distribution, FunctionAnswer, Invalidation, Label, ParameterClient,
    Stored,
};
use followers::{Forward, ObservedBalancer};
use ssm_sim::{Page, ParameterStore, Put, SsmError};
use tokio::time::Instant;

/// An account whose invalidations take a minute.
#[derive(Clone)]
pub(crate) struct InProcess {
    pub(crate) store: ParameterStore,
    pub(crate) user: &'static str,
    /// The path and the moment of each.
    pub(crate) invalidations: Arc<Mutex<Vec<(String, Instant)>>>,
    /// The one load balancer.
    pub(crate) balancer: Arc<Mutex<ObservedBalancer>>,
    /// What functions were asked: the function with its Region, and the event.
    pub(crate) asked: Arc<Mutex<Vec<(String, serde_json::Value)>>>,
    /// What functions answer, and how long that takes. Without an answer it is `null`.
    pub(crate) answers: Arc<Mutex<VecDeque<(Duration, FunctionAnswer)>>>,
}

impl InProcess {
    pub(crate) fn new(store: &ParameterStore, user: &'static str) -> Self {
        let forward = Forward { groups: Vec::new(), stickiness: None };
        let balancer = ObservedBalancer { forward, delays: Vec::new() };
        Self {
            store: store.clone(),
            user,
            invalidations: Arc::default(),
            balancer: Arc::new(Mutex::new(balancer)),
            asked: Arc::default(),
            answers: Arc::default(),
        }
    }
}

impl Cloud for InProcess {
    fn parameter(&self, name: &str, region: &str) -> Box<dyn ParameterClient> {
        let store = self.store.in_region(region);
        Box::new(InProcessParameter { store, name: name.into(), user: self.user.into() })
    }

    fn distribution(&self, id: &str) -> Box<dyn Distribution> {
        Box::new(InProcessDistribution { id: id.into(), cloud: self.clone() })
    }

    fn outputs<'a>(&'a self, _: &'a str) -> Answer<'a, Option<BTreeMap<String, String>>> {
        panic!("no plan is in a stack")
    }

    fn configuration(&self, _: &str) -> Box<dyn Configuration> {
        panic!("no plan is in a configuration")
    }

    fn invoke<'a>(
        &'a self,
        function: &'a str,
        region: &'a str,
        event: &'a [u8],
    ) -> Answer<'a, FunctionAnswer> {
        let event = serde_json::from_slice(event).unwrap();
        self.asked.lock().unwrap().push((format!("{function}@{region}"), event));
        let null = || FunctionAnswer { payload: b"null".to_vec(), error: None, log: None };
        let answer = self.answers.lock().unwrap().pop_front();
        let (pause, answer) = answer.unwrap_or_else(|| (Duration::ZERO, null()));
        Box::pin(async move {
            tokio::time::sleep(pause).await;
            Ok(answer)
        })
    }

    fn bucket(&self, name: &str) -> Box<dyn Bucket> {
        Box::new(InProcessBucket(name.into()))
    }

    fn answers(&self) -> Box<dyn Answers> {
        panic!("nobody asks the doctor")
    }

    fn bus(&self, _: &str) -> Box<dyn Bus> {
        panic!("only a guard announces changes")
    }

    fn alarms(&self, _: &str) -> Box<dyn Alarms> {
        Box::new(NoAlarms)
    }

    fn balancer(&self, _: &edge_config::LoadBalancer) -> Box<dyn Balancer> {
        Box::new(InProcessBalancer(self.balancer.clone()))
    }

    fn records(&self, _: &edge_config::Records) -> Box<dyn edgeswitch::WeightedRecords> {
        unreachable!("these projects have no followers")
    }

    fn deployer(&self) -> Deployer {
        panic!("these commands deploy nothing")
    }
}

struct InProcessParameter {
    store: ParameterStore,
    name: String,
    user: String,
}

impl InProcessParameter {
    fn trouble(&self, error: SsmError) -> AwsError {
        let (kind, reason) = match error {
            SsmError::Dropped => (AwsErrorKind::Lost, "connection closed".to_owned()),
            SsmError::Service(error) => (kind(error.code.as_str()), error.to_string()),
        };
        AwsError { kind, doing: format!("`{}` in `{}`", self.name, self.store.region()), reason }
    }

    async fn get(&self, selector: String) -> Result<Stored, AwsError> {
        let got = self.store.get(&selector).await.map_err(|error| self.trouble(error))?;
        Ok(stored(got))
    }

    async fn put(&self, text: &str, overwrite: bool) -> Result<u64, AwsError> {
        let put = Put {
            name: self.name.clone(),
            value: text.into(),
            overwrite,
            user: self.user.clone(),
            ..Put::default()
        };
        self.store.put(put).await.map_err(|error| self.trouble(error))
    }
}

fn kind(code: &str) -> AwsErrorKind {
    match code {
        "ParameterNotFound" => AwsErrorKind::Missing,
        "ThrottlingException" => AwsErrorKind::Throttled,
        "ParameterAlreadyExists" => AwsErrorKind::Exists,
        "InternalServerError" => AwsErrorKind::Internal,
        _ => AwsErrorKind::Denied,
    }
}

fn stored(parameter: ssm_sim::ParameterVersion) -> Stored {
    Stored {
        version: parameter.version,
        text: parameter.value,
        modified: parameter.last_modified,
        user: Some(parameter.last_modified_user),
        answered: None,
    }
}

impl ParameterClient for InProcessParameter {
    fn name(&self) -> &str {
        &self.name
    }

    fn region(&self) -> &str {
        self.store.region()
    }

    fn read(&self) -> Answer<'_, Stored> {
        Box::pin(self.get(self.name.clone()))
    }

    fn read_version(&self, version: u64) -> Answer<'_, Stored> {
        Box::pin(self.get(format!("{}:{version}", self.name)))
    }

    fn write<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        Box::pin(self.put(text, true))
    }

    fn create<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        Box::pin(self.put(text, false))
    }

    fn history(&self) -> Answer<'_, Vec<Stored>> {
        Box::pin(async {
            let page = Page::default();
            let page = self.store.history(&self.name, &page).await;
            let page = page.map_err(|error| self.trouble(error))?;
            Ok(page.parameters.into_iter().map(stored).collect())
        })
    }

    fn oldest_label(&self) -> Answer<'_, Option<Label>> {
        Box::pin(async {
            let page = Page { max_results: Some(10), ..Page::default() };
            let page =
                self.store.history(&self.name, &page).await.map_err(|error| self.trouble(error))?;
            let mut versions = page.parameters.into_iter();
            Ok(versions.find_map(|one| {
                Some(Label { version: one.version, name: one.labels.first()?.clone() })
            }))
        })
    }
}

struct InProcessDistribution {
    id: String,
    cloud: InProcess,
}

impl Distribution for InProcessDistribution {
    fn id(&self) -> &str {
        &self.id
    }

    fn invalidate<'a>(&'a self, path: &'a str, _: &'a str) -> Answer<'a, String> {
        let mut invalidations = self.cloud.invalidations.lock().unwrap();
        invalidations.push((path.into(), Instant::now()));
        let id = format!("I{}", invalidations.len());
        Box::pin(async { Ok(id) })
    }

    fn invalidation<'a>(&'a self, _: &'a str) -> Answer<'a, Invalidation> {
        let made = self.cloud.invalidations.lock().unwrap().last().unwrap().1;
        let is_done = made.elapsed() >= Duration::from_secs(60);
        let state = if is_done { Invalidation::Completed } else { Invalidation::InProgress };
        Box::pin(async move { Ok(state) })
    }

    fn invalidated<'a>(&'a self, _: &'a str, _: Timestamp) -> Answer<'a, Option<Invalidation>> {
        let is_made = !self.cloud.invalidations.lock().unwrap().is_empty();
        Box::pin(async move { Ok(is_made.then_some(Invalidation::Completed)) })
    }
}

/// Has the index documents of `41ab03d` and `9f2c1e7`.
struct InProcessBucket(String);

impl Bucket for InProcessBucket {
    fn name(&self) -> &str {
        &self.0
    }

    fn has<'a>(&'a self, key: &'a str) -> Answer<'a, bool> {
        let keys = ["releases/41ab03d/index.html", "releases/9f2c1e7/index.html"];
        Box::pin(async move { Ok(keys.contains(&key)) })
    }
}

struct InProcessBalancer(Arc<Mutex<ObservedBalancer>>);

impl Balancer for InProcessBalancer {
    fn read(&self) -> Answer<'_, ObservedBalancer> {
        let observed = self.0.lock().unwrap().clone();
        Box::pin(async { Ok(observed) })
    }

    fn forward<'a>(&'a self, forward: &'a Forward) -> Answer<'a, ()> {
        self.0.lock().unwrap().forward = forward.clone();
        Box::pin(async { Ok(()) })
    }

    fn delay<'a>(&'a self, group: &'a str, seconds: u32) -> Answer<'a, ()> {
        self.0.lock().unwrap().delays.push((group.into(), seconds));
        Box::pin(async { Ok(()) })
    }
}

struct NoAlarms;

impl Alarms for NoAlarms {
    fn states<'a>(&'a self, _: &'a [String]) -> Answer<'a, Vec<Alarm>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn mute_rule<'a>(&'a self, _: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }
}
