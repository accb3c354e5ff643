//! Numbers that others computed.

use release_verdict::{Cell, Evidence, Kind, Pair, Range, log_share_evidence};
use serde_json::Value;

fn cell(viewers: (u64, u64), bad: (u64, u64)) -> Cell {
    let (viewers, bad) = (Pair::new(viewers.0, viewers.1), Pair::new(bad.0, bad.1));
    Cell { kind: Kind::ServerError, stratum: 0, viewers, bad }
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/vectors.json")).unwrap()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, within: f64) {
    assert!(
        (found - expected).abs() <= within * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

/// `vectors/make.py` computed these with 50 digits.
#[test]
fn the_evidence_is_exact_to_a_billionth() {
    let all = vectors();
    let cases = all["evidence"].as_array().unwrap();
    assert_eq!(cases.len(), 40);
    for case in cases {
        let mut evidence = Evidence::against(case["tolerated"].as_f64().unwrap());
        let mut range = Range::default();
        let cells: Vec<Cell> = case["cells"].as_array().unwrap().iter().map(of_json).collect();
        cells.iter().for_each(|cell| evidence.add(cell));
        cells.iter().rev().for_each(|cell| range.add(cell));
        assert_near(evidence.log(), case["log_evidence"].as_f64().unwrap(), 1e-9);
        for (found, name) in [(range.at_least(0.01), "at_least"), (range.at_most(0.01), "at_most")]
        {
            assert_eq!(found.is_some(), case[name].is_f64(), "{name} {case}");
            if let (Some(found), Some(expected)) = (found, case[name].as_f64()) {
                assert_near(found, expected, 1e-9);
            }
        }
    }
}

fn of_json(cell_of: &Value) -> Cell {
    let number = |at: usize| cell_of[at].as_u64().unwrap();
    cell((number(0), number(1)), (number(2), number(3)))
}

#[test]
fn the_evidence_is_that_of_a_first_implementation() {
    let table = [
        (vec![cell((1000, 9000), (3, 0))], 4.897609, 3.941594),
        (vec![cell((1000, 9000), (10, 9))], 9.736685, 6.733113),
        (vec![cell((500, 9500), (3, 0))], 6.032804, 5.002586),
        (vec![cell((5000, 5000), (3, 0))], 1.550876, 1.088311),
        (vec![cell((5000, 5000), (10, 9))], -1.689105, -2.258070),
    ];
    for (cells, strict, tolerant) in table {
        for (tolerated, expected) in [(1.0, strict), (1.5, tolerant)] {
            let mut evidence = Evidence::against(tolerated);
            cells.iter().for_each(|cell| evidence.add(cell));
            assert_near(evidence.log(), expected, 5e-7);
        }
    }
    let mut evidence = Evidence::against(1.5);
    evidence.add(&cell((1000, 9000), (4, 6)));
    evidence.add(&cell((5000, 5000), (9, 3)));
    assert_near(evidence.log(), 1.398718, 5e-7);
}

/// The package sequential-analysis computed these, viewer by viewer.
#[test]
fn the_evidence_of_shares_is_exact_to_a_billionth() {
    let all = vectors();
    let cases = all["shares"].as_array().unwrap();
    assert_eq!(cases.len(), 20);
    for case in cases {
        let planned = case["planned"].as_f64().unwrap();
        let count = |at: usize| case["counts"][at].as_u64().unwrap();
        let counts = Pair::new(count(0), count(1));
        let found = log_share_evidence(Pair::new(planned, 1.0 - planned), counts, 100.0);
        assert_near(found, case["log_evidence"].as_f64().unwrap(), 1e-9);
    }
}

/// savvi computed these, with all viewers at once.
#[test]
fn the_evidence_of_shares_is_that_of_savvi() {
    let all = vectors();
    let cases = all["savvi"].as_array().unwrap();
    assert_eq!(cases.len(), 20);
    for case in cases {
        let number = |name: &str| case[name].as_f64().unwrap();
        let count = |at: usize| case["counts"][at].as_u64().unwrap();
        let planned = Pair::new(number("planned"), 1.0 - number("planned"));
        let counts = Pair::new(count(0), count(1));
        let found = log_share_evidence(planned, counts, number("concentration"));
        assert_near(found, number("log_evidence"), 1e-9);
    }
}

/// A table of the project's first days, made with savvi too.
#[test]
fn the_evidence_of_shares_is_that_of_a_first_implementation() {
    let table = [
        (0.1, 100.0, (20, 30), 6.164530),
        (0.1, 100.0, (30, 120), 3.646715),
        (0.1, 100.0, (12, 12), 3.085146),
        (0.1, 100.0, (5, 45), -0.205539),
        (0.1, 100.0, (10, 40), 0.515524),
        (0.1, 10.0, (20, 30), 12.179728),
        (0.1, 10.0, (12, 12), 8.360936),
        (0.5, 100.0, (30, 120), 16.179385),
        (0.5, 100.0, (5, 45), 5.231900),
        (0.01, 100.0, (6, 4), 6.202766),
    ];
    for (planned, concentration, (candidate, active), expected) in table {
        let counts = Pair::new(candidate, active);
        let found = log_share_evidence(Pair::new(planned, 1.0 - planned), counts, concentration);
        assert_near(found, expected, 5e-7);
    }
}

#[test]
fn a_cell_with_one_release_says_nothing() {
    for cell in [cell((0, 900), (0, 5)), cell((900, 0), (5, 0)), cell((100, 900), (0, 0))] {
        let mut evidence = Evidence::against(1.5);
        evidence.add(&cell);
        assert_eq!(evidence, Evidence::against(1.5));
    }
}

/// Files are read in any order.
#[test]
fn the_order_of_the_cells_does_not_matter() {
    let cells = [cell((100, 900), (3, 1)), cell((500, 500), (2, 7)), cell((10, 900), (1, 0))];
    let of = |order: [usize; 3]| {
        let mut evidence = Evidence::against(1.5);
        order.iter().for_each(|at| evidence.add(&cells[*at]));
        evidence.log()
    };
    assert_near(of([2, 0, 1]), of([0, 1, 2]), 1e-12);
}
