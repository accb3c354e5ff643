use edge_routing::{PREVIEW_HEADER, RELEASE_HEADER};
use routing_core::DecideAt;

use crate::behavior::{Behavior, patterns};
use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::passes::{Part, Passes, forwarding, key};
use crate::source::Source;
use crate::view::View;

const STAMPS: [&str; 2] = [RELEASE_HEADER, PREVIEW_HEADER];
/// How many cache policies an account can make (page `cloudfront-limits`).
const QUOTA: i64 = 20;

/// A cache policy with the behaviors that use it.
struct Used<'a> {
    id: &'a str,
    behaviors: Vec<Behavior<'a>>,
    policy: Field<'a>,
}

impl<'a> Used<'a> {
    fn config(&self) -> Field<'a> {
        self.policy.at("CachePolicy.CachePolicyConfig")
    }

    /// All times zero: CloudFront caches nothing, and the policy may have nothing in its key.
    fn is_without_cache(&self) -> bool {
        let times = ["MinTTL", "DefaultTTL", "MaxTTL"];
        times.iter().all(|time| self.config().get(time).number() == Some(0))
    }

    fn set(&self, field: &Field<'_>, value: &str) -> String {
        command::set_in_cache_policy(self.id, field, value)
    }
}

fn used<'a>(view: &View<'a>, notes: &mut Notes) -> Vec<Used<'a>> {
    let all = view.policies("CachePolicyId").into_iter();
    all.filter_map(|(id, behaviors)| {
        let policy = notes.read(view, &Source::CachePolicy(id.into()))?;
        Some(Used { id, behaviors, policy })
    })
    .collect()
}

/// The stamp is in the key, and nothing is that makes an object of its own for each viewer.
pub(crate) fn stamp(view: &View<'_>, notes: &mut Notes) {
    let rules = view.project().map(|config| &config.rules);
    for one in used(view, notes).iter().filter(|one| !one.is_without_cache()) {
        let key = key(&one.policy);
        let (headers, field) = (Passes::of(&key, Part::Headers), Part::Headers.of(&key));
        let behaviors = patterns(&one.behaviors);
        for stamp in STAMPS.iter().filter(|stamp| !headers.has(stamp)) {
            let words = Words::new(
                format!("`{stamp}` is not in the cache key of {behaviors}: viewers of one release get cached objects of another"),
                "put both headers into the cache key",
                one.set(
                    &field,
                    &format!(
                        "{{HeaderBehavior: \"whitelist\", Headers: {{Quantity: 2, Items: [\"{}\", \"{}\"]}}}}",
                        STAMPS[0], STAMPS[1]
                    ),
                ),
            );
            notes.error(&field, words);
        }
        let (cookies, field) = (Passes::of(&key, Part::Cookies), Part::Cookies.of(&key));
        let by_cookie = rules.filter(|rules| rules.decide_at == DecideAt::OriginRequest);
        if let Some(rules) = by_cookie.filter(|rules| !cookies.has(rules.release_cookie.as_str())) {
            let name = rules.release_cookie.as_str();
            let words = Words::new(
                format!(
                    "the cookie `{name}` is not in the cache key of {behaviors}: with `decide_at = \"origin-request\"` viewers of one release get cached objects of another"
                ),
                "put the release cookie into the cache key",
                one.set(&field, &listed_cookie(name)),
            );
            notes.error(&field, words);
        }
        let is_everybody = matches!(cookies, Passes::All | Passes::AllBut(_));
        if is_everybody && one.behaviors.iter().any(|behavior| view.is_of_bucket(behavior)) {
            let words = Words::new(
                format!(
                    "every viewer's cookies are in the cache key of {behaviors}: hardly any request is a hit"
                ),
                "put no cookies into the key of the bucket's behaviours",
                one.set(&field, "{CookieBehavior: \"none\"}"),
            );
            notes.warning(&field, words);
        }
    }
}

pub(crate) fn listed_cookie(name: &str) -> String {
    format!("{{CookieBehavior: \"whitelist\", Cookies: {{Quantity: 1, Items: [\"{name}\"]}}}}")
}

/// With caching disabled, the stamp must reach the origin functions by the origin request policy.
pub(crate) fn caching_disabled(view: &View<'_>, notes: &mut Notes) {
    for one in used(view, notes).iter().filter(|one| one.is_without_cache()) {
        for behavior in &one.behaviors {
            let field = behavior.field.get("OriginRequestPolicyId");
            let headers = if field.is_set() {
                let source = Source::OriginRequestPolicy(field.text().into());
                let Some(policy) = notes.read(view, &source) else { continue };
                Passes::of(&forwarding(&policy), Part::Headers)
            } else {
                Passes::Nothing
            };
            let words = |consequence: &str| {
                Words::new(
                    format!("behaviour `{}` {consequence}", behavior.pattern),
                    "use a cache policy with a minimum and default TTL of 0, a maximum of 1, and `x-bluegreen-release` and `x-bluegreen-preview` in the key",
                    command::set(view, &behavior.field.get("CachePolicyId"), "\"CACHE_POLICY_ID\""),
                )
            };
            let policy = behavior.field.get("CachePolicyId");
            match headers {
                Passes::Listed(_) if STAMPS.iter().all(|stamp| headers.has(stamp)) => {}
                Passes::All | Passes::AllBut(_) => notes.warning(
                    &policy,
                    words("has caching disabled and forwards the viewer's headers: AWS does not say whether the header of viewer-request is among them, and without it viewers get another release"),
                ),
                Passes::Nothing | Passes::Listed(_) => notes.error(
                    &policy,
                    words("has caching disabled, and its origin functions do not get the headers: viewers get another release than their page's"),
                ),
            }
        }
    }
}

/// A minimum TTL overrides `no-store`.
pub(crate) fn minimum_ttl(view: &View<'_>, notes: &mut Notes) {
    for one in used(view, notes) {
        let field = one.config().get("MinTTL");
        if field.number().is_some_and(|seconds| seconds > 0) {
            let words = Words::new(
                format!(
                    "CloudFront keeps every answer of {} that long, `no-store` or not: errors and previews too",
                    patterns(&one.behaviors)
                ),
                "set a minimum TTL of 0",
                one.set(&field, "0"),
            );
            notes.warning(&field, words);
        }
    }
}

/// Compression is on in the behavior and in the policy, or in neither.
pub(crate) fn compression(view: &View<'_>, notes: &mut Notes) {
    for one in used(view, notes).iter().filter(|one| !one.is_without_cache()) {
        let key = key(&one.policy);
        let (gzip, brotli) =
            (key.get("EnableAcceptEncodingGzip"), key.get("EnableAcceptEncodingBrotli"));
        let is_in_policy = gzip.is_true() || brotli.is_true();
        for behavior in &one.behaviors {
            let field = behavior.field.get("Compress");
            if field.is_true() && !is_in_policy {
                let words = Words::new(
                    format!(
                        "behaviour `{}` compresses nothing, because its cache policy has both encodings off: pages load slower",
                        behavior.pattern
                    ),
                    "set both encodings on in the cache policy",
                    one.set(&gzip, "true"),
                );
                notes.warning(&gzip, words);
            } else if field.is_false() && is_in_policy {
                let words = Words::new(
                    format!(
                        "behaviour `{}` compresses nothing: pages load slower",
                        behavior.pattern
                    ),
                    "set `Compress`",
                    command::set(view, &field, "true"),
                );
                notes.warning(&field, words);
            }
        }
        if let Passes::Listed(list) = Passes::of(&key, Part::Headers)
            && list.iter().any(|name| name == "accept-encoding")
        {
            let field = Part::Headers.of(&key).get("Headers");
            let words = Words::new(
                "`Accept-Encoding` is in the cache key by hand: viewers of different browsers share no cached object, or CloudFront refuses the policy",
                "remove `Accept-Encoding` and set both encodings on",
                one.set(
                    &field,
                    &format!("{{Quantity: 2, Items: [\"{}\", \"{}\"]}}", STAMPS[0], STAMPS[1]),
                ),
            );
            notes.warning(&field, words);
        }
    }
}

/// A behavior has a cache policy, not the settings from before there were policies.
pub(crate) fn legacy(view: &View<'_>, notes: &mut Notes) {
    for behavior in view.serving() {
        let (policy, field) =
            (behavior.field.get("CachePolicyId"), behavior.field.get("ForwardedValues"));
        if !policy.is_set() {
            let words = Words::new(
                format!(
                    "behaviour `{}` has no cache policy: the key and the cookies of its viewers cannot be checked",
                    behavior.pattern
                ),
                "give the behaviour a cache policy with `x-bluegreen-release` and `x-bluegreen-preview` in the key",
                command::distribution(view, &migrated(&behavior)),
            );
            notes.warning(&field, words);
        }
    }
}

fn migrated(behavior: &Behavior<'_>) -> String {
    let path = behavior.field.path_below(".DistributionConfig");
    format!(
        "{path} |= (del(.ForwardedValues, .MinTTL, .DefaultTTL, .MaxTTL) | .CachePolicyId = \"CACHE_POLICY_ID\")"
    )
}

/// The account can make another cache policy.
pub(crate) fn quota(view: &View<'_>, notes: &mut Notes) {
    let Some(list) = notes.read(view, &Source::CustomCachePolicies) else { return };
    let field = list.at("CachePolicyList.Quantity");
    if field.number().is_some_and(|count| count >= QUOTA) {
        let words = Words::new(
            "the account has no room for another cache policy: the next deployment fails, and viewers keep the former one",
            "use one policy for several distributions, or ask AWS for a higher quota",
            "aws service-quotas list-service-quotas --region us-east-1 --service-code cloudfront",
        );
        notes.warning(&field, words);
    }
}
