use std::collections::BTreeMap;
use std::time::Duration;

use cloudfront_sim::EdgeLocation;

/// The longest that a function may take at the edge (page `cloudfront-limits`).
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// How packages are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What the functions are called: viewer-request sees itself as `us-east-1.<name>-viewer-request`.
    pub name: String,
    /// The Region that each edge location's functions run in; `us-east-1` where none is given.
    pub regions: BTreeMap<EdgeLocation, String>,
    /// Variables beside Lambda's own, such as `AWS_ENDPOINT_URL_SSM`. They win over Lambda's.
    pub variables: BTreeMap<String, String>,
    /// The memory that a function has, in MB. It is told and reported, not enforced.
    pub memory: u32,
    /// How long a process may take until it asks for its first event.
    pub init_timeout: Duration,
    /// How long a function may take for an event.
    pub timeout: Duration,
    /// How many instances a function may have at an edge location. While all are busy, an event waits as long
    /// as it may take, and is then throttled.
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
