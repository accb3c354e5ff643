//! What the access log says of each release, as `edgeswitch observe --local` counts it.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use access_log::Reader;
use cloudfront_sim::{Exchange, LogFolder, log_header};
use edge_config::Config;
use edge_time::{Clock, Timestamp};
use observation::{Agent, Content, Lag, Observation, Plans, Site, Times, Traffic};
use serde::Serialize;

use crate::plan_parameter::PlanParameter;
use crate::running::Surroundings;

/// A plan that is written a little after a row may have decided about it: see [`Lag::clocks`]. Until then the row waits.
const SETTLED: Duration = Duration::from_secs(3);
/// How old a row is when rows are counted, so that not every row makes work.
const LONGEST: Duration = Duration::from_secs(6);
/// The most rows that wait. With more, the oldest ones are counted at once.
const WAITING: usize = 20_000;

/// The access log, and what it says of each release since the start.
pub(crate) struct AccessLog {
    pub(crate) folder: Arc<LogFolder>,
    numbers: Arc<Numbers>,
}

/// The counts since the start.
struct Numbers {
    parameter: PlanParameter,
    clock: Arc<dyn Clock>,
    /// A changed configuration replaces it.
    config: RwLock<Arc<Config>>,
    /// The plans of the last look, since a history is long and seldom changes.
    known: Mutex<Option<Known>>,
    counted: Mutex<Counted>,
}

/// The plans by a configuration and after a number of writes.
struct Known {
    config: Arc<Config>,
    writes: u64,
    plans: Arc<Plans>,
}

/// What was counted, and the rows that wait.
#[derive(Default)]
struct Counted {
    observation: Observation,
    young: VecDeque<(Timestamp, String)>,
}

/// The numbers of a release in one kind of content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct OfRelease {
    release: String,
    content: &'static str,
    requests: u64,
    /// Of all requests for this content whose release is known.
    percent: f64,
    /// The plan's share of the page loads.
    planned_percent: Option<f64>,
    viewers: u64,
    /// Viewers who got a 5xx.
    server_errors: u64,
    /// Viewers who missed a file.
    missing_files: u64,
    /// Viewers whose pages reported an error; `None` without beacons, and for other content.
    page_errors: Option<u64>,
    hits: u64,
    misses: u64,
    hit_ms: [Option<u64>; 2],
    miss_ms: [Option<u64>; 2],
}

impl AccessLog {
    /// The access log in this folder, of a distribution.
    pub(crate) fn create(
        folder: &Path,
        distribution: &str,
        config: &Arc<Config>,
        Surroundings { parameter, clock, .. }: &Surroundings,
    ) -> io::Result<Self> {
        let numbers = Arc::new(Numbers {
            parameter: parameter.clone(),
            clock: Arc::clone(clock),
            config: RwLock::new(Arc::clone(config)),
            known: Mutex::default(),
            counted: Mutex::default(),
        });
        let reader = Arc::clone(&numbers);
        let folder = LogFolder::create(folder, distribution, clock.now())?;
        let folder = Arc::new(folder.read_by(move |row| reader.see(row)));
        Ok(Self { folder, numbers })
    }

    /// Writes the row of a request that came over no connection.
    pub(super) fn write(&self, exchange: &Exchange) {
        if let Err(error) = self.folder.write(exchange) {
            tracing::error!(%error, "write the access log");
        }
    }

    /// Counts by this configuration from now on.
    pub(super) fn follow(&self, config: &Arc<Config>) {
        let mut followed = self.numbers.config.write().unwrap_or_else(PoisonError::into_inner);
        *followed = Arc::clone(config);
    }

    /// The numbers of each release.
    pub(super) fn numbers(&self) -> Vec<OfRelease> {
        let (config, plans) = self.numbers.site();
        let mut counted = self.numbers.counted();
        counted.settle(self.numbers.clock.now(), &config, &plans);
        let mut observation = counted.observation.clone();
        counted.young.iter().for_each(|(_, row)| see(&mut observation, row, &config, &plans));
        of_releases(&observation)
    }
}

impl Numbers {
    /// Takes a row.
    fn see(&self, row: &str) {
        let now = self.clock.now();
        let mut counted = self.counted();
        counted.young.push_back((now, row.to_owned()));
        if counted.is_due(now) {
            let (config, plans) = self.site();
            counted.settle(now, &config, &plans);
        }
    }

    /// What decides about rows.
    fn site(&self) -> (Arc<Config>, Arc<Plans>) {
        let config = Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner));
        // The number comes before the history, which may be newer then, but never older.
        let writes = *self.parameter.writes().borrow();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let same = known.as_ref().filter(|known| known.is_of(&config, writes));
        if let Some(same) = same {
            return (config, Arc::clone(&same.plans));
        }
        let lag = Lag::of(config.refresh, config.rules.decide_at);
        let plans = Plans::of_texts(self.parameter.history(), &config.release_defaults, lag);
        let plans = Arc::new(plans);
        *known = Some(Known { config: Arc::clone(&config), writes, plans: Arc::clone(&plans) });
        (config, plans)
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is_of(&self, config: &Arc<Config>, writes: u64) -> bool {
        Arc::ptr_eq(&self.config, config) && self.writes == writes
    }
}

impl Counted {
    fn is_due(&self, now: Timestamp) -> bool {
        let is_old = |(at, _): &(Timestamp, String)| at.plus(LONGEST) < now;
        self.young.len() > WAITING || self.young.front().is_some_and(is_old)
    }

    /// Counts the rows about which no plan can say anything else any more.
    fn settle(&mut self, now: Timestamp, config: &Config, plans: &Plans) {
        while let Some((at, row)) = self.young.pop_front() {
            if now <= at.plus(SETTLED) && self.young.len() < WAITING {
                self.young.push_front((at, row));
                return;
            }
            see(&mut self.observation, &row, config, plans);
        }
    }
}

fn see(observation: &mut Observation, row: &str, config: &Config, plans: &Plans) {
    let log = log_header() + row;
    if let Ok(Some(row)) = Reader::new(log.as_bytes()).next_row() {
        let Config { rules, observe, .. } = config;
        let site = Site { rules, plans: Some(plans), beacon: observe.beacon.as_deref() };
        observation.see(&row, &Agent::of(&row, rules), &site);
    }
}

/// Content by content, so that what is compared stands together, and in the order of the names, so that no row moves.
fn of_releases(observation: &Observation) -> Vec<OfRelease> {
    let mut all = Vec::new();
    for content in Content::ALL {
        let sum = observation.requests_for(content);
        let (reports, of_content) = (observation.reports(content), observation.of_content(content));
        all.extend(of_content.map(|(release, traffic)| OfRelease {
            planned_percent: observation.planned_percent(release, content),
            page_errors: reports.then(|| traffic.viewers_with_page_errors.count()),
            percent: 100.0 * traffic.requests as f64 / sum.max(1) as f64,
            ..of_release(release, content, traffic)
        }));
    }
    all
}

fn of_release(release: &str, content: Content, traffic: &Traffic) -> OfRelease {
    OfRelease {
        release: release.into(),
        content: content.name(),
        requests: traffic.requests,
        percent: 0.0,
        planned_percent: None,
        viewers: traffic.viewers.count(),
        server_errors: traffic.viewers_with_server_errors.count(),
        missing_files: traffic.viewers_with_missing_files.count(),
        page_errors: None,
        hits: traffic.hits,
        misses: traffic.misses,
        hit_ms: milliseconds(&traffic.hit_times),
        miss_ms: milliseconds(&traffic.miss_times),
    }
}

/// What half of the times and 95 % of them do not exceed.
fn milliseconds(times: &Times) -> [Option<u64>; 2] {
    times.milliseconds().map(|ms| ms.map(|ms| ms.round() as u64))
}

#[cfg(test)]
mod tests {
    use cloudfront_sim::{CacheResult, log_row};
    use observation::Doubt;

    use super::*;
    use crate::page::journal::tests::exchange;
    use crate::sample;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(1_795_341_600_000 + seconds * 1000)
    }

    /// The plans of a history. Each gives all viewers to one release.
    fn plans(config: &Config, written: &[(i64, &str)]) -> Plans {
        let text = |(seconds, release): &(i64, &str)| {
            let began = at(*seconds);
            let plan = format!(
                r#"{{"schema":1,"revision":1,"releases":{{"41ab03d":{{}},"9f2c1e7":{{}}}},"rollout":"r{seconds}",
                "stages":[{{"from":"{began}","weights":[["{release}",1]]}}]}}"#
            );
            (began, plan)
        };
        let lag = Lag::of(config.refresh, config.rules.decide_at);
        Plans::of_texts(written.iter().map(text), &config.release_defaults, lag)
    }

    /// A page that failed: no label names its release.
    fn failed_page(ended: Timestamp, number: u64) -> String {
        let failed = Exchange {
            at: ended,
            ended,
            status: 503,
            result: CacheResult::Error,
            ..exchange("FRA50", number)
        };
        log_row(&failed).unwrap()
    }

    #[test]
    fn a_row_waits_for_a_plan_that_may_have_decided_about_it() {
        let config = Config::from_toml(sample::CONFIG).unwrap();
        let before = plans(&config, &[(0, "41ab03d")]);
        let after = plans(&config, &[(0, "41ab03d"), (101, "9f2c1e7")]);
        let row = failed_page(at(100), 1);
        let mut counted = Counted::default();
        counted.young.push_back((at(100), row.clone()));
        counted.settle(at(102), &config, &before);
        assert_eq!((counted.young.len(), counted.observation.rows), (1, 0));
        counted.settle(at(104), &config, &after);
        assert_eq!((counted.young.len(), counted.observation.rows), (0, 1));
        assert_eq!(counted.observation.doubts.get(&Doubt::NearChange), Some(&1));
        let mut too_early = Observation::default();
        see(&mut too_early, &row, &config, &before);
        assert!(
            too_early.releases.contains_key("41ab03d"),
            "it would be counted for the old release"
        );
    }

    #[test]
    fn no_more_rows_wait_than_there_is_room_for() {
        let config = Config::from_toml(sample::CONFIG).unwrap();
        let plans = plans(&config, &[(0, "41ab03d")]);
        let mut counted = Counted::default();
        for number in 0..WAITING as u64 + 2 {
            counted.young.push_back((at(100), failed_page(at(100), number)));
        }
        assert!(counted.is_due(at(100)));
        counted.settle(at(100), &config, &plans);
        assert_eq!((counted.young.len(), counted.observation.rows), (WAITING, 2));
        assert!(!counted.is_due(at(100)));
    }
}
