//! Plans and requests in one line each.

use std::sync::LazyLock;

use edge_time::Timestamp;
use routing_core::{
    At, Decision, Kind, OverrideClaim, OverrideState, Plan, PlanParts, Release, ReleaseId, Request,
    Rules, Source, StageParts, TokenProblem, VerifyToken, decide,
};

/// The default rules, made once: the search for crawlers takes a while to prepare.
pub(crate) static RULES: LazyLock<Rules> = LazyLock::new(Rules::default);

/// Stage n of [`plan`] begins at the moment n.
pub(crate) type Weights<'a> = &'a [(&'a str, u32)];

pub(crate) fn release(id: &str) -> Release {
    Release {
        id: ReleaseId::parse(id).unwrap(),
        prefix: format!("/releases/{id}"),
        origins: vec![("api".into(), format!("{id}-alb.example.com"))],
        slot: None,
        served_until: None,
    }
}

pub(crate) fn parts(releases: &[&str], stages: &[Weights<'_>]) -> PlanParts {
    let stage = |(from, weights): (i64, &Weights<'_>)| StageParts {
        from: Timestamp(from),
        weights: weights.iter().map(|(id, weight)| ((*id).to_owned(), *weight)).collect(),
    };
    PlanParts {
        revision: 17,
        releases: releases.iter().map(|id| release(id)).collect(),
        rollout: "r12".into(),
        stages: (0..).zip(stages).map(stage).collect(),
        lease: None,
        withdrawn: Vec::new(),
    }
}

pub(crate) fn plan(releases: &[&str], stages: &[Weights<'_>]) -> Plan {
    Plan::try_new(parts(releases, stages)).unwrap()
}

pub(crate) fn plan_without(withdrawn: &[&str], releases: &[&str], stages: &[Weights<'_>]) -> Plan {
    let withdrawn = withdrawn.iter().map(|id| ReleaseId::parse(id).unwrap()).collect();
    Plan::try_new(PlanParts { withdrawn, ..parts(releases, stages) }).unwrap()
}

/// Stable `old`, candidate `new`, staged `dark`, withdrawn `gone`; half and half at the moment 1.
pub(crate) fn canary() -> Plan {
    plan_without(
        &["gone"],
        &["gone", "old", "new", "dark"],
        &[&[("old", 100)], &[("old", 50), ("new", 50)], &[("old", 0), ("new", 100)]],
    )
}

/// The staged release of [`canary`].
pub(crate) fn dark(plan: &Plan) -> &Release {
    plan.servable("dark").unwrap().1
}

pub(crate) type Headers<'a> = &'a [(&'a str, &'a str)];
pub(crate) const NONE: Headers<'_> = &[];

pub(crate) fn get<'a>(url: &'a str, headers: &'a Headers<'a>) -> Request<'a> {
    let (uri, querystring) = url.split_once('?').unwrap_or((url, ""));
    Request { method: "GET", uri, querystring, client_ip: "203.0.113.7", headers }
}

/// Decides by the default rules, without an override.
pub(crate) fn decide_at<'p>(
    plan: &'p Plan,
    request: &Request<'_>,
    kind: Kind,
    now: i64,
) -> Decision<'p> {
    let source = Some(Source::Stored(plan));
    decide(request, kind, source, At::Viewer, &RULES, OverrideState::None, Timestamp(now))
}

pub(crate) fn id<'p>(decision: &Decision<'p>) -> &'p str {
    decision.release.map_or("none", |release| release.id.as_str())
}

/// Takes `<release>@<host>@<expiry>` for a signed token, `*` for any host.
pub(crate) struct PlainTokens;

impl VerifyToken for PlainTokens {
    fn verify(
        &self,
        token: &str,
        host: Option<&str>,
        now: Timestamp,
    ) -> Result<OverrideClaim, TokenProblem> {
        let [release, wanted, expires] = token.split('@').collect::<Vec<_>>()[..] else {
            return Err(TokenProblem::Malformed);
        };
        let expires = Timestamp(expires.parse().map_err(|_| TokenProblem::BadSignature)?);
        if wanted != "*" && Some(wanted) != host {
            return Err(TokenProblem::WrongHost);
        }
        if now >= expires {
            return Err(TokenProblem::Expired);
        }
        let release = ReleaseId::parse(release).map_err(|_| TokenProblem::Malformed)?;
        Ok(OverrideClaim { release, expires })
    }
}
