//! A canary in the local CloudFront, its viewers in the access log, and what the gate says of it.

use std::time::Duration;

use access_log::Reader;
use cloudfront_sim::{log_header, log_row};
use edge_time::{Clock, Timestamp};
use observation::{Agents, Content, Lag, Observation, Plans, Site, WrittenPlan};
use release_trial::{Judgement, Ledger, Sighting, Trial};
use release_verdict::{Kind, Settings, Verdict};
use routing_core::Plan;
use testkit::world::{Ask, Trouble, World};

const BEACONS: &str = "/_b";
const VIEWERS: usize = 60;
/// The soak of ten minutes, and some more.
const MINUTES: u64 = 14;
const MINUTE: Duration = Duration::from_secs(60);
/// Longer than any edge location keeps a plan.
const SETTLING: Duration = Duration::from_secs(50);

/// A canary of 20 %, and the log of its viewers.
struct Canary {
    world: World,
    plans: Vec<(Timestamp, Plan)>,
    log: String,
    /// Each so many pages of the candidate report an error.
    page_error_each: Option<usize>,
    visits: usize,
    candidates: usize,
}

impl Canary {
    async fn start(trouble: Trouble, page_error_each: Option<usize>) -> Self {
        let world = World::new().labelling().beacons_at(BEACONS).start().await;
        world.trouble("green", trouble);
        let mut plans = Vec::new();
        let mut note = |world: &World| {
            let text = world.plan_text();
            let plan = plan_format::parse(&text, &world.config().release_defaults).unwrap();
            plans.push((world.clock().now(), plan));
        };
        note(&world);
        world.try_canary("green", 20.0).await.unwrap();
        note(&world);
        world.settle().await;
        Self { world, plans, log: log_header(), page_error_each, visits: 0, candidates: 0 }
    }

    /// New viewers load a page, its files and some data, one after the other for a minute.
    async fn serve(&mut self) {
        let end = self.world.now() + MINUTE;
        for _ in 0..VIEWERS {
            self.visit().await;
        }
        self.world.advance_to(end).await;
    }

    async fn visit(&mut self) {
        let browser = self.world.browser();
        let (got, exchange) = browser.trace(&Ask::page("/cart")).await;
        let release = got.release().unwrap().to_owned();
        self.log += &log_row(&exchange.unwrap()).unwrap();
        let mut asks = vec![Ask::asset(format!("/_r/{release}/assets/lazy-{release}.js"))];
        // Each call has a key of its own in the cache: for a failure, CloudFront would serve what it had before.
        let calls = ["cart", "stock", "price"];
        self.visits += 1;
        asks.extend(calls.map(|call| Ask::fetch(format!("/api/{call}?viewer={}", self.visits))));
        if release == "green" {
            self.candidates += 1;
            if self.page_error_each.is_some_and(|each| self.candidates.is_multiple_of(each)) {
                asks.push(Ask::fetch(format!("{BEACONS}?k=error&r={release}&s=100")));
            }
        }
        for ask in asks {
            let (_, exchange) = browser.trace(&ask).await;
            self.log += &log_row(&exchange.unwrap()).unwrap();
        }
    }

    fn judge(&self) -> (Judgement, Observation) {
        let now = self.world.clock().now();
        let written = self.plans.iter().cloned().map(|(at, plan)| WrittenPlan { at, plan });
        let lag = Lag { plan: SETTLING, caches: Duration::ZERO, clocks: Duration::ZERO };
        let plans = Plans::new(written.collect(), lag);
        let trial = Trial::find(plans.written(), "green", now).unwrap();
        let mut ledger = Ledger::new(trial, now, Duration::ZERO, SETTLING);
        let mut observation = Observation::default();
        let mut reader = Reader::new(self.log.as_bytes());
        let rules = &self.world.config().rules;
        let site = Site { rules, plans: Some(&plans), beacon: Some(BEACONS) };
        let mut agents = Agents::new(rules);
        while let Some(row) = reader.next_row().unwrap() {
            let agent = agents.of(&row);
            observation.see(&row, agent, &site);
            if let Some(sighting) = Sighting::of(&row, agent, &site) {
                ledger.see(&sighting);
            }
        }
        assert_eq!(reader.skipped().lines, 0);
        let kinds = [Kind::ServerError, Kind::MissingFile, Kind::PageError];
        (ledger.judge(Settings::default(), &kinds).unwrap(), observation)
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_canary_is_called_worse_within_the_soak() {
    let failing = Trouble { failing_each: Some(50), ..Trouble::default() };
    let incomplete = Trouble { missing: Some("assets/lazy-green.js".into()), ..Trouble::default() };
    let table = [
        ("5xx in 2 %", failing, None, Kind::ServerError),
        ("a lazy chunk is missing", incomplete, None, Kind::MissingFile),
        ("a page error in 5 %", Trouble::default(), Some(20), Kind::PageError),
    ];
    for (name, trouble, page_error_each, kind) in table {
        let mut canary = Canary::start(trouble, page_error_each).await;
        let mut found = None;
        for minute in 1..=MINUTES {
            canary.serve().await;
            let (judgement, _) = canary.judge();
            if let Verdict::Worse(worse) = &judgement.verdict {
                assert_eq!(worse.figures.kind, kind, "{name}: {}", judgement.verdict);
                found = Some(minute);
                break;
            }
        }
        let (judgement, _) = canary.judge();
        let numbers = (&judgement.figures, judgement.seen);
        assert!(found.is_some(), "{name}: {}: {numbers:?}", judgement.verdict);
    }
}

/// Slow is shown, and is no reason to go back.
#[tokio::test(start_paused = true)]
async fn a_slow_canary_is_shown_and_goes_on() {
    let slow = Trouble { slower_by: Duration::from_millis(300), ..Trouble::default() };
    let mut canary = Canary::start(slow, None).await;
    for _ in 0..MINUTES {
        canary.serve().await;
    }
    let (judgement, observation) = canary.judge();
    assert!(matches!(judgement.verdict, Verdict::NotWorse(_)), "{}", judgement.verdict);
    assert_eq!(judgement.seen.others, 0);
    let miss = |release: &str| {
        observation.releases[release][&Content::Data].miss_times.quantile(0.5).unwrap()
    };
    assert!(miss("green") > 0.28 && miss("blue") < 0.1, "{} {}", miss("green"), miss("blue"));
}
