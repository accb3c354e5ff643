use plan_change::{Moment, ReleaseShare, Summary};

/// The state of a ramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RampState {
    /// Some steps have not begun, or are paused.
    UnderWay,
    /// The last step applies.
    Done,
    /// The ramp is no longer in the plan: somebody else ended it.
    Ended,
    /// The lease ended at this time.
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

/// The end of the lease, if it has not ended.
pub(super) fn lease_end(summary: &Summary) -> Option<Moment> {
    let lease = summary.lease.as_ref().filter(|lease| lease.in_seconds > 0)?;
    Some(lease.until)
}

/// The release that everybody gets if the ramp is rolled back.
pub(super) fn stable(summary: &Summary) -> Option<&str> {
    let leased = summary.lease.as_ref().map(|lease| &lease.otherwise);
    leased.unwrap_or(&summary.traffic).first().map(|share| share.release.as_str())
}

/// The release whose share the ramp increases, if a ramp is in progress.
pub(super) fn candidate(summary: &Summary) -> Option<&str> {
    let next = summary.upcoming.last().map(|next| next.traffic.as_slice()).unwrap_or_default();
    let is_under_way = !next.is_empty() || summary.paused_steps > 0 || lease_end(summary).is_some();
    let stable = stable(summary)?;
    let mut given = next.iter().chain(&summary.traffic).map(|share| share.release.as_str());
    given.find(|release| is_under_way && *release != stable)
}
