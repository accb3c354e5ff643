//! Group stickiness, request by request.

use alb_sim::{FOREIGN_SITES, Forward, GROUP_COOKIE};

use crate::viewers::{Colours, FIRST, LAST, Viewer};

#[test]
fn a_viewer_keeps_its_group_until_the_time_after_the_last_request_has_passed() {
    let colours = Colours::new(Some(60)).weighed(50, 50, Some(60));
    let rows = [
        ("in time", vec![30.0], true),
        ("to the second", vec![60.0], true),
        ("a millisecond late", vec![60.001], false),
        ("each request renews it", vec![50.0, 100.0, 150.0, 210.0], true),
        ("a pause ends it", vec![50.0, 100.0, 161.0], false),
    ];
    for (name, times, is_kept) in rows {
        let mut viewer = Viewer::default();
        let first = viewer.ask(&colours, 0.0, FIRST).unwrap().group.arn();
        assert_eq!(first, colours.blue, "{name}");
        let later = times.iter().map(|at| viewer.ask(&colours, *at, LAST).unwrap().group.arn());
        let last = later.last().unwrap();
        assert_eq!(last == colours.blue, is_kept, "{name}");
    }
}

#[test]
fn a_group_is_kept_at_weight_0() {
    let before = Colours::new(Some(60));
    let mut viewer = Viewer::default();
    viewer.ask(&before, 0.0, FIRST).unwrap();
    let after = before.weighed(0, 100, Some(60));
    assert_eq!(viewer.ask(&after, 60.0, LAST).unwrap().group.arn(), after.blue);
    let none = before.weighed(0, 0, Some(60));
    assert_eq!(viewer.ask(&none, 61.0, LAST).unwrap().group.arn(), none.blue);
    assert_eq!(Viewer::default().ask(&after, 60.0, FIRST).unwrap().group.arn(), after.green);
}

#[test]
fn a_cookie_counts_by_the_current_setting() {
    let before = Colours::new(Some(43_200));
    let mut viewer = Viewer::default();
    viewer.ask(&before, 0.0, FIRST).unwrap();
    let kept = before.weighed(0, 100, Some(43_200));
    let shortened = before.weighed(0, 100, Some(300));
    let off = before.weighed(0, 100, None);
    for (name, colours, is_kept) in
        [("12 h", kept, true), ("5 min", shortened, false), ("off", off, false)]
    {
        let asked = viewer.clone().ask(&colours, 3600.0, LAST).unwrap();
        assert_eq!(asked.group.arn() == colours.blue, is_kept, "{name}");
    }
}

#[test]
fn a_group_that_left_the_action_is_forgotten() {
    let before = Colours::new(Some(60));
    let mut viewer = Viewer::default();
    viewer.ask(&before, 0.0, FIRST).unwrap();
    let mut after = before.clone();
    after.balancer.modify_listener(&after.listener, Forward::to(&after.green)).unwrap();
    assert_eq!(viewer.ask(&after, 1.0, FIRST).unwrap().group.arn(), after.green);
}

#[test]
fn a_cookie_that_cannot_be_read_is_replaced() {
    let colours = Colours::new(Some(60)).weighed(50, 50, Some(60));
    // "%%%", valid base64 without a time, and a group that does not exist.
    for value in ["%%%", "Ymx1ZQ", "eCAxNzk1MzM4MDAwMDAw", ""] {
        let mut viewer = Viewer::with(GROUP_COOKIE, value);
        let asked = viewer.ask(&colours, 0.0, LAST).unwrap();
        assert_eq!(asked.group.arn(), colours.green, "{value}");
        assert_ne!(viewer.cookies[GROUP_COOKIE], value);
        assert_eq!(viewer.ask(&colours, 1.0, FIRST).unwrap().group.arn(), colours.green);
    }
}

#[test]
fn a_cookie_is_for_the_whole_site_and_a_browser_keeps_it_for_a_week() {
    let colours = Colours::new(Some(60));
    let cookies = Viewer::default().ask(&colours, 0.0, FIRST).unwrap().cookies;
    let [own, foreign] = cookies.as_slice() else { panic!("{cookies:?}") };
    let expected = "; Expires=Sun, 29 Nov 2026 09:00:00 GMT; Path=/";
    assert!(own.starts_with("AWSALBTG=") && own.ends_with(expected), "{own}");
    // A browser sends the second one with requests of other sites too.
    let rest = own.strip_prefix("AWSALBTG").unwrap();
    assert_eq!(*foreign, format!("AWSALBTGCORS{rest}; SameSite=None"));
    let off = Colours::new(None);
    assert!(Viewer::default().ask(&off, 0.0, FIRST).unwrap().cookies.is_empty());
}

/// A request of another site carries the second cookie alone. If both are there, the first one decides.
#[test]
fn the_cookie_for_requests_of_other_sites_counts_if_there_is_no_other() {
    let colours = Colours::new(Some(60)).weighed(50, 50, Some(60));
    let mut blue = Viewer::default();
    blue.ask(&colours, 0.0, FIRST).unwrap();
    let mut green = Viewer::default();
    green.ask(&colours, 0.0, LAST).unwrap();
    let foreign = format!("{GROUP_COOKIE}{FOREIGN_SITES}");
    let mut of_another_site = Viewer::with(&foreign, &blue.cookies[&foreign]);
    assert_eq!(of_another_site.ask(&colours, 1.0, LAST).unwrap().group.arn(), colours.blue);
    let mut both = Viewer::with(&foreign, &blue.cookies[&foreign]);
    both.cookies.insert(GROUP_COOKIE.into(), green.cookies[GROUP_COOKIE].clone());
    assert_eq!(both.ask(&colours, 1.0, FIRST).unwrap().group.arn(), colours.green);
}
