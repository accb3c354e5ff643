use crate::behavior::Behavior;
use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::{View, bucket_name};

/// Security policies older than the one that all current browsers know.
const OLD_TLS: [&str; 6] =
    ["SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019"];

/// Error pages do not replace the functions' own answers.
pub(crate) fn error_pages(view: &View<'_>, notes: &mut Notes) {
    let prefix = view.sample_prefix();
    let folder = prefix.as_deref().and_then(|prefix| prefix.rsplit_once('/'));
    for item in view.config.get("CustomErrorResponses").items() {
        let (code, response) = (item.get("ErrorCode"), item.get("ResponseCode"));
        let path = item.get("ResponsePagePath");
        let is_of_release =
            folder.is_some_and(|(before, _)| !before.is_empty() && path.text().starts_with(before));
        let is_missing = matches!(code.number(), Some(403 | 404));
        let (field, consequence) = if is_missing && response.text() == "200" {
            (
                response,
                "a missing file and a missing API object become a page with status 200, fetched without viewer-request and so of no release",
            )
        } else if is_of_release {
            (path, "viewers of every release get the error page of one")
        } else {
            continue;
        };
        let words = Words::new(
            consequence,
            "remove the error page; `layout` and `not_found` of `[documents]` do the same for each release",
            command::distribution(
                view,
                &format!(
                    ".CustomErrorResponses.Items |= map(select(.ErrorCode != {})) | \
                     .CustomErrorResponses.Quantity = (.CustomErrorResponses.Items | length)",
                    code.value()
                ),
            ),
        );
        notes.warning(&field, words);
    }
}

/// No continuous deployment splits the viewers a second time.
pub(crate) fn continuous_deployment(view: &View<'_>, notes: &mut Notes) {
    let (policy, staging) =
        (view.config.get("ContinuousDeploymentPolicyId"), view.config.get("Staging"));
    if policy.is_set() {
        let words = Words::new(
            "CloudFront splits the viewers too: the shares of the two canaries multiply",
            "use one of the two: remove the continuous deployment policy",
            command::set(view, &policy, "\"\""),
        );
        notes.warning(&policy, words);
    }
    if staging.is_true() {
        let words = Words::new(
            "this is a staging distribution: viewers reach it only by CloudFront's own split",
            "name the primary distribution as `distribution_id`",
            "aws cloudfront list-distributions --query 'DistributionList.Items[?!Staging].Id'",
        );
        notes.warning(&staging, words);
    }
}

/// No change of the distribution is on its way.
pub(crate) fn rollout(view: &View<'_>, notes: &mut Notes) {
    let status = view.distribution.get("Status");
    if !status.is_set() {
        return notes.skip(&Source::Distribution, Why::NoField("Distribution.Status"));
    }
    if status.text() == "InProgress" {
        let id = view.id().unwrap_or("DISTRIBUTION_ID");
        let words = Words::new(
            "the last change is still being deployed: some edge locations run the former configuration",
            "wait until it is deployed",
            format!("aws cloudfront wait distribution-deployed --id {}", command::word(id)),
        );
        notes.warning(&status, words);
    }
}

/// The distribution can serve: it is enabled, of a kind that takes functions, and has the bucket.
pub(crate) fn usable(view: &View<'_>, notes: &mut Notes) {
    let (enabled, mode) = (view.config.get("Enabled"), view.config.get("ConnectionMode"));
    if enabled.is_false() {
        let words = Words::new(
            "the distribution is disabled: viewers get no answer",
            "enable it",
            command::set(view, &enabled, "true"),
        );
        notes.error(&enabled, words);
    }
    if mode.text() == "tenant-only" {
        let words = Words::new(
            "a multi-tenant distribution has no domain of its own: viewers reach it by its tenants only, which edgeswitch does not know",
            "use a distribution with `ConnectionMode` `direct`",
            "aws cloudfront list-distributions --query 'DistributionList.Items[?ConnectionMode!=`tenant-only`].Id'",
        );
        notes.error(&mode, words);
    }
    for behavior in view.serving() {
        let field = behavior.field.at("GrpcConfig.Enabled");
        if field.is_true() {
            let words = Words::new(
                format!(
                    "behaviour `{}` takes gRPC, which allows no Lambda@Edge: CloudFront refuses the functions",
                    behavior.pattern
                ),
                "disable gRPC there, or give it a behaviour without functions",
                command::set(view, &field, "false"),
            );
            notes.error(&field, words);
        }
    }
    has_bucket(view, notes);
}

fn has_bucket(view: &View<'_>, notes: &mut Notes) {
    let wanted = view.project().and_then(|config| config.bucket.as_deref());
    let origins = view.config.get("Origins");
    let names: Vec<_> = origins.items().iter().filter_map(bucket_name).collect();
    if let Some(bucket) = wanted.filter(|bucket| !names.contains(bucket)) {
        let words = Words::new(
            format!(
                "no origin is the bucket `{bucket}` of the configuration: releases are uploaded where no viewer gets them"
            ),
            "correct `bucket` in edgeswitch.toml, or the origin",
            "aws cloudfront list-distributions --query 'DistributionList.Items[].[Id,Origins.Items[].DomainName]'",
        );
        notes.error(&origins, words);
    }
}

/// Viewers use a current TLS version. The default certificate leaves no choice.
pub(crate) fn tls(view: &View<'_>, notes: &mut Notes) {
    let certificate = view.config.get("ViewerCertificate");
    let field = certificate.get("MinimumProtocolVersion");
    let is_default = certificate.get("CloudFrontDefaultCertificate").is_true();
    if !is_default && OLD_TLS.contains(&field.text()) {
        let words = Words::new(
            "viewers may use TLS versions that browsers and auditors have given up",
            "set `TLSv1.2_2021` or a newer policy",
            command::set(view, &field, "\"TLSv1.2_2021\""),
        );
        notes.warning(&field, words);
    }
}

/// Each route has a behavior, and one for pins in front of it.
pub(crate) fn routes(view: &View<'_>, notes: &mut Notes) {
    if view.project().is_none() {
        return notes.skip(&Source::Distribution, Why::NoConfiguration);
    }
    let behaviors = view.behaviors();
    let list = view.config.get("CacheBehaviors");
    let is_attached = view.is_attached();
    // `attach` adds the behaviours for pins.
    let is_due = |pattern: &String| is_attached || !pattern.starts_with("/_r/");
    for pattern in view.routed_patterns().into_iter().filter(is_due) {
        let exact = behaviors.iter().find(|one| one.is_for(&pattern));
        let target = exact.or_else(|| behaviors.iter().find(|one| takes(one, &pattern)));
        let is_of_bucket = target.is_none_or(|one| one.pattern == "*" || view.is_of_bucket(one));
        if is_of_bucket {
            let field = exact.map_or_else(|| list.clone(), |one| one.field.clone());
            notes.error(&field, missing(view, &list, &pattern));
        }
    }
}

/// Whether a behavior's pattern takes every path of `pattern`.
fn takes(behavior: &Behavior<'_>, pattern: &str) -> bool {
    let parsed = path_pattern::PathPattern::parse(&behavior.pattern);
    parsed.is_ok_and(|parsed| behavior.pattern != "*" && parsed.matches(pattern))
}

fn missing(view: &View<'_>, list: &Field<'_>, pattern: &str) -> Words {
    let path = list.path_below(".DistributionConfig");
    Words::new(
        format!("requests for `{pattern}` go to the bucket: viewers' API calls get a 403 or a 404"),
        format!("add a behaviour `{pattern}` with the back end as target, before other behaviours"),
        command::distribution(
            view,
            &format!(
                "{path}.Items |= [(.[0] | .PathPattern = \"{pattern}\" | .TargetOriginId = \"BACK_END\")] + . | \
                 {path}.Quantity = ({path}.Items | length)"
            ),
        ),
    )
}
