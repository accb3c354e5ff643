//! What is estimated, and how well.

use std::hash::{DefaultHasher, Hash, Hasher};

use observation::{Distinct, Times};

fn hash(number: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}

fn distinct(numbers: impl Iterator<Item = u64>) -> Distinct {
    let mut distinct = Distinct::default();
    numbers.for_each(|number| distinct.add(hash(number)));
    distinct
}

#[test]
fn few_viewers_are_counted_and_many_are_estimated() {
    for count in [0, 1, 100, 4096] {
        assert_eq!(distinct((0..count).chain(0..count)).count(), count);
    }
    for count in [5_000, 50_000, 1_000_000] {
        let found = distinct(0..count).count() as f64 / count as f64;
        assert!((found - 1.0).abs() < 0.06, "{count}: {found}");
    }
}

#[test]
fn merged_viewers_count_once() {
    for (one, other) in [(0..100, 50..150), (0..30_000, 20_000..200_000), (0..9_000, 0..10)] {
        let mut merged = distinct(one.clone());
        merged.merge(&distinct(other.clone()));
        assert_eq!(merged, distinct(one.chain(other)));
    }
}

#[test]
fn quantiles_are_right_to_five_percent() {
    let mut times = Times::default();
    assert_eq!(times.quantile(0.5), None);
    (1..=1000).for_each(|ms| times.add(f64::from(ms) / 1000.0));
    assert_eq!(times.count(), 1000);
    for (share, expected) in [(0.1, 0.1), (0.5, 0.5), (0.95, 0.95), (1.0, 1.0)] {
        let found = times.quantile(share).unwrap();
        assert!(found >= expected * 0.999 && found <= expected * 1.051, "{share}: {found}");
    }
}

#[test]
fn times_out_of_range_are_in_the_outermost_bins() {
    let mut times = Times::default();
    times.add(0.0);
    assert_eq!(times.quantile(0.5), Some(0.0));
    times.add(0.0001);
    assert_eq!(times.quantile(1.0), Some(0.001));
    times.add(1e9);
    assert!(times.quantile(1.0).unwrap() > 100.0);
}
