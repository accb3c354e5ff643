use edge_event::Request;
use routing_core::{Plan, Stamp};

/// Reduces the release cookies of `request` to one, the bare id of a release that `plan` serves, or to
/// none.
///
/// For cookies in the cache key: a forged cookie, or one from another stage, must not make another
/// variant of a cached object. Other cookies stay as they are.
pub fn keep_usable_cookie(request: &mut Request, name: &str, plan: &Plan) {
    let mut usable = None;
    let headers: Vec<String> = request.headers.values("cookie").map(ToOwned::to_owned).collect();
    let mut kept: Vec<&str> = Vec::new();
    for pair in headers.iter().flat_map(|header| header.split(';')).map(str::trim) {
        let value = pair.split_once('=').filter(|(key, _)| key.trim_end() == name);
        match value {
            Some((_, value)) => usable = usable.or_else(|| release(value, plan)),
            None if pair.is_empty() => {}
            None => kept.push(pair),
        }
    }
    let ours = usable.map(|id| format!("{name}={id}"));
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
