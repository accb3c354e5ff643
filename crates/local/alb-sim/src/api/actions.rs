use super::form::Form;
use crate::error::ElbError;
use crate::forward::{Forward, WeightedGroup};

/// The weight of a target group that names none.
const DEFAULT_WEIGHT: u32 = 1;

/// Reads the actions of a listener or a rule: one that forwards. `None` if the call has no actions.
pub(super) fn read(form: &mut Form, list: &str) -> Result<Option<Forward>, ElbError> {
    match form.members(list).as_slice() {
        [] => Ok(None),
        [only] => forward(form, only).map(Some),
        _ => Err(ElbError::invalid("This local load balancer does not model several actions")),
    }
}

fn forward(form: &mut Form, action: &str) -> Result<Forward, ElbError> {
    let kind = form.require(&format!("{action}.Type"))?;
    if kind != "forward" {
        let message = format!("This local load balancer does not model the action '{kind}'");
        return Err(ElbError::invalid(message));
    }
    // With one action the order means nothing.
    form.number(&format!("{action}.Order"))?;
    let config = format!("{action}.ForwardConfig");
    let only = form.take(&format!("{action}.TargetGroupArn"));
    let mut groups = Vec::new();
    for key in form.members(&format!("{config}.TargetGroups")) {
        let arn = form.require(&format!("{key}.TargetGroupArn"))?;
        let weight = form.number(&format!("{key}.Weight"))?.unwrap_or(DEFAULT_WEIGHT);
        groups.push(WeightedGroup { arn, weight });
    }
    let stickiness = stickiness(form, &format!("{config}.TargetGroupStickinessConfig"))?;
    match (only, groups.as_slice()) {
        (Some(arn), []) => groups.push(WeightedGroup { arn, weight: DEFAULT_WEIGHT }),
        (Some(arn), [group]) if group.arn == arn => {}
        (Some(_), _) => {
            let message =
                "TargetGroupArn must be the only target group of ForwardConfig, or absent";
            return Err(ElbError::invalid(message));
        }
        (None, _) => {}
    }
    Forward::try_new(groups, stickiness)
}

fn stickiness(form: &mut Form, config: &str) -> Result<Option<u32>, ElbError> {
    let seconds = form.number(&format!("{config}.DurationSeconds"))?;
    match (form.flag(&format!("{config}.Enabled"))?, seconds) {
        (Some(true), None) => Err(ElbError::invalid(
            "DurationSeconds must be specified when target group stickiness is enabled",
        )),
        (Some(true), Some(seconds)) => Ok(Some(seconds)),
        (Some(false) | None, _) => Ok(None),
    }
}
