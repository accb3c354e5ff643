//! Whatever the parameter holds: a plan that is read can be written and read again, and has a stage and
//! a release for every moment.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plan_format::{ReleaseDefaults, parse, to_json};
use edge_time::Timestamp;

fuzz_target!(|text: &str| {
    let defaults = ReleaseDefaults::default();
    let Ok(plan) = parse(text, &defaults) else { return };
    for now in [i64::MIN, 0, 1_795_342_200_000, i64::MAX] {
        let (index, stage) = plan.stage_at(Timestamp(now));
        assert!(index < plan.stages().len() && stage.total() > 0);
        let active = &plan.releases()[stage.active()];
        assert!(plan.servable(active.id.as_str()).is_some());
    }
    if text.trim_start().starts_with('{') {
        assert_eq!(parse(&to_json(&plan), &defaults).as_ref(), Ok(&plan));
    }
});
