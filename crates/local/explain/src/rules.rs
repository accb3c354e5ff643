use edge_config::Config;
use edge_event::{Event, Trigger};
use edge_routing::{RELEASE_HEADER, Routed, View, decide_event};
use edge_time::Timestamp;
use routing_core::{At, Decision, Drawn, Kind, Plan, Source, Stamp, Step, classify};

use crate::explanation::{Draw, Tried, Weight};

/// The rules that were tried for a request.
pub(crate) struct Account {
    pub(crate) kind: &'static str,
    pub(crate) rules: Vec<Tried>,
    pub(crate) draw: Option<Draw>,
}

/// Tries the rules as the function of the event's trigger does.
pub(crate) fn account(
    event: &Event,
    plan: Option<&Plan>,
    config: &Config,
    now: Timestamp,
) -> Account {
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
    fn routed(&self, at: At) -> Account {
        let Routed { kind, decision, .. } =
            decide_event(&self.event.request, self.source, self.config, at, self.now);
        Account { kind: name(kind), rules: tried(&decision), draw: draw(&decision) }
    }

    /// The release that a function before this one stamped, if the plan serves it.
    fn stamped(&self) -> Option<Account> {
        let value = self.event.request.headers.get(RELEASE_HEADER)?;
        let stamp = Stamp::parse(value)?;
        let plan = self.source.map(Source::plan)?;
        plan.servable(stamp.release())?;
        let tried = Tried { rule: "stamp".into(), outcome: value.into() };
        Some(Account { kind: self.kind(), rules: vec![tried], draw: None })
    }

    fn unstamped(&self) -> Account {
        let tried = Tried { rule: "stamp".into(), outcome: "none".into() };
        Account { kind: self.kind(), rules: vec![tried], draw: None }
    }

    fn kind(&self) -> &'static str {
        let view = View::whole(&self.event.request);
        name(classify(&view.request(), &self.config.rules))
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Document => "document",
        Kind::Subresource => "subresource",
    }
}

/// The steps' own words: `<rule>: <outcome>`.
fn tried(decision: &Decision<'_>) -> Vec<Tried> {
    let said = |step: &Step<'_>| {
        let words = step.to_string();
        let (rule, outcome) = words.split_once(": ").unwrap_or((&words, ""));
        Tried { rule: rule.into(), outcome: outcome.into() }
    };
    decision.trail.iter().map(said).collect()
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
            Some(Weight { release, weight: *weight })
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
