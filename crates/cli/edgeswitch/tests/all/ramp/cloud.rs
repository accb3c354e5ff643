//! An account in memory, on tokio's virtual time: nothing of it waits for a socket.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use edgeswitch::{
    Alarm, AlarmState, Alarms, Answer, Answers, AwsError, AwsErrorKind, Bucket, Cloud,
    Configuration, Deployer, Distribution, Label, ParameterClient, Stored,
};
use ssm_sim::{ErrorCode, Page, ParameterStore, Put, SsmError};

/// Parameters of a simulated store, and alarms whose states are set by hand.
#[derive(Clone)]
pub(crate) struct Memory {
    pub(crate) store: ParameterStore,
    pub(crate) alarms: States,
}

/// Alarm to state, or why alarms cannot be read.
#[derive(Clone, Default)]
pub(crate) struct States(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    states: BTreeMap<String, AlarmState>,
    trouble: Option<AwsErrorKind>,
    reason: Option<String>,
}

impl States {
    pub(crate) fn set(&self, name: &str, state: AlarmState) {
        self.0.lock().unwrap().states.insert(name.into(), state);
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
            let state = known.states.get(name).ok_or_else(|| trouble(AwsErrorKind::Missing))?;
            let reason = known.reason.clone().unwrap_or_else(|| "5 errors > 1".into());
            Ok(Alarm { name: name.clone(), state: *state, reason })
        };
        names.iter().map(alarm).collect()
    }
}

impl Cloud for Memory {
    fn parameter(&self, name: &str, region: &str) -> Box<dyn ParameterClient> {
        let store = self.store.in_region(region);
        Box::new(InMemory { store, name: name.into() })
    }

    fn distribution(&self, _: &str) -> Box<dyn Distribution> {
        panic!("a ramp invalidates nothing")
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

    fn alarms(&self, _: &str) -> Box<dyn Alarms> {
        Box::new(self.alarms.clone())
    }

    fn balancer(&self, _: &edge_config::LoadBalancer) -> Box<dyn edgeswitch::Balancer> {
        unreachable!("these projects have no followers")
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
}

struct InMemory {
    store: ParameterStore,
    name: String,
}

impl InMemory {
    async fn put(&self, text: &str, overwrite: bool) -> Result<u64, AwsError> {
        let (name, value) = (self.name.clone(), text.to_owned());
        let put = Put { name, value, overwrite, user: "alice".into(), ..Put::default() };
        self.store.put(put).await.map_err(trouble)
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
        Box::pin(async { self.store.get(&self.name).await.map(stored).map_err(trouble) })
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
        Box::pin(async {
            let page = self.store.history(&self.name, &Page::default()).await.map_err(trouble)?;
            Ok(page.parameters.into_iter().map(stored).collect())
        })
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
        SsmError::Service(_) => AwsErrorKind::Internal,
    };
    AwsError { kind, doing: "use the parameter".into(), reason }
}
