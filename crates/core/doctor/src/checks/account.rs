use crate::command;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::snapshot::Read;
use crate::source::{LOG_REGIONS, Source};
use crate::view::View;

/// The distribution is not on a flat-rate plan.
pub(crate) fn flat_rate(view: &View<'_>, notes: &mut Notes) {
    let Some(list) = notes.read(view, &Source::PricingPlans) else { return };
    for one in list.get("subscriptionSummaries").list() {
        let (arns, status) = (one.get("resourceArns"), one.get("status"));
        let is_this =
            |arn: &&str| view.id().is_some_and(|id| arn.ends_with(&format!("distribution/{id}")));
        let applies = matches!(status.text(), "ACTIVE" | "SYNC_IN_PROGRESS");
        if applies && arns.texts().iter().any(is_this) {
            let words = Words::new(
                "a flat-rate plan allows no Lambda@Edge: CloudFront refuses the functions",
                "go back to pay-as-you-go first; it takes effect with the next billing cycle",
                "aws pricing-plan-manager list-subscriptions --region us-east-1",
            );
            notes.error(&arns, words);
        }
    }
}

/// The functions' logs do not grow for ever. A Region without a log group has served nobody yet.
pub(crate) fn logs(view: &View<'_>, notes: &mut Notes) {
    let names = view.snapshot.log_groups();
    let sources = LOG_REGIONS.map(|region| (region, Source::LogGroups(region.into())));
    let is_asked = |source: &Source| {
        let found = view.snapshot.find(source).map(|(_, read)| read);
        found.is_some_and(|read| *read != Read::NotAsked)
    };
    if let Some((_, first)) = sources.first()
        && !sources.iter().any(|(_, source)| is_asked(source))
    {
        return notes.skip(first, Why::Optional);
    }
    for (region, source) in &sources {
        let Some(known) = notes.read(view, source) else { continue };
        for group in known.get("logGroups").list() {
            let name = group.get("logGroupName");
            let is_ours = names.iter().any(|known| known == name.text());
            if is_ours && !group.get("retentionInDays").is_set() {
                let words = Words::new(
                    "the log is kept for ever: no viewer notices, but every month costs more",
                    "set a retention in each Region",
                    format!(
                        "aws logs put-retention-policy --region {region} --log-group-name {} \
                         --retention-in-days 30",
                        command::word(name.text())
                    ),
                );
                notes.warning(&name, words);
            }
        }
    }
}

/// Whoever deploys may attach functions.
pub(crate) fn deployer(view: &View<'_>, notes: &mut Notes) {
    let Some(rights) = notes.read(view, &Source::CallerRights) else { return };
    for result in rights.get("EvaluationResults").list() {
        let (action, decision) = (result.get("EvalActionName"), result.get("EvalDecision"));
        if decision.text() != "allowed" {
            let words = Words::new(
                format!(
                    "you may not call `{}`: the next deployment fails, and viewers keep the former one",
                    action.text()
                ),
                format!("allow `{}` in your own policy", action.text()),
                "aws sts get-caller-identity",
            );
            notes.warning(&decision, words);
        }
    }
}
