//! Checks a distribution: CloudFront's rules, and the limits of the simulator.

use std::fmt;

use edge_event::{Event, Origin, Request, check, rules};

use crate::distribution::{Behavior, Distribution, DistributionError, OriginGroup, Target};
use crate::policy::{CachePolicy, Names, OriginRequestPolicy};

/// The most cache behaviors of a distribution, including the default one (page `cloudfront-limits`).
const MAX_BEHAVIORS: usize = 75;
/// The most origins of a distribution (page `cloudfront-limits`).
const MAX_ORIGINS: usize = 100;
/// The most headers in a policy, the most cookies, and the most query strings (page `cloudfront-limits`).
const MAX_NAMES: usize = 10;
/// The statuses on which an origin group can fail over (page `high_availability_origin_failover`).
const FAILOVER_STATUSES: [u16; 9] = [400, 403, 404, 416, 429, 500, 502, 503, 504];
/// The statuses that a custom error page can replace (page `HTTPStatusCodes`).
const REPLACEABLE: [u16; 11] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
/// Headers that no policy may name (page `RequestAndResponseBehaviorCustomOrigin`).
const IN_NO_POLICY: &[&str] = &[
    "cache-control",
    "content-length",
    "cookie",
    "max-forwards",
    "pragma",
    "request-range",
    "te",
    "transfer-encoding",
];

type Checked = Result<(), DistributionError>;

impl Distribution {
    /// Returns the first thing that CloudFront would refuse, or that the simulator does not model.
    pub(crate) fn check(&self) -> Checked {
        self.check_edges()?;
        self.check_counts()?;
        self.check_pages()?;
        for (id, settings) in &self.origins {
            check_origin(id, &settings.origin)?;
        }
        for (id, group) in &self.groups {
            self.check_group(id, group)?;
        }
        for (pattern, behavior) in &self.behaviors {
            self.check_behavior(behavior).map_err(|error| of_behavior(pattern, &error))?;
        }
        let default = self.check_behavior(&self.default_behavior);
        default.map_err(|error| of_behavior("Default (*)", &error))
    }

    fn check_edges(&self) -> Checked {
        allow(!self.edges.is_empty(), || "no edge location: name at least one".into())?;
        for (at, edge) in self.edges.iter().enumerate() {
            let name = &edge.0;
            let sound = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
            allow(sound, || {
                format!("edge location `{name}`: only printable ASCII without spaces is allowed")
            })?;
            let others = self.edges.iter().skip(at + 1);
            allow(!others.into_iter().any(|other| other == edge), || {
                format!("edge location `{name}` is named twice: name it once")
            })?;
        }
        Ok(())
    }

    fn check_pages(&self) -> Checked {
        let root = self.root_object.as_deref().unwrap_or("index.html");
        allow(is_path(root) && !root.starts_with('/'), || {
            format!("default root object `{root}`: expected a path without a leading `/`")
        })?;
        for (status, page) in &self.error_pages {
            allow(REPLACEABLE.contains(status), || {
                format!("error page for `{status}`: allowed are {REPLACEABLE:?}")
            })?;
            allow(page.status == 200 || REPLACEABLE.contains(&page.status), || {
                let status = page.status;
                format!("error page with status `{status}`: allowed are 200 and {REPLACEABLE:?}")
            })?;
            allow(is_path(&page.path) && page.path.starts_with('/'), || {
                format!("error page `{}`: expected a path that begins with `/`", page.path)
            })?;
        }
        Ok(())
    }

    fn check_counts(&self) -> Checked {
        let (behaviors, origins) = (self.behaviors.len() + 1, self.origins.len());
        allow(behaviors <= MAX_BEHAVIORS, || {
            format!(
                "`{behaviors}` cache behaviours: at most {MAX_BEHAVIORS} are allowed (page `cloudfront-limits`)"
            )
        })?;
        allow(origins <= MAX_ORIGINS, || {
            format!(
                "`{origins}` origins: at most {MAX_ORIGINS} are allowed (page `cloudfront-limits`)"
            )
        })
    }

    fn check_group(&self, id: &str, group: &OriginGroup) -> Checked {
        let OriginGroup { primary, secondary, failover_statuses } = group;
        allow(!self.origins.contains_key(id), || {
            format!("`{id}` is an origin and an origin group: give one of them another id")
        })?;
        for member in [primary, secondary] {
            allow(self.origins.contains_key(member), || {
                format!("origin group `{id}`: `{member}` is not an origin{}", self.known_origins())
            })?;
        }
        allow(primary != secondary, || {
            format!(
                "origin group `{id}`: `{primary}` cannot stand in for itself, name another origin"
            )
        })?;
        let wrong = failover_statuses.iter().find(|status| !FAILOVER_STATUSES.contains(status));
        allow(wrong.is_none() && !failover_statuses.is_empty(), || {
            let found = wrong.map_or("none".into(), |status| format!("`{status}`"));
            format!(
                "origin group `{id}`, failover statuses: {found}, allowed are {FAILOVER_STATUSES:?}"
            )
        })
    }

    fn check_behavior(&self, behavior: &Behavior) -> Checked {
        let target = &behavior.target;
        let known = self.origins.contains_key(target) || self.groups.contains_key(target);
        allow(known, || {
            let origins = self.known_origins();
            format!("target `{target}` is neither an origin nor an origin group{origins}")
        })?;
        check_cache_policy(&behavior.cache_policy)?;
        check_origin_request_policy(&behavior.origin_request_policy)?;
        let invalid = behavior.response_headers.invalid();
        allow(invalid.is_none(), || {
            let name = invalid.unwrap_or_default();
            format!("response headers policy: header `{name}` has an invalid name or value")
        })?;
        self.check_host(behavior)
    }

    /// A bucket accepts only its own `Host` (page `RequestAndResponseBehaviorCustomOrigin`).
    fn check_host(&self, behavior: &Behavior) -> Checked {
        let Target { primary, secondary } = self.target(behavior);
        let mut origins =
            [Some(primary), secondary.map(|(origin, _)| origin)].into_iter().flatten();
        let bucket = origins.any(|origin| matches!(origin, Origin::S3(_)));
        allow(!(bucket && behavior.forwards_header("host")), || {
            "header `host` cannot go to a bucket, which accepts only its own: forward all but `host`"
                .into()
        })
    }

    fn known_origins(&self) -> String {
        let ids: Vec<_> = self.origins.keys().map(|id| format!("`{id}`")).collect();
        format!(" (origins are {})", ids.join(", "))
    }
}

/// An origin follows the same rules as one that an origin-request function returns.
fn check_origin(id: &str, origin: &Origin) -> Checked {
    let event = Event::origin_request(Request::get("/"));
    let result = Request::get("/").origin(origin.clone()).into();
    match check(&event, &result).first() {
        Some(violation) => Err(DistributionError(format!("origin `{id}`: {violation}"))),
        None => Ok(()),
    }
}

fn of_behavior(name: impl fmt::Display, problem: &DistributionError) -> DistributionError {
    DistributionError(format!("behaviour `{name}`, {problem}"))
}

fn check_cache_policy(policy: &CachePolicy) -> Checked {
    let CachePolicy { min_ttl, default_ttl, max_ttl, headers, cookies, query_strings, .. } = policy;
    allow(min_ttl <= default_ttl && default_ttl <= max_ttl, || {
        format!(
            "cache policy: TTLs of {min_ttl:?}, {default_ttl:?}, {max_ttl:?}: expected minimum <= default <= maximum"
        )
    })?;
    allow(matches!(headers, Names::None | Names::Only(_)), || {
        "cache policy: it must name each header in the key".into()
    })?;
    check_headers("cache policy", headers)?;
    check_counted(
        "cache policy",
        [("headers", headers), ("cookies", cookies), ("query strings", query_strings)],
    )
}

fn check_origin_request_policy(policy: &OriginRequestPolicy) -> Checked {
    let OriginRequestPolicy { headers, cookies, query_strings } = policy;
    let kind = "origin request policy";
    check_headers(kind, headers)?;
    allow(!(matches!(headers, Names::Only(_)) && headers.mean_header("authorization")), || {
        format!("{kind}: header `authorization` cannot be named here: name it in the cache policy")
    })?;
    check_counted(
        kind,
        [("headers", headers), ("cookies", cookies), ("query strings", query_strings)],
    )
}

fn check_headers(kind: &str, headers: &Names) -> Checked {
    for name in listed(headers) {
        let own = name.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("cloudfront-"));
        allow(!own, || {
            format!(
                "{kind}: header `{name}` is not modelled, CloudFront's own headers are not added: leave it out"
            )
        })?;
        let never =
            rules::lists(IN_NO_POLICY, name) || rules::lists(rules::DISALLOWED_HEADERS, name);
        allow(!never, || {
            format!("{kind}: header `{name}` is not allowed in a policy: leave it out")
        })?;
    }
    Ok(())
}

fn check_counted(kind: &str, lists: [(&str, &Names); 3]) -> Checked {
    for (what, names) in lists {
        let count = listed(names).len();
        allow(count <= MAX_NAMES, || {
            format!(
                "{kind}: `{count}` {what}, at most {MAX_NAMES} are allowed (page `cloudfront-limits`)"
            )
        })?;
    }
    Ok(())
}

fn listed(names: &Names) -> &[String] {
    match names {
        Names::Only(names) | Names::AllExcept(names) => names,
        Names::None | Names::All => &[],
    }
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte))
}

fn allow(right: bool, problem: impl FnOnce() -> String) -> Checked {
    if right { Ok(()) } else { Err(DistributionError(problem())) }
}
