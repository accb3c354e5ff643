use serde::Serialize;

/// The figures of Lambda's log line after an event, `REPORT RequestId: ...`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct ReportLine {
    /// How long the function took to start; only its first event has it.
    pub(crate) start_ms: Option<f64>,
    pub(crate) run_ms: f64,
    pub(crate) used_mb: u64,
    pub(crate) size_mb: u64,
}

impl ReportLine {
    /// Finds the line in a log.
    pub(crate) fn find(log: &str) -> Option<Self> {
        let line = log.lines().rev().find(|line| line.starts_with("REPORT RequestId:"))?;
        let field = |name: &str| {
            let part = line.split('\t').map(str::trim).find_map(|part| part.strip_prefix(name))?;
            part.split_whitespace().next()
        };
        Some(Self {
            start_ms: field("Init Duration:").and_then(|value| value.parse().ok()),
            run_ms: field("Duration:")?.parse().ok()?,
            used_mb: field("Max Memory Used:")?.parse().ok()?,
            size_mb: field("Memory Size:")?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ReportLine;

    #[test]
    fn figures_are_read_from_lambdas_line() {
        let first = "START RequestId: 8f Version: 3\n\
            REPORT RequestId: 8f\tDuration: 1.24 ms\tBilled Duration: 47 ms\tMemory Size: 128 MB\t\
            Max Memory Used: 20 MB\tInit Duration: 45.61 ms\t\n";
        let expected =
            ReportLine { start_ms: Some(45.61), run_ms: 1.24, used_mb: 20, size_mb: 128 };
        assert_eq!(ReportLine::find(first), Some(expected));
        let later = first.replace("Init Duration: 45.61 ms\t", "");
        let expected = ReportLine { start_ms: None, ..expected };
        assert_eq!(ReportLine::find(&later), Some(expected));
        assert_eq!(ReportLine::find("REPORT RequestId: 8f\tStatus: timeout"), None);
        assert_eq!(ReportLine::find(""), None);
    }
}
