//! What changes do to viewers, asked of the decision itself for every one of a crowd.

use std::sync::LazyLock;

use plan_change::{Change, When};
use routing_core::{At, Kind, OverrideState, Request, Rules, Source, decide};

use crate::support::{World, canary, id, promote, rollback};

/// Enough for a share of 1 % to be some.
const VIEWERS: usize = 4000;

/// Built once: they hold a search automaton for the names of crawlers.
static RULES: LazyLock<Rules> = LazyLock::new(Rules::default);

/// A browser's release cookie.
#[derive(Clone, Default)]
struct Viewer {
    address: String,
    cookie: String,
}

fn crowd() -> Vec<Viewer> {
    let address = |number: usize| format!("198.51.{}.{}", number / 250, number % 250);
    (0..VIEWERS).map(|number| Viewer { address: address(number), ..Viewer::default() }).collect()
}

impl Viewer {
    /// Loads a page and returns its release.
    fn load(&mut self, world: &World) -> String {
        let cookie = format!("release={}", self.cookie);
        let headers: &[_] = &[("cookie", cookie.as_str()), ("user-agent", "test")];
        let request = Request {
            method: "GET",
            uri: "/",
            querystring: "",
            client_ip: &self.address,
            headers: &headers,
        };
        let now = world.context.now;
        let source = Some(Source::Stored(world.plan()));
        let decision =
            decide(&request, Kind::Document, source, At::Viewer, &RULES, OverrideState::None, now);
        self.cookie = decision.stamp().unwrap().to_string();
        decision.release.unwrap().id.to_string()
    }
}

/// How many of the crowd get `release`.
fn count(releases: &[String], release: &str) -> usize {
    releases.iter().filter(|one| *one == release).count()
}

fn load_all(crowd: &mut [Viewer], world: &World) -> Vec<String> {
    crowd.iter_mut().map(|viewer| viewer.load(world)).collect()
}

/// `percent` of the crowd, four standard deviations around: fixed rolls, so it never changes.
fn assert_share(releases: &[String], release: &str, percent: f64) {
    let crowd = releases.len() as f64;
    let wanted = crowd * percent / 100.0;
    let spread = 4.0 * (wanted * (1.0 - percent / 100.0)).sqrt();
    let got = count(releases, release) as f64;
    assert!((got - wanted).abs() <= spread, "{got} of {crowd} have {release}, not {percent} %");
}

#[test]
fn raising_a_canary_never_takes_a_viewer_from_it() {
    let mut world = World::new("old new");
    let mut crowd = crowd();
    let mut before = load_all(&mut crowd, &world);
    assert_share(&before, "old", 100.0);
    let steps = [("0.5", 0.5), ("10", 10.0), ("12.5", 12.5), ("50", 50.0), ("99.9", 99.9)];
    for (text, percent) in steps {
        world.change(&canary("new", text));
        assert_eq!(load_all(&mut crowd, &world), before, "nothing changes before the stage begins");
        world.wait(50);
        let after = load_all(&mut crowd, &world);
        assert_share(&after, "new", percent);
        assert!(before.iter().zip(&after).all(|(was, is)| was == is || is == "new"), "{text}");
        before = after;
    }
    world.change(&promote("new"));
    world.wait(50);
    assert_share(&load_all(&mut crowd, &world), "new", 100.0);
}

#[test]
fn viewers_that_slept_through_the_steps_are_shared_out_alike() {
    let mut world = World::new("old new");
    let mut asleep = crowd();
    load_all(&mut asleep, &world);
    for percent in ["1", "10", "25"] {
        world.change(&canary("new", percent));
        world.wait(60);
    }
    assert_share(&load_all(&mut asleep, &world), "new", 25.0);
}

#[test]
fn lowering_a_canary_moves_as_few_as_must() {
    let mut world = World::new("old new");
    let mut crowd = crowd();
    let mut before = Vec::new();
    for percent in ["50", "20"] {
        world.change(&canary("new", percent));
        world.wait(60);
        let after = load_all(&mut crowd, &world);
        if percent == "20" {
            assert!(before.iter().zip(&after).all(|(was, is)| was == is || is == "old"));
        }
        before = after;
    }
    assert_share(&before, "new", 20.0);
}

#[test]
fn a_rollout_that_begins_from_a_settled_plan_moves_nobody() {
    let mut world = World::new("old new next");
    let mut crowd = crowd();
    world.change(&promote("new"));
    // Half of them see the promote, the others still have a cookie of the stage before.
    let asleep = crowd.len() / 2;
    load_all(&mut crowd, &world);
    world.wait(60);
    load_all(&mut crowd[asleep..], &world);
    let first = world.plan().rollout().to_owned();
    world.change(&canary("next", "10"));
    assert_ne!(world.plan().rollout(), first);
    world.wait(60);
    let all = load_all(&mut crowd, &world);
    assert_share(&all[..asleep], "next", 10.0);
    assert_share(&all[asleep..], "next", 10.0);
    assert_eq!(count(&all, "old"), 0);
}

#[test]
fn a_rollback_reaches_everybody_with_the_next_page_load() {
    let mut world = World::new("old new");
    let mut crowd = crowd();
    world.change(&canary("new", "50"));
    world.wait(60);
    load_all(&mut crowd, &world);
    world.change(&rollback());
    assert_share(&load_all(&mut crowd, &world), "old", 100.0);
    // Even where the clock is a minute behind.
    world.context.now.0 -= 60_000;
    assert_share(&load_all(&mut crowd, &world), "old", 100.0);
}

#[test]
fn a_canary_that_was_promoted_is_rolled_back_to_the_release_before() {
    for (percent, at) in [("5", When::Now), ("5", When::NextFlip), ("95", When::NextFlip)] {
        for seconds in [0, 10, 50, 3600] {
            let mut world = World::after(&[canary("new", percent)]);
            world.change(&Change::Promote { id: id("new"), at });
            world.wait(seconds).change(&rollback());
            let everybody = load_all(&mut crowd()[..10], &world);
            assert_eq!(count(&everybody, "old"), 10, "{seconds} s after {at:?} from {percent} %");
        }
    }
}
