//! Sightings become batches.

use release_verdict::{Batch, Kind, Pair, Place, Side, Tally};

const KINDS: [Kind; 2] = [Kind::ServerError, Kind::MissingFile];

fn place(minute: i64, side: Side) -> Place {
    Place { minute, stratum: 0, side }
}

fn counts(batches: &[Batch], kind: Kind) -> Vec<(Pair<u64>, Pair<u64>)> {
    let cells = batches.iter().flat_map(|batch| &batch.cells);
    cells.filter(|cell| cell.kind == kind).map(|cell| (cell.viewers, cell.bad)).collect()
}

#[test]
fn a_viewer_counts_once_a_minute_and_is_bad_once() {
    let mut tally = Tally::default();
    for minute in [1, 0, 1, 2] {
        for _ in 0..10 {
            tally.see(place(minute, Side::Active), 8);
            tally.bad(place(minute, Side::Active), Kind::ServerError, 7, minute * 60);
        }
    }
    let batches = tally.close(3, &KINDS);
    let expected = [
        (Pair::new(0, 2), Pair::new(0, 1)),
        (Pair::new(0, 2), Pair::new(0, 0)),
        (Pair::new(0, 2), Pair::new(0, 0)),
    ];
    assert_eq!(counts(&batches, Kind::ServerError), expected);
    assert_eq!(
        counts(&batches, Kind::MissingFile),
        expected.map(|(viewers, _)| (viewers, Pair::default()))
    );
}

#[test]
fn a_viewer_is_bad_where_it_was_bad_first() {
    let bad = [(2, Side::Candidate), (1, Side::Active), (3, Side::Candidate)];
    let mut orders = vec![bad.to_vec()];
    orders.push(bad.iter().rev().copied().collect());
    for order in orders {
        let mut tally = Tally::default();
        for (time, side) in order {
            tally.bad(place(0, side), Kind::ServerError, 7, time);
        }
        let batches = tally.close(1, &KINDS);
        let expected = [(Pair::new(1, 1), Pair::new(0, 1))];
        assert_eq!(counts(&batches, Kind::ServerError), expected);
    }
}

#[test]
fn kinds_and_strata_are_apart() {
    let mut tally = Tally::default();
    let api = Place { stratum: 1, ..place(0, Side::Candidate) };
    tally.bad(place(0, Side::Candidate), Kind::ServerError, 7, 0);
    tally.bad(api, Kind::MissingFile, 7, 0);
    let batches = tally.close(1, &KINDS);
    let one = Pair::new(1, 0);
    assert_eq!(counts(&batches, Kind::ServerError), [(one, one), (one, Pair::default())]);
    assert_eq!(counts(&batches, Kind::MissingFile), [(one, Pair::default()), (one, one)]);
}

#[test]
fn a_closed_minute_is_in_one_batch_only() {
    let mut tally = Tally::default();
    for minute in 0..4 {
        tally.load(place(minute, Side::Candidate));
        tally.bad(place(minute, Side::Candidate), Kind::ServerError, minute as u64, minute * 60);
    }
    let first = tally.close(2, &KINDS);
    assert_eq!((first.len(), tally.late()), (2, 0));
    tally.see(place(1, Side::Candidate), 99);
    tally.load(place(0, Side::Candidate));
    tally.bad(place(1, Side::Candidate), Kind::ServerError, 99, 60);
    assert_eq!(tally.late(), 3);
    let second = tally.close(10, &KINDS);
    let bad = |batches: &[Batch]| {
        counts(batches, Kind::ServerError).iter().map(|(_, bad)| bad.candidate).sum::<u64>()
    };
    assert_eq!((second.len(), bad(&first), bad(&second)), (2, 2, 2));
    let loads: u64 = first.iter().chain(&second).map(|batch| batch.page_loads.candidate).sum();
    assert_eq!(loads, 4);
    assert!(tally.close(10, &KINDS).is_empty());
}
