use std::ops::RangeInclusive;

/// The counts to expect from `n` draws with chance `p`: all but the most extreme ones, whose exact probability
/// is at most `doubt` at each end.
pub(crate) fn plausible(n: u64, p: f64, doubt: f64) -> RangeInclusive<u64> {
    let mut below = 0.0;
    let mut chance = (n as f64 * (1.0 - p).ln()).exp();
    let (mut least, mut most) = (None, n);
    for count in 0..=n {
        if below + chance > doubt && least.is_none() {
            least = Some(count);
        }
        below += chance;
        if 1.0 - below <= doubt {
            most = count;
            break;
        }
        chance *= (n - count) as f64 / (count + 1) as f64 * p / (1.0 - p);
    }
    least.unwrap_or(0)..=most
}

#[test]
fn small_cases_are_as_counted_by_hand() {
    // Two tosses of a coin give 0, 1 or 2 heads with chances 1/4, 1/2 and 1/4.
    assert_eq!(plausible(2, 0.5, 0.2), 0..=2);
    assert_eq!(plausible(2, 0.5, 0.3), 1..=1);
    // Ten throws of a die give no six in 16 % of cases, and four or more in 7 %.
    assert_eq!(plausible(10, 1.0 / 6.0, 0.1), 0..=3);
    assert_eq!(plausible(10, 1.0 / 6.0, 0.2), 1..=3);
}
