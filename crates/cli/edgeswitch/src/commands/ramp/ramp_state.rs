use plan_change::{Moment, ReleaseShare, Summary};

/// How a ramp stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RampState {
    /// Steps are still to begin, or wait.
    UnderWay,
    /// The last step applies.
    Done,
    /// The plan does not have it any more.
    Ended,
    /// The lease ended then.
    Lapsed(Moment),
}

impl RampState {
    pub(super) fn of(summary: &Summary, release: &str) -> Self {
        let has = |shares: &[ReleaseShare]| shares.iter().any(|share| share.release == release);
        if let Some(lease) = summary.lease.as_ref().filter(|lease| lease.in_seconds == 0) {
            return Self::Lapsed(lease.until);
        }
        if summary.paused_steps > 0 {
            Self::UnderWay
        } else if summary.upcoming.is_empty() {
            if has(&summary.traffic) { Self::Done } else { Self::Ended }
        } else if summary.upcoming.iter().any(|next| has(&next.traffic)) {
            Self::UnderWay
        } else {
            Self::Ended
        }
    }
}

/// The end of the lease, while it is in force.
pub(super) fn lease_end(summary: &Summary) -> Option<Moment> {
    let lease = summary.lease.as_ref().filter(|lease| lease.in_seconds > 0)?;
    Some(lease.until)
}

/// The release that everybody gets when the ramp is taken back.
pub(super) fn stable(summary: &Summary) -> Option<&str> {
    let leased = summary.lease.as_ref().map(|lease| &lease.otherwise);
    leased.unwrap_or(&summary.traffic).first().map(|share| share.release.as_str())
}

/// The release that the ramp under way gives more and more.
pub(super) fn candidate(summary: &Summary) -> Option<&str> {
    let next = summary.upcoming.last().map(|next| next.traffic.as_slice()).unwrap_or_default();
    let is_under_way = !next.is_empty() || summary.paused_steps > 0 || lease_end(summary).is_some();
    let stable = stable(summary)?;
    let mut given = next.iter().chain(&summary.traffic).map(|share| share.release.as_str());
    given.find(|release| is_under_way && *release != stable)
}
