use forecast::{BLUE_GREEN_STICKINESS, CANARY_STICKINESS, Group, balancer};

use super::path::Path;
use super::screen::time;
use super::{Change, Viewers};

/// A sentence for each load balancer whose group stickiness is above the advice, and for each whose viewers have cookies
/// that live longer than its stickiness.
pub(super) fn advice(paths: &[Path], change: Change, viewers: &Viewers) -> Vec<String> {
    let (most, when) = match change {
        Change::Promote | Change::Rollback => (BLUE_GREEN_STICKINESS, "for blue/green releases"),
        Change::Canary => (CANARY_STICKINESS, "before the last step of a canary"),
    };
    let sentence = |path: &Path| {
        path.stickiness.filter(|seconds| *seconds > f64::from(most))?;
        let better = balancer(Group::Seconds(most.into()), &viewers.sessions());
        let left = 100.0 - percent_after_an_hour(path);
        Some(format!(
            "{}: AWS advises at most {most} s of group stickiness {when}. 99 % of the requests would have moved after {} \
             instead of {}; now {left:.0} % still stay after an hour",
            path.name,
            time(better.until(0.99)),
            time(path.most),
        ))
    };
    let longer = |path: &Path| {
        let before = path.longer?;
        Some(format!(
            "{}: viewers have cookies of {before} s until their next request. `edgeswitch follow` writes the shorter \
             stickiness now; the change then has to wait until they have come back",
            path.name
        ))
    };
    let sentences = |path| sentence(path).into_iter().chain(longer(path));
    paths.iter().flat_map(sentences).collect()
}

fn percent_after_an_hour(path: &Path) -> f64 {
    path.points.iter().find(|(at, _)| *at >= 3600.0).map_or(0.0, |(_, percent)| *percent)
}
