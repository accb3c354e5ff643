/// The longest time that is computed: a week, in seconds.
pub(crate) const HORIZON: f64 = 604_800.0;
/// The part of the requests that counts as none.
pub(crate) const NONE: f64 = 0.0001;

/// The part of the requests that a change has moved, over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Seconds after the change and the part from 0 to 1, in time order. The part never falls.
    points: Vec<(f64, f64)>,
}

impl Curve {
    /// `stale` is the part that has not moved at a time. It is looked at until it is less than 0.0001, for a week at most.
    pub(crate) fn of(step: f64, mut stale: impl FnMut(f64) -> f64) -> Self {
        let (mut points, mut at, mut moved) = (Vec::new(), 0.0, 0.0);
        loop {
            moved = (1.0 - stale(at)).clamp(moved, 1.0);
            points.push((at, moved));
            if moved >= 1.0 - NONE || at >= HORIZON {
                return Self { points };
            }
            at += step;
        }
    }

    /// The part of the requests that has moved `seconds` after the change.
    #[must_use]
    pub fn at(&self, seconds: f64) -> f64 {
        let reached = self.points.iter().take_while(|(at, _)| *at <= seconds).last();
        reached.map_or(0.0, |(_, moved)| *moved)
    }

    /// The seconds until this part of the requests has moved. All is 0.9999, because a viewer who goes on asking may
    /// never move. `None` if a week is not enough.
    #[must_use]
    pub fn until(&self, part: f64) -> Option<f64> {
        let part = part.min(1.0 - NONE);
        self.points.iter().find(|(_, moved)| *moved >= part).map(|(at, _)| *at)
    }

    /// The last time that was computed, in seconds.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.points.last().map_or(0.0, |(at, _)| *at)
    }
}
