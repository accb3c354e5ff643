use edge_config::LoadBalancer;

use crate::arn::{load_balancer, region};
use crate::command::word;
use crate::followed::{self, DELAY};
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::{View, is_bucket};

/// CloudFront's own, where an origin names none (page `DownloadDistValuesOrigin`).
const READ_TIMEOUT: i64 = 30;
/// The attribute of a load balancer (`LoadBalancerAttribute` of ELB's API).
const IDLE_TIMEOUT: &str = "idle_timeout.timeout_seconds";

/// A target that is deregistered may finish its longest request.
pub(crate) fn draining(view: &View<'_>, notes: &mut Notes) {
    for (name, one) in view.balancers() {
        let Some((longest, whose)) = longest_request(view, notes, one) else { continue };
        for (slot, group) in &one.target_groups {
            if notes.read(view, &Source::TargetGroup(group.clone())).is_none() {
                continue;
            }
            let source = Source::TargetGroupAttributes(group.clone());
            let Some(known) = notes.read(view, &source) else { continue };
            // A target group of Lambda functions has no such delay.
            let Some((field, found)) = followed::seconds(&known, DELAY) else { continue };
            let delay = one.deregistration_delay.unwrap_or(found);
            if i64::from(delay) < longest {
                let repair = match one.deregistration_delay {
                    Some(_) => (
                        format!(
                            "set `deregistration_delay_seconds` of follower `{name}` to {longest} or more"
                        ),
                        "edgeswitch follow --dry-run".to_owned(),
                    ),
                    None => (
                        format!("set the deregistration delay to {longest} s or more"),
                        format!(
                            "aws elbv2 modify-target-group-attributes --region {} --target-group-arn {} \
                             --attributes Key={DELAY},Value={longest}",
                            word(region(group)),
                            word(group)
                        ),
                    ),
                };
                let words = Words::new(
                    format!(
                        "targets of slot `{slot}` of follower `{name}` have {delay} s to finish when they are \
                         deregistered, and {whose} waits {longest} s for an answer: longer requests are cut"
                    ),
                    repair.0,
                    repair.1,
                );
                notes.warning(&field, words);
            }
        }
    }
}

/// The longest time without an answer, in seconds, and who allows it: CloudFront for its back ends, or else the load
/// balancer.
fn longest_request(
    view: &View<'_>,
    notes: &mut Notes,
    one: &LoadBalancer,
) -> Option<(i64, &'static str)> {
    let whole = View::new(view.snapshot);
    let origins = whole.iter().flat_map(View::serving_origins);
    let timeouts = origins.filter(|origin| !is_bucket(origin)).map(|origin| {
        let complete = origin.get("ResponseCompletionTimeout").number();
        let read = origin.at("CustomOriginConfig.OriginReadTimeout").number();
        complete.filter(|seconds| *seconds > 0).or(read).unwrap_or(READ_TIMEOUT)
    });
    if let Some(longest) = timeouts.max() {
        return Some((longest, "CloudFront"));
    }
    notes.read(view, &followed::place(one))?;
    let attributes = Source::LoadBalancerAttributes(load_balancer(one.arn())?);
    let known = notes.read(view, &attributes)?;
    match followed::seconds(&known, IDLE_TIMEOUT) {
        Some((_, idle)) => Some((idle.into(), "the load balancer")),
        None => {
            notes.skip(&attributes, Why::NoField(IDLE_TIMEOUT));
            None
        }
    }
}
