//! What Athena asks for a query.

/// The price of most Regions.
pub const DOLLARS_PER_TERABYTE: f64 = 5.0;

const TERABYTE: f64 = 1e12;

/// A query costs at least as much as one that reads 10 MB.
const LEAST: u64 = 10_000_000;

/// The price of a query that reads so many bytes, as they lie in the bucket: compressed logs cost less.
#[must_use]
pub fn dollars(bytes: u64) -> f64 {
    bytes.max(LEAST) as f64 / TERABYTE * DOLLARS_PER_TERABYTE
}

#[cfg(test)]
mod tests {
    use super::dollars;

    #[test]
    fn a_query_costs_at_least_ten_megabytes() {
        let table = [
            (0, 0.000_05),
            (9_999_999, 0.000_05),
            (1_000_000_000, 0.005),
            (1_000_000_000_000, 5.0),
        ];
        for (bytes, expected) in table {
            assert!((dollars(bytes) - expected).abs() < 1e-12, "{bytes}");
        }
    }
}
