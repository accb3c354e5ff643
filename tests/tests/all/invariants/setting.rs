use testkit::world::{Pages, Rule, World, WorldBuilder};

use crate::invariants::event::{Back, Choice, RELEASES};

/// Where a story is set, and what it may not show.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    /// What a test run begins its search with.
    pub(crate) seed: u64,
    pub(crate) choice: Choice,
    pub(crate) world: fn() -> WorldBuilder,
    /// The rules that do not hold there, and need not.
    pub(crate) without: &'static [Rule],
}

fn three_releases() -> WorldBuilder {
    World::new().releases(RELEASES).edges(2).falling_back_to(RELEASES)
}

/// Pages that pin their assets: everything holds, in any number of tabs.
pub(crate) const PINNED: Setting = Setting {
    name: "pages that pin their assets, in several tabs",
    seed: 1,
    choice: Choice { viewers: 3, tabs: 2, back: Back::Allowed },
    world: three_releases,
    without: &[],
};

/// The same with clocks that are seconds apart, and with the origin group's second attempt.
pub(crate) const SKEWED: Setting = Setting {
    name: "pages that pin their assets, with skewed clocks and a second attempt",
    seed: 2,
    world: || three_releases().clocks_ahead_by([3000, -3000]).with_second_attempt(),
    ..PINNED
};

/// Pages that rely on the cookie alone, in one tab that never goes back: everything holds.
pub(crate) const ONE_TAB: Setting = Setting {
    name: "pages that rely on the cookie, in one tab",
    seed: 3,
    choice: Choice { viewers: 4, tabs: 1, back: Back::Left },
    world: || three_releases().pages(Pages::ByCookie),
    without: &[],
};

/// Pages that rely on the cookie alone, in several tabs, of two releases: the second attempt finds each chunk.
/// What has the same name in every release, and calls, follow the browser's last page.
pub(crate) const SEVERAL_TABS: Setting = Setting {
    name: "pages that rely on the cookie, in several tabs, with a second attempt",
    seed: 4,
    choice: Choice { viewers: 3, tabs: 2, back: Back::Allowed },
    world: || {
        three_releases()
            .releases(["blue", "green"])
            .falling_back_to(["blue", "green"])
            .pages(Pages::ByCookie)
            .with_second_attempt()
    },
    without: &[Rule::SameNameOfThePagesRelease, Rule::CallOfThePagesRelease],
};

/// Decided on a miss: a call's own pin is not in the cache key, so that it follows the cookie.
pub(crate) const ON_A_MISS: Setting = Setting {
    name: "decided on a miss, pages that pin their assets",
    seed: 5,
    world: || three_releases().deciding_on_a_miss(),
    without: &[Rule::CallOfThePagesRelease],
    ..PINNED
};
