//! Records that follow a plan.

use dns_sim::{Change, Record, WeightedSet};
use edge_config::{RecordType, Records};
use edge_time::Timestamp;
use followers::{ObservedRecord, Problem, Shares, Standing, compare_records};
use routing_core::{Plan, PlanParts, Release, ReleaseId, StageParts};

/// The shares of blue and green that a plan gives.
pub(crate) fn shares(blue: u32, green: u32) -> Shares {
    let release = |slot: &str| Release {
        id: ReleaseId::parse(slot).unwrap(),
        prefix: format!("/{slot}"),
        origins: Vec::new(),
        slot: Some(slot.to_owned()),
        served_until: None,
    };
    let weights = vec![("blue".to_owned(), blue), ("green".to_owned(), green)];
    let plan = Plan::try_new(PlanParts {
        revision: 1,
        releases: vec![release("blue"), release("green")],
        rollout: "1".into(),
        stages: vec![StageParts { from: Timestamp(0), weights }],
        lease: None,
        withdrawn: Vec::new(),
    });
    Shares::at(&plan.unwrap(), Timestamp(1)).unwrap()
}

/// Gives the set the shares, as a command does: each record that differs is deleted as it was read, and created.
pub(crate) fn follow(set: &mut WeightedSet, shares: &Shares) -> Result<(), Problem> {
    let follower = Records {
        hosted_zone: "Z0123456789ABCDEFGHIJ".into(),
        record: "api.example.com".into(),
        record_type: RecordType::Cname,
        set_identifiers: ["blue", "green"].map(|id| (id.to_owned(), id.to_owned())).into(),
        ttl: None,
    };
    let observed = |record: &Record| ObservedRecord {
        set_identifier: record.set_identifier.clone(),
        weight: Some(record.weight.into()),
        ttl: Some(record.ttl),
    };
    let seen: Vec<ObservedRecord> = set.records().iter().map(observed).collect();
    let standing = compare_records(&follower, shares, &seen, &[])?;
    let (Standing::Behind(update) | Standing::Drifted(update)) = standing else { return Ok(()) };
    let batch = update.records.iter().flat_map(|new| {
        let old =
            set.records().iter().find(|old| old.set_identifier == new.set_identifier).unwrap();
        let new = Record { weight: u8::try_from(new.weight).unwrap(), ..old.clone() };
        [Change::Delete(old.clone()), Change::Create(new)]
    });
    let batch: Vec<Change> = batch.collect();
    set.change(&batch).unwrap();
    Ok(())
}
