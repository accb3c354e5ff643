//! One distribution with everything around it, on virtual time.
//!
//! A world has releases in a bucket, back ends, the plan's parameter, the functions at several edge
//! locations, and browsers with tabs. It never sleeps, and all its random numbers are seeded. [`Watch`]
//! checks every response. If a rule was broken, the world fails its test when it is dropped.
//!
//! Time is tokio's paused time, so a test is `#[tokio::test(start_paused = true)]`.

mod access_log;
mod ask;
mod browser;
mod builder;
mod distribution;
mod http_cache;
mod installed;
mod jar;
mod page;
mod plans;
mod preview;
mod site;
mod tab;
mod time;
mod watch;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{CloudFront, Distribution, EdgeLocation, Exchange, InvalidationPath};
use edge_config::Config;
use edge_event::Trigger;
use edge_time::{Clock, Timestamp};
use functions_in_process::InProcess;
use http::{Request, Response};
use ssm_sim::{Extent, Fault, ParameterStore};

pub use access_log::Logged;
pub use ask::Ask;
pub use browser::{Browser, From, Got};
pub use builder::{Surroundings, WorldBuilder};
pub use distribution::HOST;
pub use installed::Installed;
pub use page::{Page, Part};
pub use preview::sign;
pub use site::{Pages, SERVED_NUMBER, SERVED_RELEASE, Trouble};
pub use tab::Tab;
pub use time::{BEGINNING, Span, VirtualClock};
pub use watch::{Breach, Rule, Watch};

use browser::Who;
use site::Origins;

/// The plan's parameter.
pub const PARAMETER: &str = "/shop/plan";

/// A running world. A clone is another handle to the same world.
#[derive(Clone)]
pub struct World(Arc<Inside>);

pub(crate) struct Inside {
    pub(crate) cloudfront: CloudFront,
    pub(crate) functions: Arc<InProcess>,
    pub(crate) store: ParameterStore,
    pub(crate) clock: VirtualClock,
    pub(crate) config: Config,
    pub(crate) edges: Vec<EdgeLocation>,
    pub(crate) watch: Watch,
    pub(crate) origins: Origins,
    /// The last valid plan that was written.
    pub(crate) written: Mutex<String>,
    /// Everything that was written.
    pub(crate) history: Mutex<Vec<(Timestamp, String)>>,
    pub(crate) log: Mutex<Vec<Logged>>,
    /// The releases that the world knows; the first one is active at the beginning.
    pub(crate) releases: Vec<String>,
    pub(crate) browsers: AtomicU32,
}

impl World {
    /// Describes a world. The default is blue and green at one edge location, with all viewers on blue.
    #[expect(clippy::new_ret_no_self, reason = "the builder starts the world")]
    #[must_use]
    pub fn new() -> WorldBuilder {
        WorldBuilder::new()
    }

    /// The right time.
    #[must_use]
    pub fn clock(&self) -> VirtualClock {
        self.0.clock.clone()
    }

    /// Lets time pass. Timers and tasks run meanwhile.
    pub async fn advance(&self, by: Duration) {
        tokio::time::sleep(by).await;
    }

    /// The time since the world began.
    #[must_use]
    pub fn now(&self) -> Duration {
        since_the_beginning(self.clock().now())
    }

    /// Lets time pass until `moment`.
    pub async fn advance_to(&self, moment: Duration) {
        self.advance(moment.saturating_sub(self.now())).await;
    }

    /// A new browser at the first edge location.
    #[must_use]
    pub fn browser(&self) -> Browser {
        self.browser_at(0)
    }

    /// A new browser at an edge location, by its number.
    #[must_use]
    pub fn browser_at(&self, edge: usize) -> Browser {
        let number = self.0.browsers.fetch_add(1, Ordering::Relaxed);
        Browser::new(self.clone(), number, edge)
    }

    /// A viewer's installed application at the first edge location. It installs itself on the first visit.
    #[must_use]
    pub fn installed(&self) -> Installed {
        Installed::new(self.browser())
    }

    /// Removes the objects that match `path` from all edge caches. Returns their number.
    pub fn invalidate(&self, path: &str) -> usize {
        let path = InvalidationPath::parse(path).expect("tests write valid paths");
        self.0.cloudfront.invalidate(&path)
    }

    /// From now on every read of the parameter fails with `fault`.
    pub fn reads_meet(&self, fault: Fault) {
        self.0.watch.blinded();
        self.0.store.faults().reads.switch_on(fault, Extent::All);
    }

    /// From now on reads work again.
    pub fn reads_work(&self) {
        self.0.store.faults().reads.clear();
        self.0.watch.sees_again(self.clock().now());
    }

    /// From now on the bucket answers 500 for `release`.
    pub fn break_release(&self, release: &str) {
        self.0.origins.break_release(release);
    }

    /// From now on the bucket works again for `release`.
    pub fn mend_release(&self, release: &str) {
        self.0.origins.mend_release(release);
    }

    /// From now on `release` has this trouble.
    pub fn trouble(&self, release: &str, trouble: Trouble) {
        self.0.origins.trouble(release, trouble);
    }

    /// Uploads the files of a release that the bucket does not have yet.
    pub fn upload(&self, release: &str) {
        self.0.origins.upload_release(release);
    }

    /// Deploys another distribution to one edge location, which keeps its cache.
    ///
    /// # Panics
    /// If the local CloudFront refuses the distribution.
    pub fn deploy(&self, edge: usize, distribution: &Distribution) {
        let deployed = self.0.cloudfront.deploy(self.edge(edge), distribution.clone());
        deployed.expect("tests deploy valid distributions");
    }

    /// Ends the execution environment of a function. Its next event starts a new one.
    pub fn recycle(&self, edge: usize, trigger: Trigger) {
        self.0.functions.recycle(self.edge(edge), trigger);
    }

    /// The configuration in the packages of the functions.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The watch that checks every response.
    #[must_use]
    pub fn watch(&self) -> &Watch {
        &self.0.watch
    }

    pub(crate) fn of(inside: Inside) -> Self {
        Self(Arc::new(inside))
    }

    /// Sends a request to CloudFront, and shows the response to the watch.
    pub(crate) async fn send(
        &self,
        who: &Who,
        request: Request<Bytes>,
    ) -> (Response<Bytes>, Exchange) {
        let edge = self.edge(who.edge.load(Ordering::Relaxed));
        let (response, exchange) = self.0.cloudfront.send(edge, who.address, request.clone()).await;
        self.0.watch.response(who, &request, &response, &exchange);
        self.note(&response, &exchange);
        (response, exchange)
    }

    fn edge(&self, number: usize) -> &EdgeLocation {
        self.0.edges.get(number).expect("tests name existing edge locations")
    }
}

impl Drop for Inside {
    /// Fails the test if rules were broken and the test did not take the breaches.
    fn drop(&mut self) {
        let breaches = self.watch.take_breaches();
        if !breaches.is_empty() && !std::thread::panicking() {
            let stories: Vec<String> = breaches.iter().map(ToString::to_string).collect();
            panic!("rules were broken:\n{}", stories.join("\n"));
        }
    }
}

/// The time from the beginning until `moment`.
pub(crate) fn since_the_beginning(moment: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(moment.0 - BEGINNING.0).unwrap_or_default())
}

/// The domain of a release's own back end.
pub(crate) fn back_end_of(release: &str) -> String {
    format!("{release}-api.example.com")
}
