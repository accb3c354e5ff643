use edge_config::{RecordType, Records};
use followers::{ObservedRecord, Problem, RecordUpdate, RecordsUpdate, Standing, compare_records};

use crate::plan::shares;

fn follower(ttl: Option<u32>) -> Records {
    Records {
        hosted_zone: "Z0123456789ABCDEFGHIJ".into(),
        record: "api.example.com".into(),
        record_type: RecordType::Cname,
        set_identifiers: vec![("blue".into(), "b".into()), ("green".into(), "g".into())],
        ttl,
    }
}

fn record(id: &str, weight: impl Into<Option<u32>>, ttl: impl Into<Option<u32>>) -> ObservedRecord {
    ObservedRecord { set_identifier: id.into(), weight: weight.into(), ttl: ttl.into() }
}

fn update(standing: Standing<RecordsUpdate>) -> RecordsUpdate {
    match standing {
        Standing::Behind(update) | Standing::Drifted(update) => update,
        Standing::InLine => panic!("nothing differs"),
    }
}

#[test]
fn only_what_differs_is_written() {
    let wanted = shares(&[("a", Some("blue"), 900), ("b", Some("green"), 100)]);
    let found = [record("b", 9, 60), record("g", 0, 60)];
    let before = [shares(&[("a", Some("blue"), 1)])];
    let standing = compare_records(&follower(None), &wanted, &found, &before).unwrap();
    assert!(matches!(standing, Standing::Behind(_)), "{standing:?}");
    let records = update(standing).records;
    let green = RecordUpdate { set_identifier: "g".into(), weight: 1, ttl: Some(60) };
    assert_eq!(records, [green]);
}

#[test]
fn a_ttl_of_the_configuration_goes_to_every_record() {
    let wanted = shares(&[("a", Some("blue"), 1)]);
    let found = [record("b", 1, 300), record("g", 0, 60)];
    let standing = compare_records(&follower(Some(60)), &wanted, &found, &[]).unwrap();
    let RecordsUpdate { records, differences } = update(standing);
    let blue = RecordUpdate { set_identifier: "b".into(), weight: 1, ttl: Some(60) };
    assert_eq!(records, [blue]);
    assert_eq!(differences[0].to_string(), "TTL 60 s instead of 60 s and 300 s");
}

/// An alias has no TTL, and Route 53 refuses one for it.
#[test]
fn an_alias_beside_a_plain_record_stays_an_alias() {
    let wanted = shares(&[("b", Some("green"), 1)]);
    let found = [record("b", 1, None), record("g", 0, 60)];
    let standing = compare_records(&follower(None), &wanted, &found, &[]).unwrap();
    let ttls = update(standing).records.iter().map(|one| one.ttl).collect::<Vec<_>>();
    assert_eq!(ttls, [None, Some(60)]);
}

#[test]
fn records_that_cannot_follow_are_refused() {
    let wanted = shares(&[("a", Some("blue"), 1)]);
    let small = shares(&[("a", Some("blue"), 999), ("b", Some("green"), 1)]);
    let id = |id: &str| id.to_owned();
    let rows = [
        (
            "not weighted",
            follower(None),
            &wanted,
            vec![record("b", None, 60), record("g", 0, 60)],
            Problem::NotWeighted { set_identifier: id("b") },
        ),
        (
            "mixed TTLs",
            follower(None),
            &wanted,
            vec![record("b", 0, 60), record("g", 1, 300)],
            Problem::MixedTtls { one: 60, other: 300 },
        ),
        (
            "missing",
            follower(None),
            &wanted,
            vec![record("b", 0, 60)],
            Problem::NoRecord { set_identifier: id("g") },
        ),
        (
            "weight at a record of others",
            follower(None),
            &wanted,
            vec![record("b", 1, 60), record("g", 0, 60), record("x", 3, 60)],
            Problem::ForeignRecord { set_identifier: id("x"), weight: 3 },
        ),
        (
            "a TTL for an alias",
            follower(Some(60)),
            &wanted,
            vec![record("b", 0, None), record("g", 1, None)],
            Problem::AliasTtl { set_identifier: id("b") },
        ),
        (
            "a share below one weight",
            follower(None),
            &small,
            vec![record("b", 1, 60), record("g", 0, 60)],
            Problem::TooSmall { slot: id("green"), percent: "0.1".into(), limit: 255 },
        ),
    ];
    for (row, follower, shares, found, problem) in rows {
        assert_eq!(compare_records(&follower, shares, &found, &[]), Err(problem), "{row}");
    }
}
