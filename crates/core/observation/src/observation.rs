//! Rows become counts.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use access_log::{Field, Row};
use edge_time::Timestamp;

use crate::span::MAX_PIECES;
use crate::{
    Agent, Apart, Beacon, By, Content, Doubt, Entry, MAX_SPANS, Planned, Plans, Replayed, Site,
    Span, Traffic, Way, attribute, replay,
};

/// The most releases that are counted. Cookies can be forged; memory must not grow with them.
pub const MAX_RELEASES: usize = 64;

/// What the rows say of each release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observation {
    /// The rows that were looked at.
    pub rows: u64,
    /// The first and the last time of a row, in milliseconds since 1970.
    pub times: Option<(i64, i64)>,
    /// Rows that say nothing of a release, by the reason.
    pub apart: BTreeMap<Apart, u64>,
    /// Beacons: a page said something of itself.
    pub beacons: u64,
    /// Beacons that name no release.
    pub unnamed_beacons: u64,
    /// Rows whose release is known, by what named it.
    pub ways: BTreeMap<Way, u64>,
    /// Rows that name no release, and of which the decision was not made again.
    pub unnamed: u64,
    /// Rows that name no release, and of which the decision cannot be made again for sure.
    pub doubts: BTreeMap<Doubt, u64>,
    /// Rows whose release is right only if the request was what it looks like.
    pub assumed: u64,
    /// Rows that name a release after [`MAX_RELEASES`] others.
    pub too_many: u64,
    /// Rows of which a second way names the same release.
    pub agreed: u64,
    /// Rows of which a second way names another one.
    pub disagreed: u64,
    /// Rows with a label, for which the decision made again is certain and gives the same release.
    pub replay_agreed: u64,
    /// Rows with a label, for which it gives another one.
    pub replay_differed: u64,
    /// The counts of each release.
    pub releases: BTreeMap<String, BTreeMap<Content, Traffic>>,
    /// The page loads that the plan gives each release.
    pub planned: Planned,
    /// What the spans are, if there are any.
    pub by: Option<By>,
    /// The counts of each span of time, by its start.
    pub spans: BTreeMap<Timestamp, Span>,
    /// Rows of a span after [`MAX_SPANS`] others.
    pub beyond_spans: u64,
    /// How often the length of the pieces was doubled.
    doublings: u32,
}

impl Observation {
    /// Nothing yet. Rows are counted by these spans, too.
    #[must_use]
    pub fn by(by: Option<By>) -> Observation {
        Observation { by, ..Observation::default() }
    }

    /// Looks at a row and its User-Agent.
    pub fn see(&mut self, row: &Row<'_>, agent: &Agent, site: &Site<'_>) {
        self.rows += 1;
        if let Some(time) = row.unix_ms() {
            let (first, last) = self.times.unwrap_or((time, time));
            self.times = Some((first.min(time), last.max(time)));
        }
        match Entry::of(row, agent, site) {
            Entry::Apart(apart) => *self.apart.entry(apart).or_default() += 1,
            Entry::Beacon(beacon) => self.see_beacon(row, agent, site, beacon),
            Entry::Request(content) => self.see_request(row, agent, site, content),
        }
    }

    fn see_request(&mut self, row: &Row<'_>, agent: &Agent, site: &Site<'_>, content: Content) {
        let Site { rules, plans, .. } = *site;
        let replayed = plans.map(|plans| replay(row, agent, content, rules, plans));
        let Some(named) = attribute(row, content, rules, replayed) else {
            match replayed {
                Some(Replayed::Doubtful(doubt)) => *self.doubts.entry(doubt).or_default() += 1,
                Some(Replayed::Certain(_) | Replayed::Assumed(_)) | None => self.unnamed += 1,
            }
            return;
        };
        if !self.has_room_for(named.release) {
            self.too_many += 1;
            return;
        }
        *self.ways.entry(named.way).or_default() += 1;
        if let Some(other) = named.other {
            *(if other == named.release { &mut self.agreed } else { &mut self.disagreed }) += 1;
        }
        self.assumed += u64::from(named.is_assumed);
        if let (Way::Label, Some(Replayed::Certain(decided))) = (named.way, replayed) {
            let is_same = decided.release == named.release;
            *(if is_same { &mut self.replay_agreed } else { &mut self.replay_differed }) += 1;
        }
        let viewer = viewer(row, agent);
        self.traffic(named.release, content).see(row, content, viewer);
        self.see_time(row, named.release, content, viewer, plans);
    }

    fn see_beacon(&mut self, row: &Row<'_>, agent: &Agent, site: &Site<'_>, beacon: Beacon<'_>) {
        self.beacons += 1;
        let Some(release) = beacon.release else {
            self.unnamed_beacons += 1;
            return;
        };
        if !self.has_room_for(release) {
            self.too_many += 1;
            return;
        }
        let viewer = viewer(row, agent);
        self.traffic(release, Content::Page).see_beacon(beacon.said, viewer);
        let Some(at) = arrived(row) else { return };
        let since = site.plans.and_then(|plans| plans.stage_at(at)).map(|(_, since)| since);
        if let Some(span) = self.span_at(at, since) {
            span.see_beacon(release, beacon.said, viewer);
        }
    }

    /// The plan and the span of the row.
    fn see_time(
        &mut self,
        row: &Row<'_>,
        release: &str,
        content: Content,
        viewer: u64,
        plans: Option<&Plans>,
    ) {
        let Some(at) = arrived(row) else { return };
        let stage = plans.and_then(|plans| plans.stage_at(at));
        let is_load = content == Content::Page;
        if let Some((plan, _)) = stage.filter(|_| is_load) {
            self.planned.see(plan, plan.stage_at(at).1);
        }
        let Some(span) = self.span_at(at, stage.map(|(_, since)| since)) else { return };
        span.see(release, row, content, viewer);
        if let Some((plan, _)) = stage.filter(|_| is_load) {
            span.planned.see(plan, plan.stage_at(at).1);
        }
    }

    /// The span of a time, if there are spans and it is not beyond them.
    fn span_at(&mut self, at: Timestamp, stage: Option<Timestamp>) -> Option<&mut Span> {
        let by = self.by?;
        let mut start = by.start(at, stage, self.piece_minutes())?;
        match by {
            By::Minute | By::Stage => {
                if self.spans.len() == MAX_SPANS && !self.spans.contains_key(&start) {
                    self.beyond_spans += 1;
                    return None;
                }
            }
            By::Piece => {
                while self.spans.len() == MAX_PIECES && !self.spans.contains_key(&start) {
                    self.double_pieces();
                    start = by.start(at, stage, self.piece_minutes())?;
                }
            }
        }
        Some(self.spans.entry(start).or_default())
    }

    /// The length of a piece of time.
    #[must_use]
    pub fn piece_minutes(&self) -> i64 {
        1 << self.doublings.min(62)
    }

    /// Two pieces become one.
    fn double_pieces(&mut self) {
        self.doublings += 1;
        let spans = std::mem::take(&mut self.spans);
        self.merge_spans(&spans);
    }

    fn merge_spans(&mut self, spans: &BTreeMap<Timestamp, Span>) {
        for (start, span) in spans {
            let start = match self.by {
                Some(By::Piece) => By::Piece.start(*start, None, self.piece_minutes()),
                Some(By::Minute | By::Stage) | None => None,
            }
            .unwrap_or(*start);
            self.spans.entry(start).or_default().merge(span);
        }
    }

    /// The counts of each release in one kind of content, in the order of their names.
    pub fn of_content(&self, content: Content) -> impl Iterator<Item = (&str, &Traffic)> + Clone {
        let contents = self.releases.iter();
        contents.filter_map(move |(release, of)| Some((release.as_str(), of.get(&content)?)))
    }

    /// The requests for this content whose release is known.
    #[must_use]
    pub fn requests_for(&self, content: Content) -> u64 {
        self.of_content(content).map(|(_, traffic)| traffic.requests).sum()
    }

    /// The plan's share of a release in percent. Only page loads are drawn by the plan.
    #[must_use]
    pub fn planned_percent(&self, release: &str, content: Content) -> Option<f64> {
        match content {
            Content::Page => self.planned.percent(release),
            Content::File | Content::Data => None,
        }
    }

    /// Whether this content can have reports in beacons: only pages send some.
    #[must_use]
    pub fn reports(&self, content: Content) -> bool {
        match content {
            Content::Page => self.beacons > 0,
            Content::File | Content::Data => false,
        }
    }

    /// Adds the counts of other rows.
    pub fn merge(&mut self, other: &Observation) {
        self.rows += other.rows;
        self.times = match (self.times, other.times) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, other) => one.or(other),
        };
        for (apart, rows) in &other.apart {
            *self.apart.entry(*apart).or_default() += rows;
        }
        for (way, rows) in &other.ways {
            *self.ways.entry(*way).or_default() += rows;
        }
        self.beacons += other.beacons;
        self.unnamed_beacons += other.unnamed_beacons;
        self.unnamed += other.unnamed;
        for (doubt, rows) in &other.doubts {
            *self.doubts.entry(*doubt).or_default() += rows;
        }
        self.assumed += other.assumed;
        self.replay_agreed += other.replay_agreed;
        self.replay_differed += other.replay_differed;
        self.too_many += other.too_many;
        self.agreed += other.agreed;
        self.disagreed += other.disagreed;
        self.planned.merge(&other.planned);
        self.beyond_spans += other.beyond_spans;
        while self.doublings < other.doublings {
            self.double_pieces();
        }
        self.merge_spans(&other.spans);
        while self.by == Some(By::Piece) && self.spans.len() > MAX_PIECES {
            self.double_pieces();
        }
        for (release, contents) in &other.releases {
            for (content, traffic) in contents {
                if self.has_room_for(release) {
                    self.traffic(release, *content).merge(traffic);
                } else {
                    self.too_many += traffic.requests;
                }
            }
        }
    }

    fn has_room_for(&self, release: &str) -> bool {
        self.releases.len() < MAX_RELEASES || self.releases.contains_key(release)
    }

    fn traffic(&mut self, release: &str, content: Content) -> &mut Traffic {
        if !self.releases.contains_key(release) {
            self.releases.insert(release.to_owned(), BTreeMap::new());
        }
        // Both are there now; `entry` would copy the name for each row.
        let contents = self.releases.get_mut(release).expect("it was inserted");
        contents.entry(content).or_default()
    }
}

/// The time of the request's arrival; that of its end, if the log does not say how long it took.
fn arrived(row: &Row<'_>) -> Option<Timestamp> {
    let took = row.seconds(Field::TimeTaken).unwrap_or_default();
    Some(Timestamp(row.unix_ms()? - (took * 1000.0) as i64))
}

/// A hash of what tells viewers apart.
///
/// A viewer is an address with its User-Agent: coarse behind a company's address, but good enough.
#[must_use]
pub fn viewer(row: &Row<'_>, agent: &Agent) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.get(Field::ClientIp).hash(&mut hasher);
    agent.hash().hash(&mut hasher);
    hasher.finish()
}
