use testkit::world::{Pages, Rule, World, WorldBuilder};

use crate::invariants::event::{Back, Choice, Presence, RELEASES};

/// The world of a search, and the rules that must hold in it.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    /// The seed of a test run.
    pub(crate) seed: u64,
    pub(crate) choice: Choice,
    pub(crate) world: fn() -> WorldBuilder,
    /// The rules that need not hold in this world.
    pub(crate) without: &'static [Rule],
}

fn three_releases() -> WorldBuilder {
    World::new().releases(RELEASES).edges(2).falling_back_to(RELEASES)
}

/// Pages that pin their assets. All rules hold, in any number of tabs.
pub(crate) const PINNED: Setting = Setting {
    name: "pages that pin their assets, in several tabs",
    seed: 1,
    choice: Choice {
        viewers: 3,
        tabs: 2,
        back: Back::Allowed,
        frame: Presence::Present,
        installed: Presence::Present,
        outages: Presence::Present,
    },
    world: three_releases,
    without: &[],
};

/// The same, with clocks that are seconds apart and with the origin group's second attempt.
pub(crate) const SKEWED: Setting = Setting {
    name: "pages that pin their assets, with skewed clocks and a second attempt",
    seed: 2,
    world: || three_releases().clocks_ahead_by([3000, -3000]).with_second_attempt(),
    ..PINNED
};

/// Pages that rely only on the cookie, in one tab that never goes back. All rules hold.
pub(crate) const ONE_TAB: Setting = Setting {
    name: "pages that rely on the cookie, in one tab",
    seed: 3,
    choice: Choice {
        viewers: 4,
        tabs: 1,
        back: Back::Left,
        frame: Presence::Absent,
        installed: Presence::Present,
        outages: Presence::Present,
    },
    world: || three_releases().pages(Pages::ByCookie),
    without: &[],
};

/// Pages that rely only on the cookie, in several tabs, with two releases. The second attempt finds each chunk.
/// But calls, and files that have the same name in every release, follow the browser's last page. There are no
/// outages: a cold edge location would follow the packaged plan, which does not know which releases have had
/// traffic since, and the second attempt never serves a release that has had none.
pub(crate) const SEVERAL_TABS: Setting = Setting {
    name: "pages that rely on the cookie, in several tabs, with a second attempt",
    seed: 4,
    choice: Choice {
        viewers: 3,
        tabs: 2,
        back: Back::Allowed,
        frame: Presence::Absent,
        installed: Presence::Present,
        outages: Presence::Absent,
    },
    world: || {
        three_releases()
            .releases(["blue", "green"])
            .falling_back_to(["blue", "green"])
            .pages(Pages::ByCookie)
            .with_second_attempt()
    },
    without: &[Rule::SameNameOfThePagesRelease, Rule::CallOfThePagesRelease],
};

/// Decisions on a miss. The pin of a call is not in the cache key, so the call follows the cookie. Until the
/// invalidation a page is as old as the cache, so a service worker may find a page and a script of two releases.
pub(crate) const ON_A_MISS: Setting = Setting {
    name: "decided on a miss, pages that pin their assets",
    seed: 5,
    world: || three_releases().deciding_on_a_miss(),
    without: &[Rule::CallOfThePagesRelease],
    choice: Choice { installed: Presence::Absent, ..PINNED.choice },
};
