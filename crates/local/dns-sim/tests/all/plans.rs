//! A thousand random plans: the weights are exact, and nothing else is touched.

use dns_sim::{Record, WeightedSet};
use followers::Problem;
use proptest::prelude::*;

use crate::answers::{record, set};
use crate::followed::{follow, shares};

fn weight(set: &WeightedSet, id: &str) -> u32 {
    let record = set.records().iter().find(|record| record.set_identifier == id);
    record.unwrap().weight.into()
}

/// The records by set identifier, without their weights.
fn rest(set: &WeightedSet) -> Vec<Record> {
    let mut records: Vec<Record> =
        set.records().iter().cloned().map(|record| Record { weight: 0, ..record }).collect();
    records.sort_by(|a, b| a.set_identifier.cmp(&b.set_identifier));
    records
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn a_thousand_random_plans(
        blue in 0..1000_u32, green in 0..1000_u32, found in any::<[u8; 2]>(), ttl in 0..86_400_u32,
    ) {
        prop_assume!(blue + green > 0);
        let [of_blue, of_green] = found;
        let other = record("other", 0, ttl);
        let before = set(&[record("blue", of_blue, ttl), other.clone(), record("green", of_green, ttl)]);
        let mut after = before.clone();
        match follow(&mut after, &shares(blue, green)) {
            Ok(()) => {
                let (of_blue, of_green) = (weight(&after, "blue"), weight(&after, "green"));
                let (left, right) = (of_blue * green, of_green * blue);
                // Weights above 255 may have to be rounded: each is then less than one off.
                let is_exact = blue.max(green) <= 255;
                let allowed = if is_exact { 0 } else { blue + green };
                prop_assert!(left.abs_diff(right) <= allowed, "{of_blue}:{of_green} for {blue}:{green}");
                prop_assert!((of_blue > 0) == (blue > 0) && (of_green > 0) == (green > 0));
            }
            Err(Problem::TooSmall { .. }) => prop_assert_eq!(&after, &before),
            Err(problem) => panic!("{problem}"),
        }
        prop_assert!(after.records().contains(&other));
        prop_assert_eq!(rest(&after), rest(&before));
    }
}
