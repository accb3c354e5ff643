//! Configurations that ELB refuses. Nothing changes then.

use alb_sim::{Balancer, Condition, ElbError, Forward, WeightedGroup};

use crate::viewers::{Colours, targets};

fn groups(weights: &[u32]) -> Vec<WeightedGroup> {
    let group = |(index, weight): (usize, &u32)| WeightedGroup {
        arn: format!("group-{index}"),
        weight: *weight,
    };
    weights.iter().enumerate().map(group).collect()
}

#[test]
fn an_action_is_within_the_limits() {
    let twice = vec![groups(&[1]).remove(0), groups(&[1]).remove(0)];
    let rows = [
        ("no group", Forward::try_new(Vec::new(), None), false),
        ("five groups", Forward::try_new(groups(&[1; 5]), None), true),
        ("six groups", Forward::try_new(groups(&[1; 6]), None), false),
        ("weight 999", Forward::try_new(groups(&[999, 0]), None), true),
        ("weight 1000", Forward::try_new(groups(&[1000]), None), false),
        ("one group twice", Forward::try_new(twice, None), false),
        ("0 s", Forward::try_new(groups(&[1]), Some(0)), false),
        ("1 s", Forward::try_new(groups(&[1]), Some(1)), true),
        ("7 days", Forward::try_new(groups(&[1]), Some(604_800)), true),
        ("more than 7 days", Forward::try_new(groups(&[1]), Some(604_801)), false),
    ];
    for (name, made, is_allowed) in rows {
        let code = made.err().map(|error| error.code.as_str());
        assert_eq!(code, (!is_allowed).then_some("ValidationError"), "{name}");
    }
}

#[test]
fn each_mistake_has_its_code() {
    type Change = fn(&mut Balancer, &Colours) -> Result<(), ElbError>;
    fn paths(values: &[&str]) -> Vec<Condition> {
        vec![Condition::PathPattern(values.iter().map(ToString::to_string).collect())]
    }
    fn rule(
        balancer: &mut Balancer,
        listener: &str,
        priority: u32,
        to: &str,
    ) -> Result<(), ElbError> {
        balancer.add_rule(listener, priority, paths(&["/x"]), Forward::to(to)).map(drop)
    }
    let rows: [(&str, Change, &str); 14] = [
        ("name", |one, _| one.add_group("blue", targets(3)).map(drop), "DuplicateTargetGroupName"),
        (
            "port",
            |one, c| one.add_listener(80, Forward::to(&c.blue)).map(drop),
            "DuplicateListener",
        ),
        ("group", |one, _| one.add_listener(81, Forward::to("x")).map(drop), "TargetGroupNotFound"),
        ("listener", |one, c| rule(one, "x", 1, &c.blue), "ListenerNotFound"),
        ("priority in use", |one, c| rule(one, &c.listener, 10, &c.blue), "PriorityInUse"),
        ("priority 0", |one, c| rule(one, &c.listener, 0, &c.blue), "ValidationError"),
        ("priority 50001", |one, c| rule(one, &c.listener, 50_001, &c.blue), "ValidationError"),
        ("group of a rule", |one, c| rule(one, &c.listener, 1, "x"), "TargetGroupNotFound"),
        ("rule", |one, _| one.modify_rule("x", None, None).map(drop), "RuleNotFound"),
        (
            "long value",
            |one, c| {
                let long = paths(&[&"x".repeat(129)]);
                one.add_rule(&c.listener, 1, long, Forward::to(&c.blue)).map(drop)
            },
            "ValidationError",
        ),
        (
            "no condition",
            |one, c| one.add_rule(&c.listener, 1, vec![], Forward::to(&c.blue)).map(drop),
            "ValidationError",
        ),
        ("delay", |one, c| one.set_deregistration_delay(&c.blue, 3601), "ValidationError"),
        (
            "target stickiness behind an action without group stickiness",
            |one, c| one.set_target_stickiness(&c.blue, Some(60)),
            "InvalidConfigurationRequest",
        ),
        (
            "an action without group stickiness in front of target stickiness",
            |one, c| {
                one.modify_listener(&c.listener, c.forward(1, 1, Some(60)))?;
                one.set_target_stickiness(&c.blue, Some(60))?;
                one.modify_listener(&c.listener, c.forward(1, 1, None)).map(drop)
            },
            "InvalidLoadBalancerAction",
        ),
    ];
    let mut colours = Colours::new(None);
    rule(&mut colours.balancer, &colours.listener, 10, &colours.green).unwrap();
    for (name, change, code) in rows {
        let mut balancer = colours.balancer.clone();
        let error = change(&mut balancer, &colours).unwrap_err();
        assert_eq!(error.code.as_str(), code, "{name}: {error}");
    }
}
