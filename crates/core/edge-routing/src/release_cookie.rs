use edge_event::Request;
use routing_core::{Plan, Stamp};

/// Reduces the release cookies of `request` to one, the bare id of a release that `plan` serves, or to
/// none.
///
/// For cookies in the cache key: a forged cookie, or one from another stage, must not make another
/// variant of a cached object. Other cookies stay as they are.
pub fn keep_usable_cookie(request: &mut Request, name: &str, plan: &Plan) {
    rewrite(request, name, |value| release(value, plan));
}

/// Leaves no release cookie on `request`. Other cookies stay as they are.
pub fn drop_cookie(request: &mut Request, name: &str) {
    rewrite(request, name, |_| None);
}

/// Replaces all cookies of this name by the first one that `usable` has a value for.
fn rewrite<'v>(request: &mut Request, name: &str, usable: impl Fn(&str) -> Option<&'v str>) {
    let mut found = None;
    let headers: Vec<String> = request.headers.values("cookie").map(ToOwned::to_owned).collect();
    let mut kept: Vec<&str> = Vec::new();
    for pair in headers.iter().flat_map(|header| header.split(';')).map(str::trim) {
        let value = pair.split_once('=').filter(|(key, _)| key.trim_end() == name);
        match value {
            Some((_, value)) => found = found.or_else(|| usable(value)),
            None if pair.is_empty() => {}
            None => kept.push(pair),
        }
    }
    let ours = found.map(|id| format!("{name}={id}"));
    let pairs: Vec<&str> = kept.into_iter().chain(ours.as_deref()).collect();
    request.headers.remove("cookie");
    if !pairs.is_empty() {
        request.headers.set("Cookie", pairs.join("; "));
    }
}

fn release<'p>(value: &str, plan: &'p Plan) -> Option<&'p str> {
    let value = value.trim();
    let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let stamp = Stamp::parse(unquoted.unwrap_or(value))?;
    let (_, release) = plan.servable(stamp.release())?;
    Some(release.id.as_str())
}
