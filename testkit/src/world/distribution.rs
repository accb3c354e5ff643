use std::collections::BTreeMap;
use std::time::Duration;

use cloudfront_sim::{
    AcceptEncoding, Behavior, CachePolicy, Distribution, EdgeLocation, Methods, Names, OriginGroup,
    OriginRequestPolicy, OriginSettings, ResponseHeadersPolicy,
};
use edge_event::{Origin, Trigger};
use path_pattern::PathPattern;
use routing_core::DecideAt;

use super::builder::{Exposure, SecondAttempt};

/// The host name that viewers use.
pub const HOST: &str = "shop.example.com";
/// The bucket's domain name.
pub(crate) const BUCKET: &str = "releases.s3.eu-central-1.amazonaws.com";
/// The origin of the back ends' behavior until a function changes it.
pub(crate) const API: &str = "api.example.com";

const TRIGGERS: [Trigger; 3] =
    [Trigger::ViewerRequest, Trigger::OriginRequest, Trigger::OriginResponse];
const DAY: Duration = Duration::from_secs(86_400);
const YEAR: Duration = Duration::from_secs(31_536_000);

/// The distribution that README.md describes: the bucket by default, and the back ends at `/api/*`,
/// with and without a pin.
pub(crate) fn distribution(
    edges: Vec<EdgeLocation>,
    decide_at: DecideAt,
    second_attempt: SecondAttempt,
    exposure: Exposure,
) -> Distribution {
    let target = match second_attempt {
        SecondAttempt::Off => "bucket",
        SecondAttempt::On => "bucket-twice",
    };
    let group = OriginGroup {
        primary: "bucket".into(),
        secondary: "bucket-again".into(),
        failover_statuses: vec![403, 404],
    };
    // A page that pins its calls by the path reaches the same back end.
    let api = ["/_r/*/api/*", "/api/*"].map(|pattern| {
        let pattern = PathPattern::parse(pattern).expect("a constant pattern");
        (pattern, api_behavior())
    });
    Distribution {
        id: "EDFDVBD6EXAMPLE".into(),
        domain_name: "d111111abcdef8.cloudfront.net".into(),
        edges,
        origins: origins(),
        groups: BTreeMap::from([("bucket-twice".into(), group)]),
        behaviors: api.into(),
        default_behavior: bucket_behavior(target, decide_at, exposure),
        error_ttls: BTreeMap::new(),
        error_pages: BTreeMap::new(),
        root_object: None,
    }
}

fn origins() -> BTreeMap<String, OriginSettings> {
    let bucket = Origin::s3(BUCKET);
    let mut again = bucket.clone();
    again.custom_headers_mut().set("x-bluegreen-role", "fallback");
    let origins = [("bucket", bucket), ("bucket-again", again), ("api", Origin::custom(API))];
    origins.map(|(id, origin)| (id.to_owned(), OriginSettings { origin })).into()
}

fn bucket_behavior(target: &str, decide_at: DecideAt, exposure: Exposure) -> Behavior {
    let release_cookie = Names::Only(vec!["release".into()]);
    let keyed = match decide_at {
        DecideAt::ViewerRequest => Names::None,
        DecideAt::OriginRequest => release_cookie.clone(),
    };
    let headers = match exposure {
        Exposure::Least => Names::None,
        Exposure::Most => Names::Only(vec!["x-bluegreen-reason".into()]),
    };
    Behavior {
        target: target.into(),
        cache_policy: CachePolicy { default_ttl: DAY, cookies: keyed, ..keyed_by_release() },
        origin_request_policy: OriginRequestPolicy {
            headers,
            cookies: release_cookie,
            ..OriginRequestPolicy::default()
        },
        triggers: TRIGGERS.to_vec(),
        methods: Methods::ReadAndOptions,
        cache_options: false,
        response_headers: ResponseHeadersPolicy::default(),
    }
}

fn api_behavior() -> Behavior {
    let cache_policy =
        CachePolicy { cookies: Names::All, query_strings: Names::All, ..keyed_by_release() };
    Behavior {
        target: "api".into(),
        cache_policy,
        origin_request_policy: OriginRequestPolicy {
            headers: Names::AllExcept(vec!["host".into()]),
            cookies: Names::All,
            query_strings: Names::All,
        },
        triggers: TRIGGERS.to_vec(),
        methods: Methods::All,
        cache_options: false,
        response_headers: ResponseHeadersPolicy::default(),
    }
}

fn keyed_by_release() -> CachePolicy {
    CachePolicy {
        max_ttl: YEAR,
        accept_encoding: AcceptEncoding::GzipAndBrotli,
        headers: Names::Only(vec!["x-bluegreen-release".into(), "x-bluegreen-preview".into()]),
        ..CachePolicy::default()
    }
}
