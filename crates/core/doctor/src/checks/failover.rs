use edge_routing::ROLE_HEADER;

use crate::behavior::Behavior;
use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::view::{View, members};

/// The statuses that CloudFront can fail over on (page `high_availability_origin_failover`).
const ALLOWED: [i64; 9] = [400, 403, 404, 416, 429, 500, 502, 503, 504];
/// S3's two ways to say that an object is missing.
const NEEDED: [i64; 2] = [403, 404];
const UNSAFE: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];
/// The methods of a behavior with an origin group, for `jq`.
const READS: &str = "{Quantity: 2, Items: [\"GET\", \"HEAD\"], CachedMethods: {Quantity: 2, Items: [\"GET\", \"HEAD\"]}}";

/// The origin groups of the serving behaviors, once each.
fn groups<'a>(view: &View<'a>) -> Vec<Field<'a>> {
    let mut all: Vec<Field<'a>> = Vec::new();
    for group in view.serving().iter().filter_map(|one| view.group(one)) {
        let id = group.get("Id").text();
        if all.iter().all(|known| known.get("Id").text() != id) {
            all.push(group);
        }
    }
    all
}

/// An origin group has two members, fails over on a missing object, and gets reads only.
pub(crate) fn group(view: &View<'_>, notes: &mut Notes) {
    if !view.is_attached() {
        return room_for_group(view, notes);
    }
    for group in groups(view) {
        two_members(view, notes, &group);
        statuses(view, notes, &group);
    }
    for behavior in view.serving() {
        if view.group(&behavior).is_some() {
            methods(view, notes, &behavior);
        } else {
            not_found(view, notes, &behavior);
        }
    }
}

/// `attach` makes the group, if the behaviors of the bucket have none and take reads only.
fn room_for_group(view: &View<'_>, notes: &mut Notes) {
    for behavior in view.serving().iter().filter(|one| view.is_of_bucket(one)) {
        let target = behavior.field.get("TargetOriginId");
        if view.group(behavior).is_some_and(|group| !has_second_attempt(view, &group)) {
            let words = Words::new(
                format!(
                    "behaviour `{}` has an origin group of its own: `edgeswitch attach` refuses it, because there is \
                     no place for the second attempt",
                    behavior.pattern
                ),
                "make the bucket itself the target",
                command::set(view, &target, "\"BUCKET\""),
            );
            notes.error(&target, words);
        }
        let methods = behavior.methods();
        if has_unsafe(&methods) {
            let words = Words::new(
                format!(
                    "behaviour `{}` takes more than GET, HEAD and OPTIONS: `edgeswitch attach` refuses it, because \
                     CloudFront allows no other method with an origin group",
                    behavior.pattern
                ),
                "allow GET and HEAD, and give other methods a behaviour with the back end as origin",
                command::set(view, &methods, READS),
            );
            notes.error(&methods, words);
        }
    }
}

/// Whether a group is one that `attach` has made, and takes again.
fn has_second_attempt(view: &View<'_>, group: &Field<'_>) -> bool {
    let second = members(group).get(1).and_then(|id| view.origin(id));
    second.is_some_and(|origin| role(&origin).is_some())
}

fn has_unsafe(methods: &Field<'_>) -> bool {
    methods.items().iter().any(|method| UNSAFE.contains(&method.text()))
}

fn two_members(view: &View<'_>, notes: &mut Notes, group: &Field<'_>) {
    let field = group.get("Members");
    if members(group).len() != 2 {
        let words = Words::new(
            "CloudFront refuses an origin group that has not exactly two members",
            "name the bucket's origin, and its copy with the header of the fallback",
            command::set(
                view,
                &field,
                "{Quantity: 2, Items: [{OriginId: \"BUCKET\"}, {OriginId: \"FALLBACK\"}]}",
            ),
        );
        notes.error(&field, words);
    }
}

fn statuses(view: &View<'_>, notes: &mut Notes, group: &Field<'_>) {
    let field = group.at("FailoverCriteria.StatusCodes");
    let codes: Vec<i64> = field.items().iter().filter_map(Field::number).collect();
    let value = "{Quantity: 2, Items: [403, 404]}";
    if let Some(code) = NEEDED.iter().find(|code| !codes.contains(code)) {
        let words = Words::new(
            format!(
                "the origin group does not fail over on {code}: a page that was open before a release loses its files"
            ),
            "fail over on 403 and 404",
            command::set(view, &field, value),
        );
        notes.error(&field, words);
    }
    if let Some(code) = codes.iter().find(|code| !ALLOWED.contains(code)) {
        let words = Words::new(
            format!("CloudFront cannot fail over on {code} and refuses the configuration"),
            "fail over on 403 and 404",
            command::set(view, &field, value),
        );
        notes.error(&field, words);
    }
}

fn methods(view: &View<'_>, notes: &mut Notes, behavior: &Behavior<'_>) {
    let field = behavior.methods();
    let allowed: Vec<&str> = field.items().iter().map(Field::text).collect();
    let cached: Vec<&str> = field.get("CachedMethods").items().iter().map(Field::text).collect();
    if has_unsafe(&field) {
        let words = Words::new(
            format!(
                "CloudFront refuses behaviour `{}`: a behaviour with an origin group takes GET, HEAD and OPTIONS only",
                behavior.pattern
            ),
            "allow GET and HEAD, and give other methods a behaviour with one origin",
            command::set(view, &field, READS),
        );
        notes.error(&field, words);
    } else if allowed.contains(&"OPTIONS") && !cached.contains(&"OPTIONS") {
        let words = Words::new(
            format!(
                "an OPTIONS request to behaviour `{}` does not fail over: a viewer gets the bucket's 403",
                behavior.pattern
            ),
            "cache OPTIONS too, or do not allow it",
            command::set(view, &field, READS),
        );
        notes.warning(&field, words);
    }
}

/// `not_found` is served by the group's second attempt.
fn not_found(view: &View<'_>, notes: &mut Notes, behavior: &Behavior<'_>) {
    let page = view.project().and_then(|config| config.rules.not_found.as_deref());
    if let Some(page) = page.filter(|_| view.is_of_bucket(behavior)) {
        let field = behavior.field.get("TargetOriginId");
        let words = Words::new(
            format!(
                "behaviour `{}` has no origin group: viewers get the bucket's error, never `{page}`",
                behavior.pattern
            ),
            "make an origin group of the bucket and its copy with the header of the fallback, and use it as target",
            command::set(view, &field, "\"ORIGIN_GROUP\""),
        );
        notes.warning(&field, words);
    }
}

/// The second member carries the header by which the functions know the second attempt; the first does not.
pub(crate) fn member(view: &View<'_>, notes: &mut Notes) {
    for group in groups(view) {
        let ids = members(&group);
        let [first, second] = ids.as_slice() else { continue };
        if let Some(origin) = view.origin(second).filter(|origin| role(origin).is_none()) {
            let field = origin.get("CustomHeaders");
            let header = format!("{{HeaderName: \"{ROLE_HEADER}\", HeaderValue: \"fallback\"}}");
            let words = Words::new(
                "the second attempt looks for the same object again: a page that was open before a release loses its files",
                format!("give origin `{second}` the header `{ROLE_HEADER}: fallback`"),
                command::set(view, &field, &format!("{{Quantity: 1, Items: [{header}]}}")),
            );
            notes.error(&field, words);
        }
        let marked = view.origin(first).and_then(|origin| role(&origin));
        if let Some(field) = marked {
            let headers = view.origin(first).map(|origin| origin.get("CustomHeaders"));
            let list = headers.unwrap_or_else(|| field.clone());
            let words = Words::new(
                "the first attempt counts as the second: viewers get files of other releases",
                format!("remove the header `{ROLE_HEADER}` from origin `{first}`"),
                command::set(view, &list, "{Quantity: 0, Items: []}"),
            );
            notes.error(&field, words);
        }
    }
}

/// The header that marks the fallback.
fn role<'a>(origin: &Field<'a>) -> Option<Field<'a>> {
    let headers = origin.get("CustomHeaders").items();
    headers.into_iter().find(|header| {
        let name = header.get("HeaderName").text();
        name.eq_ignore_ascii_case(ROLE_HEADER) && header.get("HeaderValue").text() == "fallback"
    })
}
