//! A load balancer with two colours, and viewers with cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use alb_sim::{Balancer, Chance, Forward, Routed, Target, Unavailable, WeightedGroup};
use edge_time::Timestamp;
use http::Request;
use http::header::COOKIE;

/// 2026-11-22T09:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_795_338_000_000);

/// A sequence of random numbers (xorshift64*).
#[derive(Clone)]
pub(crate) struct Sequence(u64);

impl Sequence {
    /// Different seeds give sequences that have nothing to do with each other. 0 is no seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        let mut sequence = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        sequence.next();
        sequence
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub(crate) fn chance(&mut self) -> Chance {
        Chance { group: self.next(), target: self.next() }
    }
}

/// Two target groups of three targets each, behind one listener.
#[derive(Clone)]
pub(crate) struct Colours {
    pub(crate) balancer: Balancer,
    pub(crate) listener: String,
    pub(crate) blue: String,
    pub(crate) green: String,
}

impl Colours {
    /// Blue has all the weight.
    pub(crate) fn new(stickiness: Option<u32>) -> Self {
        let mut balancer = Balancer::new("shop", "eu-central-1");
        let blue = balancer.add_group("blue", targets(1)).unwrap();
        let green = balancer.add_group("green", targets(2)).unwrap();
        let listener = balancer.add_listener(80, Forward::to(&blue)).unwrap();
        let mut colours = Self { balancer, listener, blue, green };
        colours.weigh(100, 0, stickiness);
        colours
    }

    pub(crate) fn weigh(&mut self, blue: u32, green: u32, stickiness: Option<u32>) {
        let forward = self.forward(blue, green, stickiness);
        self.balancer.modify_listener(&self.listener, forward).unwrap();
    }

    /// The same load balancer with other weights.
    pub(crate) fn weighed(&self, blue: u32, green: u32, stickiness: Option<u32>) -> Self {
        let mut colours = self.clone();
        colours.weigh(blue, green, stickiness);
        colours
    }

    pub(crate) fn forward(&self, blue: u32, green: u32, stickiness: Option<u32>) -> Forward {
        let group = |arn: &str, weight| WeightedGroup { arn: arn.into(), weight };
        let groups = vec![group(&self.blue, blue), group(&self.green, green)];
        Forward::try_new(groups, stickiness).unwrap()
    }
}

/// The addresses 10.0.`net`.1 to 3.
pub(crate) fn targets(net: u8) -> Vec<Target> {
    (1..=3).map(|host| Target::healthy(address(net, host))).collect()
}

pub(crate) fn address(net: u8, host: u8) -> SocketAddr {
    ([10, 0, net, host], 8080).into()
}

/// A browser that keeps the cookies of the load balancer.
#[derive(Clone, Default)]
pub(crate) struct Viewer {
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Viewer {
    pub(crate) fn with(name: &str, value: &str) -> Self {
        Self { cookies: BTreeMap::from([(name.to_owned(), value.to_owned())]) }
    }

    /// Asks `seconds` after [`NOW`], and keeps the cookies of the answer.
    pub(crate) fn ask<'a>(
        &mut self,
        colours: &'a Colours,
        seconds: f64,
        chance: Chance,
    ) -> Result<Routed<'a>, Unavailable> {
        let mut request = Request::get("/api/carts");
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            request = request.header(COOKIE, pairs.collect::<Vec<_>>().join("; "));
        }
        let parts = request.body(()).unwrap().into_parts().0;
        let routed = colours.balancer.route(&colours.listener, &parts, after(seconds), chance)?;
        for cookie in &routed.cookies {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.into(), value.into());
        }
        Ok(routed)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a few days in milliseconds")]
fn after(seconds: f64) -> Timestamp {
    Timestamp(NOW.0 + (seconds * 1000.0).round() as i64)
}

/// The first group of an action with any weight, and the first target.
pub(crate) const FIRST: Chance = Chance { group: 0, target: 0 };
/// The last group of an action with any weight, and the last target.
pub(crate) const LAST: Chance = Chance { group: u64::MAX, target: u64::MAX };
