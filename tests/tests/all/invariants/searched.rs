//! Our functions keep the rules in every story that the search finds.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::test_runner::{
    Config, FileFailurePersistence, RngSeed, TestCaseError, TestError, TestRunner,
};

use crate::invariants::event::event;
use crate::invariants::setting::{ON_A_MISS, ONE_TAB, PINNED, SEVERAL_TABS, SKEWED, Setting};
use crate::invariants::story::{End, Story};

/// The largest number of events in a story.
const LONGEST: usize = 80;
/// The number of stories of each setting. With 40 events each on average, that is over 10,000 events in all.
const STORIES: u32 = 60;
/// Stories that once broke a rule. Each search begins with them.
const REGRESSIONS: &str = "tests/all/invariants/regressions.txt";

/// Counts what a search has covered.
#[derive(Debug, Default)]
struct Found {
    events: usize,
    responses: u64,
    plans: usize,
    pages: BTreeMap<String, u64>,
}

impl Found {
    fn add(&mut self, end: &End) {
        let watch = end.world.watch();
        self.events += end.events;
        self.responses += watch.responses();
        self.plans += watch.plans();
        for (release, pages) in watch.pages() {
            *self.pages.entry(release).or_default() += pages;
        }
    }
}

/// The number of stories, and the seed. A test run has a fixed seed; a longer search has a random one.
fn effort(setting: Setting) -> (u32, RngSeed) {
    match std::env::var("EDGESWITCH_SOAK") {
        Err(_) => (STORIES, RngSeed::Fixed(setting.seed)),
        Ok(times) => {
            let times: u32 = times.parse().expect("`EDGESWITCH_SOAK` is a whole number");
            (STORIES * times, RngSeed::Random)
        }
    }
}

fn search(setting: Setting) {
    let (cases, rng_seed) = effort(setting);
    let config = Config {
        cases,
        rng_seed,
        max_shrink_iters: 2000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(REGRESSIONS))),
        ..Config::default()
    };
    let found = RefCell::new(Found::default());
    let stories = Story::any(event(setting.choice), LONGEST);
    let searched = TestRunner::new(config).run(&stories, |story| {
        let end = story.play(&setting);
        found.borrow_mut().add(&end);
        end.breach.map_or(Ok(()), |breach| Err(TestCaseError::fail(breach.to_string())))
    });
    println!("{}: {:?}", setting.name, found.borrow());
    match searched {
        Ok(()) => {}
        Err(TestError::Fail(why, story)) => panic!("{}\n{story}{why}", setting.name),
        Err(TestError::Abort(why)) => panic!("{}: {why}", setting.name),
    }
}

#[test]
fn pages_that_pin_their_assets_never_break_in_any_number_of_tabs() {
    search(PINNED);
}

#[test]
fn nor_with_skewed_clocks_and_a_second_attempt() {
    search(SKEWED);
}

#[test]
fn pages_that_rely_on_the_cookie_never_break_in_one_tab() {
    search(ONE_TAB);
}

#[test]
fn nor_lose_a_chunk_in_several_tabs_with_a_second_attempt() {
    search(SEVERAL_TABS);
}

#[test]
fn pages_never_break_when_releases_are_decided_on_a_miss() {
    search(ON_A_MISS);
}
