use dns_sim::{Change, InvalidChangeBatch, Record, Resolver, WeightedSet};
use edge_time::Timestamp;

pub(crate) fn record(id: &str, weight: u8, ttl: u32) -> Record {
    Record { set_identifier: id.into(), weight, ttl, value: format!("{id}.example.com") }
}

pub(crate) fn set(records: &[Record]) -> WeightedSet {
    let mut set = WeightedSet::default();
    let batch: Vec<Change> = records.iter().cloned().map(Change::Create).collect();
    set.change(&batch).unwrap();
    set
}

#[test]
fn an_answer_is_drawn_by_weight() {
    let rows = [
        ("by weight", [3, 1], [false, false, false, true]),
        ("0 beside another", [1, 0], [false; 4]),
        ("all 0 are even", [0, 0], [false, false, true, true]),
    ];
    for (row, [blue, green], expected) in rows {
        let set = set(&[record("blue", blue, 60), record("green", green, 60)]);
        let is_green = |quarter: u64| {
            let chance = (u64::MAX / 4) * quarter + u64::MAX / 8;
            set.answer(chance).unwrap().set_identifier == "green"
        };
        assert_eq!([0, 1, 2, 3].map(is_green), expected, "{row}");
    }
    assert_eq!(WeightedSet::default().answer(0), None);
}

#[test]
fn a_batch_is_made_as_a_whole_or_not_at_all() {
    let (blue, green) = (record("blue", 1, 60), record("green", 0, 60));
    let before = set(&[blue.clone(), green.clone()]);
    let id = |id: &str| id.to_owned();
    let other = Record { weight: 9, ..blue.clone() };
    let rows = [
        (Change::Delete(other), InvalidChangeBatch::OtherValues(id("blue"))),
        (Change::Delete(record("red", 1, 60)), InvalidChangeBatch::NotFound(id("red"))),
        (Change::Create(blue.clone()), InvalidChangeBatch::Exists(id("blue"))),
    ];
    for (change, error) in rows {
        let mut set = before.clone();
        let batch = [Change::Upsert(record("green", 1, 60)), change];
        assert_eq!(set.change(&batch), Err(error));
        assert_eq!(set, before);
    }
    let mut set = before;
    let new = Record { weight: 0, ..blue.clone() };
    set.change(&[Change::Delete(blue), Change::Create(new.clone())]).unwrap();
    assert_eq!(set.records(), [green, new]);
    let many: Vec<Change> =
        (0..99).map(|n| Change::Create(record(&format!("r{n}"), 1, 60))).collect();
    assert_eq!(set.change(&many), Err(InvalidChangeBatch::TooMany));
}

#[test]
fn a_resolver_keeps_an_answer_for_the_ttl_or_for_its_own_time() {
    let [blue, green] = ["blue", "green"].map(|id| set(&[record(id, 1, 60)]));
    let rows = [(Resolver::default(), 60), (Resolver::stubborn(3600), 3600)];
    for (mut resolver, kept) in rows {
        let mut at = |set, seconds: i64| {
            resolver.resolve(set, Timestamp(seconds * 1000), 0).map(ToOwned::to_owned)
        };
        assert_eq!(at(&blue, 0).as_deref(), Some("blue.example.com"));
        assert_eq!(at(&green, kept - 1).as_deref(), Some("blue.example.com"));
        assert_eq!(at(&green, kept).as_deref(), Some("green.example.com"));
    }
}
