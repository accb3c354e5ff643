//! Shares become weights exactly, or by the largest remainder.

use followers::apportion;
use proptest::prelude::*;

#[test]
fn weights_fit_or_are_divided_or_are_rounded() {
    let rows: [(&str, &[u32], u32, &[u32]); 6] = [
        ("fits", &[90, 10], 255, &[90, 10]),
        ("divided", &[900, 100], 255, &[9, 1]),
        ("rounded by the largest remainder", &[999, 500, 3], 255, &[255, 127, 1]),
        ("a small weight is lost", &[999, 1], 255, &[255, 0]),
        ("two releases of a slot", &[1998, 2], 999, &[999, 1]),
        ("no traffic", &[0, 0], 255, &[0, 0]),
    ];
    for (row, weights, limit, expected) in rows {
        assert_eq!(apportion(weights, limit), expected, "{row}");
    }
}

proptest! {
    #[test]
    fn every_weight_is_within_one_of_its_share(
        weights in prop::collection::vec(0..5000_u32, 1..6),
        limit in prop::sample::select(vec![255_u32, 999]),
    ) {
        let got = apportion(&weights, limit);
        prop_assert!(got.iter().all(|weight| *weight <= limit));
        let (all, sum) = (weights.iter().sum::<u32>(), got.iter().sum::<u32>());
        prop_assert_eq!(all == 0, sum == 0);
        for (weight, wanted) in got.iter().zip(&weights) {
            let share = f64::from(*wanted) * f64::from(sum) / f64::from(all.max(1));
            prop_assert!((f64::from(*weight) - share).abs() < 1.0);
        }
    }

    #[test]
    fn weights_that_fit_are_exact(weights in prop::collection::vec(0..256_u32, 1..6)) {
        prop_assert_eq!(apportion(&weights, 255), weights);
    }
}
