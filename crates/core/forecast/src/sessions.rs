/// The viewers: how long they stay, how often they ask, when they come back. All lengths are means in seconds, and each
/// length is exponentially distributed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sessions {
    /// The length of a visit.
    pub visit: f64,
    /// The time between two visits of the same viewer.
    pub away: f64,
    /// The time between two requests of a visit.
    pub gap: f64,
    /// The time between two page loads of a visit.
    pub page: f64,
}

/// Ten minutes, a day, ten seconds and two minutes.
impl Default for Sessions {
    fn default() -> Self {
        Self { visit: 600.0, away: 86_400.0, gap: 10.0, page: 120.0 }
    }
}
