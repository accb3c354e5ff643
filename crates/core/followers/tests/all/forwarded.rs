use edge_config::{LoadBalancer, Place, Stickiness};
use followers::{Forward, ObservedBalancer};

pub(crate) const BLUE: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/blue/73e2d6bc24d8a067";
pub(crate) const GREEN: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/green/09966783158cda59";
pub(crate) const OTHER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/other/2453ed029918f21f";

/// A follower with a target group for blue and one for green.
pub(crate) fn follower(stickiness: Option<Stickiness>) -> LoadBalancer {
    let rule = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee";
    LoadBalancer {
        place: Place::Rule(rule.into()),
        target_groups: vec![("blue".into(), BLUE.into()), ("green".into(), GREEN.into())],
        stickiness,
        deregistration_delay: None,
    }
}

pub(crate) fn observed(groups: &[(&str, u32)], stickiness: Option<u32>) -> ObservedBalancer {
    let groups = groups.iter().map(|(arn, weight)| ((*arn).to_owned(), *weight)).collect();
    ObservedBalancer { forward: Forward { groups, stickiness }, delays: Vec::new() }
}
