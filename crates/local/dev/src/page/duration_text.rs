/// The units, with their lengths in seconds.
const UNITS: [(&str, u64); 5] =
    [("year", 31_536_000), ("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];

/// A duration in its two largest units: `1 year`, `2 days 1 h`, `5 s`.
pub(super) fn duration_text(seconds: u64) -> String {
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, length) in UNITS {
        let count = left / length;
        left %= length;
        if count > 0 {
            parts.push(counted(count, unit));
        }
    }
    parts.truncate(2);
    if parts.is_empty() { counted(0, "s") } else { parts.join(" ") }
}

fn counted(count: u64, unit: &str) -> String {
    let plural = if count > 1 && ["year", "day"].contains(&unit) { "s" } else { "" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_has_its_two_largest_units() {
        let rows = [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (125, "2 min 5 s"),
            (3_600, "1 h"),
            (86_400, "1 day"),
            (176_461, "2 days 1 h"),
            (31_536_000, "1 year"),
            (63_158_400, "2 years 1 day"),
        ];
        for (seconds, text) in rows {
            assert_eq!(duration_text(seconds), text, "{seconds}");
        }
    }
}
