use edge_config::Records;
use followers::{ObservedRecord, check_records};

use crate::command::word;
use crate::field::Field;
use crate::followed;
use crate::notes::{Notes, Words};
use crate::view::View;

/// The longest TTL that Route 53 advises for records that must change soon, in seconds (page
/// `resource-record-sets-values-weighted`).
const LONGEST_TTL: u32 = 60;

/// The records exist, are weighted, have one short TTL, and lose their traffic if their target fails.
pub(crate) fn records(view: &View<'_>, notes: &mut Notes) {
    for (name, one) in view.record_sets() {
        let source = followed::records(one);
        if let Some((gone, message)) = view.absent(&source) {
            let words = Words::new(
                format!(
                    "the hosted zone of follower `{name}` does not exist ({message}): the plan moves none of its traffic"
                ),
                format!("correct `hosted_zone` of follower `{name}` in edgeswitch.toml"),
                "aws route53 list-hosted-zones",
            );
            notes.error(&gone, words);
            continue;
        }
        let Some(known) = notes.read(view, &source) else { continue };
        let found = followed::observed(&known, one);
        let observed: Vec<ObservedRecord> =
            found.iter().map(|(_, record)| record.clone()).collect();
        if let Err(problem) = check_records(one, &observed) {
            let words = Words::new(
                format!("follower `{name}`: {problem}; the plan moves none of its traffic"),
                format!("correct the records, or follower `{name}` in edgeswitch.toml"),
                listing(one),
            );
            notes.error(&known.get("ResourceRecordSets"), words);
            continue;
        }
        for (field, record) in &found {
            let is_ours = one.set_identifiers.iter().any(|(_, id)| *id == record.set_identifier);
            if is_ours {
                lasting(notes, name, one, field, record);
                failing(notes, name, one, field, record);
            }
        }
    }
}

fn lasting(
    notes: &mut Notes,
    name: &str,
    one: &Records,
    field: &Field<'_>,
    record: &ObservedRecord,
) {
    let Some(ttl) = one.ttl.or(record.ttl).filter(|ttl| *ttl > LONGEST_TTL) else { return };
    let words = Words::new(
        format!(
            "resolvers keep the answer of record `{}` of follower `{name}` for {ttl} s: a rollback reaches their viewers \
             only then",
            record.set_identifier
        ),
        format!(
            "set `ttl_seconds` of follower `{name}` to {LONGEST_TTL} or less in edgeswitch.toml"
        ),
        "edgeswitch follow --dry-run",
    );
    notes.warning(&field.get("TTL"), words);
}

/// An alias without a health check, and without that of its target, gets viewers whatever happens there.
fn failing(
    notes: &mut Notes,
    name: &str,
    one: &Records,
    field: &Field<'_>,
    record: &ObservedRecord,
) {
    let evaluates = field.at("AliasTarget.EvaluateTargetHealth");
    if evaluates.is_false() && !field.get("HealthCheckId").is_set() {
        let words = Words::new(
            format!(
                "record `{}` of follower `{name}` has no health check and does not evaluate its target's health: if \
                 the target fails, viewers are still sent there",
                record.set_identifier
            ),
            "set `EvaluateTargetHealth` of the record to `true`",
            listing(one),
        );
        notes.warning(&evaluates, words);
    }
}

fn listing(one: &Records) -> String {
    format!(
        "aws route53 list-resource-record-sets --hosted-zone-id {} --start-record-name {} --start-record-type {} \
         --max-items 100",
        word(&one.hosted_zone),
        word(&one.record),
        one.record_type.as_str()
    )
}
