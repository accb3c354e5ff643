use edge_config::Config;
use edge_event::{Event, Trigger};
use edge_routing::{RELEASE_HEADER, Routed, decide_event};
use edge_time::Timestamp;
use routing_core::{At, Decision, Drawn, Kind, Plan, Source, Stamp, Step};

use crate::explanation::{Draw, ReleaseWeight, Tried};

/// The rules that were tried for a request.
pub(crate) struct RuleTrace {
    pub(crate) kind: Kind,
    pub(crate) rules: Vec<Tried>,
    pub(crate) draw: Option<Draw>,
}

/// Tries the rules like the function of the event's trigger.
pub(crate) fn trace(
    event: &Event,
    plan: Option<&Plan>,
    config: &Config,
    now: Timestamp,
) -> RuleTrace {
    let fallback = config.fallback.as_ref().map(Source::Fallback);
    let source = plan.map(Source::Stored).or(fallback);
    let case = Case { event, source, config, now };
    match event.trigger() {
        Trigger::ViewerRequest => case.routed(At::Viewer),
        Trigger::OriginRequest => case.stamped().unwrap_or_else(|| case.routed(At::Miss)),
        Trigger::OriginResponse | Trigger::ViewerResponse => {
            case.stamped().unwrap_or_else(|| case.unstamped())
        }
    }
}

struct Case<'c> {
    event: &'c Event,
    source: Option<Source<'c>>,
    config: &'c Config,
    now: Timestamp,
}

impl Case<'_> {
    fn routed(&self, at: At) -> RuleTrace {
        let Routed { kind, decision, .. } =
            decide_event(&self.event.request, self.source, self.config, at, self.now);
        RuleTrace { kind, rules: tried(&decision), draw: draw(&decision) }
    }

    /// The release in the stamp of an earlier function, if the plan serves it.
    fn stamped(&self) -> Option<RuleTrace> {
        let value = self.event.request.headers.get(RELEASE_HEADER)?;
        let stamp = Stamp::parse(value)?;
        let plan = self.source.map(Source::plan)?;
        plan.servable(stamp.release())?;
        let tried = Tried { rule: "stamp".into(), outcome: value.into() };
        Some(RuleTrace { kind: self.kind(), rules: vec![tried], draw: None })
    }

    fn unstamped(&self) -> RuleTrace {
        let tried = Tried { rule: "stamp".into(), outcome: "none".into() };
        RuleTrace { kind: self.kind(), rules: vec![tried], draw: None }
    }

    fn kind(&self) -> Kind {
        decide_event(&self.event.request, self.source, self.config, At::Viewer, self.now).kind
    }
}

/// A step's text is `<rule>: <outcome>`.
fn tried(decision: &Decision<'_>) -> Vec<Tried> {
    let split = |step: &Step<'_>| {
        let text = step.to_string();
        let (rule, outcome) = text.split_once(": ").unwrap_or((&text, ""));
        Tried { rule: rule.into(), outcome: outcome.into() }
    };
    decision.trail.iter().map(split).collect()
}

fn draw(decision: &Decision<'_>) -> Option<Draw> {
    decision.trail.iter().find_map(|step| match step {
        Step::Stage(drawn) => Some(Draw::of(drawn)),
        Step::Plan(_)
        | Step::Override(_)
        | Step::NoPin
        | Step::Pinned(_)
        | Step::IgnoredPin(_)
        | Step::NoCookie
        | Step::Cookie(_)
        | Step::IgnoredCookie(_)
        | Step::Crawler
        | Step::Movement(_) => None,
    })
}

impl Draw {
    fn of(drawn: &Drawn<'_>) -> Self {
        let weight = |(index, weight): &(usize, u16)| {
            let release = drawn.plan.releases().get(*index)?.id.to_string();
            Some(ReleaseWeight { release, weight: *weight })
        };
        Self {
            rollout: drawn.plan.rollout().to_owned(),
            stage: drawn.index,
            weights: drawn.stage.weights().iter().filter_map(weight).collect(),
            roll: drawn.roll.map(|roll| roll.to_string()),
            release: drawn.release.id.to_string(),
        }
    }
}
