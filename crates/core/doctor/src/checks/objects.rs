use routing_core::{Layout, Plan, ReleaseId, Rules, s3_path};

use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::{View, bucket_name, is_bucket};

/// The pages that each release with traffic must have: its id, and the question for each object. Empty if the
/// configuration, the plan or the bucket is not known.
pub(crate) fn objects(view: &View<'_>) -> Vec<(ReleaseId, Source)> {
    let (Some(project), Some(plan), Some(origin)) = (view.project(), view.plan(), pages(view))
    else {
        return Vec::new();
    };
    let Some(bucket) = bucket_name(&origin) else { return Vec::new() };
    let mut all = Vec::new();
    for index in with_traffic(&plan) {
        let Some(release) = plan.releases().get(index) else { continue };
        let Some(folder) = s3_path(origin.get("OriginPath").text(), &release.prefix) else {
            continue;
        };
        for document in documents(&project.rules) {
            let key = format!("{}/{document}", folder.trim_start_matches('/'));
            all.push((release.id.clone(), Source::Object { bucket: bucket.into(), key }));
        }
    }
    all
}

/// The bucket of the default behavior.
fn pages<'a>(view: &View<'a>) -> Option<Field<'a>> {
    let default = view.behaviors().into_iter().next()?;
    view.origins(&default).into_iter().find(is_bucket)
}

/// The releases that some stage gives traffic to.
pub(crate) fn with_traffic(plan: &Plan) -> Vec<usize> {
    let weights = plan.stages().iter().flat_map(routing_core::Stage::weights);
    let mut all: Vec<usize> =
        weights.filter(|(_, weight)| *weight > 0).map(|(index, _)| *index).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The documents that the functions put in place of paths, each once.
fn documents(rules: &Rules) -> Vec<&str> {
    let index = (rules.layout != Layout::Files).then_some(&*rules.index_document);
    let own = rules.indexes.iter().map(|(_, document)| &**document);
    let mut all: Vec<&str> =
        index.into_iter().chain(own).chain(rules.not_found.as_deref()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The bucket has the pages of every release that gets traffic.
pub(crate) fn pages_exist(view: &View<'_>, notes: &mut Notes) {
    let Some(project) = view.project() else {
        return notes.skip(&Source::Distribution, Why::NoConfiguration);
    };
    let home = Source::Plan(project.parameter.home_region.clone());
    if notes.read(view, &home).is_none() {
        return;
    }
    for (id, source) in objects(view) {
        let Source::Object { bucket, key } = &source else { continue };
        let Some(known) = notes.read(view, &source) else { continue };
        let found = known.get("Contents");
        if found.list().iter().any(|one| one.get("Key").text() == key) {
            continue;
        }
        let words = Words::new(
            format!("bucket `{bucket}` has no `{key}`: viewers of release `{id}` get a 404"),
            format!("upload release `{id}` again, or give its traffic to another one"),
            format!(
                "aws s3 ls s3://{}/{}",
                command::word(bucket),
                command::word(key.rsplit_once('/').map_or("", |(folder, _)| folder))
            ),
        );
        notes.error(&found, words);
    }
}
