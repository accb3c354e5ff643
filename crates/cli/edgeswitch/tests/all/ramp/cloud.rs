//! An account in memory, on tokio's virtual time: nothing of it waits for a socket.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use edge_time::Timestamp;
use edgeswitch::{
    Alarm, AlarmState, Alarms, Answer, Answers, AwsError, AwsErrorKind, Balancer, Bucket, Bus,
    Cloud, Configuration, Deployer, Distribution, Invalidation, Label, ParameterClient, Stored,
};
use followers::{Forward, ObservedBalancer};
use ssm_sim::{ErrorCode, Page, ParameterStore, Put, SsmError};

/// Parameters of a simulated store, and alarms whose states are set by hand.
#[derive(Clone)]
pub(crate) struct Memory {
    pub(crate) store: ParameterStore,
    pub(crate) alarms: States,
    pub(crate) edge: Edge,
    pub(crate) calls: Calls,
    pub(crate) balancer: LoadBalancer,
}

/// The forward action of the one load balancer: target groups and weights.
#[derive(Clone, Default)]
pub(crate) struct LoadBalancer(pub(crate) Arc<Mutex<Vec<(String, u32)>>>);

impl Balancer for LoadBalancer {
    fn read(&self) -> Answer<'_, ObservedBalancer> {
        let forward = Forward { groups: self.0.lock().unwrap().clone(), stickiness: None };
        Box::pin(async { Ok(ObservedBalancer { forward, delays: Vec::new() }) })
    }

    fn forward<'a>(&'a self, forward: &'a Forward) -> Answer<'a, ()> {
        self.0.lock().unwrap().clone_from(&forward.groups);
        Box::pin(async { Ok(()) })
    }

    fn delay<'a>(&'a self, _: &'a str, _: u32) -> Answer<'a, ()> {
        unreachable!("the follower sets no delay")
    }
}

/// What a guard has told the world: the details on the bus, and the references of invalidations.
#[derive(Clone, Default)]
pub(crate) struct Edge {
    pub(crate) bus: Arc<Mutex<Vec<String>>>,
    pub(crate) invalidations: Arc<Mutex<Vec<String>>>,
}

/// Kills the program at a call: it never goes on.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<Option<usize>>>);

impl Calls {
    /// The program is killed after this many steps; each call has one before it takes effect, and one after.
    pub(crate) fn kill_after(&self, steps: Option<usize>) {
        *self.0.lock().unwrap() = steps;
    }

    async fn step(&self) {
        let is_over = match &mut *self.0.lock().unwrap() {
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        };
        if is_over {
            std::future::pending::<()>().await;
        }
    }

    async fn around<T>(&self, call: impl Future<Output = T>) -> T {
        self.step().await;
        let done = call.await;
        self.step().await;
        done
    }
}

/// Alarm to state, or why alarms cannot be read.
#[derive(Clone, Default)]
pub(crate) struct States(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    states: BTreeMap<String, (AlarmState, Option<Timestamp>)>,
    muted: BTreeSet<String>,
    trouble: Option<AwsErrorKind>,
    reason: Option<String>,
}

impl States {
    pub(crate) fn set(&self, name: &str, state: AlarmState) {
        self.0.lock().unwrap().states.insert(name.into(), (state, None));
    }

    /// The state since a time, as CloudWatch names it.
    pub(crate) fn since(&self, name: &str, state: AlarmState, since: Timestamp) {
        self.0.lock().unwrap().states.insert(name.into(), (state, Some(since)));
    }

    /// Mutes an alarm, or ends it.
    pub(crate) fn mute(&self, name: &str, is_muted: bool) {
        let mut known = self.0.lock().unwrap();
        if is_muted {
            known.muted.insert(name.into());
        } else {
            known.muted.remove(name);
        }
    }

    pub(crate) fn fail(&self, kind: Option<AwsErrorKind>) {
        self.0.lock().unwrap().trouble = kind;
    }

    /// The reason that every alarm gives.
    pub(crate) fn explain(&self, reason: &str) {
        self.0.lock().unwrap().reason = Some(reason.into());
    }

    fn read(&self, names: &[String]) -> Result<Vec<Alarm>, AwsError> {
        let known = self.0.lock().unwrap();
        let trouble =
            |kind| AwsError { kind, doing: "read alarms".into(), reason: "trouble".into() };
        if let Some(kind) = known.trouble {
            return Err(trouble(kind));
        }
        let alarm = |name: &String| {
            let known_state = known.states.get(name);
            let (state, since) = *known_state.ok_or_else(|| trouble(AwsErrorKind::Missing))?;
            let reason = known.reason.clone().unwrap_or_else(|| "5 errors > 1".into());
            Ok(Alarm { name: name.clone(), state, reason, since, suppressed: None })
        };
        names.iter().map(alarm).collect()
    }
}

impl Cloud for Memory {
    fn parameter(&self, name: &str, region: &str) -> Box<dyn ParameterClient> {
        let store = self.store.in_region(region);
        Box::new(InMemory { store, name: name.into(), calls: self.calls.clone() })
    }

    fn distribution(&self, _: &str) -> Box<dyn Distribution> {
        Box::new(self.edge.clone())
    }

    fn outputs<'a>(&'a self, _: &'a str) -> Answer<'a, Option<BTreeMap<String, String>>> {
        panic!("no plan is in a stack")
    }

    fn configuration(&self, _: &str) -> Box<dyn Configuration> {
        panic!("a ramp changes no distribution")
    }

    fn bucket(&self, _: &str) -> Box<dyn Bucket> {
        panic!("no bucket is configured")
    }

    fn answers(&self) -> Box<dyn Answers> {
        panic!("nobody asks the doctor")
    }

    fn bus(&self, _: &str) -> Box<dyn Bus> {
        Box::new(Told { edge: self.edge.clone(), calls: self.calls.clone() })
    }

    fn alarms(&self, _: &str) -> Box<dyn Alarms> {
        Box::new(self.alarms.clone())
    }

    fn balancer(&self, _: &edge_config::LoadBalancer) -> Box<dyn Balancer> {
        Box::new(self.balancer.clone())
    }

    fn records(&self, _: &edge_config::Records) -> Box<dyn edgeswitch::WeightedRecords> {
        unreachable!("these projects have no followers")
    }

    fn deployer(&self) -> Deployer {
        panic!("a ramp deploys nothing")
    }
}

impl Alarms for States {
    fn states<'a>(&'a self, names: &'a [String]) -> Answer<'a, Vec<Alarm>> {
        Box::pin(async { self.read(names) })
    }

    fn mute_rule<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>> {
        let muted = self.0.lock().unwrap().muted.contains(name);
        Box::pin(async move { Ok(muted.then(|| "night".to_owned())) })
    }
}

struct Told {
    edge: Edge,
    calls: Calls,
}

impl Bus for Told {
    fn put<'a>(&'a self, detail: &'a str) -> Answer<'a, ()> {
        Box::pin(self.calls.around(async {
            self.edge.bus.lock().unwrap().push(detail.to_owned());
            Ok(())
        }))
    }
}

/// A distribution that makes one invalidation for each reference.
impl Distribution for Edge {
    fn id(&self) -> &str {
        "E2QWRUHAPOMQZL"
    }

    fn invalidate<'a>(&'a self, _: &'a str, reference: &'a str) -> Answer<'a, String> {
        let mut made = self.invalidations.lock().unwrap();
        if !made.iter().any(|one| one == reference) {
            made.push(reference.to_owned());
        }
        Box::pin(async { Ok("I2J0I21PCUYOIK".to_owned()) })
    }

    fn invalidation<'a>(&'a self, _: &'a str) -> Answer<'a, Invalidation> {
        Box::pin(async { Ok(Invalidation::Completed) })
    }

    fn invalidated<'a>(&'a self, _: &'a str, _: Timestamp) -> Answer<'a, Option<Invalidation>> {
        Box::pin(async { Ok(None) })
    }
}

struct InMemory {
    store: ParameterStore,
    name: String,
    calls: Calls,
}

impl InMemory {
    async fn put(&self, text: &str, overwrite: bool) -> Result<u64, AwsError> {
        let (name, value) = (self.name.clone(), text.to_owned());
        let put = Put { name, value, overwrite, user: "alice".into(), ..Put::default() };
        self.calls.around(self.store.put(put)).await.map_err(trouble)
    }
}

impl ParameterClient for InMemory {
    fn name(&self) -> &str {
        &self.name
    }

    fn region(&self) -> &str {
        self.store.region()
    }

    fn read(&self) -> Answer<'_, Stored> {
        Box::pin(async {
            self.calls.around(self.store.get(&self.name)).await.map(stored).map_err(trouble)
        })
    }

    fn read_version(&self, version: u64) -> Answer<'_, Stored> {
        let name = format!("{}:{version}", self.name);
        Box::pin(async move { self.store.get(&name).await.map(stored).map_err(trouble) })
    }

    fn write<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        Box::pin(self.put(text, true))
    }

    fn create<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        Box::pin(self.put(text, false))
    }

    fn history(&self) -> Answer<'_, Vec<Stored>> {
        Box::pin(self.calls.around(async {
            let (mut versions, mut page) = (Vec::new(), Page::default());
            loop {
                let found = self.store.history(&self.name, &page).await.map_err(trouble)?;
                versions.extend(found.parameters.into_iter().map(stored));
                match found.next_token {
                    Some(next) => page.next_token = Some(next),
                    None => return Ok(versions),
                }
            }
        }))
    }

    fn oldest_label(&self) -> Answer<'_, Option<Label>> {
        Box::pin(async {
            let page = Page { max_results: Some(10), ..Page::default() };
            let page = self.store.history(&self.name, &page).await.map_err(trouble)?;
            let mut versions = page.parameters.into_iter();
            Ok(versions.find_map(|one| {
                Some(Label { version: one.version, name: one.labels.first()?.clone() })
            }))
        })
    }
}

fn stored(one: ssm_sim::ParameterVersion) -> Stored {
    Stored {
        version: one.version,
        text: one.value,
        modified: one.last_modified,
        user: Some(one.last_modified_user),
        answered: None,
    }
}

fn trouble(error: SsmError) -> AwsError {
    let reason = error.to_string();
    let kind = match error {
        SsmError::Dropped => AwsErrorKind::Lost,
        SsmError::Service(error) if error.code == ErrorCode::ParameterNotFound => {
            AwsErrorKind::Missing
        }
        SsmError::Service(error) if error.code == ErrorCode::ThrottlingException => {
            AwsErrorKind::Throttled
        }
        SsmError::Service(error) if error.code == ErrorCode::AccessDeniedException => {
            AwsErrorKind::Denied
        }
        SsmError::Service(_) => AwsErrorKind::Internal,
    };
    AwsError { kind, doing: "use the parameter".into(), reason }
}
