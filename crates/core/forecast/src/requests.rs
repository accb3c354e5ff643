use crate::sessions::Sessions;

/// The time from a request of a viewer to the viewer's next one.
///
/// After a request the viewer is in a visit. The next request comes in the same visit, or at the beginning of a later
/// one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requests {
    /// Requests and ends of the visit in a second.
    leaving: f64,
    ending: f64,
    coming: f64,
}

impl Requests {
    pub(crate) fn of(sessions: &Sessions) -> Self {
        let Sessions { visit, away, gap, .. } = *sessions;
        Self { leaving: 1.0 / gap + 1.0 / visit, ending: 1.0 / visit, coming: 1.0 / away }
    }

    /// The parts of the viewers who make no request for `seconds` after one, in the visit and away.
    pub(crate) fn without(&self, seconds: f64) -> (f64, f64) {
        let Self { leaving, ending, coming } = *self;
        let silent = (-leaving * seconds).exp();
        let difference = leaving - coming;
        let gone = if difference.abs() < 1e-9 {
            ending * seconds * silent
        } else {
            ending * ((-coming * seconds).exp() - silent) / difference
        };
        (silent, gone)
    }

    /// The part of the requests that is followed by another one within `seconds`.
    pub(crate) fn within(&self, seconds: f64) -> f64 {
        let (silent, gone) = self.without(seconds);
        1.0 - silent - gone
    }
}
