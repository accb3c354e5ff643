use edge_config::Label;

use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::source::Source;
use crate::view::View;

/// The fields that `edgeswitch observe` counts by. Legacy logs have all of them but `origin-fbl`, which only
/// logs of version 2 can have.
const NEEDED: [&str; 12] = [
    "x-edge-request-id",
    "c-ip",
    "cs-method",
    "cs-uri-stem",
    "cs-uri-query",
    "sc-status",
    "cs(User-Agent)",
    "sc-content-type",
    "x-edge-result-type",
    "x-edge-response-result-type",
    "x-edge-detailed-result-type",
    "time-to-first-byte",
];
/// Each of these names the second of a row.
const TIMES: [&[&str]; 2] = [&["date", "time"], &["timestamp(ms)"]];
const COOKIES: &str = "cs(Cookie)";

/// Access logs are on, legacy or by standard logging v2, and have the fields that are needed.
pub(crate) fn delivered(view: &View<'_>, notes: &mut Notes) {
    let legacy = view.config.at("Logging.Enabled");
    let Some(deliveries) = deliveries(view, notes) else { return };
    if !legacy.is_true() && deliveries.is_empty() {
        let words = Words::new(
            "no access logs are written: nobody can tell later what a release did to its viewers",
            "deliver access logs to a bucket of their own",
            format!(
                "aws cloudformation deploy --region us-east-1 --stack-name ACCESS_LOGS \
                 --template-file deploy/cloudformation/access-logs.yaml \
                 --parameter-overrides Name=NAME LogViewers=true RetentionDays=7 DistributionId={}",
                command::word(view.id().unwrap_or("DISTRIBUTION_ID"))
            ),
        );
        notes.warning(&legacy, words);
    }
    for delivery in deliveries {
        let fields = delivery.get("recordFields");
        let missing = missing(&fields.texts());
        if fields.is_set() && !missing.is_empty() {
            let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let words = Words::new(
                format!(
                    "the logs lack {}: `observe` cannot count whatever needs them",
                    names.join(", ")
                ),
                "add the fields; `c-ip` and `cs-uri-query` hold personal data, so keep the logs for a short time",
                update(&delivery, &[&fields.texts()[..], &missing[..]].concat()),
            );
            notes.warning(&fields, words);
        }
    }
}

/// The label names the release of everything that the bucket has. Only calls of a back end need the release cookie.
pub(crate) fn cookies(view: &View<'_>, notes: &mut Notes) {
    let needs_none = view
        .project()
        .is_some_and(|config| config.observe.label == Label::On && config.rules.routes.is_empty());
    let Some(deliveries) = deliveries(view, notes).filter(|_| needs_none) else { return };
    let (legacy, included) =
        (view.config.at("Logging.Enabled"), view.config.at("Logging.IncludeCookies"));
    if legacy.is_true() && included.is_true() {
        notes.warning(&included, with_cookies(command::set(view, &included, "false")));
    }
    for delivery in deliveries {
        let fields = delivery.get("recordFields");
        let mut names = fields.texts();
        if names.contains(&COOKIES) {
            names.retain(|name| *name != COOKIES);
            notes.warning(&fields, with_cookies(update(&delivery, &names)));
        }
    }
}

fn with_cookies(command: String) -> Words {
    Words::new(
        "the access logs have all cookies of viewers, sessions too, although the label names the release of every file",
        "log no cookies",
        command,
    )
}

/// The deliveries of this distribution's access logs by standard logging v2. `None` if they are not known.
fn deliveries<'a>(view: &View<'a>, notes: &mut Notes) -> Option<Vec<Field<'a>>> {
    let sources = notes.read(view, &Source::DeliverySources);
    let deliveries = notes.read(view, &Source::Deliveries);
    let ours = sources?.get("deliverySources").list();
    let ours = ours.into_iter().filter(|source| is_of_this(view, source));
    let names: Vec<&str> = ours.map(|source| source.get("name").text()).collect();
    let mut all = deliveries?.get("deliveries").list();
    all.retain(|one| names.contains(&one.get("deliverySourceName").text()));
    Some(all)
}

fn is_of_this(view: &View<'_>, source: &Field<'_>) -> bool {
    let arns = source.get("resourceArns").texts();
    source.get("logType").text() == "ACCESS_LOGS"
        && view
            .id()
            .is_some_and(|id| arns.iter().any(|arn| arn.ends_with(&format!(":distribution/{id}"))))
}

/// The needed fields that a delivery lacks.
fn missing<'n>(fields: &[&'n str]) -> Vec<&'n str> {
    let has = |name: &&str| fields.contains(name);
    let mut missing: Vec<&str> = NEEDED.into_iter().filter(|name| !has(name)).collect();
    if !TIMES.iter().any(|names| names.iter().all(has)) {
        missing.extend(["date", "time"].iter().filter(|name| !has(name)));
    }
    missing
}

/// Sets the fields of a delivery.
fn update(delivery: &Field<'_>, fields: &[&str]) -> String {
    let fields: Vec<String> = fields.iter().map(|name| command::word(name)).collect();
    format!(
        "aws logs update-delivery-configuration --region us-east-1 --id {} --record-fields {}",
        command::word(delivery.get("id").text()),
        fields.join(" ")
    )
}
