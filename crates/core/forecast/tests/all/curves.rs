use forecast::{Edge, Group, Resolvers, Sessions, balancer, cloudfront, dns};
use proptest::prelude::*;

#[test]
fn without_stickiness_a_load_balancer_moves_at_once() {
    let curve = balancer(Group::Off, &Sessions::default());
    assert_eq!(curve.until(1.0), Some(0.0));
}

#[test]
fn a_flip_moves_nothing_before_and_open_pages_later() {
    let sessions = Sessions::default();
    let curve = cloudfront(Edge::Flip(50.0), &sessions);
    assert!(curve.at(49.0).abs() < f64::EPSILON);
    // Half of the pages are reloaded or left after ln 2 * 100 s.
    assert_eq!(curve.until(0.5), Some(120.0));
}

#[test]
fn dns_moves_within_the_ttl_except_for_stubborn_resolvers() {
    let curve = dns(Resolvers { ttl: 60.0, stubborn: 0.05, kept: 3600.0 });
    assert!((curve.at(30.0) - 0.5).abs() < 0.03, "{}", curve.at(30.0));
    assert!(curve.at(60.0) > 0.95);
    assert_eq!(curve.until(1.0), Some(3593.0));
    let obedient = dns(Resolvers { ttl: 60.0, stubborn: 0.0, kept: 3600.0 });
    assert_eq!(obedient.until(1.0), Some(60.0));
}

/// The advice of AWS: minutes instead of hours.
#[test]
fn shorter_stickiness_moves_requests_sooner() {
    let sessions = Sessions { visit: 3600.0, ..Sessions::default() };
    let moved = |seconds| balancer(Group::Seconds(seconds), &sessions).at(3600.0);
    assert!(moved(43_200.0) < 0.7, "{}", moved(43_200.0));
    assert!(moved(60.0) > moved(300.0) - 1e-6 && moved(60.0) > moved(43_200.0), "{}", moved(60.0));
    assert!(moved(30.0) > 0.99, "{}", moved(30.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn a_curve_never_falls_and_ends(
        visit in 10.0..7200.0_f64, away in 60.0..200_000.0_f64, gap in 1.0..120.0_f64,
        page in 5.0..600.0_f64, sticky in 1.0..50_000.0_f64, flip in 0.0..100.0_f64,
    ) {
        let sessions = Sessions { visit, away, gap, page };
        for curve in [
            balancer(Group::Seconds(sticky), &sessions),
            cloudfront(Edge::Flip(flip), &sessions),
            cloudfront(Edge::Reading(flip), &sessions),
        ] {
            let parts = [0.0, 60.0, 600.0, 6000.0, 60_000.0].map(|at| curve.at(at));
            prop_assert!(parts.is_sorted() && parts.iter().all(|part| (0.0..=1.0).contains(part)));
            prop_assert!(curve.until(0.5) <= curve.until(0.99) || curve.until(0.99).is_none());
            prop_assert!(curve.end() <= 604_860.0);
        }
    }
}
