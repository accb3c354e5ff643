//! Viewers with group cookies, one by one, from a fixed sequence of random numbers.

use forecast::{Group, Sessions, balancer};

/// The viewers of each row.
const VIEWERS: u32 = 40_000;
/// The largest difference: four standard deviations of the share of 4,400 viewers who ask in a minute.
const BOUND: f64 = 0.03;

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
    [before, after]: [f64; 2],
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
                let life = if last < 0.0 { before } else { after };
                is_old = is_old && at - last <= life;
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
    let rare = Sessions { gap: 60.0, ..short };
    let rows = [
        ("a minute", short, 60.0, [60.0, 300.0, 900.0]),
        ("five minutes", short, 300.0, [300.0, 900.0, 1800.0]),
        ("an hour", short, 3600.0, [600.0, 1800.0, 3600.0]),
        ("rare requests", rare, 60.0, [60.0, 180.0, 600.0]),
        ("short visits", Sessions { visit: 120.0, ..rare }, 300.0, [60.0, 300.0, 900.0]),
        (
            "one request",
            Sessions { visit: 20.0, away: 600.0, ..rare },
            900.0,
            [60.0, 900.0, 3000.0],
        ),
    ];
    for (row, sessions, sticky, times) in rows {
        check(row, &sessions, Group::Seconds(sticky), [sticky; 2], times);
    }
}

/// Cookies from before the change live as long as they were given, and until the viewer's next request.
#[test]
fn cookies_that_were_given_for_longer_or_shorter_move_as_they_do_one_by_one() {
    let sessions = Sessions { visit: 600.0, away: 3600.0, gap: 10.0, page: 120.0 };
    let rare = Sessions { gap: 60.0, ..sessions };
    let rows = [
        ("shorter", sessions, [7200.0, 60.0], [60.0, 900.0, 3600.0]),
        ("shorter, rare requests", rare, [3600.0, 60.0], [60.0, 900.0, 3600.0]),
        ("longer", sessions, [60.0, 1800.0], [60.0, 900.0, 3600.0]),
    ];
    for (row, sessions, [before, after], times) in rows {
        check(row, &sessions, Group::Changed { before, after }, [before, after], times);
    }
}

fn check(row: &str, sessions: &Sessions, group: Group, lives: [f64; 2], times: [f64; 3]) {
    let curve = balancer(group, sessions);
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut counted = [(0_u32, 0_u32); 3];
    for _ in 0..VIEWERS {
        for (at, is_old) in requests(sessions, lives, lives[0] + 8000.0, 4000.0, &mut chance) {
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
        // The mean of the minute, because the curve has a bend where the first cookies end.
        let computed =
            (-30..30).map(|second| curve.at(time + f64::from(second))).sum::<f64>() / 60.0;
        assert!(
            (played - computed).abs() < BOUND,
            "{row} at {time} s: played {played}, computed {computed}"
        );
    }
}
