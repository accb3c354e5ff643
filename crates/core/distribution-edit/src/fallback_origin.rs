use edge_routing::ROLE_HEADER;

use crate::distribution::{CONFIG_ORDER, Distribution, FALLBACK, ORIGIN_ORDER, is_marked, members};
use crate::refusal::Refusal;
use crate::xml::Element;

/// S3's two ways to say that an object is missing.
const MISSING: [&str; 2] = ["403", "404"];

/// The id of the origin group for the bucket's origin `bucket`, which is made if there is none.
///
/// Its second member is a copy of the origin with the header by which the functions know the second attempt.
pub(crate) fn group_of(distribution: &mut Distribution, bucket: &str) -> Result<String, Refusal> {
    if let Some(group) = existing_group(distribution, bucket) {
        return Ok(group);
    }
    let second = second_origin(distribution, bucket)?;
    let is_free = |id: &str| distribution.origin(id).is_none() && distribution.group(id).is_none();
    let names = ["releases".to_owned(), format!("releases-{bucket}")];
    let Some(id) = names.into_iter().find(|id| is_free(id)) else {
        return Err(Refusal::NameTaken { origin: format!("releases-{bucket}") });
    };
    let count = distribution.config().items_of("OriginGroups").len();
    let config = distribution.config_mut();
    if config.child("OriginGroups").is_none() {
        config.put(Element::list("OriginGroups", Vec::new()), &CONFIG_ORDER);
    }
    if let Some(groups) = config.child_mut("OriginGroups") {
        groups.insert_item(count, group(&id, [bucket, &second]));
    }
    Ok(id)
}

fn existing_group(distribution: &Distribution, bucket: &str) -> Option<String> {
    let groups = distribution.config().items_of("OriginGroups").into_iter();
    let mut ours = groups.filter(|group| {
        distribution.is_fallback_group(group)
            && members(group).first().is_some_and(|first| first == bucket)
    });
    ours.next().map(|group| group.text_of("Id"))
}

/// The id of the marked copy of an origin, which is made if there is none.
fn second_origin(distribution: &mut Distribution, bucket: &str) -> Result<String, Refusal> {
    let id = format!("{bucket}-second-attempt");
    let no_origin = || Refusal::NoOrigin { behavior: "*".into(), origin: bucket.into() };
    let origin = distribution.origin(bucket).ok_or_else(no_origin)?;
    if distribution.group(&id).is_some() {
        return Err(Refusal::NameTaken { origin: id });
    }
    if let Some(present) = distribution.origin(&id) {
        let is_copy =
            is_marked(present) && present.text_of("DomainName") == origin.text_of("DomainName");
        return if is_copy { Ok(id) } else { Err(Refusal::NameTaken { origin: id }) };
    }
    let copy = marked_copy(origin, &id);
    let origins = distribution.config().items_of("Origins");
    let at = origins.iter().position(|one| one.text_of("Id") == bucket);
    let at = at.map_or(origins.len(), |index| index + 1);
    if let Some(origins) = distribution.config_mut().child_mut("Origins") {
        origins.insert_item(at, copy);
    }
    Ok(id)
}

fn marked_copy(origin: &Element, id: &str) -> Element {
    let mut copy = origin.clone();
    copy.set_child("Id", id, &ORIGIN_ORDER);
    if copy.child("CustomHeaders").is_none() {
        copy.put(Element::list("CustomHeaders", Vec::new()), &ORIGIN_ORDER);
    }
    let header = Element::with(
        "OriginCustomHeader",
        [
            Element::with_text("HeaderName", ROLE_HEADER),
            Element::with_text("HeaderValue", FALLBACK),
        ],
    );
    if let Some(headers) = copy.child_mut("CustomHeaders") {
        let count = headers.items().len();
        headers.insert_item(count, header);
    }
    copy
}

fn group(id: &str, members: [&str; 2]) -> Element {
    let codes = MISSING.map(|code| Element::with_text("StatusCode", code)).into();
    let member =
        |id: &str| Element::with("OriginGroupMember", [Element::with_text("OriginId", id)]);
    Element::with(
        "OriginGroup",
        [
            Element::with_text("Id", id),
            Element::with("FailoverCriteria", [Element::list("StatusCodes", codes)]),
            Element::list("Members", members.map(member).into()),
        ],
    )
}
