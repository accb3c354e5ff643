use edge_time::Timestamp;
use observation::{Apart, Content, Doubt, Observation, Times, Traffic, VitalTimes, Way};
use serde::Serialize;

use super::Observed;
use super::athena::Cost;
use super::spans::{OfSpan, spans};

/// What the logs say, as `--output json` prints it.
#[derive(Serialize)]
pub(super) struct Report {
    schema: u8,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) logs: usize,
    pub(super) requests: u64,
    pub(super) doubles: u64,
    pub(super) unsure: u64,
    pub(super) without_id: u64,
    pub(super) before: u64,
    pub(super) skipped_lines: u64,
    pub(super) first_skipped: Option<String>,
    pub(super) unread: Vec<Unread>,
    pub(super) apart: ApartCounts,
    pub(super) beacons: u64,
    pub(super) unnamed_beacons: u64,
    pub(super) named_by: NamedBy,
    pub(super) unnamed: u64,
    pub(super) doubts: Doubts,
    pub(super) assumed: u64,
    pub(super) replay: Compared,
    pub(super) lacks_cookies: bool,
    pub(super) too_many: u64,
    pub(super) agreed: u64,
    pub(super) disagreed: u64,
    pub(super) releases: Vec<OfRelease>,
    pub(super) spans: Vec<OfSpan>,
    pub(super) beyond_spans: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) athena: Option<Cost>,
}

#[derive(Serialize)]
pub(super) struct Unread {
    pub(super) log: String,
    pub(super) error: String,
}

#[derive(Serialize)]
pub(super) struct ApartCounts {
    pub(super) crawlers: u64,
    pub(super) overrides: u64,
    pub(super) answered: u64,
    pub(super) left: u64,
}

#[derive(Serialize)]
pub(super) struct NamedBy {
    pub(super) label: u64,
    pub(super) path_pin: u64,
    pub(super) query_pin: u64,
    pub(super) cookie: u64,
    pub(super) replay: u64,
}

/// Requests whose decision cannot be made again for sure.
#[derive(Serialize)]
pub(super) struct Doubts {
    pub(super) near_change: u64,
    pub(super) no_plan: u64,
    pub(super) no_cookies: u64,
}

/// How often the decision that was made again gives the release of the label.
#[derive(Serialize)]
pub(super) struct Compared {
    pub(super) agreed: u64,
    pub(super) differed: u64,
}

/// A release in one kind of content.
#[derive(Serialize)]
pub(super) struct OfRelease {
    pub(super) release: String,
    pub(super) content: &'static str,
    pub(super) requests: u64,
    /// Of all requests for this content whose release is known.
    pub(super) percent: f64,
    /// The plan's share of the page loads that were seen.
    pub(super) planned_percent: Option<f64>,
    pub(super) viewers: u64,
    pub(super) server_errors: Bad,
    pub(super) missing_files: Bad,
    /// Only of pages, and only if pages sent beacons.
    pub(super) reported: Option<Reported>,
    pub(super) function_errors: u64,
    pub(super) hits: u64,
    pub(super) misses: u64,
    pub(super) hit_ms: Quantiles,
    pub(super) miss_ms: Quantiles,
    pub(super) origin_ms: Quantiles,
}

/// Bad requests, and the viewers who sent them.
#[derive(Serialize)]
pub(super) struct Bad {
    pub(super) requests: u64,
    pub(super) viewers: u64,
}

/// What pages reported of themselves.
#[derive(Serialize)]
pub(super) struct Reported {
    pub(super) errors: u64,
    pub(super) viewers_with_errors: u64,
    /// The pages that sent their measurements.
    pub(super) measured: u64,
    pub(super) lcp_ms: Quantiles,
    pub(super) inp_ms: Quantiles,
    pub(super) cls: Shifts,
}

/// The layout shifts that half of the pages, and 95 % of them, do not exceed.
#[derive(Serialize)]
pub(super) struct Shifts {
    pub(super) p50: Option<f64>,
    pub(super) p95: Option<f64>,
}

/// Milliseconds that half of the requests, and 95 % of them, do not exceed.
#[derive(Serialize)]
pub(super) struct Quantiles {
    pub(super) p50: Option<u64>,
    pub(super) p95: Option<u64>,
}

impl Report {
    pub(super) fn of(observed: &Observed) -> Report {
        let Observed { observation, found, logs, .. } = observed;
        let time = |ms: i64| Timestamp(ms).to_string();
        let apart = |apart| observation.apart.get(&apart).copied().unwrap_or_default();
        let way = |way| observation.ways.get(&way).copied().unwrap_or_default();
        let doubt = |doubt| observation.doubts.get(&doubt).copied().unwrap_or_default();
        let unread = found.unread.iter().cloned().map(|(log, error)| Unread { log, error });
        Report {
            schema: 1,
            from: observation.times.map(|(from, _)| time(from)),
            to: observation.times.map(|(_, to)| time(to)),
            logs: *logs,
            requests: observation.rows,
            doubles: found.doubles,
            unsure: found.unsure,
            without_id: found.without_id,
            before: observed.before,
            skipped_lines: found.skipped_lines,
            first_skipped: found.first_skipped.clone(),
            unread: unread.collect(),
            apart: ApartCounts {
                crawlers: apart(Apart::Crawler),
                overrides: apart(Apart::Override),
                answered: apart(Apart::Answered),
                left: apart(Apart::Left),
            },
            beacons: observation.beacons,
            unnamed_beacons: observation.unnamed_beacons,
            named_by: NamedBy {
                label: way(Way::Label),
                path_pin: way(Way::PathPin),
                query_pin: way(Way::QueryPin),
                cookie: way(Way::Cookie),
                replay: way(Way::Replay),
            },
            unnamed: observation.unnamed,
            doubts: Doubts {
                near_change: doubt(Doubt::NearChange),
                no_plan: doubt(Doubt::NoPlan),
                no_cookies: doubt(Doubt::NoCookies),
            },
            assumed: observation.assumed,
            replay: Compared {
                agreed: observation.replay_agreed,
                differed: observation.replay_differed,
            },
            lacks_cookies: observed.lacks_cookies,
            too_many: observation.too_many,
            agreed: observation.agreed,
            disagreed: observation.disagreed,
            releases: releases(observation),
            spans: if observed.shows_spans { spans(observation) } else { Vec::new() },
            beyond_spans: observation.beyond_spans,
            athena: observed.athena.clone(),
        }
    }
}

/// Each release in each content: what is compared stands together, the most requests first.
fn releases(observation: &Observation) -> Vec<OfRelease> {
    let mut all = Vec::new();
    for content in Content::ALL {
        let sum = observation.requests_for(content);
        let line = |(release, traffic)| OfRelease {
            planned_percent: observation.planned_percent(release, content).map(rounded),
            reported: observation.reports(content).then(|| Reported::of(traffic)),
            ..of_release(release, content, traffic, sum)
        };
        let mut lines: Vec<OfRelease> = observation.of_content(content).map(line).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.requests));
        all.append(&mut lines);
    }
    all
}

fn of_release(release: &str, content: Content, traffic: &Traffic, sum: u64) -> OfRelease {
    let percent = 100.0 * traffic.requests as f64 / sum.max(1) as f64;
    OfRelease {
        release: release.into(),
        content: content.name(),
        requests: traffic.requests,
        percent: rounded(percent),
        planned_percent: None,
        viewers: traffic.viewers.count(),
        server_errors: Bad {
            requests: traffic.server_errors,
            viewers: traffic.viewers_with_server_errors.count(),
        },
        missing_files: Bad {
            requests: traffic.missing_files,
            viewers: traffic.viewers_with_missing_files.count(),
        },
        reported: None,
        function_errors: traffic.function_errors,
        hits: traffic.hits,
        misses: traffic.misses,
        hit_ms: quantiles(&traffic.hit_times),
        miss_ms: quantiles(&traffic.miss_times),
        origin_ms: quantiles(&traffic.origin_times),
    }
}

impl Reported {
    fn of(traffic: &Traffic) -> Self {
        let VitalTimes { lcp, inp, cls } = &traffic.vitals;
        let shift = |share| cls.quantile(share).map(rounded);
        Self {
            errors: traffic.page_errors,
            viewers_with_errors: traffic.viewers_with_page_errors.count(),
            measured: inp.count(),
            lcp_ms: quantiles(lcp),
            inp_ms: quantiles(inp),
            cls: Shifts { p50: shift(0.5), p95: shift(0.95) },
        }
    }
}

pub(super) fn rounded(percent: f64) -> f64 {
    (percent * 100.0).round() / 100.0
}

fn quantiles(times: &Times) -> Quantiles {
    let [p50, p95] = times.milliseconds().map(|ms| ms.map(|ms| ms.round() as u64));
    Quantiles { p50, p95 }
}
