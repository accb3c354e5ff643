use edge_config::Config;
use edge_event::{Event, Trigger};
use edge_host::{KeyedView, RELEASE_HEADER, RequestView};
use routing_core::{
    DecideAt, Decision, Drawn, Kind, OverrideState, Plan, Request, Rules, Source, Stamp, Step,
    Timestamp, classify, decide, override_state,
};

use super::explanation::{Draw, Tried, Weight};

/// The rules that were tried for a request.
pub(super) struct Account {
    pub(super) kind: &'static str,
    pub(super) rules: Vec<Tried>,
    pub(super) draw: Option<Draw>,
}

/// Tries the rules as the function of the event's trigger does.
pub(super) fn account(
    event: &Event,
    plan: Option<&Plan>,
    config: &Config,
    now: Timestamp,
) -> Account {
    let fallback = config.fallback.as_ref().map(Source::Fallback);
    let source = plan.map(Source::Stored).or(fallback);
    let case = Case { event, source, config, now };
    match event.trigger() {
        Trigger::ViewerRequest => case.at_viewer(),
        Trigger::OriginRequest => {
            case.stamped().unwrap_or_else(|| case.on_miss(OverrideState::None))
        }
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
    /// viewer-request decides by all that the viewer sent, or looks for an override alone.
    fn at_viewer(&self) -> Account {
        let (rules, view) = (&self.config.rules, RequestView::new(&self.event.request));
        let request = view.request(&self.event.request);
        let (plan, keys) = (self.source.map(Source::plan), &self.config.keys);
        let forced = override_state(&request, plan, rules, keys, self.now);
        match rules.decide_at {
            DecideAt::ViewerRequest => self.decided(&request, rules, forced),
            DecideAt::OriginRequest => self.on_miss(forced),
        }
    }

    /// On a cache miss only what is in the cache key decides, without a draw.
    fn on_miss(&self, forced: OverrideState<'_>) -> Account {
        let view = KeyedView::new(&self.event.request);
        let request = view.request(&self.event.request);
        let rules = Rules { decide_at: DecideAt::OriginRequest, ..self.config.rules.clone() };
        self.decided(&request, &rules, forced)
    }

    fn decided(&self, request: &Request<'_>, rules: &Rules, forced: OverrideState<'_>) -> Account {
        let kind = classify(request, rules);
        let decision = decide(request, kind, self.source, rules, forced, self.now);
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
        let view = RequestView::new(&self.event.request);
        name(classify(&view.request(&self.event.request), &self.config.rules))
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
