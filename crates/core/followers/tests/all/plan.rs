use edge_time::Timestamp;
use followers::Shares;
use routing_core::{Plan, PlanParts, Release, ReleaseId, StageParts};

/// A moment in the stage of [`plan`].
pub(crate) const NOW: Timestamp = Timestamp(10_000);

/// The shares of a plan with one stage: releases, their slots and weights.
pub(crate) fn shares(releases: &[(&str, Option<&str>, u32)]) -> Shares {
    Shares::at(&plan(releases), NOW).unwrap()
}

/// A plan with one stage.
pub(crate) fn plan(releases: &[(&str, Option<&str>, u32)]) -> Plan {
    let release = |(id, slot, _): &(&str, Option<&str>, u32)| Release {
        id: ReleaseId::parse(id).unwrap(),
        prefix: format!("/releases/{id}"),
        origins: Vec::new(),
        slot: slot.map(ToOwned::to_owned),
        served_until: None,
    };
    let weights = releases.iter().map(|(id, _, weight)| ((*id).to_owned(), *weight)).collect();
    Plan::try_new(PlanParts {
        revision: 1,
        releases: releases.iter().map(release).collect(),
        rollout: "1".into(),
        stages: vec![StageParts { from: Timestamp(0), weights }],
        lease: None,
        withdrawn: Vec::new(),
    })
    .unwrap()
}
