use edge_config::{Follower, Resource, Stickiness};
use forecast::{Curve, Edge, Group, balancer, cloudfront, dns};
use plan_change::Context;
use serde::Serialize;

use super::{Change, Viewers};
use crate::control::{Project, Session};
use crate::following::FollowerError;

/// The times of the chart, in seconds: from a second to a week, closer together at the beginning.
pub(super) const TIMES: [f64; 34] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 450.0,
    600.0, 900.0, 1200.0, 1800.0, 2700.0, 3600.0, 5400.0, 7200.0, 10_800.0, 14_400.0, 21_600.0,
    28_800.0, 43_200.0, 64_800.0, 86_400.0, 129_600.0, 172_800.0, 345_600.0, 604_800.0,
];

/// A way of requests to a release, and how fast it moves.
#[derive(Debug, Serialize)]
pub(super) struct Path {
    /// `CloudFront`, or the follower's name.
    pub(super) name: String,
    /// The setting that decides: `flip after 50 s`, `group stickiness 60 s`, `TTL 60 s`.
    pub(super) setting: String,
    /// The seconds until half of the requests have moved, 99 % of them, and all; `None` after more than a week.
    pub(super) half: Option<f64>,
    pub(super) most: Option<f64>,
    pub(super) all: Option<f64>,
    /// Seconds after the write, and the percentage of the requests that have moved.
    pub(super) points: Vec<(f64, f64)>,
    #[serde(skip)]
    pub(super) stickiness: Option<f64>,
    /// The life of the cookies that viewers have, if it is longer than the stickiness.
    #[serde(skip)]
    pub(super) longer: Option<f64>,
}

impl Path {
    fn new(name: &str, setting: String, curve: &Curve) -> Self {
        let percent = |at: f64| (curve.at(at) * 10_000.0).round() / 100.0;
        Self {
            name: name.into(),
            setting,
            half: curve.until(0.5),
            most: curve.until(0.99),
            all: curve.until(1.0),
            points: TIMES.iter().map(|at| (*at, percent(*at))).collect(),
            stickiness: None,
            longer: None,
        }
    }
}

/// The edge, if the project has a distribution or no follower, and each follower.
pub(super) async fn paths(
    session: &Session<'_>,
    project: &Project,
    change: Change,
    viewers: &Viewers,
) -> Result<Vec<Path>, FollowerError> {
    let mut paths = Vec::new();
    let has_distribution =
        project.config.as_ref().is_some_and(|config| config.distribution_id.is_some());
    if has_distribution || project.followers.is_empty() {
        paths.push(edge(&project.context_now(session), change, viewers));
    }
    for follower in &project.followers {
        paths.push(of_follower(session, follower, viewers).await?);
    }
    Ok(paths)
}

fn edge(context: &Context, change: Change, viewers: &Viewers) -> Path {
    let ttl = context.hard_ttl.as_secs_f64();
    let flip = (context.hard_ttl + plan_change::MARGIN).as_secs_f64();
    let (edge, setting) = match change {
        Change::Promote | Change::Canary => (Edge::Flip(flip), format!("flip after {flip} s")),
        Change::Rollback => (Edge::Reading(ttl), format!("hard TTL {ttl} s")),
    };
    Path::new("CloudFront", setting, &cloudfront(edge, &viewers.sessions()))
}

fn seconds(stickiness: Stickiness) -> Option<u32> {
    match stickiness {
        Stickiness::Off => None,
        Stickiness::Seconds(seconds) => Some(seconds),
    }
}

/// A load balancer whose stickiness the change sets to `after`. `before` is what the viewers' cookies were given.
fn of_balancer(
    follower: &Follower,
    before: Option<u32>,
    after: Option<u32>,
    viewers: &Viewers,
) -> Path {
    let (group, setting) = match (before, after) {
        (_, None) => (Group::Off, "no group stickiness".into()),
        (Some(before), Some(after)) if before == after => {
            (Group::Seconds(after.into()), format!("group stickiness {after} s"))
        }
        (Some(before), Some(after)) => (
            Group::Changed { before: before.into(), after: after.into() },
            format!("group stickiness {after} s instead of {before} s"),
        ),
        (None, Some(after)) => (
            Group::Changed { before: 0.0, after: after.into() },
            format!("group stickiness {after} s instead of off"),
        ),
    };
    let path = Path::new(&follower.name, setting, &balancer(group, &viewers.sessions()));
    let longer = before.filter(|before| after.is_some_and(|after| *before > after));
    Path { stickiness: after.map(f64::from), longer: longer.map(f64::from), ..path }
}

async fn of_follower(
    session: &Session<'_>,
    follower: &Follower,
    viewers: &Viewers,
) -> Result<Path, FollowerError> {
    let failed = FollowerError::aws(&follower.name);
    match &follower.resource {
        Resource::LoadBalancer(one) => {
            let read = session.cloud.balancer(one).read().await;
            let seen = read.map(|read| read.forward.stickiness);
            match (one.stickiness, seen) {
                (None, seen) => {
                    let seen = seen.map_err(&failed)?;
                    Ok(of_balancer(follower, seen, seen, viewers))
                }
                (Some(told), Ok(seen)) => Ok(of_balancer(follower, seen, seconds(told), viewers)),
                (Some(told), Err(_)) => {
                    let path = of_balancer(follower, seconds(told), seconds(told), viewers);
                    Ok(Path { setting: format!("{}, as configured", path.setting), ..path })
                }
            }
        }
        Resource::Records(one) => {
            let ttl = match one.ttl {
                Some(ttl) => Some(ttl),
                None => {
                    let read = session.cloud.records(one).read().await.map_err(&failed)?;
                    read.iter().filter_map(|record| record.ttl).max()
                }
            };
            // An alias has the TTL of its load balancer's name (page `resource-record-sets-choosing-alias-non-alias`).
            let ttl = ttl.unwrap_or(60);
            let curve = dns(viewers.resolvers(ttl.into()));
            Ok(Path::new(&follower.name, format!("TTL {ttl} s"), &curve))
        }
    }
}
