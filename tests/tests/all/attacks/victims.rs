use std::collections::BTreeMap;

use bytes::Bytes;
use cloudfront_sim::Exchange;
use testkit::world::{Browser, Got, World};

use crate::attacks::attack::{Attack, Target};

/// Headers that say when, from where, and in which order an answer came.
const OF_THE_MOMENT: [&str; 6] =
    ["age", "date", "via", "x-amz-cf-id", "x-cache", "x-served-number"];

/// The reasons that `X-Release` may give. The header is cached with its object, so it has the reason of the viewer
/// who came first, but nothing of that viewer's text.
const REASONS: [&str; 6] = ["stage", "sticky", "pin", "crawler", "override", "second-origin"];

/// What a viewer gets, as far as an attack may not change it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    status: u16,
    headers: BTreeMap<String, Vec<String>>,
    body: Bytes,
}

impl Seen {
    fn of(got: Got) -> Self {
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in &got.headers {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.entry(name.to_string()).or_default().push(value);
        }
        headers.retain(|name, _| !OF_THE_MOMENT.contains(&name.as_str()));
        for value in headers.get_mut("x-release").into_iter().flatten() {
            let (release, reason) = value.split_once("; ").unwrap();
            let reason = reason.strip_suffix(", ignored pin").unwrap_or(reason);
            if REASONS.contains(&reason) {
                *value = release.to_owned();
            }
        }
        Self { status: got.status, headers, body: got.body }
    }
}

/// A world in the middle of a canary, with an attacker or without one.
pub(crate) struct Scene {
    world: World,
    held: String,
}

impl Scene {
    pub(crate) fn new(world: World, held: &str) -> Self {
        Self { world, held: held.to_owned() }
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// The cookie of a viewer who was given the candidate.
    pub(crate) fn held(&self) -> &str {
        &self.held
    }

    /// Empties the caches, so that the next request for each object fills them.
    pub(crate) fn forget(&self) {
        self.world.invalidate("/*");
    }

    /// The next attacker. Worlds number their browsers, so each world needs one.
    pub(crate) fn attacker(&self) -> Browser {
        self.world.browser()
    }

    /// Two other viewers, a new one and one with a release, ask for the target.
    pub(crate) async fn clean(&self, target: Target) -> [Seen; 2] {
        let (new, known) = (self.world.browser(), self.world.browser());
        known.plant_cookie("release", &self.held);
        let ask = target.ask(target.path());
        [Seen::of(new.ask(&ask).await), Seen::of(known.ask(&ask).await)]
    }
}

/// Sends `attack`. What happened to it, if it reached CloudFront.
pub(crate) async fn send(attacker: &Browser, attack: &Attack) -> Option<Exchange> {
    let (_, exchange) = attacker.trace(&attack.ask).await;
    exchange
}
