use crate::behavior::Behavior;
use crate::checks::cache_policies::listed_cookie;
use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::passes::{Part, Passes, forwarding, key, to_origin};
use crate::source::Source;
use crate::view::View;

/// The viewer's `Host` does not reach a bucket.
pub(crate) fn host(view: &View<'_>, notes: &mut Notes) {
    for (id, behaviors) in view.policies("OriginRequestPolicyId") {
        if !behaviors.iter().any(|one| view.is_of_bucket(one)) {
            continue;
        }
        let source = Source::OriginRequestPolicy(id.into());
        let Some(policy) = notes.read(view, &source) else { continue };
        refuse_host(view, notes, &forwarding(&policy), &behaviors, "OriginRequestPolicyId");
    }
    for (id, behaviors) in view.policies("CachePolicyId") {
        if !behaviors.iter().any(|one| view.is_of_bucket(one)) {
            continue;
        }
        let source = Source::CachePolicy(id.into());
        let Some(policy) = notes.read(view, &source) else { continue };
        refuse_host(view, notes, &key(&policy), &behaviors, "CachePolicyId");
    }
}

fn refuse_host(
    view: &View<'_>,
    notes: &mut Notes,
    policy: &Field<'_>,
    behaviors: &[Behavior<'_>],
    key: &str,
) {
    let field = Part::Headers.of(policy);
    let of_bucket = behaviors.iter().find(|one| view.is_of_bucket(one));
    if let Some(behavior) = of_bucket.filter(|_| Passes::of(policy, Part::Headers).has("host")) {
        let words = Words::new(
            format!(
                "behaviour `{}` forwards the viewer's `Host` to the bucket: S3 answers 403 to every viewer, because the signature is for its own host",
                behavior.pattern
            ),
            "use a policy without `Host` for the bucket, such as one that lists only the release cookie",
            command::set(view, &behavior.field.get(key), "\"POLICY_ID\""),
        );
        notes.error(&field, words);
    }
}

/// The release cookie reaches the origin of pages, and cookies reach a back end.
pub(crate) fn cookies(view: &View<'_>, notes: &mut Notes) {
    let name = view.project().map_or("release", |config| config.rules.release_cookie.as_str());
    for behavior in view.serving() {
        let Some(policies) = to_origin(view, &behavior, notes) else { continue };
        let passes = policies.iter().map(|policy| Passes::of(policy, Part::Cookies));
        let passes: Vec<Passes> = passes.collect();
        let Some(field) = policies.last().map(|policy| Part::Cookies.of(policy)) else { continue };
        let (consequence, value) = if view.is_of_bucket(&behavior) {
            if passes.iter().any(|one| one.has(name)) {
                continue;
            }
            let why = format!(
                "behaviour `{}` does not forward the cookie `{name}`: CloudFront then removes `Set-Cookie`, and viewers change release with every page",
                behavior.pattern
            );
            (why, listed_cookie(name))
        } else {
            if passes.iter().any(|one| *one != Passes::Nothing) {
                continue;
            }
            let why = format!(
                "behaviour `{}` forwards no cookies: the back end knows no viewer's session, and its own `Set-Cookie` is removed",
                behavior.pattern
            );
            (why, "{CookieBehavior: \"all\"}".into())
        };
        let words = Words::new(
            consequence,
            "forward the cookies in the origin request policy",
            edit(view, &behavior, &field, &value),
        );
        notes.warning(&field, words);
    }
}

/// Query strings reach a back end.
pub(crate) fn query_strings(view: &View<'_>, notes: &mut Notes) {
    for behavior in view.serving() {
        if view.is_of_bucket(&behavior) {
            continue;
        }
        let Some(policies) = to_origin(view, &behavior, notes) else { continue };
        let is_nothing =
            |policy: &Field<'_>| Passes::of(policy, Part::QueryStrings) == Passes::Nothing;
        let Some(last) = policies.last().filter(|_| policies.iter().all(is_nothing)) else {
            continue;
        };
        let field = Part::QueryStrings.of(last);
        let words = Words::new(
            format!(
                "behaviour `{}` forwards no query strings: the back end does not see what a viewer asked for",
                behavior.pattern
            ),
            "forward all query strings in the origin request policy",
            edit(view, &behavior, &field, "{QueryStringBehavior: \"all\"}"),
        );
        notes.warning(&field, words);
    }
}

/// Edits the origin request policy, or names one for a behavior that has none.
fn edit(view: &View<'_>, behavior: &Behavior<'_>, field: &Field<'_>, value: &str) -> String {
    let policy = behavior.field.get("OriginRequestPolicyId");
    if policy.is_set() {
        command::set_in_request_policy(policy.text(), field, value)
    } else {
        command::set(view, &policy, "\"ORIGIN_REQUEST_POLICY_ID\"")
    }
}
