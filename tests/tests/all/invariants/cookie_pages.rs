//! The errors of pages that rely only on the release cookie and are open in several tabs.
//!
//! The cookie belongs to the browser, not to a tab. When one tab loads a page of a new release, the other tabs
//! request their chunks with the new cookie. This is the result of the same stories, without and with the
//! origin group's second attempt:
//!
//! | | without | with |
//! | --- | --- | --- |
//! | hashed assets loaded | 1124 | 1124 |
//! | of these lost | 3 | 0 |
//! | files that have the same name in every release, of another release | 11 | 11 |
//!
//! The second attempt finds a file whose name has a hash. It cannot find the right one of several files with
//! the same name, so pages with such files should pin their assets.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use testkit::world::{Pages, Rule, World, WorldBuilder};

use crate::invariants::event::{Back, Choice, Presence, quiet_event};
use crate::invariants::story::Story;

const CHOICE: Choice = Choice {
    viewers: 2,
    tabs: 3,
    back: Back::Allowed,
    frame: Presence::Absent,
    installed: Presence::Absent,
    outages: Presence::Absent,
};
const STORIES: usize = 70;

/// Counts the parts that pages loaded.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    hashed: u64,
    lost: u64,
    mixed: u64,
}

fn world() -> WorldBuilder {
    World::new().edges(2).pages(Pages::ByCookie)
}

/// The stories, the same in each run.
fn stories() -> Vec<Story> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let story = Story::any(quiet_event(CHOICE), 80);
    (0..STORIES).map(|_| story.new_tree(&mut runner).unwrap().current()).collect()
}

fn tally(world: fn() -> WorldBuilder) -> Tally {
    let mut tally = Tally::default();
    for story in stories() {
        let (mut lost, mut mixed) = (0, 0);
        let end = story.play_in(world(), CHOICE, |breach| {
            lost += u64::from(breach.rule == Rule::AssetOfThePagesRelease);
            mixed += u64::from(breach.rule == Rule::SameNameOfThePagesRelease);
            false
        });
        tally.hashed += end.world.watch().looks_at(Rule::AssetOfThePagesRelease);
        tally.lost += lost;
        tally.mixed += mixed;
    }
    tally
}

#[test]
fn the_second_attempt_finds_every_chunk_and_mixes_what_has_the_same_name() {
    let without = tally(world);
    let with = tally(|| world().with_second_attempt());
    println!("without the second attempt: {without:?}\nwith it: {with:?}");
    assert_eq!(without, Tally { hashed: 1124, lost: 3, mixed: 11 });
    assert_eq!(with, Tally { hashed: 1124, lost: 0, mixed: 11 });
}
