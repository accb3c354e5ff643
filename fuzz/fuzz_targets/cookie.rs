//! Whatever a viewer's headers hold: the release that is decided is one of the plan, the same each
//! time, and what is read of a cookie prints as it was written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plan_format::ReleaseDefaults;
use routing_core::{At, Kind, OverrideState, Request, Rules, Source, Stamp, decide, each_cookie, strip_pin};
use edge_time::Timestamp;

const PLAN: &str = include_str!("../../fixtures/plans/good/shop-ramp.json");
const NOW: Timestamp = Timestamp(1_795_342_200_000);

fuzz_target!(|input: (&str, &str, &str)| {
    let (cookie, uri, querystring) = input;
    let plan = plan_format::parse(PLAN, &ReleaseDefaults::default()).expect("a fixture");
    let rules = Rules::default();
    let headers: &[(&str, &str)] = &[("cookie", cookie), ("x-deployment-id", querystring)];
    let request = Request { method: "GET", uri, querystring, client_ip: "::1", headers: &headers };
    for kind in [Kind::Document, Kind::Subresource] {
        let go = || decide(&request, kind, Some(Source::Stored(&plan)), At::Viewer, &rules, OverrideState::None, NOW);
        let decision = go();
        assert_eq!(decision, go());
        let release = decision.release.expect("a plan always has a release");
        assert!(plan.servable(release.id.as_str()).is_some());
    }
    each_cookie(&request, &rules.release_cookie, &mut |value| {
        if let Some(stamp) = Stamp::parse(value) {
            assert_eq!(stamp.to_string(), value);
        }
    });
    let (rest, pin) = strip_pin(uri);
    assert!(pin.is_some() || rest == uri);
});
