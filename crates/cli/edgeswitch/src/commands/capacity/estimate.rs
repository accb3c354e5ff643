use std::time::Duration;

use plan_store_ssm::nearest_region;
use serde::Serialize;

use super::Throughput;

/// The Regions that Lambda@Edge replicates functions to (page `lambda-edge-permissions`).
pub const EDGE_REGIONS: [&str; 13] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "sa-east-1",
];

/// A month of 30 days, in seconds.
const MONTH: f64 = 2_592_000.0;
/// A read with higher throughput, in US dollars: 0.05 for 10,000.
const READ: f64 = 0.05 / 10_000.0;
/// An invocation at the edge, in US dollars: 0.60 for a million.
const INVOCATION: f64 = 0.60 / 1e6;
/// A millisecond with 128 MB at the edge, in US dollars: 0.00005001 for a GB-second.
const MILLISECOND: f64 = 0.000_050_01 * 0.125 / 1000.0;

/// The load on Parameter Store, as the user describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Execution environments in each edge Region.
    pub environments: u32,
    /// The edge Regions where they run.
    pub edge_regions: Vec<String>,
    /// The Regions of the parameter, the home Region first; at least one.
    pub parameter_regions: Vec<String>,
    /// The time for which an environment uses the plan that it has read.
    pub soft_ttl: Duration,
    /// The throughput setting of each Region of the parameter.
    pub throughput: Throughput,
    /// Viewers' requests a month.
    pub requests: Option<u64>,
    /// The percentage of requests that the cache answers.
    pub hit_ratio: u8,
}

/// The reads and prices for a demand. As JSON: schema 1, rates in reads a second, prices in US dollars a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Capacity {
    /// The version of the JSON format.
    pub schema: u8,
    /// Execution environments in each edge Region.
    pub environments: u32,
    /// The number of edge Regions.
    pub edge_regions: usize,
    /// The soft TTL, in seconds.
    pub soft_ttl_seconds: u64,
    /// The reads of each Region of the parameter, the home Region first.
    pub regions: Vec<RegionLoad>,
    /// The throughput setting.
    pub throughput: Throughput,
    /// The reads a second that each Region allows.
    pub limit: u32,
    /// Whether every Region stays within that limit.
    pub fits: bool,
    /// The smallest soft TTL that fits 40 reads a second, in seconds; `None` above an hour.
    pub smallest_soft_ttl_seconds: Option<u64>,
    /// The same for 10,000 reads a second.
    pub smallest_soft_ttl_seconds_higher: Option<u64>,
    /// The price of the reads with higher throughput; without it they are free.
    pub reads_usd_higher: f64,
    /// The functions' price, for a number of requests.
    pub functions: Option<Functions>,
}

/// The reads of one Region of the parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegionLoad {
    /// The Region.
    pub region: String,
    /// The execution environments for which it is the nearest Region.
    pub environments: u64,
    /// Reads a second, at most: an environment without requests reads nothing.
    pub reads: f64,
}

/// The price of the functions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Functions {
    /// Viewers' requests a month.
    pub requests: u64,
    /// The percentage of requests that the cache answers.
    pub hit_ratio: u8,
    /// Invocations a month: viewer-request for each request, the other two for each miss.
    pub invocations: u64,
    /// Their price, each of one millisecond with 128 MB.
    pub usd: f64,
}

/// The arithmetic: environments ÷ soft TTL, for each Region of the parameter.
#[must_use]
pub fn estimate(demand: &Demand) -> Capacity {
    let regions = loads(demand);
    let busiest = regions.iter().map(|load| load.environments).max().unwrap_or_default();
    let reads: f64 = regions.iter().map(|load| load.reads).sum();
    let limit = demand.throughput.limit();
    Capacity {
        schema: 1,
        environments: demand.environments,
        edge_regions: demand.edge_regions.len(),
        soft_ttl_seconds: demand.soft_ttl.as_secs(),
        fits: regions.iter().all(|load| load.reads <= f64::from(limit)),
        throughput: demand.throughput,
        limit,
        smallest_soft_ttl_seconds: smallest_ttl(busiest, Throughput::Default),
        smallest_soft_ttl_seconds_higher: smallest_ttl(busiest, Throughput::Higher),
        reads_usd_higher: cents(reads * MONTH * READ),
        functions: demand.requests.map(|requests| functions(requests, demand.hit_ratio)),
        regions,
    }
}

/// Each environment reads from the Region that is nearest to it.
fn loads(demand: &Demand) -> Vec<RegionLoad> {
    let candidates: Vec<&str> = demand.parameter_regions.iter().map(String::as_str).collect();
    let readers = |region: &str| {
        let nearest = |edge: &&String| nearest_region(edge, &candidates) == Some(region);
        demand.edge_regions.iter().filter(nearest).count() as u64
    };
    let load = |region: &&str| {
        let environments = readers(region) * u64::from(demand.environments);
        let reads = environments as f64 / demand.soft_ttl.as_secs_f64();
        RegionLoad { region: (*region).to_owned(), environments, reads }
    };
    candidates.iter().map(load).collect()
}

/// In whole seconds, within the range that the configuration allows: 1 s to an hour.
fn smallest_ttl(environments: u64, throughput: Throughput) -> Option<u64> {
    let seconds = environments.div_ceil(u64::from(throughput.limit())).max(1);
    (seconds <= 3600).then_some(seconds)
}

fn functions(requests: u64, hit_ratio: u8) -> Functions {
    let hits = u128::from(requests) * u128::from(hit_ratio) / 100;
    let misses = requests - u64::try_from(hits).unwrap_or(requests);
    let invocations = requests.saturating_add(misses.saturating_mul(2));
    let usd = cents(invocations as f64 * (INVOCATION + MILLISECOND));
    Functions { requests, hit_ratio, invocations, usd }
}

fn cents(usd: f64) -> f64 {
    (usd * 100.0).round() / 100.0
}
