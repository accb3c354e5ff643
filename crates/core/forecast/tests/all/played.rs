//! Viewers with group cookies, one by one, from a fixed sequence of random numbers.

use forecast::{Group, Sessions, balancer};

/// The viewers of each row.
const VIEWERS: u32 = 40_000;
/// The largest difference: four standard deviations of the requests of 200 viewers, and the step of the model.
const BOUND: f64 = 0.05;

/// A sequence of random numbers (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        f64::from(u32::try_from(bits >> 21).unwrap()) / f64::from(u32::MAX)
    }

    fn length(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.next()).max(1e-12).ln()
    }
}

/// The requests of one viewer from `-warm` to `end`, each with whether the viewer is still with the old group. The change
/// is at 0.
fn requests(
    sessions: &Sessions,
    sticky: f64,
    warm: f64,
    end: f64,
    chance: &mut Chance,
) -> Vec<(f64, bool)> {
    let mut requests = Vec::new();
    let in_visit = chance.next() < sessions.visit / (sessions.visit + sessions.away);
    let mut at = -warm + if in_visit { 0.0 } else { chance.length(sessions.away) };
    let (mut last, mut is_old) = (f64::NEG_INFINITY, true);
    while at < end {
        let over = at + chance.length(sessions.visit);
        while at < over.min(end) {
            if at > 0.0 {
                is_old = is_old && at - last <= sticky;
                requests.push((at, is_old));
            }
            last = at;
            at += chance.length(sessions.gap);
        }
        at = over + chance.length(sessions.away);
    }
    requests
}

#[test]
fn group_cookies_move_as_they_do_one_by_one() {
    let short = Sessions { visit: 600.0, away: 3600.0, gap: 10.0, page: 120.0 };
    let rows = [
        ("a minute", short, 60.0, [60.0, 300.0, 900.0]),
        ("five minutes", short, 300.0, [300.0, 900.0, 1800.0]),
        ("an hour", short, 3600.0, [600.0, 1800.0, 3600.0]),
        ("rare requests", Sessions { gap: 60.0, ..short }, 60.0, [60.0, 180.0, 600.0]),
    ];
    for (row, sessions, sticky, times) in rows {
        let curve = balancer(Group::Seconds(sticky), &sessions);
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
        let mut counted = [(0_u32, 0_u32); 3];
        for _ in 0..VIEWERS {
            for (at, is_old) in
                requests(&sessions, sticky, 2.0 * sticky + 8000.0, 4000.0, &mut chance)
            {
                for (time, (all, old)) in times.iter().zip(&mut counted) {
                    if (at - time).abs() < 30.0 {
                        *all += 1;
                        *old += u32::from(is_old);
                    }
                }
            }
        }
        for (time, (all, old)) in times.iter().zip(counted) {
            let played = 1.0 - f64::from(old) / f64::from(all);
            let computed = curve.at(*time);
            assert!(
                (played - computed).abs() < BOUND,
                "{row} at {time} s: played {played}, computed {computed}"
            );
        }
    }
}
