use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloudfront_sim::{CloudFront, Distribution, EdgeLocation, FunctionHost, Network};
use edge_config::{Config, Label, Observe};
use edge_event::Origin;
use functions_in_process::{Environment, InProcess, SimulatedParameter};
use plan_format::Refresh;
use plan_store::PlanStore;
use routing_core::DecideAt;
use ssm_sim::ParameterStore;

use super::distribution::{API, distribution};
use super::plans::first_plan;
use super::site::{Api, Bucket, Origins, Pages};
use super::time::VirtualClock;
use super::watch::{Lag, Watch};
use super::{Inside, PARAMETER, World};

/// Whether an origin group makes a second attempt, at the other release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondAttempt {
    On,
    Off,
}

/// What viewers may see and ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// The defaults.
    Least,
    /// Each response names its release, and a bare release id is an override.
    Most,
}

/// The surroundings of the functions in a world.
#[derive(Clone)]
pub struct Surroundings {
    /// The plan's parameter.
    pub plan: Arc<dyn PlanStore>,
    /// The right time.
    pub clock: VirtualClock,
}

type Functions = Box<dyn FnOnce(Surroundings) -> Arc<dyn FunctionHost>>;

/// Describes a world: `World::new().releases(["blue", "green"]).edges(2).start()`.
pub struct WorldBuilder {
    releases: Vec<String>,
    pages: Pages,
    edges: usize,
    decide_at: DecideAt,
    second_attempt: SecondAttempt,
    exposure: Exposure,
    label: Label,
    beacon: Option<String>,
    packaged: Vec<String>,
    skews: Vec<i64>,
    functions: Option<(Duration, Functions)>,
    distribution: Option<Distribution>,
    beginning: Beginning,
}

/// How a world begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// With a plan that gives all viewers the first release.
    Plan,
    /// Without a plan: the first release's files are in the bucket without a prefix.
    Before,
}

impl WorldBuilder {
    pub(crate) fn new() -> Self {
        Self {
            releases: vec!["blue".into(), "green".into()],
            pages: Pages::Pinned,
            edges: 1,
            decide_at: DecideAt::ViewerRequest,
            second_attempt: SecondAttempt::Off,
            exposure: Exposure::Least,
            label: Label::Off,
            beacon: None,
            packaged: Vec::new(),
            skews: Vec::new(),
            functions: None,
            distribution: None,
            beginning: Beginning::Plan,
        }
    }

    /// The releases in the bucket, each with a back end. The first is active. The default is blue and green.
    #[must_use]
    pub fn releases<const N: usize>(self, ids: [&str; N]) -> Self {
        Self { releases: ids.map(str::to_owned).into(), ..self }
    }

    /// How pages ask for their assets. By default they pin them.
    #[must_use]
    pub fn pages(self, pages: Pages) -> Self {
        Self { pages, ..self }
    }

    /// The number of edge locations. The default is 1.
    #[must_use]
    pub fn edges(self, edges: usize) -> Self {
        Self { edges, ..self }
    }

    /// Decides on a cache miss, with the release cookie in the cache key.
    #[must_use]
    pub fn deciding_on_a_miss(self) -> Self {
        Self { decide_at: DecideAt::OriginRequest, ..self }
    }

    /// Puts the bucket into an origin group with itself: the second attempt serves the other release.
    #[must_use]
    pub fn with_second_attempt(self) -> Self {
        Self { second_attempt: SecondAttempt::On, ..self }
    }

    /// Names the release in each response, and takes a bare release id as an override: an attacker sees and
    /// may do the most.
    #[must_use]
    pub fn exposed(self) -> Self {
        Self { exposure: Exposure::Most, ..self }
    }

    /// Names the release in the Content-Type of the bucket's objects.
    #[must_use]
    pub fn labelling(self) -> Self {
        Self { label: Label::On, ..self }
    }

    /// Answers the beacons of pages at this path.
    #[must_use]
    pub fn beacons_at(self, path: &str) -> Self {
        Self { beacon: Some(path.to_owned()), ..self }
    }

    /// Packages a fallback plan of these releases. The first is active.
    #[must_use]
    pub fn falling_back_to<const N: usize>(self, ids: [&str; N]) -> Self {
        Self { packaged: ids.map(str::to_owned).into(), ..self }
    }

    /// How many milliseconds the clock of each edge location's functions is fast.
    #[must_use]
    pub fn clocks_ahead_by<const N: usize>(self, skews: [i64; N]) -> Self {
        Self { skews: skews.into(), ..self }
    }

    /// Runs other functions than ours. They keep the plan that they read for `lag`.
    #[must_use]
    pub fn functions(
        self,
        lag: Duration,
        functions: impl FnOnce(Surroundings) -> Arc<dyn FunctionHost> + 'static,
    ) -> Self {
        Self { functions: Some((lag, Box::new(functions))), ..self }
    }

    /// Runs this distribution at the edge locations, in place of the one that README.md describes.
    #[must_use]
    pub fn distribution(self, distribution: Distribution) -> Self {
        Self { distribution: Some(distribution), ..self }
    }

    /// Begins with a site that nobody has routed yet: there is no plan, and no release is uploaded. The bucket has the
    /// first release's files without a prefix, and the back end of the distribution is the first release's.
    #[must_use]
    pub fn before_edgeswitch(self) -> Self {
        Self { beginning: Beginning::Before, ..self }
    }

    /// Starts the world with all viewers on the first release.
    pub async fn start(self) -> World {
        let clock = VirtualClock::start();
        let store = ParameterStore::new(Arc::new(clock.clone()));
        let plan = Arc::new(SimulatedParameter::new(store.clone(), PARAMETER));
        let config = self.config();
        let edges: Vec<EdgeLocation> =
            (0..self.edges).map(|index| EdgeLocation(format!("EDGE{index}"))).collect();
        let origins = Origins::default();
        let distribution = self.its_distribution(&edges);
        let network = self.network(&origins, &distribution);
        let skews = self.skews.clone();
        let in_process = Arc::new(in_process(config.clone(), plan.clone(), clock.clone(), skews));
        let root = self.root().map(str::to_owned);
        let watch = Watch::new(origins.clone(), self.lag(&config), config.fallback.clone(), root);
        let functions = match self.functions {
            Some((_, functions)) => functions(Surroundings { plan, clock: clock.clone() }),
            None => in_process.clone(),
        };
        let cloudfront = CloudFront::new(distribution, network, functions, Arc::new(clock.clone()))
            .expect("a world has a valid distribution");
        let world = World::of(Inside {
            cloudfront,
            functions: in_process,
            store,
            clock,
            config,
            edges,
            watch,
            origins,
            written: Mutex::default(),
            history: Mutex::default(),
            log: Mutex::default(),
            releases: self.releases.clone(),
            browsers: AtomicU32::new(1),
        });
        match self.beginning {
            Beginning::Plan => world.begin().await,
            Beginning::Before => {
                self.releases.iter().for_each(|release| world.0.origins.remove_release(release));
            }
        }
        world
    }

    fn config(&self) -> Config {
        let decide_at = match self.decide_at {
            DecideAt::ViewerRequest => "viewer-request",
            DecideAt::OriginRequest => "origin-request",
        };
        let (header, policy) = match self.exposure {
            Exposure::Least => (false, "signed"),
            Exposure::Most => (true, "known-release"),
        };
        let key = super::preview::signing_key().public();
        let text = format!(
            "name = \"shop\"\ndecide_at = \"{decide_at}\"\nprefix_template = \"/releases/{{release}}\"\n\
             release_header = {header}\n\
             [parameter]\nname = \"{PARAMETER}\"\nhome_region = \"eu-central-1\"\n\
             [[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\
             [override]\npolicy = \"{policy}\"\npublic_keys = [\"{key}\"]\n"
        );
        let config = Config::from_toml(&text).expect("a world has a valid configuration");
        let packaged = Some(&self.packaged).filter(|releases| !releases.is_empty());
        let fallback = packaged.map(|releases| first_plan("packaged", releases));
        let observe = Observe { label: self.label, beacon: self.beacon.clone() };
        Config { fallback, observe, ..config }
    }

    /// How long edge locations may lag behind the plan.
    ///
    /// After failures an environment backs off for up to 30 s, with jitter 10 % more. After that, the refresh
    /// that is running may still have to end.
    fn lag(&self, config: &Config) -> Lag {
        let of_ours = match self.decide_at {
            DecideAt::ViewerRequest => Duration::ZERO,
            DecideAt::OriginRequest => Duration::from_secs(60),
        };
        let (hard_ttl, kept) = match &self.functions {
            None => (config.refresh.hard_ttl, of_ours),
            Some((lag, _)) => (*lag, Duration::ZERO),
        };
        let refresh = Refresh { hard_ttl, ..config.refresh };
        let recovery = Duration::from_secs(33) + refresh.limit() + refresh.budget;
        let skew = self.skews.iter().map(|ahead| ahead.abs()).max().unwrap_or_default();
        Lag { refresh, recovery, kept, skew }
    }

    fn its_distribution(&self, edges: &[EdgeLocation]) -> Distribution {
        match &self.distribution {
            Some(given) => Distribution { edges: edges.into(), ..given.clone() },
            None => distribution(edges.into(), self.decide_at, self.second_attempt, self.exposure),
        }
    }

    /// The release whose files are in the bucket without a prefix, too.
    fn root(&self) -> Option<&str> {
        match self.beginning {
            Beginning::Plan => None,
            Beginning::Before => self.releases.first().map(String::as_str),
        }
    }

    fn network(&self, origins: &Origins, distribution: &Distribution) -> Network {
        let network = Network::default();
        let (releases, root) = (self.releases.clone(), self.root().map(str::to_owned));
        let bucket = Bucket { pages: self.pages, releases, root, origins: origins.clone() };
        let bucket = Arc::new(bucket);
        for settings in distribution.origins.values() {
            if let Origin::S3(_) = settings.origin {
                network.add(settings.origin.domain_name(), bucket.clone());
            }
        }
        for release in &self.releases {
            let api = Api {
                release: release.clone(),
                calls: AtomicU64::new(0),
                origins: origins.clone(),
            };
            network.add(&super::back_end_of(release), Arc::new(api));
        }
        // The configured origin must exist. Once requests are routed, none should reach it.
        let release = self.root().unwrap_or("nobody").to_owned();
        network.add(
            API,
            Arc::new(Api { release, calls: AtomicU64::new(0), origins: origins.clone() }),
        );
        network
    }
}

fn in_process(
    config: Config,
    plan: Arc<SimulatedParameter>,
    clock: VirtualClock,
    skews: Vec<i64>,
) -> InProcess {
    InProcess::new(config, move |edge, trigger| {
        let index: usize = edge.0.trim_start_matches("EDGE").parse().unwrap_or_default();
        let ahead = skews.get(index).copied().unwrap_or_default();
        let seed = 10 * index as u64 + trigger as u64;
        let clock = Arc::new(clock.skewed(ahead));
        Environment { store: plan.clone(), clock, seed }
    })
}
