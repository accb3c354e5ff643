//! The release of a row, where the truth is known: viewers of a simulated world, their rows, and what served them.

use std::collections::BTreeMap;
use std::time::Duration;

use access_log::{Reader, Row};
use edge_time::Timestamp;
use observation::{
    Agent, Apart, Attribution, Content, Doubt, Lag, Plans, Replayed, Way, WrittenPlan, attribute,
    replay,
};
use testkit::world::{Browser, Pages, Part, Span, Tab, World};

/// How a row was attributed, in a word.
type Class = String;

/// The number of rows of each class that were right, and of those that were wrong.
#[derive(Default)]
struct Outcome {
    right: BTreeMap<Class, u64>,
    wrong: BTreeMap<Class, Vec<String>>,
    /// Rows that are not attributed, by the reason.
    uncertain: BTreeMap<Class, u64>,
}

impl Outcome {
    fn count(&mut self, class: Class, row: &Row<'_>, served: &str, named: &str) {
        if named == served {
            *self.right.entry(class).or_default() += 1;
        } else {
            self.wrong.entry(class).or_default().push(told(row, served, named));
        }
    }

    fn right(&self, class: &str) -> u64 {
        self.right.get(class).copied().unwrap_or_default()
    }

    fn uncertain(&self, class: &str) -> u64 {
        self.uncertain.get(class).copied().unwrap_or_default()
    }

    fn attributed(&self) -> u64 {
        self.right.values().sum::<u64>()
            + self.wrong.values().map(|rows| rows.len() as u64).sum::<u64>()
    }
}

fn plans(world: &World) -> Plans {
    let config = world.config();
    let written = world.history().into_iter().filter_map(|(at, text)| {
        let plan = plan_format::parse(&text, &config.release_defaults).ok()?;
        Some(WrittenPlan { at, plan })
    });
    let caches = match config.rules.decide_at {
        routing_core::DecideAt::ViewerRequest => Duration::ZERO,
        routing_core::DecideAt::OriginRequest => Duration::from_secs(60),
    };
    let plan = config.refresh.hard_ttl + config.refresh.longest_wait();
    Plans::new(written.collect(), Lag { plan, caches, clocks: Duration::from_secs(2) })
}

/// Attributes all rows of a world, and compares each with the release that served it.
fn compared(world: &World) -> Outcome {
    let (plans, rules) = (plans(world), &world.config().rules);
    let (mut log, truths) = (cloudfront_sim::log_header(), world.log());
    truths.iter().for_each(|logged| log += &logged.row);
    let mut reader = Reader::new(log.as_bytes());
    let mut outcome = Outcome::default();
    for truth in &truths {
        let row = reader.next_row().unwrap().unwrap();
        let mut count = |class: String| *outcome.uncertain.entry(class).or_default() += 1;
        let agent = Agent::of(&row, rules);
        if let Some(apart) = Apart::of(&row, &agent, rules) {
            count(format!("{apart:?}"));
            continue;
        }
        let content = Content::of(&row, rules);
        let replayed = replay(&row, &agent, content, rules, &plans);
        let Some(named) = attribute(&row, content, rules, Some(replayed)) else {
            count(why(replayed));
            continue;
        };
        // A file that no release has is in no release's answer.
        let Some(served) = &truth.served else {
            count("no answer of a release".into());
            continue;
        };
        if let (Way::Label, Replayed::Certain(again)) = (named.way, replayed) {
            outcome.count("Certain beside a label".into(), &row, served, again.release);
        }
        outcome.count(class(&named), &row, served, named.release);
    }
    assert!(reader.next_row().unwrap().is_none());
    outcome
}

fn class(Attribution { way, is_assumed, .. }: &Attribution<'_>) -> Class {
    if *is_assumed { format!("{way:?}, assumed") } else { format!("{way:?}") }
}

fn why(replayed: Replayed<'_>) -> Class {
    match replayed {
        Replayed::Doubtful(doubt) => format!("{doubt:?}"),
        Replayed::Certain(_) | Replayed::Assumed(_) => "unnamed".into(),
    }
}

fn told(row: &Row<'_>, served: &str, named: &str) -> String {
    let at = Timestamp(row.unix_ms().unwrap());
    format!("{at}: {served} served, {named} named: {:?}", row.iter().collect::<Vec<_>>())
}

/// The most viewers of a crowd.
const MOST: usize = 30;

/// What a crowd does while a plan changes: it comes, reloads, opens tabs, calls the API and loads chunks.
struct Crowd {
    viewers: Vec<(Browser, Vec<Tab>)>,
    steps: usize,
}

impl Crowd {
    fn new() -> Self {
        Self { viewers: Vec::new(), steps: 0 }
    }

    /// One more viewer comes, and each of the others does one thing.
    async fn step(&mut self, world: &World, edges: usize) {
        let number = self.viewers.len();
        if number < MOST {
            self.viewers.push(Self::viewer(number, world, edges).await);
        }
        for (number, (browser, tabs)) in self.viewers.iter_mut().enumerate() {
            let tab = tabs.first_mut().unwrap();
            match (number + self.steps) % 5 {
                0 => drop(tab.reload().await),
                1 => drop(tab.call("/api/cart").await),
                2 => drop(tab.load(Part::Lazy).await),
                3 => drop(tab.load(Part::Env).await),
                _ if tabs.len() < 3 => tabs.push(browser.open("/cart").await),
                _ => drop(tabs.last_mut().unwrap().open("/offers?x=1").await),
            }
        }
        self.steps += 1;
        world.advance(7.s()).await;
    }

    /// Some are crawlers, refuse cookies, or follow a preview link.
    async fn viewer(number: usize, world: &World, edges: usize) -> (Browser, Vec<Tab>) {
        let browser = world.browser_at(number % edges);
        let browser = if number % 17 == 16 { browser.called("Googlebot/2.1") } else { browser };
        let browser = if number % 11 == 10 { browser.without_cookies() } else { browser };
        let url =
            if number % 13 == 12 { world.preview_link("green", "/", 1.h()) } else { "/".into() };
        let tab = browser.open(&url).await;
        (browser, vec![tab])
    }

    async fn steps(&mut self, count: usize, world: &World, edges: usize) {
        for _ in 0..count {
            self.step(world, edges).await;
        }
    }
}

/// A ramp, a promotion, a rollback and a withdrawal, while a crowd visits.
async fn history(world: &World, edges: usize) {
    let mut crowd = Crowd::new();
    crowd.steps(6, world, edges).await;
    world.ramp("green", [20.0, 60.0], 90.s(), 30.m()).await;
    crowd.steps(36, world, edges).await;
    world.promote("green").await;
    crowd.steps(12, world, edges).await;
    world.roll_back().await;
    crowd.steps(12, world, edges).await;
    world.withdraw("green").await;
    crowd.steps(12, world, edges).await;
}

fn assert_right(name: &str, outcome: &Outcome, but: &[&str]) {
    let mut wrong = outcome.wrong.iter().filter(|(class, _)| !but.contains(&class.as_str()));
    if let Some((class, rows)) = wrong.next() {
        panic!("{name}: {} rows are wrong by {class}, the first: {}", rows.len(), rows[0]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_certain_is_right_through_ramps_rollbacks_and_tabs() {
    let world =
        World::new().pages(Pages::ByCookie).edges(2).clocks_ahead_by([1500, -1500]).start().await;
    history(&world, 2).await;
    // The watch knows that pages without pins can get parts of another release, which is none of this test.
    drop(world.watch().take_breaches());
    let outcome = compared(&world);
    assert_right("by cookie", &outcome, &[]);
    for class in ["Cookie", "Replay", "Replay, assumed"] {
        assert!(outcome.right(class) > 5, "{class}: {}", outcome.right(class));
    }
    for class in ["NearChange", "Crawler", "Override"] {
        assert!(outcome.uncertain(class) > 5, "{class}: {}", outcome.uncertain(class));
    }
    let all = outcome.attributed() + outcome.uncertain.values().sum::<u64>();
    assert_eq!(all, world.log().len() as u64);
    let share = outcome.attributed() as f64 / all as f64;
    assert!(share > 0.75, "{:?}", outcome.uncertain);
}

/// No log has the header pin of a page's calls, so that data is left out here.
#[tokio::test(start_paused = true)]
async fn pins_are_right_too() {
    let world = World::new().pages(Pages::Pinned).edges(2).start().await;
    history(&world, 2).await;
    let outcome = compared(&world);
    assert_right("pinned", &outcome, &["Cookie", "Replay"]);
    assert!(outcome.right("PathPin") > 100, "{}", outcome.right("PathPin"));
    let wrong = outcome.wrong.values().flatten().filter(|row| !row.contains("\"/api/"));
    assert_eq!(wrong.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn decisions_on_a_miss_are_right_too() {
    let world = World::new().pages(Pages::ByCookie).deciding_on_a_miss().edges(2).start().await;
    world.advance(3.m()).await;
    let mut crowd = Crowd::new();
    crowd.steps(20, &world, 2).await;
    world.promote("green").await;
    world.settle().await;
    world.invalidate("/*");
    crowd.steps(30, &world, 2).await;
    drop(world.watch().take_breaches());
    let outcome = compared(&world);
    assert_right("on a miss", &outcome, &[]);
    assert!(outcome.right("Replay") > 100, "{:?} {:?}", outcome.right, outcome.uncertain);
    assert!(outcome.uncertain("NearChange") > 5, "{:?}", outcome.uncertain);
    assert_eq!(outcome.uncertain(&format!("{:?}", Doubt::NoPlan)), 0);
}

/// The label is what was served, and the plan of the time agrees with it wherever it is certain.
#[tokio::test(start_paused = true)]
async fn a_label_is_right_and_the_plan_agrees_with_it() {
    let world = World::new().pages(Pages::ByCookie).labelling().edges(2).start().await;
    history(&world, 2).await;
    drop(world.watch().take_breaches());
    let outcome = compared(&world);
    assert_right("labelled", &outcome, &[]);
    assert!(outcome.right("Label") > 100, "{:?}", outcome.right);
    assert!(outcome.right("Certain beside a label") > 100, "{:?}", outcome.right);
}
