use crate::rollout::Rollout;

/// What a judge says about the release on trial, compared with the stable one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is worse, for this reason. The guard rolls back.
    Worse(String),
    /// There is too little to compare, for this reason. The guard lets the release keep its share, holds the next step
    /// when it comes near, and asks again.
    CannotTell(String),
    /// Nothing says that it is worse. The ramp goes on.
    NotWorse,
}

/// Whoever compares the release on trial with the stable one: the alarms, or a comparison of the logs.
pub trait Judge {
    fn judge(&self, rollout: &Rollout) -> Verdict;
}

/// A judgement that was made elsewhere, such as that of the gate.
impl Judge for Verdict {
    fn judge(&self, _: &Rollout) -> Verdict {
        self.clone()
    }
}

/// The verdict of all judges: one that says worse is enough, and one that cannot tell holds the ramp.
#[must_use]
pub fn judge(judges: &[&dyn Judge], rollout: &Rollout) -> Verdict {
    let mut verdict = Verdict::NotWorse;
    for judge in judges {
        match (judge.judge(rollout), &verdict) {
            (worse @ Verdict::Worse(_), _) => return worse,
            (unsure @ Verdict::CannotTell(_), Verdict::NotWorse) => verdict = unsure,
            (Verdict::CannotTell(_) | Verdict::NotWorse, _) => {}
        }
    }
    verdict
}
