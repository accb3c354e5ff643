//! What holds for any input.

use std::time::Duration;

use edge_time::Timestamp;
use proptest::prelude::*;
use routing_core::{
    At, Crawlers, Kind, Layout, OverridePolicy, OverrideState, Plan, Reason, ReleaseId, Request,
    Rules, Source, Stamp, classify, decide, override_state, page_object, pins, s3_path,
    second_attempt, strip_pin,
};

use crate::support::{PlainTokens, RULES, canary, get, id, parts, plan_without};

/// Texts that are nearly what they are taken for.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("old"),
        Just("new"),
        Just("gone"),
        Just("nope"),
        Just("release="),
        Just("release-override="),
        Just("r12"),
        Just("."),
        Just("-"),
        Just("0"),
        Just("1"),
        Just("/_r/"),
        Just("/"),
        Just(".."),
        Just("dpl="),
        Just("&"),
        Just("; "),
        Just("\""),
        Just("@*@"),
        Just("999"),
        Just("ä"),
        Just("\r\n"),
        Just("text/html"),
        Just(","),
        Just("prefetch"),
        Just("navigate"),
        Just("document"),
        Just("iframe"),
        Just("script"),
    ];
    let near = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => near, 1 => any::<String>()]
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let name = prop::sample::select(vec![
        "cookie",
        "x-deployment-id",
        "user-agent",
        "accept",
        "host",
        "sec-fetch-mode",
        "sec-fetch-dest",
        "sec-fetch-site",
        "purpose",
        "sec-purpose",
        "service-worker",
        "sec-websocket-key",
        "hx-request",
        "x-requested-with",
    ]);
    prop::collection::vec((name, text()), 0..6)
}

proptest! {
    #[test]
    fn the_release_is_one_that_the_plan_serves(
        uri in text(), querystring in text(), client_ip in text(), headers in headers(),
        now in -1_i64..4, on_a_miss: bool, known_release: bool,
    ) {
        let stages: &[&[(&str, u32)]] =
            &[&[("old", 9), ("gone", 9)], &[("old", 9), ("new", 1)], &[("old", 0), ("new", 1)]];
        let plan = plan_without(&["gone"], &["gone", "old", "new"], stages);
        let mut rules = RULES.clone();
        let at = if on_a_miss { At::Miss } else { At::Viewer };
        if known_release {
            rules.override_policy = OverridePolicy::KnownRelease;
        }
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let headers = headers.as_slice();
        let request = Request {
            querystring: &querystring, client_ip: &client_ip, ..get(&uri, &headers)
        };
        let now = Timestamp(now);
        let kind = classify(&request, Some(&plan), &rules);
        let state = override_state(&request, Some(&plan), &rules, &PlainTokens, now);
        let source = Some(Source::Stored(&plan));
        let decision = decide(&request, kind, source, at, &rules, state, now);
        prop_assert!(matches!(id(&decision), "old" | "new"));
        prop_assert!(decision.release.is_some_and(|found| plan.releases().contains(found)));
        prop_assert!(decision.trail.iter().count() <= 9);
        prop_assert!(decision.trail.to_string().is_ascii());
        let stamp = decision.stamp().map(|stamp| stamp.to_string()).unwrap_or_default();
        prop_assert_eq!(Stamp::parse(&stamp), decision.stamp());
        prop_assert_eq!(&decide(&request, kind, source, at, &rules, state, now), &decision);
    }

    #[test]
    fn a_stamp_that_reads_prints_as_it_was(text in text()) {
        if let Some(stamp) = Stamp::parse(&text) {
            prop_assert_eq!(stamp.to_string(), text);
        }
    }

    #[test]
    fn a_path_without_its_pin_is_a_path(rest in text()) {
        let uri = format!("/{rest}");
        let (path, id) = strip_pin(&uri);
        prop_assert!(path.starts_with('/'));
        prop_assert!(uri.ends_with(path) || path == "/");
        prop_assert_eq!(id.is_some(), path != uri);
    }

    #[test]
    fn nothing_that_is_sent_stops_a_function(uri in text(), querystring in text(), headers in headers()) {
        let rules = RULES.clone();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let headers = headers.as_slice();
        let request = Request { querystring: &querystring, ..get(&uri, &headers) };
        let named = pins(&request).in_order().count();
        prop_assert!(named <= 3);
        for layout in [Layout::SinglePage, Layout::Folders, Layout::Html, Layout::Files] {
            let rules = Rules { layout, ..rules.clone() };
            let object = page_object(&uri, &rules);
            prop_assert!(object.is_none_or(|path| rules.is_file(&path)));
        }
        let state = override_state(&request, None, &rules, &PlainTokens, Timestamp(0));
        prop_assert_eq!(state, OverrideState::None);
    }

    /// However the traffic went: a staged, a withdrawn or the same release is never asked.
    #[test]
    fn a_second_attempt_asks_a_release_that_had_traffic(
        weights in prop::collection::vec(prop::collection::vec(0_u32..3, 4), 1..4),
        until in prop::collection::vec(prop::option::of(0_i64..9), 4),
        live in 0_u64..9, gone in 0_usize..5, now in 0_i64..9, lacks in 0_usize..4,
    ) {
        const IDS: [&str; 4] = ["a", "b", "c", "d"];
        let stages: Vec<Vec<(&str, u32)>> = weights
            .iter()
            .map(|weights| IDS.into_iter().zip(weights.iter().copied()).collect())
            .collect();
        let stages: Vec<&[(&str, u32)]> = stages.iter().map(Vec::as_slice).collect();
        let mut parts = parts(&IDS, &stages);
        for (release, until) in parts.releases.iter_mut().zip(&until) {
            release.served_until = until.map(Timestamp);
        }
        parts.withdrawn =
            IDS.get(gone).map(|id| ReleaseId::parse(id).unwrap()).into_iter().collect();
        let Ok(plan) = Plan::try_new(parts) else { return Ok(()) };
        let live = Duration::from_millis(live);
        let asked = second_attempt(&plan, IDS[lacks], live, Timestamp(now));
        if let Some(release) = asked {
            let id = release.id.as_str();
            let index = plan.releases().iter().position(|other| other == release).unwrap();
            let has_traffic = |stage: &routing_core::Stage| {
                stage.from() <= Timestamp(now) && stage.weight_of(index) > 0
            };
            prop_assert_ne!(id, IDS[lacks]);
            prop_assert!(!plan.is_withdrawn(id));
            prop_assert!(
                plan.stages().iter().any(has_traffic)
                    || release.served_until.is_some_and(|until| until.plus(live) > Timestamp(now))
            );
        }
    }

    #[test]
    fn a_prefix_is_added_once(configured in "(/[a-z]{1,3}){0,3}", prefix in "(/[a-z]{1,3}){1,3}") {
        let once = s3_path(&configured, &prefix);
        let twice = once.as_deref().and_then(|path| s3_path(path, &prefix));
        prop_assert_eq!(&twice, &once);
        prop_assert!(once.is_some_and(|path| path.ends_with(&prefix)));
    }

    #[test]
    fn crawlers_are_those_that_have_a_mark_in_them(
        marks in prop::collection::vec("[abAB@`]{0,5}", 0..4), agent in "[abAB@`]{0,12}"
    ) {
        let lower = agent.to_ascii_lowercase();
        let mut long = marks.iter().filter(|mark| mark.len() >= 2);
        let expected = long.any(|mark| lower.contains(&mark.to_ascii_lowercase()));
        let rules = Rules { crawlers: Crawlers::new(marks), ..RULES.clone() };
        let (plan, headers) = (canary(), [("user-agent", agent.as_str())]);
        let (headers, source) = (headers.as_slice(), Some(Source::Stored(&plan)));
        let request = get("/", &headers);
        let decision =
            decide(&request, Kind::Document, source, At::Viewer, &rules, OverrideState::None, Timestamp(0));
        prop_assert_eq!(decision.reason == Reason::Crawler, expected);
    }
}
