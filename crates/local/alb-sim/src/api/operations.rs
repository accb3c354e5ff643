use super::form::Form;
use super::wire::{Attribute, AttributeList, BalancerList, ListenerList, RuleList, result};
use super::{actions, conditions, target_groups};
use edge_time::Timestamp;

use crate::balancer::Balancer;
use crate::error::{ElbError, ErrorCode};
use crate::rule::{Listener, Rule};
use crate::target_group::Attributes;

const DELAY: &str = "deregistration_delay.timeout_seconds";
const STICKY: &str = "stickiness.enabled";
const STICKY_TYPE: &str = "stickiness.type";
const STICKY_SECONDS: &str = "stickiness.lb_cookie.duration_seconds";
/// The only type that is modelled.
const LB_COOKIE: &str = "lb_cookie";

/// Performs the call and returns its answer.
pub(super) fn perform(
    balancer: &mut Balancer,
    mut form: Form,
    now: Timestamp,
) -> Result<String, ElbError> {
    let action = form.take("Action").unwrap_or_default();
    // All versions of the API have the same calls.
    form.take("Version");
    match action.as_str() {
        "DescribeLoadBalancers" => describe_balancers(balancer, form),
        "DescribeListeners" => describe_listeners(balancer, form),
        "DescribeRules" => describe_rules(balancer, form),
        "ModifyListener" => modify_listener(balancer, form),
        "ModifyRule" => modify_rule(balancer, form),
        "DescribeTargetGroupAttributes" => describe_attributes(balancer, form),
        "ModifyTargetGroupAttributes" => modify_attributes(balancer, form),
        "DescribeTargetGroups" => target_groups::describe(balancer, form),
        "DescribeTargetHealth" => target_groups::describe_health(balancer, form),
        "RegisterTargets" => target_groups::register(balancer, form),
        "DeregisterTargets" => target_groups::deregister(balancer, form, now),
        other => Err(unknown(other)),
    }
}

fn unknown(action: &str) -> ElbError {
    let message = format!(
        "This local load balancer does not model '{action}': it has DescribeLoadBalancers, DescribeListeners, \
         DescribeRules, ModifyListener, ModifyRule, DescribeTargetGroups, DescribeTargetHealth, RegisterTargets, \
         DeregisterTargets, DescribeTargetGroupAttributes and ModifyTargetGroupAttributes"
    );
    ElbError::new(ErrorCode::InvalidAction, message)
}

fn describe_balancers(balancer: &Balancer, mut form: Form) -> Result<String, ElbError> {
    let (arns, names) = (form.texts("LoadBalancerArns"), form.texts("Names"));
    form.finish()?;
    let all = balancer.arns();
    let name = |arn: &String| arn.split('/').nth(2).unwrap_or_default().to_owned();
    let unknown = arns.iter().find(|arn| !all.contains(arn));
    let unknown =
        unknown.or_else(|| names.iter().find(|one| !all.iter().map(name).any(|n| n == **one)));
    if let Some(unknown) = unknown {
        return Err(no_balancer(unknown));
    }
    let is_asked = |arn: &&String| match (arns.as_slice(), names.as_slice()) {
        ([], []) => true,
        _ => arns.contains(arn) || names.contains(&name(arn)),
    };
    let list = BalancerList::of(all.iter().filter(is_asked));
    Ok(result("DescribeLoadBalancers", &list))
}

fn describe_listeners(balancer: &Balancer, mut form: Form) -> Result<String, ElbError> {
    let (of, arns) = (form.take("LoadBalancerArn"), form.texts("ListenerArns"));
    form.finish()?;
    let listeners = match of {
        Some(arn) if balancer.arns().contains(&arn) => {
            balancer.listeners().iter().filter(|listener| listener.balancer() == arn).collect()
        }
        Some(arn) => return Err(no_balancer(&arn)),
        None if arns.is_empty() => {
            let message = "You must specify either listener ARNs or a load balancer ARN";
            return Err(ElbError::invalid(message));
        }
        None => arns.iter().map(|arn| listener(balancer, arn)).collect::<Result<Vec<_>, _>>()?,
    };
    Ok(result("DescribeListeners", &ListenerList::of(&listeners)))
}

fn describe_rules(balancer: &Balancer, mut form: Form) -> Result<String, ElbError> {
    let (of, arns) = (form.take("ListenerArn"), form.texts("RuleArns"));
    form.finish()?;
    let list = match (of, arns.as_slice()) {
        (Some(arn), []) => RuleList::of_listener(listener(balancer, &arn)?),
        (None, [_, ..]) => {
            let rules = arns.iter().map(|arn| balancer.rule(arn));
            RuleList::of(&rules.collect::<Result<Vec<&Rule>, _>>()?)
        }
        (Some(_), [_, ..]) | (None, []) => {
            let message = "You must specify either a listener ARN or rule ARNs";
            return Err(ElbError::invalid(message));
        }
    };
    Ok(result("DescribeRules", &list))
}

fn modify_listener(balancer: &mut Balancer, mut form: Form) -> Result<String, ElbError> {
    let arn = form.require("ListenerArn")?;
    let action = actions::read(&mut form, "DefaultActions")?;
    form.finish()?;
    if let Some(action) = action {
        balancer.modify_listener(&arn, action)?;
    }
    let list = ListenerList::of(&[listener(balancer, &arn)?]);
    Ok(result("ModifyListener", &list))
}

fn modify_rule(balancer: &mut Balancer, mut form: Form) -> Result<String, ElbError> {
    let arn = form.require("RuleArn")?;
    let conditions = conditions::read(&mut form)?;
    let action = actions::read(&mut form, "Actions")?;
    form.finish()?;
    if conditions.is_none() && action.is_none() {
        return Err(ElbError::invalid("Either conditions or actions must be specified"));
    }
    let rule = balancer.modify_rule(&arn, conditions, action)?;
    Ok(result("ModifyRule", &RuleList::of(&[rule])))
}

fn describe_attributes(balancer: &Balancer, mut form: Form) -> Result<String, ElbError> {
    let arn = form.require("TargetGroupArn")?;
    form.finish()?;
    Ok(result("DescribeTargetGroupAttributes", &list(balancer.attributes(&arn)?)))
}

fn modify_attributes(balancer: &mut Balancer, mut form: Form) -> Result<String, ElbError> {
    let arn = form.require("TargetGroupArn")?;
    let mut attributes = balancer.attributes(&arn)?;
    for member in form.members("Attributes") {
        let key = form.require(&format!("{member}.Key"))?;
        let value = format!("{member}.Value");
        match key.as_str() {
            DELAY => {
                let kept = attributes.deregistration_delay;
                attributes.deregistration_delay = form.number(&value)?.unwrap_or(kept);
            }
            STICKY => attributes.is_sticky = form.flag(&value)?.unwrap_or(attributes.is_sticky),
            STICKY_SECONDS => {
                let kept = attributes.sticky_seconds;
                attributes.sticky_seconds = form.number(&value)?.unwrap_or(kept);
            }
            STICKY_TYPE if form.take(&value).as_deref() == Some(LB_COOKIE) => {}
            other => {
                return Err(ElbError::invalid(format!(
                    "This local load balancer does not model the attribute '{other}' with this value"
                )));
            }
        }
    }
    form.finish()?;
    balancer.set_attributes(&arn, attributes)?;
    Ok(result("ModifyTargetGroupAttributes", &list(attributes)))
}

fn list(attributes: Attributes) -> AttributeList {
    AttributeList::of(vec![
        Attribute::new(DELAY, &attributes.deregistration_delay),
        Attribute::new(STICKY, &attributes.is_sticky),
        Attribute::new(STICKY_TYPE, &LB_COOKIE),
        Attribute::new(STICKY_SECONDS, &attributes.sticky_seconds),
    ])
}

fn listener<'a>(balancer: &'a Balancer, arn: &str) -> Result<&'a Listener, ElbError> {
    balancer.listener(arn).ok_or_else(|| ElbError::no_listener(arn))
}

pub(super) fn no_balancer(arn: &str) -> ElbError {
    ElbError::new(ErrorCode::LoadBalancerNotFound, format!("Load balancer '{arn}' not found"))
}
