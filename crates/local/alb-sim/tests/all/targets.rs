//! Targets of a group: health, load balancer stickiness, and 503.

use alb_sim::{Forward, Health, TARGET_COOKIE, Target, Unavailable};

use crate::viewers::{Colours, FIRST, LAST, NOW, Sequence, Viewer, address, targets};

const DRAINING: Health = Health::Draining { until: NOW };

fn sticky() -> Colours {
    let mut colours = Colours::new(Some(60));
    for group in [&colours.blue, &colours.green] {
        colours.balancer.set_target_stickiness(group, Some(600)).unwrap();
    }
    colours
}

#[test]
fn a_viewer_keeps_its_target_within_a_group() {
    let colours = sticky();
    let mut viewer = Viewer::default();
    let first = viewer.ask(&colours, 0.0, FIRST).unwrap().target.address;
    assert_eq!(first, address(1, 1));
    assert_eq!(viewer.ask(&colours, 600.0, LAST).unwrap().target.address, first);
    assert_eq!(viewer.ask(&colours, 1200.1, LAST).unwrap().target.address, address(1, 3));
}

#[test]
fn the_group_takes_precedence_over_the_target() {
    let before = sticky();
    let mut viewer = Viewer::default();
    viewer.ask(&before, 0.0, FIRST).unwrap();
    // The group cookie has ended, the target cookie has not.
    let after = before.weighed(0, 100, Some(60));
    let moved = viewer.ask(&after, 61.0, FIRST).unwrap();
    assert_eq!((moved.group.arn(), moved.target.address), (after.green.as_str(), address(2, 1)));
}

#[test]
fn a_target_that_is_gone_or_unhealthy_is_replaced() {
    let gone = targets(1).split_off(1);
    let with = |health| {
        let mut targets = targets(1);
        targets[0].health = health;
        targets
    };
    let rows =
        [("gone", gone), ("unhealthy", with(Health::Unhealthy)), ("draining", with(DRAINING))];
    for (name, left) in rows {
        let mut colours = sticky();
        let mut viewer = Viewer::default();
        viewer.ask(&colours, 0.0, FIRST).unwrap();
        let cookie = viewer.cookies[TARGET_COOKIE].clone();
        colours.balancer.set_targets(&colours.blue, left).unwrap();
        let asked = viewer.ask(&colours, 1.0, FIRST).unwrap();
        assert_eq!(asked.target.address, address(1, 2), "{name}");
        assert_ne!(viewer.cookies[TARGET_COOKIE], cookie, "{name}");
    }
}

#[test]
fn a_target_cookie_that_cannot_be_read_is_replaced() {
    let colours = sticky();
    let mut viewer = Viewer::with(TARGET_COOKIE, "%%%");
    assert_eq!(viewer.ask(&colours, 0.0, LAST).unwrap().target.address, address(1, 3));
    assert_eq!(viewer.ask(&colours, 1.0, FIRST).unwrap().target.address, address(1, 3));
}

#[test]
fn healthy_targets_get_equal_shares_and_others_nothing() {
    let mut colours = Colours::new(None);
    let mut five = [targets(1), targets(3)].concat();
    five[1].health = Health::Unhealthy;
    five[2].health = DRAINING;
    colours.balancer.set_targets(&colours.blue, five.clone()).unwrap();
    let (mut sequence, mut counts) = (Sequence::seeded(7), [0_u32; 6]);
    for _ in 0..8000 {
        let asked = Viewer::default().ask(&colours, 0.0, sequence.chance()).unwrap();
        let index = five.iter().position(|one| one.address == asked.target.address).unwrap();
        counts[index] += 1;
    }
    assert_eq!(counts[1..3], [0, 0]);
    for index in [0, 3, 4, 5] {
        assert!((1850..2150).contains(&counts[index]), "{counts:?}");
    }
}

#[test]
fn unhealthy_targets_get_requests_if_all_are_unhealthy() {
    let mut colours = Colours::new(None);
    let unhealthy = Target { address: address(1, 1), health: Health::Unhealthy };
    let draining = Target { address: address(1, 2), health: DRAINING };
    colours.balancer.set_targets(&colours.blue, vec![draining, unhealthy]).unwrap();
    assert_eq!(Viewer::default().ask(&colours, 0.0, LAST).unwrap().target, &unhealthy);
}

/// There is no failover to another group.
#[test]
fn no_weight_and_no_target_are_503() {
    let mut colours = Colours::new(None);
    colours.weigh(0, 0, None);
    let asked = Viewer::default().ask(&colours, 0.0, FIRST);
    assert_eq!(asked.unwrap_err(), Unavailable::NoWeight);
    colours.weigh(1, 1, None);
    colours.balancer.set_targets(&colours.blue, Vec::new()).unwrap();
    let asked = Viewer::default().ask(&colours, 0.0, FIRST);
    assert_eq!(asked.unwrap_err(), Unavailable::NoTarget(colours.blue.clone()));
    assert!(Viewer::default().ask(&colours, 0.0, LAST).is_ok());
}

/// Two releases take turns in two groups: viewers of the old group stay with it, although it is empty.
#[test]
fn a_group_cookie_leads_to_an_empty_group() {
    let before = Colours::new(Some(3600));
    let mut viewer = Viewer::default();
    viewer.ask(&before, 0.0, FIRST).unwrap();
    let mut after = before.weighed(0, 100, Some(3600));
    after.balancer.set_targets(&after.blue, Vec::new()).unwrap();
    let asked = viewer.ask(&after, 60.0, FIRST);
    assert_eq!(asked.unwrap_err(), Unavailable::NoTarget(after.blue.clone()));
}

#[test]
fn one_group_may_have_target_stickiness_without_group_stickiness() {
    let mut colours = Colours::new(None);
    let only = Forward::to(&colours.blue);
    colours.balancer.modify_listener(&colours.listener, only).unwrap();
    colours.balancer.set_target_stickiness(&colours.blue, Some(600)).unwrap();
    let cookies = Viewer::default().ask(&colours, 0.0, FIRST).unwrap().cookies;
    assert!(cookies.len() == 2 && cookies[0].starts_with("AWSALB="), "{cookies:?}");
}
