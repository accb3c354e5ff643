use std::collections::BTreeMap;
use std::time::Duration;

use cloudfront_sim::{
    AcceptEncoding, Behavior, CachePolicy, Distribution, EdgeLocation, Methods, Names, OriginGroup,
    OriginRequestPolicy, OriginSettings, ResponseHeadersPolicy,
};
use edge_config::{Config, Dev, ReleaseHeader};
use edge_event::{Origin, Trigger};
use edge_routing::{PREVIEW_HEADER, REASON_HEADER, RELEASE_HEADER, ROLE_HEADER};
use path_pattern::PathPattern;
use routing_core::{DecideAt, Plan};

use crate::error::DevError;

/// The distribution id of a project that names none.
const NO_ID: &str = "EDFDVBD6EXAMPLE";
const BUCKET: &str = "bucket";
const SECOND_ATTEMPT: &str = "bucket-second-attempt";
const GROUP: &str = "releases";
/// The triggers with one of our functions.
pub(crate) const TRIGGERS: [Trigger; 3] =
    [Trigger::ViewerRequest, Trigger::OriginRequest, Trigger::OriginResponse];
/// The default TTL of a behavior, and the longest (page `distribution-web-values-specify`).
const DAY: Duration = Duration::from_secs(86_400);
const YEAR: Duration = Duration::from_secs(31_536_000);

/// The distribution that README.md describes, for this project. The default behavior goes to the bucket, in an
/// origin group with itself for the second attempt. Each route has a behavior.
///
/// # Errors
/// When no domain name is known for a route's origin.
pub(crate) fn distribution(
    config: &Config,
    dev: &Dev,
    plan: Option<&Plan>,
) -> Result<Distribution, DevError> {
    let mut origins = BTreeMap::from(bucket_origins(config));
    let mut behaviors = Vec::new();
    for route in &config.rules.routes {
        let domain = permanent_domain(config, plan, &route.origin)
            .ok_or_else(|| DevError::NoDomain(route.origin.clone()))?;
        let id = format!("route-{}", route.origin);
        origins.insert(id.clone(), OriginSettings { origin: Origin::custom(domain) });
        // A page that pins its calls by the path reaches the same back end.
        if let Some(pinned) = pinned(&route.pattern) {
            behaviors.push((pinned, route_behavior(id.clone())));
        }
        behaviors.push((route.pattern.clone(), route_behavior(id)));
    }
    let group = OriginGroup {
        primary: BUCKET.into(),
        secondary: SECOND_ATTEMPT.into(),
        failover_statuses: vec![403, 404],
    };
    Ok(Distribution {
        id: config.distribution_id.clone().unwrap_or_else(|| NO_ID.into()),
        domain_name: "d111111abcdef8.cloudfront.net".into(),
        edges: dev.edges.iter().cloned().map(EdgeLocation).collect(),
        origins,
        groups: BTreeMap::from([(GROUP.into(), group)]),
        behaviors,
        default_behavior: bucket_behavior(config),
        error_ttls: BTreeMap::new(),
        error_pages: BTreeMap::new(),
        root_object: None,
    })
}

/// The paths of a route with a pin in front: `/_r/*/api/*` of `/api/*`. `None` if that is too long.
fn pinned(pattern: &PathPattern) -> Option<PathPattern> {
    let pattern = pattern.to_string();
    PathPattern::parse(&format!("/_r/*/{}", pattern.trim_start_matches('/'))).ok()
}

/// The domain name of the bucket.
fn bucket_domain(config: &Config) -> String {
    format!("releases.s3.{}.amazonaws.com", config.parameter.home_region)
}

fn bucket_origins(config: &Config) -> [(String, OriginSettings); 2] {
    let first = Origin::s3(bucket_domain(config));
    let mut second = first.clone();
    second.custom_headers_mut().set(ROLE_HEADER, "fallback");
    [(BUCKET, first), (SECOND_ATTEMPT, second)]
        .map(|(id, origin)| (id.to_owned(), OriginSettings { origin }))
}

/// The domain name that the distribution has for an origin, before a function changes it: that of the first
/// slot with this origin, else of the first release.
fn permanent_domain<'a>(
    config: &'a Config,
    plan: Option<&'a Plan>,
    origin: &str,
) -> Option<&'a str> {
    let slots = config.release_defaults.slots.iter().flat_map(|slot| &slot.origins);
    let slot = slots.filter(|(key, _)| key == origin).map(|(_, domain)| domain.as_str()).next();
    slot.or_else(|| plan?.releases().iter().find_map(|release| release.origin(origin)))
}

/// The cache key has exactly what README.md's table lists.
fn bucket_behavior(config: &Config) -> Behavior {
    let release_cookie = Names::Only(vec![config.rules.release_cookie.to_string()]);
    let keyed_cookies = match config.rules.decide_at {
        DecideAt::ViewerRequest => Names::None,
        DecideAt::OriginRequest => release_cookie.clone(),
    };
    let headers = match config.release_header {
        ReleaseHeader::On => Names::Only(vec![REASON_HEADER.into()]),
        ReleaseHeader::Off => Names::None,
    };
    Behavior {
        target: GROUP.into(),
        cache_policy: CachePolicy { default_ttl: DAY, cookies: keyed_cookies, ..cache_policy() },
        origin_request_policy: OriginRequestPolicy {
            headers,
            cookies: release_cookie,
            query_strings: Names::None,
        },
        triggers: TRIGGERS.to_vec(),
        methods: Methods::ReadAndOptions,
        cache_options: false,
        response_headers: ResponseHeadersPolicy::default(),
    }
}

/// For an API. A response is cached if it says so. The origin gets everything the viewer sent except `Host` (pages
/// `using-managed-cache-policies`, `UseOriginCacheControlHeaders-QueryStrings`, and
/// `using-managed-origin-request-policies`, `AllViewerExceptHostHeader`).
fn route_behavior(target: String) -> Behavior {
    Behavior {
        target,
        cache_policy: CachePolicy {
            cookies: Names::All,
            query_strings: Names::All,
            ..cache_policy()
        },
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

/// The minimum TTL is zero, since a higher one would cache even `no-store` responses. Compressed variants are
/// cached separately, as in the managed policies.
fn cache_policy() -> CachePolicy {
    CachePolicy {
        max_ttl: YEAR,
        accept_encoding: AcceptEncoding::GzipAndBrotli,
        headers: Names::Only(vec![RELEASE_HEADER.into(), PREVIEW_HEADER.into()]),
        ..CachePolicy::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    const KEYED: &[&str] = &["x-bluegreen-release", "x-bluegreen-preview"];

    fn sample_with(lines: &str) -> Distribution {
        let text = format!("{lines}\n{}", sample::CONFIG);
        let config = Config::from_toml(&text).unwrap();
        distribution(&config, &Dev::default(), None).unwrap()
    }

    fn only(names: &[&str]) -> Names {
        Names::Only(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn documents_are_cached_by_release_and_fetched_with_the_release_cookie() {
        let Behavior { cache_policy, origin_request_policy, target, .. } =
            sample_with("").default_behavior;
        assert_eq!(target, GROUP);
        assert_eq!(cache_policy.headers, only(KEYED));
        assert_eq!(cache_policy.cookies, Names::None);
        assert_eq!(cache_policy.min_ttl, Duration::ZERO);
        assert_eq!(cache_policy.accept_encoding, AcceptEncoding::GzipAndBrotli);
        assert_eq!(origin_request_policy.cookies, only(&["release"]));
        assert_eq!(origin_request_policy.headers, only(&["x-bluegreen-reason"]));
    }

    #[test]
    fn decision_on_a_miss_puts_the_release_cookie_into_the_cache_key() {
        let key = sample_with("decide_at = \"origin-request\"").default_behavior.cache_policy;
        assert_eq!((key.headers, key.cookies), (only(KEYED), only(&["release"])));
    }

    #[test]
    fn second_attempt_is_the_same_bucket_with_another_role() {
        let distribution = sample_with("");
        let group = &distribution.groups[GROUP];
        let [first, second] =
            [&group.primary, &group.secondary].map(|id| &distribution.origins[id].origin);
        assert_eq!(first.domain_name(), second.domain_name());
        assert_eq!(second.custom_headers().get(ROLE_HEADER), Some("fallback"));
        assert!(first.custom_headers().is_empty());
    }

    #[test]
    fn route_uses_the_domain_of_a_slot_or_else_of_the_plan() {
        let plan = plan_format::parse(&sample::plan(edge_time::Timestamp(0)), &Default::default());
        let plan = plan.unwrap();
        let without_slots = sample::CONFIG.split("[slots.blue]").next().unwrap();
        let config = Config::from_toml(without_slots).unwrap();
        let by_plan = distribution(&config, &Dev::default(), Some(&plan)).unwrap();
        for distribution in [sample_with(""), by_plan] {
            let patterns: Vec<_> =
                distribution.behaviors.iter().map(|(pattern, _)| pattern.to_string()).collect();
            assert_eq!(patterns, ["/_r/*/api/*", "/api/*"]);
            for (_, behavior) in &distribution.behaviors {
                let origin = &distribution.origins[&behavior.target].origin;
                assert_eq!(origin.domain_name(), "blue-alb.example.com");
            }
        }
        let refused = distribution(&config, &Dev::default(), None).unwrap_err();
        assert_eq!(refused.to_string(), "no domain name is known for origin `api`");
    }
}
