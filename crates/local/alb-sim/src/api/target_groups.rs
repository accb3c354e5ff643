use std::net::{IpAddr, SocketAddr};

use edge_time::Timestamp;

use super::form::Form;
use super::operations::no_balancer;
use super::wire::{Empty, GroupList, HealthList, result};
use crate::balancer::Balancer;
use crate::error::{ElbError, ErrorCode};
use crate::rule::Listener;
use crate::target_group::TargetGroup;

pub(super) fn describe(balancer: &Balancer, mut form: Form) -> Result<String, ElbError> {
    let of = form.take("LoadBalancerArn");
    let (arns, names) = (form.texts("TargetGroupArns"), form.texts("Names"));
    form.finish()?;
    if let Some(arn) = of.as_ref().filter(|arn| !balancer.arns().contains(arn)) {
        return Err(no_balancer(arn));
    }
    let groups = balancer.groups().iter().map(|group| (group, balancers_of(balancer, group)));
    let groups: Vec<_> = groups.collect();
    let unknown = arns.iter().find(|arn| balancer.group(arn).is_none());
    let is_known = |name: &str| groups.iter().any(|(group, _)| group.name() == name);
    if let Some(unknown) = unknown.or_else(|| names.iter().find(|name| !is_known(name))) {
        return Err(ElbError::no_group(unknown));
    }
    let is_asked = |group: &TargetGroup| match (arns.as_slice(), names.as_slice()) {
        ([], []) => true,
        _ => arns.iter().any(|arn| arn == group.arn()) || names.iter().any(|n| n == group.name()),
    };
    let is_in_use = |balancers: &[String]| of.as_ref().is_none_or(|arn| balancers.contains(arn));
    let asked = groups.iter().filter(|(group, users)| is_asked(group) && is_in_use(users));
    let list = GroupList::of(asked.map(|(group, users)| (*group, users.clone())));
    Ok(result("DescribeTargetGroups", &list))
}

/// The ARNs of the load balancers that forward to the group.
fn balancers_of(balancer: &Balancer, group: &TargetGroup) -> Vec<String> {
    let is_user = |arn: &str| {
        let listeners = balancer.listeners().iter().filter(|listener| listener.balancer() == arn);
        let mut forwards = listeners.flat_map(Listener::actions);
        forwards.any(|(_, forward)| forward.groups().iter().any(|one| one.arn == group.arn()))
    };
    balancer.arns().into_iter().filter(|arn| is_user(arn)).collect()
}

pub(super) fn describe_health(balancer: &Balancer, mut form: Form) -> Result<String, ElbError> {
    let arn = form.require("TargetGroupArn")?;
    form.finish()?;
    let group = balancer.group(&arn).ok_or_else(|| ElbError::no_group(&arn))?;
    Ok(result("DescribeTargetHealth", &HealthList::of(group.targets())))
}

pub(super) fn register(balancer: &mut Balancer, mut form: Form) -> Result<String, ElbError> {
    let arn = form.require("TargetGroupArn")?;
    let targets = targets(&mut form)?;
    form.finish()?;
    for target in targets {
        balancer.register(&arn, target)?;
    }
    Ok(result("RegisterTargets", &Empty {}))
}

pub(super) fn deregister(
    balancer: &mut Balancer,
    mut form: Form,
    now: Timestamp,
) -> Result<String, ElbError> {
    let arn = form.require("TargetGroupArn")?;
    let targets = targets(&mut form)?;
    form.finish()?;
    let group = balancer.group(&arn).ok_or_else(|| ElbError::no_group(&arn))?;
    let has = |target: &SocketAddr| group.targets().iter().any(|one| one.address == *target);
    if let Some(unknown) = targets.iter().find(|target| !has(target)) {
        let message = format!("The target '{unknown}' is not registered with '{arn}'");
        return Err(ElbError::new(ErrorCode::InvalidTarget, message));
    }
    for target in targets {
        balancer.deregister(&arn, target, now)?;
    }
    Ok(result("DeregisterTargets", &Empty {}))
}

/// Targets are addresses with ports.
fn targets(form: &mut Form) -> Result<Vec<SocketAddr>, ElbError> {
    let keys = form.members("Targets");
    if keys.is_empty() {
        return Err(ElbError::invalid("'Targets' must be specified"));
    }
    keys.iter().map(|key| target(form, key)).collect()
}

fn target(form: &mut Form, key: &str) -> Result<SocketAddr, ElbError> {
    let id = form.require(&format!("{key}.Id"))?;
    let port_key = format!("{key}.Port");
    let port = form.number(&port_key)?.ok_or_else(|| {
        ElbError::invalid(format!("This local load balancer needs '{port_key}': it has no default"))
    })?;
    let invalid = |text: &str| {
        let message = format!("The target '{text}' must be an IP address with a port");
        ElbError::new(ErrorCode::InvalidTarget, message)
    };
    let address: IpAddr = id.parse().map_err(|_| invalid(&id))?;
    let port = u16::try_from(port).ok().filter(|port| *port > 0);
    Ok(SocketAddr::new(address, port.ok_or_else(|| invalid(&id))?))
}
