//! A site whose viewers are written into a log, as CloudFront does.

use std::fmt::Write;

use access_log::Reader;
use edge_time::Timestamp;
use observation::{Agents, Site as Known};
use release_trial::{Judgement, Ledger, Sighting};
use release_verdict::{Kind, Settings};
use routing_core::Rules;

use crate::plans::{at, find, plan};

/// The ramp: each stage lasts fifteen minutes.
const STAGES: [(f64, i64); 3] = [(0.1, 0), (0.25, 15), (0.5, 30)];
const MINUTES: i64 = 45;
const RETURNING: u64 = 4000;

/// What the candidate does to its viewers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Candidate {
    /// The same as the active release, with an empty cache.
    Sound,
    /// 2 % of its calls are answered with a 500.
    Failing,
    /// One of its files, which each fifth viewer needs, is missing.
    Incomplete,
    /// What its cache does not have takes 300 ms longer.
    Slow,
}

/// Numbers that look like chance, the same in each run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// In [0, 1).
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn is(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }
}

/// A site, and the log of its ramp so far.
pub(crate) struct Site {
    chance: Chance,
    candidate: Candidate,
    viewers_a_minute: u64,
    /// The part of the day, and the minute of an outage of the origin that both releases have. A release that is broken
    /// from the first minute of such an outage on is found later.
    hour: f64,
    outage: i64,
    log: String,
}

impl Site {
    pub(crate) fn new(candidate: Candidate, viewers_a_minute: u64, seed: u64) -> Self {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (hour, minute) = (chance.unit(), (chance.next() % 45) as i64);
        let outage = if candidate == Candidate::Sound { minute } else { 20 + minute % 20 };
        let log = "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent) sc-content-type x-edge-result-type time-to-first-byte\n";
        Self { chance, candidate, viewers_a_minute, hour, outage, log: log.into() }
    }

    /// Lets the viewers of a minute come.
    pub(crate) fn serve(&mut self, minute: i64) {
        let wave = 1.0 + 0.6 * ((minute as f64 / 45.0 + self.hour) * std::f64::consts::TAU).sin();
        let coming = (self.viewers_a_minute as f64 * wave) as u64;
        for _ in 0..coming {
            // Half of the viewers come back. Their roll is their own, as the hash of their address is.
            let is_new = self.chance.is(0.5);
            let viewer = if is_new {
                RETURNING + self.chance.next() % 1_000_000
            } else {
                self.chance.next() % RETURNING
            };
            self.visit(minute, viewer);
        }
        // A crawler, and a client that is broken with whatever release it has.
        self.row(minute, 2_000_001, "old", "/", "404", "Googlebot/2.1", "Error", 0.01);
        self.visit(minute, 2_000_002);
        let broken = self.release(minute, 2_000_002);
        for _ in 0..3 {
            let path = format!("/_r/{broken}/gone.js");
            self.row(minute, 2_000_002, broken, &path, "404", "Mozilla/5.0", "Error", 0.01);
        }
    }

    fn release(&self, minute: i64, viewer: u64) -> &'static str {
        let share = STAGES.iter().rev().find(|(_, from)| *from <= minute).map_or(0.0, |one| one.0);
        let roll = Chance(viewer.wrapping_add(self.hour.to_bits())).unit();
        if roll < share { "new" } else { "old" }
    }

    fn visit(&mut self, minute: i64, viewer: u64) {
        let release = self.release(minute, viewer);
        let is_candidate = release == "new";
        let is_outage = (self.outage..self.outage + 3).contains(&minute);
        let at_origin = if is_outage { 0.1 } else { 0.004 };
        // The cache of a new release fills slowly.
        let miss = if is_candidate { 0.8 / (1.0 + minute as f64 / 10.0) + 0.05 } else { 0.05 };
        let slow = if self.candidate == Candidate::Slow && is_candidate { 0.3 } else { 0.0 };
        let agent = "Mozilla/5.0";
        for path in ["/cart", "/a.js", "/b.css"] {
            let is_miss = self.chance.is(miss);
            let (status, result) = match (is_miss, is_miss && self.chance.is(at_origin)) {
                (_, true) => ("503", "Error"),
                (true, false) => ("200", "Miss"),
                (false, false) => ("200", "Hit"),
            };
            let time = if is_miss { 0.12 + slow } else { 0.004 };
            self.row(minute, viewer, release, path, status, agent, result, time);
        }
        let failing = if self.candidate == Candidate::Failing && is_candidate { 0.02 } else { 0.0 };
        for _ in 0..3 {
            let is_bad = self.chance.is(at_origin + failing);
            let (status, result) = if is_bad { ("500", "Error") } else { ("200", "Miss") };
            self.row(minute, viewer, release, "/api/stock", status, agent, result, 0.08 + slow);
        }
        if self.chance.is(0.2) {
            let is_gone = self.candidate == Candidate::Incomplete && is_candidate;
            let is_missing = is_gone || self.chance.is(0.01);
            let (status, result) = if is_missing { ("404", "Error") } else { ("200", "Hit") };
            self.row(minute, viewer, release, "/lazy.js", status, agent, result, 0.004);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a row")]
    fn row(
        &mut self,
        minute: i64,
        viewer: u64,
        release: &str,
        path: &str,
        status: &str,
        agent: &str,
        result: &str,
        seconds: f64,
    ) {
        let kind = match path {
            "/cart" | "/" => "text/html",
            "/api/stock" => "text/plain",
            _ => "text/javascript",
        };
        let second = self.chance.next() % 60;
        writeln!(
            self.log,
            "2026-11-22\t10:{minute:02}:{second:02}\t10.{}.{}.{}\tGET\t{path}\t{status}\t{agent}\t{kind};%20release={release}\t{result}\t{seconds:.3}",
            viewer >> 16 & 255, viewer >> 8 & 255, viewer & 255,
        )
        .unwrap();
    }

    /// The same log with its rows in another order.
    pub(crate) fn shuffled(mut self) -> Self {
        let (header, rows) = self.log.split_once('\n').unwrap();
        let mut rows: Vec<(u64, &str)> =
            rows.lines().map(|row| (self.chance.next(), row)).collect();
        rows.sort_unstable();
        let rows = rows.into_iter().fold(String::new(), |log, (_, row)| log + row + "\n");
        self.log = format!("{header}\n{rows}");
        self
    }

    /// What the gate says after so many minutes.
    pub(crate) fn judge(&self, minutes: i64) -> Judgement {
        let stages = [
            "09:00:00 old:100",
            "10:00:00 old:90 new:10",
            "10:15:00 old:75 new:25",
            "10:30:00 old:50 new:50",
        ];
        let now = Timestamp(at("10:00:00").0 + minutes * 60_000);
        let ramp = plan(&stages, None);
        let trial = find(&[("09:59:00", &ramp)], "new", &now.to_string()[11..19]).unwrap();
        let mut ledger =
            Ledger::new(trial, now, std::time::Duration::ZERO, std::time::Duration::from_secs(60));
        let mut reader = Reader::new(self.log.as_bytes());
        let rules = Rules::default();
        let (mut agents, known) = (Agents::new(&rules), Known::new(&rules));
        while let Some(row) = reader.next_row().unwrap() {
            if let Some(sighting) = Sighting::of(&row, agents.of(&row), &known) {
                ledger.see(&sighting);
            }
        }
        assert_eq!(reader.skipped().lines, 0);
        ledger.judge(Settings::default(), &[Kind::ServerError, Kind::MissingFile]).unwrap()
    }

    /// The whole ramp.
    pub(crate) fn ramp(candidate: Candidate, viewers_a_minute: u64, seed: u64) -> Self {
        let mut site = Self::new(candidate, viewers_a_minute, seed);
        for minute in 0..MINUTES {
            site.serve(minute);
        }
        site
    }
}

/// The end of the ramp.
pub(crate) const END: i64 = MINUTES;
