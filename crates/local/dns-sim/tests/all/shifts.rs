//! A plan moves the weights, and thousands of resolvers follow as the forecast says.

use dns_sim::{Resolver, WeightedSet};
use edge_time::Timestamp;
use forecast::{Resolvers, dns};

use crate::answers::{record, set};
use crate::followed::{follow, shares};

/// The resolvers of a walk. The viewers behind each ask once a second.
const RESOLVERS: u64 = 4000;
/// Four standard deviations of the share of so many resolvers.
const BOUND: f64 = 0.035;
const HOUR: i64 = 3600;

/// A sequence of random numbers (xorshift64*).
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}

struct Walk {
    set: WeightedSet,
    resolvers: Vec<Resolver>,
    sequence: Sequence,
    now: i64,
}

impl Walk {
    /// Blue has all the weight, and every resolver has asked at a time of its own. Each twentieth is stubborn.
    fn begin(ttl: u32, kept: u32) -> Self {
        let set = set(&[record("blue", 1, ttl), record("green", 0, ttl)]);
        let mut sequence = Sequence(0x9E37_79B9_7F4A_7C15);
        let mut resolvers = Vec::new();
        for number in 0..RESOLVERS {
            let (mut resolver, keeps) = if number % 20 == 0 {
                (Resolver::stubborn(kept), kept)
            } else {
                (Resolver::default(), ttl)
            };
            let ago = i64::try_from(sequence.next() % (u64::from(keeps) * 1000)).unwrap();
            resolver.resolve(&set, Timestamp(-ago), sequence.next());
            resolvers.push(resolver);
        }
        Self { set, resolvers, sequence, now: 0 }
    }

    /// Lets the viewers of every resolver ask each second, up to a time.
    fn on(&mut self, to: i64) {
        while self.now < to {
            self.now += 1;
            self.ask();
        }
    }

    /// The share of green among the requests of this second.
    fn ask(&mut self) -> f64 {
        let (mut green, now) = (0_u32, Timestamp(self.now * 1000));
        for resolver in &mut self.resolvers {
            let answer = resolver.resolve(&self.set, now, self.sequence.next());
            green += u32::from(answer == Some("green.example.com"));
        }
        f64::from(green) / f64::from(u32::try_from(self.resolvers.len()).unwrap())
    }
}

/// Ten per cent for an hour, then everything, then back. Each time the forecast says how fast.
#[test]
fn resolvers_follow_a_canary_its_last_step_and_its_rollback() {
    let (ttl, kept) = (60, 1800);
    let curve = dns(Resolvers { ttl: ttl.into(), stubborn: 0.05, kept: kept.into() });
    let mut walk = Walk::begin(ttl, kept);
    let steps = [([90, 10], [0.0, 0.1]), ([0, 100], [0.1, 1.0]), ([100, 0], [1.0, 0.0])];
    for ([blue, green], [before, after]) in steps {
        let since = walk.now;
        follow(&mut walk.set, &shares(blue, green)).unwrap();
        for at in [10, 30, 45, 60, 120, 600, 1500, HOUR] {
            walk.on(since + at);
            let moved = curve.at(f64::from(i32::try_from(at).unwrap()));
            let (played, computed) = (walk.ask(), before + (after - before) * moved);
            assert!(
                (played - computed).abs() < BOUND,
                "{blue}:{green} after {at} s: played {played}, computed {computed}"
            );
        }
    }
}

/// Only a stubborn resolver is still with blue after the TTL.
#[test]
fn after_the_ttl_only_stubborn_resolvers_are_left() {
    let mut walk = Walk::begin(60, 1800);
    follow(&mut walk.set, &shares(0, 100)).unwrap();
    walk.on(61);
    let left = 1.0 - walk.ask();
    assert!(left > 0.04 && left <= 0.05, "{left}");
    walk.on(1801);
    assert!((walk.ask() - 1.0).abs() < f64::EPSILON);
}
