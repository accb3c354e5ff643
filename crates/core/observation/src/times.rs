//! Times, as a histogram.

/// One for 0, and others from a millisecond to more than two minutes, 5 % apart.
const BINS: usize = 242;
const STEP: f64 = 1.05;

/// A histogram of times. A quantile is right to 5 %, and to a millisecond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    bins: Box<[u64; BINS]>,
}

impl Default for Times {
    fn default() -> Times {
        Times { bins: Box::new([0; BINS]) }
    }
}

impl Times {
    /// The last bin, which has all longer times, too.
    pub const LAST_BIN: usize = BINS - 1;
    /// How many times longer the times of a bin are than those of the bin before. Bin 0 has the times of 0, bin 1 those up
    /// to a millisecond.
    pub const STEP: f64 = STEP;

    /// Adds a time.
    pub fn add(&mut self, seconds: f64) {
        let bin = match seconds * 1000.0 {
            none if none <= 0.0 => 0.0,
            some => (1.0 + some.max(1.0).log(STEP).ceil()).min(Times::LAST_BIN as f64),
        };
        self.add_to_bin(bin as usize, 1);
    }

    /// Adds times whose bin is known. There is none after [`Times::LAST_BIN`].
    pub fn add_to_bin(&mut self, bin: usize, times: u64) {
        if let Some(count) = self.bins.get_mut(bin) {
            *count += times;
        }
    }

    /// Adds the times of another histogram.
    pub fn merge(&mut self, other: &Times) {
        for (count, more) in self.bins.iter_mut().zip(other.bins.iter()) {
            *count += more;
        }
    }

    /// The number of times.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.bins.iter().sum()
    }

    /// The seconds that a share of the times, such as 0.95, does not exceed.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let needed = (self.count() as f64 * share).ceil().max(1.0) as u64;
        let mut seen = 0;
        let bin = self.bins.iter().position(|count| {
            seen += count;
            seen >= needed
        })?;
        Some(if bin == 0 { 0.0 } else { STEP.powi(bin as i32 - 1) / 1000.0 })
    }

    /// The milliseconds that half of the times, and 95 % of them, do not exceed. `None` without times.
    #[must_use]
    pub fn milliseconds(&self) -> [Option<f64>; 2] {
        [0.5, 0.95].map(|share| self.quantile(share).map(|seconds| seconds * 1000.0))
    }
}
