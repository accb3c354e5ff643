use std::collections::BTreeMap;

use crate::arn::VersionArn;
use crate::behavior::Behavior;
use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::View;
use crate::wanted::function;

pub(crate) const TRIGGERS: [&str; 3] = ["viewer-request", "origin-request", "origin-response"];

/// Each association names a numbered version in us-east-1 of this account, and the version exists.
pub(crate) fn version(view: &View<'_>, notes: &mut Notes) {
    for behavior in view.serving() {
        for (event, field) in behavior.associations() {
            match VersionArn::parse(field.text()) {
                Ok(arn) => exists(view, notes, &field, arn),
                Err(problem) => {
                    let words = Words::new(
                        format!(
                            "the {event} association of behaviour `{}` {problem}: CloudFront refuses \
                             the configuration, and viewers keep the former one",
                            behavior.pattern
                        ),
                        "attach a numbered version in us-east-1; CloudFront takes neither $LATEST nor an alias",
                        command::set(view, &field, "\"ARN:VERSION\""),
                    );
                    notes.error(&field, words);
                }
            }
        }
    }
}

fn exists(view: &View<'_>, notes: &mut Notes, field: &Field<'_>, arn: VersionArn<'_>) {
    let VersionArn { account, name, version } = arn;
    let versions = format!(
        "aws lambda list-versions-by-function --region us-east-1 --function-name {} \
         --query Versions[].Version",
        command::word(name)
    );
    if let Some(own) = view.account().filter(|own| *own != account) {
        let words = Words::new(
            format!(
                "the function belongs to account {account}, not to {own}: CloudFront refuses it"
            ),
            "attach a version of a function in the distribution's account",
            versions,
        );
        return notes.error(field, words);
    }
    let source = function(arn);
    if let Some(message) = view.missing(&source) {
        let words = Words::new(
            format!("version {version} of `{name}` does not exist ({message}): viewers get a 503"),
            "attach a version that exists",
            versions,
        );
        return notes.error(field, words);
    }
    let Some(known) = notes.read(view, &source) else { return };
    let state = known.get("State");
    if matches!(state.text(), "Failed" | "Pending") {
        let words = Words::new(
            format!("version {version} of `{name}` cannot run: viewers get a 503"),
            "publish another version and attach it",
            format!(
                "aws lambda publish-version --region us-east-1 --function-name {}",
                command::word(name)
            ),
        );
        notes.error(&state, words);
    }
}

/// Each behavior that serves releases has all three functions, of one version each.
pub(crate) fn triggers(view: &View<'_>, notes: &mut Notes) {
    let serving = view.serving();
    for behavior in &serving {
        for event in TRIGGERS.iter().filter(|event| !behavior.has_function_at(event)) {
            let field = behavior.field.get("LambdaFunctionAssociations");
            let words = Words::new(
                format!("behaviour `{}` lacks {event}: {}", behavior.pattern, without(event)),
                format!("attach the {event} function to behaviour `{}`", behavior.pattern),
                attach(view, &field, event),
            );
            notes.error(&field, words);
        }
    }
    for event in TRIGGERS {
        same_version(view, notes, &serving, event);
    }
}

fn without(event: &str) -> &'static str {
    match event {
        "viewer-request" => "its requests carry no release, so viewers share one cached object",
        "origin-request" => "its requests never reach the files or the back end of a release",
        _ => "its page loads get no release cookie, so a page's assets may be another release's",
    }
}

fn attach(view: &View<'_>, field: &Field<'_>, event: &str) -> String {
    let path = field.path_below(".DistributionConfig");
    let item = format!(
        "{{EventType: \"{event}\", LambdaFunctionARN: \"ARN:VERSION\", IncludeBody: false}}"
    );
    command::distribution(
        view,
        &format!("{path}.Items += [{item}] | {path}.Quantity = ({path}.Items | length)"),
    )
}

fn same_version(view: &View<'_>, notes: &mut Notes, serving: &[Behavior<'_>], event: &str) {
    let is_ours = |arn: VersionArn<'_>| view.account().is_none_or(|own| own == arn.account);
    let attached = serving.iter().flat_map(Behavior::associations);
    let mut valid = attached
        .filter(|(at, field)| *at == event && VersionArn::parse(field.text()).is_ok_and(is_ours))
        .map(|(_, field)| field);
    let Some(first) = valid.next() else { return };
    for other in valid.filter(|field| field.text() != first.text()) {
        let words = Words::new(
            format!(
                "behaviours run different versions of {event}: one page's requests are routed by two builds"
            ),
            format!("attach `{}` here too", first.text()),
            command::set(view, &other, &format!("\"{}\"", first.text())),
        );
        notes.error(&other, words);
    }
}

/// The attached version is the package in `dist/`.
pub(crate) fn deployed(view: &View<'_>, notes: &mut Notes) {
    let Some(packages) = notes.read(view, &Source::Packages) else { return };
    let mut seen = BTreeMap::new();
    for (event, field) in view.serving().iter().flat_map(Behavior::associations) {
        if let Ok(arn) = VersionArn::parse(field.text()) {
            seen.insert((arn.name, arn.version), (event, function(arn)));
        }
    }
    for ((name, version), (event, source)) in seen {
        let Some(known) = notes.read(view, &source) else { continue };
        let (built, attached) = (packages.get(event), known.get("CodeSha256"));
        if !built.is_set() {
            notes.skip(&Source::Packages, Why::NoField("a package for each trigger"));
        } else if built.text() != attached.text() {
            let words = Words::new(
                format!(
                    "viewers get version {version} of `{name}` from {}, which is another build than dist/{event}.zip",
                    known.get("LastModified").text()
                ),
                format!("deploy dist/{event}.zip, or build the packages that are deployed"),
                format!(
                    "aws lambda update-function-code --region us-east-1 --function-name {} \
                     --zip-file {} --publish",
                    command::word(name),
                    command::word(&format!("fileb://dist/{event}.zip"))
                ),
            );
            notes.warning(&attached, words);
        }
    }
}

/// No CloudFront Function stands on a viewer event beside ours.
pub(crate) fn viewer_functions(view: &View<'_>, notes: &mut Notes) {
    for behavior in view.serving() {
        let is_viewers = |event: &str| event.starts_with("viewer-");
        let has_ours = behavior.associations().iter().any(|(event, _)| is_viewers(event));
        // `attach` will put one there.
        if view.is_attached() && !has_ours {
            continue;
        }
        let items = behavior.field.get("FunctionAssociations").items();
        for item in items.iter().filter(|item| is_viewers(item.get("EventType").text())) {
            let field = item.get("FunctionARN");
            let list = behavior.field.get("FunctionAssociations");
            let words = Words::new(
                format!(
                    "behaviour `{}` has a CloudFront Function and a Lambda@Edge function on viewer \
                     events: CloudFront refuses the configuration",
                    behavior.pattern
                ),
                "move the CloudFront Function's work to the origin or to the application",
                command::set(view, &list, "{Quantity: 0, Items: []}"),
            );
            notes.error(&field, words);
        }
    }
}
