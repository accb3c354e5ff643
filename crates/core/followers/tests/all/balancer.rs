use edge_config::Stickiness;
use followers::{BalancerUpdate, Forward, Problem, Shares, Standing, compare_balancer};
use proptest::prelude::*;

use crate::forwarded::{BLUE, GREEN, OTHER, follower, observed};
use crate::plan::{NOW, plan, shares};

fn update(standing: Standing<BalancerUpdate>) -> BalancerUpdate {
    match standing {
        Standing::Behind(update) | Standing::Drifted(update) => update,
        Standing::InLine => panic!("nothing differs"),
    }
}

#[test]
fn the_same_ratio_is_in_line() {
    let shares = shares(&[("a", Some("blue"), 90), ("b", Some("green"), 10)]);
    for groups in [[(BLUE, 90), (GREEN, 10)], [(BLUE, 9), (GREEN, 1)], [(GREEN, 100), (BLUE, 900)]]
    {
        let standing =
            compare_balancer(&follower(None), &shares, &observed(&groups, Some(60)), &[]);
        assert_eq!(standing, Ok(Standing::InLine), "{groups:?}");
    }
}

#[test]
fn other_shares_of_the_plan_are_behind_and_unknown_ones_are_drift() {
    let wanted = shares(&[("a", Some("blue"), 90), ("b", Some("green"), 10)]);
    let before = shares(&[("a", Some("blue"), 1)]);
    let blue = observed(&[(BLUE, 1), (GREEN, 0)], None);
    let known = std::slice::from_ref(&before);
    let behind = compare_balancer(&follower(None), &wanted, &blue, known).unwrap();
    assert!(matches!(&behind, Standing::Behind(_)), "{behind:?}");
    let update = update(behind);
    let groups = vec![(BLUE.to_owned(), 90), (GREEN.to_owned(), 10)];
    assert_eq!(update.forward, Some(Forward { groups, stickiness: None }));
    let words: Vec<String> = update.differences.iter().map(ToString::to_string).collect();
    assert_eq!(words, ["blue 90 %, green 10 % instead of blue 100 %"]);
    let half = observed(&[(BLUE, 1), (GREEN, 1)], None);
    let drifted = compare_balancer(&follower(None), &wanted, &half, known).unwrap();
    assert!(matches!(drifted, Standing::Drifted(_)), "{drifted:?}");
}

#[test]
fn a_target_group_of_others_stays_without_weight() {
    let wanted = shares(&[("b", Some("green"), 1)]);
    let groups = [(BLUE, 1), (OTHER, 0), (GREEN, 0)];
    let standing =
        compare_balancer(&follower(None), &wanted, &observed(&groups, None), &[]).unwrap();
    let groups = update(standing).forward.unwrap().groups;
    let expected = [(BLUE, 0), (GREEN, 1), (OTHER, 0)];
    assert_eq!(groups, expected.map(|(arn, weight)| (arn.to_owned(), weight)));
}

#[test]
fn stickiness_and_delay_change_only_if_the_configuration_names_them() {
    let wanted = shares(&[("a", Some("blue"), 1)]);
    let groups = [(BLUE, 1), (GREEN, 0)];
    let mut found = observed(&groups, Some(43_200));
    found.delays = vec![(BLUE.to_owned(), 300), (GREEN.to_owned(), 30)];
    assert_eq!(compare_balancer(&follower(None), &wanted, &found, &[]), Ok(Standing::InLine));
    let mut told = follower(Some(Stickiness::Off));
    told.deregistration_delay = Some(30);
    let standing = compare_balancer(&told, &wanted, &found, &[]).unwrap();
    assert!(matches!(standing, Standing::Behind(_)), "{standing:?}");
    let update = update(standing);
    assert_eq!(update.forward.unwrap().stickiness, None);
    assert_eq!(update.delays, [(BLUE.to_owned(), 30)]);
    let words: Vec<String> = update.differences.iter().map(ToString::to_string).collect();
    let expected = [
        "group stickiness off instead of 43200 s",
        "deregistration delay of blue 30 s instead of 300 s",
    ];
    assert_eq!(words, expected);
}

#[test]
fn shares_that_cannot_be_had_are_refused() {
    let blue = observed(&[(BLUE, 1)], None);
    let rows: [(&str, Shares, _, Problem); 4] = [
        (
            "a slot without a target group",
            shares(&[("a", Some("purple"), 1)]),
            blue.clone(),
            Problem::NoTarget { slot: "purple".into(), what: "target group" },
        ),
        (
            "weight at a target group of others",
            shares(&[("a", Some("blue"), 1)]),
            observed(&[(BLUE, 1), (OTHER, 2)], None),
            Problem::ForeignGroup { group: OTHER.into(), weight: 2 },
        ),
        (
            "a sixth target group",
            shares(&[("a", Some("blue"), 1)]),
            observed(&[(BLUE, 1), ("1", 0), ("2", 0), ("3", 0), ("4", 0)], None),
            Problem::TooManyGroups { found: 6, limit: 5 },
        ),
        (
            "a share below one weight",
            shares(&[("a", Some("blue"), 999), ("b", Some("blue"), 999), ("c", Some("green"), 1)]),
            blue,
            Problem::TooSmall { slot: "green".into(), percent: "0.05".into(), limit: 999 },
        ),
    ];
    for (row, shares, observed, problem) in rows {
        assert_eq!(
            compare_balancer(&follower(None), &shares, &observed, &[]),
            Err(problem),
            "{row}"
        );
    }
    let unslotted = plan(&[("a", None, 1)]);
    let expected = Problem::NoSlot { release: "a".into() };
    assert_eq!(Shares::at(&unslotted, NOW), Err(expected));
}

proptest! {
    /// Whatever the load balancer has, one write brings it in line, and nothing else changes.
    #[test]
    fn one_write_is_enough(
        blue in 1..1000_u32, green in 1..1000_u32, found in prop::array::uniform3(0..1000_u32),
        stickiness in prop::option::of(1..604_800_u32),
    ) {
        let wanted = shares(&[("a", Some("blue"), blue), ("b", Some("green"), green)]);
        let [of_blue, of_green, _] = found;
        let mut balancer = observed(&[(BLUE, of_blue), (GREEN, of_green), (OTHER, 0)], stickiness);
        let told = follower(None);
        match compare_balancer(&told, &wanted, &balancer, &[]).unwrap() {
            Standing::InLine => {}
            Standing::Behind(update) | Standing::Drifted(update) => {
                balancer.forward = update.forward.unwrap();
            }
        }
        prop_assert_eq!(compare_balancer(&told, &wanted, &balancer, &[]), Ok(Standing::InLine));
        prop_assert_eq!(balancer.forward.stickiness, stickiness);
        prop_assert!(balancer.forward.groups.contains(&(OTHER.to_owned(), 0)));
    }
}
