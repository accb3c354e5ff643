use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use cloudfront_sim::{
    Behavior, CachePolicy, CloudFront, Distribution, EdgeLocation, Methods, Missing, Names,
    Network, OriginRequestPolicy, OriginSettings, ResponseHeadersPolicy, S3Folder,
};
use edge_config::Config;
use edge_event::{Origin, Trigger};
use edge_time::SystemClock;
use functions_in_process::{Environment, InProcess};
use path_pattern::PathPattern;
use plan_store::MemoryStore;

const BUCKET: &str = "b.s3.eu-west-1.amazonaws.com";
const DAY: Duration = Duration::from_secs(86_400);
const CONFIG: &str = r#"
    name = "shop"
    prefix_template = "/releases/{release}"
    [parameter]
    name = "/shop/plan"
    home_region = "eu-central-1"
"#;

/// A bucket behind the three functions. All paths but `/uncached/*` are cached.
pub(crate) fn cloudfront(edge: &EdgeLocation, bucket: &Path) -> Result<Arc<CloudFront>> {
    let functions = InProcess::new(Config::from_toml(CONFIG)?, |_, _| Environment {
        store: Arc::new(MemoryStore::new("41ab03d")),
        clock: Arc::new(SystemClock),
        seed: 0,
    });
    let network = Network::default();
    network.add(BUCKET, Arc::new(S3Folder::new(bucket, Missing::Forbidden)));
    let distribution = distribution(edge)?;
    let cloudfront =
        CloudFront::new(distribution, network, Arc::new(functions), Arc::new(SystemClock))?;
    Ok(Arc::new(cloudfront))
}

fn distribution(edge: &EdgeLocation) -> Result<Distribution> {
    let bucket = OriginSettings { origin: Origin::s3(BUCKET) };
    Ok(Distribution {
        id: "E2QWRUHAPOMQZL".into(),
        domain_name: "d111111abcdef8.cloudfront.net".into(),
        edges: vec![edge.clone()],
        origins: BTreeMap::from([("bucket".into(), bucket)]),
        groups: BTreeMap::new(),
        behaviors: vec![(PathPattern::parse("/uncached/*")?, behavior(Duration::ZERO))],
        default_behavior: behavior(DAY),
        error_ttls: BTreeMap::new(),
        error_pages: BTreeMap::new(),
        root_object: None,
    })
}

fn behavior(ttl: Duration) -> Behavior {
    let stamps = ["x-bluegreen-release", "x-bluegreen-preview"].map(str::to_owned);
    Behavior {
        target: "bucket".into(),
        cache_policy: CachePolicy {
            default_ttl: ttl,
            max_ttl: ttl,
            // CloudFront does not allow headers in the cache key if the TTL is zero.
            headers: if ttl.is_zero() { Names::None } else { Names::Only(stamps.to_vec()) },
            ..CachePolicy::default()
        },
        origin_request_policy: OriginRequestPolicy {
            headers: Names::Only(stamps.to_vec()),
            cookies: Names::Only(vec!["release".into()]),
            query_strings: Names::None,
        },
        triggers: vec![Trigger::ViewerRequest, Trigger::OriginRequest, Trigger::OriginResponse],
        methods: Methods::Read,
        cache_options: false,
        response_headers: ResponseHeadersPolicy::default(),
    }
}
