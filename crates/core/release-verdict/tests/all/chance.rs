//! Numbers that look like chance, the same in each run.

/// SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// In [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn is(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// How many failures come before a success of this probability.
    pub(crate) fn failures(&mut self, probability: f64) -> usize {
        ((1.0 - self.unit()).ln() / (1.0 - probability).ln()) as usize
    }

    /// Poisson, by the gaps between events; for means up to a thousand or so.
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        let (mut time, mut count) = (0.0, 0);
        loop {
            time -= (1.0 - self.unit()).ln();
            if time > mean {
                return count;
            }
            count += 1;
        }
    }
}

/// How many worlds a test plays: all of them with `EDGESWITCH_SOAK`.
pub(crate) fn worlds(in_a_test: u64, in_a_soak: u64) -> u64 {
    if std::env::var_os("EDGESWITCH_SOAK").is_some() { in_a_soak } else { in_a_test }
}

/// The highest number of alarms that `worlds` with the probability `alpha` give, but for one time in a thousand.
pub(crate) fn most(alpha: f64, worlds: u64) -> u64 {
    let mean = alpha * worlds as f64;
    (mean + 3.1 * (mean * (1.0 - alpha)).sqrt()).ceil() as u64
}
