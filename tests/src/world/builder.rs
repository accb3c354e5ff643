use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use cloudfront_sim::{CloudFront, EdgeLocation, FunctionHost, Network};
use edge_config::Config;
use edge_in_process::{Environment, InProcess};
use plan_store::PlanStore;
use routing_core::DecideAt;
use ssm_sim::{ParameterStore, SimulatedParameter};

use super::distribution::{API, BUCKET, distribution};
use super::site::{Api, Asked, Bucket, Pages};
use super::time::VirtualClock;
use super::watch::{Lag, Watch};
use super::{Inside, PARAMETER, World};

/// Whether an origin group asks a second time, for the other release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondAttempt {
    On,
    Off,
}

/// What functions find in a world.
#[derive(Clone)]
pub struct Surroundings {
    /// The plan's parameter.
    pub plan: Arc<dyn PlanStore>,
    /// The right time.
    pub clock: VirtualClock,
}

type Functions = Box<dyn FnOnce(Surroundings) -> Arc<dyn FunctionHost>>;

/// A world that is being described: `World::new().releases(["blue", "green"]).edges(2).start()`.
pub struct WorldBuilder {
    releases: Vec<String>,
    pages: Pages,
    edges: usize,
    decide_at: DecideAt,
    second_attempt: SecondAttempt,
    fallback: Option<String>,
    skews: Vec<i64>,
    functions: Option<Functions>,
}

impl WorldBuilder {
    pub(crate) fn new() -> Self {
        Self {
            releases: vec!["blue".into(), "green".into()],
            pages: Pages::Pinned,
            edges: 1,
            decide_at: DecideAt::ViewerRequest,
            second_attempt: SecondAttempt::Off,
            fallback: None,
            skews: Vec::new(),
            functions: None,
        }
    }

    /// The releases that are in the bucket and have a back end; the first is active. Else blue and green.
    #[must_use]
    pub fn releases<const N: usize>(self, ids: [&str; N]) -> Self {
        Self { releases: ids.map(str::to_owned).into(), ..self }
    }

    /// How the releases' pages ask for their assets; else they pin them.
    #[must_use]
    pub fn pages(self, pages: Pages) -> Self {
        Self { pages, ..self }
    }

    /// The number of edge locations, else 1.
    #[must_use]
    pub fn edges(self, edges: usize) -> Self {
        Self { edges, ..self }
    }

    /// Decides on a cache miss, with the release cookie in the cache key.
    #[must_use]
    pub fn deciding_on_a_miss(self) -> Self {
        Self { decide_at: DecideAt::OriginRequest, ..self }
    }

    /// Puts the bucket into an origin group with itself, which serves the other release.
    #[must_use]
    pub fn with_second_attempt(self) -> Self {
        Self { second_attempt: SecondAttempt::On, ..self }
    }

    /// Packages this plan, as bare release ids, for when none can be read.
    #[must_use]
    pub fn falling_back_to(self, plan: &str) -> Self {
        Self { fallback: Some(plan.to_owned()), ..self }
    }

    /// By how many milliseconds the clock of each edge location's functions is ahead.
    #[must_use]
    pub fn clocks_ahead_by<const N: usize>(self, skews: [i64; N]) -> Self {
        Self { skews: skews.into(), ..self }
    }

    /// Runs other functions than ours.
    #[must_use]
    pub fn functions(
        self,
        functions: impl FnOnce(Surroundings) -> Arc<dyn FunctionHost> + 'static,
    ) -> Self {
        Self { functions: Some(Box::new(functions)), ..self }
    }

    /// Starts it, with everything on the first release.
    pub async fn start(self) -> World {
        let clock = VirtualClock::start();
        let store = ParameterStore::new(Arc::new(clock));
        let plan = Arc::new(SimulatedParameter::new(store.clone(), PARAMETER));
        let config = self.config();
        let edges: Vec<EdgeLocation> =
            (0..self.edges).map(|index| EdgeLocation(format!("EDGE{index}"))).collect();
        let asked = Asked::default();
        let network = self.network(&asked);
        let skews = self.skews.clone();
        let in_process = Arc::new(in_process(config.clone(), plan.clone(), clock, skews));
        let functions = match self.functions {
            Some(functions) => functions(Surroundings { plan, clock }),
            None => in_process.clone(),
        };
        let distribution = distribution(edges.clone(), self.decide_at, self.second_attempt);
        let cloudfront = CloudFront::new(distribution, network, functions, Arc::new(clock))
            .expect("the distribution is written here");
        let watch = Watch::new(asked, lag(&config, &self.skews));
        let world = World::of(Inside {
            cloudfront,
            functions: in_process,
            store,
            clock,
            config,
            edges,
            watch,
            browsers: AtomicU32::new(1),
        });
        world.begin_with(&self.releases).await;
        world
    }

    fn config(&self) -> Config {
        let decide_at = match self.decide_at {
            DecideAt::ViewerRequest => "viewer-request",
            DecideAt::OriginRequest => "origin-request",
        };
        let fallback = self.fallback.as_ref();
        let fallback = fallback.map(|plan| format!("fallback = \"{plan}\"")).unwrap_or_default();
        let key = super::preview::signing_key().public();
        let text = format!(
            "name = \"shop\"\ndecide_at = \"{decide_at}\"\nprefix_template = \"/releases/{{release}}\"\n\
             {fallback}\n[parameter]\nname = \"{PARAMETER}\"\nhome_region = \"eu-central-1\"\n\
             [[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\
             [override]\npublic_keys = [\"{key}\"]\n"
        );
        Config::from_toml(&text).expect("the configuration is written here")
    }

    fn network(&self, asked: &Asked) -> Network {
        let network = Network::default();
        let releases = self.releases.clone();
        let bucket = Bucket { pages: self.pages, releases, asked: asked.clone() };
        network.add(BUCKET, Arc::new(bucket));
        for release in &self.releases {
            let api = Api { release: release.clone(), asked: asked.clone() };
            network.add(&super::back_end_of(release), Arc::new(api));
        }
        // The configured origin must exist, although nobody should reach it.
        network.add(API, Arc::new(Api { release: "nobody".into(), asked: asked.clone() }));
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

/// How long edge locations may lag behind the plan.
///
/// After failures an environment pauses for up to 30 s, and 10 % more with its jitter; then the refresh that
/// was under way may still have to end.
fn lag(config: &Config, skews: &[i64]) -> Lag {
    let refresh = config.refresh;
    let kept = match config.rules.decide_at {
        DecideAt::ViewerRequest => Duration::ZERO,
        DecideAt::OriginRequest => Duration::from_secs(60),
    };
    let recovery = Duration::from_secs(33) + refresh.limit() + refresh.budget;
    Lag {
        refresh,
        recovery,
        kept,
        skew: skews.iter().map(|ahead| ahead.abs()).max().unwrap_or_default(),
    }
}
