//! The walks of AWS's page `blue-green-deployments-with-application-load-balancer`, with thousands of sessions in virtual
//! time, beside the forecast.

use forecast::{Group, Sessions, balancer as computed};

use crate::viewers::{Colours, Sequence, Viewer};

/// The viewers of a walk. Twelve hours have 36,000 visits.
const VIEWERS: u64 = 4000;
const SESSIONS: Sessions = Sessions { visit: 1200.0, away: 3600.0, gap: 30.0, page: 120.0 };
const HOUR: f64 = 3600.0;
/// The bound that the forecast states.
const BOUND: f64 = 0.05;

/// A viewer with the time of the next request and of the end of the visit.
#[derive(Clone)]
struct Walker {
    viewer: Viewer,
    sequence: Sequence,
    at: f64,
    over: f64,
}

impl Walker {
    fn new(seed: u64, from: f64) -> Self {
        let mut sequence = Sequence::seeded(seed);
        let in_visit = sequence.part() < SESSIONS.visit / (SESSIONS.visit + SESSIONS.away);
        let at = from + if in_visit { 0.0 } else { sequence.length(SESSIONS.away) };
        let over = at + sequence.length(SESSIONS.visit);
        Self { viewer: Viewer::default(), sequence, at, over }
    }

    fn walk(&mut self, colours: &Colours, to: f64, requests: &mut Vec<(f64, bool)>) {
        while self.at < to {
            let asked = self.viewer.ask(colours, self.at, self.sequence.chance()).unwrap();
            requests.push((self.at, asked.group.arn() == colours.green));
            self.at += self.sequence.length(SESSIONS.gap);
            if self.at >= self.over {
                self.at = self.over + self.sequence.length(SESSIONS.away);
                self.over = self.at + self.sequence.length(SESSIONS.visit);
            }
        }
    }
}

/// All viewers, and their requests: when, and whether green answered.
#[derive(Clone)]
struct Walk {
    walkers: Vec<Walker>,
    requests: Vec<(f64, bool)>,
}

impl Walk {
    fn begin(from: f64) -> Self {
        let walkers = (1..=VIEWERS).map(|seed| Walker::new(seed, from)).collect();
        Self { walkers, requests: Vec::new() }
    }

    /// Goes on with these weights.
    fn on(mut self, colours: &Colours, to: f64) -> Self {
        for walker in &mut self.walkers {
            walker.walk(colours, to, &mut self.requests);
        }
        self
    }

    /// The share of green among the requests between two times.
    fn green(&self, from: f64, to: f64) -> f64 {
        let window = || self.requests.iter().filter(|(at, _)| (from..to).contains(at));
        let count = |requests: usize| f64::from(u32::try_from(requests).unwrap());
        count(window().filter(|(_, is_green)| *is_green).count()) / count(window().count())
    }

    /// The share of green around a time.
    fn around(&self, at: f64) -> f64 {
        self.green(at - 60.0, at + 60.0)
    }

    /// Since the change at 0, the forecast computes the part of blue's requests that moves.
    fn check(&self, name: &str, sticky: f64, times: &[f64]) {
        let curve = computed(Group::Seconds(sticky), &SESSIONS);
        let blue = 1.0 - self.green(-600.0, 0.0);
        for at in times {
            let (played, computed) = (self.around(*at), 1.0 - blue * (1.0 - curve.at(*at)));
            let difference = (played - computed).abs();
            assert!(difference < BOUND, "{name} at {at} s: played {played}, computed {computed}");
        }
    }
}

impl Sequence {
    fn part(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX)
    }

    fn length(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.part()).max(1e-12).ln()
    }
}

/// Ten per cent for twelve hours, with twelve hours of group stickiness. Then everything: with the same stickiness it
/// takes days, with five minutes an hour.
#[test]
fn a_canary_moves_fast_if_the_stickiness_is_shortened_for_the_last_step() {
    let canary = Colours::new(Some(43_200)).weighed(90, 10, Some(43_200));
    let walk = Walk::begin(-12.0 * HOUR).on(&canary, 0.0);
    let share = walk.green(-12.0 * HOUR, 0.0);
    assert!((share - 0.1).abs() < 0.02, "{share} in the canary");

    let kept = walk.clone().on(&canary.weighed(0, 100, Some(43_200)), 2.0 * HOUR);
    kept.check("12 h", 43_200.0, &[60.0, 900.0, HOUR, 7000.0]);
    let share = kept.around(HOUR);
    assert!(share < 0.15, "{share} are with green after an hour");

    let shortened = walk.on(&canary.weighed(0, 100, Some(300)), 2.0 * HOUR);
    shortened.check("5 min", 300.0, &[60.0, 300.0, 900.0, 1800.0, HOUR, 7000.0]);
    let share = shortened.around(HOUR);
    assert!(share > 0.9, "{share} are with green after an hour");
}

#[test]
fn blue_green_without_stickiness_moves_at_once() {
    let blue = Colours::new(None);
    let walk = Walk::begin(-HOUR).on(&blue, 0.0).on(&blue.weighed(0, 100, None), HOUR);
    assert!(walk.requests.iter().all(|(at, is_green)| *is_green == (*at >= 0.0)));
}

#[test]
fn blue_green_with_a_minute_of_stickiness_moves_in_minutes() {
    let blue = Colours::new(Some(60));
    let walk = Walk::begin(-HOUR).on(&blue, 0.0).on(&blue.weighed(0, 100, Some(60)), HOUR);
    walk.check("60 s", 60.0, &[60.0, 120.0, 300.0, 600.0, 1800.0]);
    let share = walk.around(900.0);
    assert!(share > 0.95, "{share} are with green after 15 minutes");
}

/// The weights are back at once. Viewers with a cookie of green stay.
#[test]
fn a_rollback_does_not_reach_viewers_with_a_group_cookie() {
    let blue = Colours::new(Some(300));
    let walk = Walk::begin(-3.0 * HOUR).on(&blue.weighed(50, 50, Some(300)), 0.0).on(&blue, HOUR);
    let before = walk.green(-600.0, 0.0);
    let curve = computed(Group::Seconds(300.0), &SESSIONS);
    for at in [60.0, 300.0, 900.0, 1800.0] {
        let (left, computed) = (walk.around(at), before * (1.0 - curve.at(at)));
        assert!((left - computed).abs() < BOUND, "at {at} s: played {left}, computed {computed}");
    }
    assert!(before > 0.4 && walk.around(300.0) > before / 2.0, "{before}");
    assert!(walk.around(3500.0) < 0.1, "{}", walk.around(3500.0));
}

#[test]
fn load_balancer_stickiness_does_not_disturb_the_shift() {
    let blue = Colours::new(Some(60));
    let mut sticky = blue.clone();
    for group in [&blue.blue, &blue.green] {
        sticky.balancer.set_target_stickiness(group, Some(604_800)).unwrap();
    }
    let [plain, disturbed] = [blue, sticky].map(|blue| {
        let green = blue.weighed(0, 100, Some(60));
        Walk::begin(-600.0).on(&blue, 0.0).on(&green, 1200.0).requests
    });
    assert!(plain.iter().any(|(_, is_green)| *is_green));
    assert!(plain == disturbed, "a request went to another group");
}
