use std::collections::BTreeMap;
use std::time::Duration;

use cloudfront_sim::EdgeLocation;

/// The longest timeout of a function at the edge (page `cloudfront-limits`).
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// The settings of [`Packages`](crate::Packages).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The base of the function names: viewer-request is `us-east-1.<name>-viewer-request`. The name of a function of
    /// a Region.
    pub name: String,
    /// The Region of each edge location's functions. The default is `us-east-1`.
    pub regions: BTreeMap<EdgeLocation, String>,
    /// Environment variables besides Lambda's, such as `AWS_ENDPOINT_URL_SSM`. They override Lambda's.
    pub variables: BTreeMap<String, String>,
    /// The memory of a function, in MB. Functions see it and reports show it, but it is not enforced.
    pub memory: u32,
    /// The time until a process must ask for its first event.
    pub init_timeout: Duration,
    /// The time for one event.
    pub timeout: Duration,
    /// The most instances of a function at one edge location. While all are busy, an event waits. After
    /// `timeout` it is throttled.
    pub max_instances: usize,
}

impl Default for Options {
    /// 128 MB, 10 s for init, 30 s for an event (page `cloudfront-limits`), ten instances.
    fn default() -> Self {
        Self {
            name: "edgeswitch".to_owned(),
            regions: BTreeMap::new(),
            variables: BTreeMap::new(),
            memory: 128,
            init_timeout: Duration::from_secs(10),
            timeout: TIMEOUT,
            max_instances: 10,
        }
    }
}
