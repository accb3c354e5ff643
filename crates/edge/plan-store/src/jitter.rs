use std::time::Duration;

/// Changes durations by up to 10 %, so that environments do not all read at the same moment.
///
/// The random numbers are SplitMix64's: the same seed gives the same durations.
#[derive(Debug)]
pub(crate) struct Jitter(u64);

impl Jitter {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `time` times a factor from 0.9 to 1.1.
    pub(crate) fn around(&mut self, time: Duration) -> Duration {
        let permille = 900 + u32::try_from(self.next() % 201).unwrap_or_default();
        time * permille / 1000
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_within_ten_percent_and_spreads() {
        let mut jitter = Jitter::new(7);
        let times: Vec<_> =
            (0..1000).map(|_| jitter.around(Duration::from_secs(1)).as_millis()).collect();
        assert!(times.iter().all(|time| (900..=1100).contains(time)));
        assert!(times.iter().any(|time| *time < 910) && times.iter().any(|time| *time > 1090));
    }

    #[test]
    fn the_same_seed_gives_the_same_times() {
        let times = |seed| {
            let mut jitter = Jitter::new(seed);
            [(); 8].map(|()| jitter.around(Duration::from_secs(15)))
        };
        assert_eq!(times(1), times(1));
        assert_ne!(times(1), times(2));
    }
}
