/// Weights of at most `limit` in the ratio of `weights`.
///
/// Weights that fit stay as they are. Otherwise they are divided by their greatest common divisor. If they still do
/// not fit, they are scaled so that the largest is at most `limit`, and rounded by the largest remainder. Small
/// weights can become 0.
#[must_use]
pub fn apportion(weights: &[u32], limit: u32) -> Vec<u32> {
    let Some(most) = weights.iter().copied().max().filter(|most| *most > limit) else {
        return weights.to_vec();
    };
    let divisor = weights.iter().copied().fold(0, gcd);
    if most / divisor <= limit {
        return weights.iter().map(|weight| weight / divisor).collect();
    }
    scaled(weights, most, limit)
}

fn scaled(weights: &[u32], most: u32, limit: u32) -> Vec<u32> {
    let sum: u64 = weights.iter().copied().map(u64::from).sum();
    let total = u64::from(limit) * sum / u64::from(most);
    let quota = |weight: &u32| (u64::from(*weight) * total / sum, u64::from(*weight) * total % sum);
    let quotas: Vec<(u64, u64)> = weights.iter().map(quota).collect();
    let whole: u64 = quotas.iter().map(|(whole, _)| whole).sum();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(quotas.get(*index).map(|(_, rest)| *rest)));
    let left = usize::try_from(total - whole).unwrap_or(usize::MAX);
    let more: Vec<usize> = order.into_iter().take(left).collect();
    let rounded = quotas.iter().enumerate().map(|(index, (whole, _))| {
        let weight = whole + u64::from(more.contains(&index));
        u32::try_from(weight).unwrap_or(limit)
    });
    rounded.collect()
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Whether both lists divide traffic in the same way.
pub(crate) fn same_ratio(a: &[u32], b: &[u32]) -> bool {
    let sum = |weights: &[u32]| -> u64 { weights.iter().copied().map(u64::from).sum() };
    let (of_a, of_b) = (sum(a), sum(b));
    a.len() == b.len()
        && (of_a == 0) == (of_b == 0)
        && a.iter().zip(b).all(|(a, b)| u64::from(*a) * of_b == u64::from(*b) * of_a)
}
