use std::collections::BTreeMap;
use std::fs;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::time::Duration;

use terminal_text::Lines;
use tokio::time::sleep;
use toml::{Table, Value};

use crate::DevArgs;
use crate::error::DevError;
use crate::local::LocalCloudFront;
use crate::report::line;

/// The time between two looks at the file.
const LOOK: Duration = Duration::from_millis(500);

/// Settings that only a new start applies: other ports, another Parameter Store, other load balancers, other alarms,
/// another folder for logs.
const AT_THE_START: [&str; 10] = [
    "parameter",
    "followers",
    "dev.port",
    "dev.edges",
    "dev.plan",
    "dev.state",
    "dev.targets",
    "dev.logs",
    "dev.guard",
    "dev.alarms",
];
/// The certificate names the hosts.
const AT_THE_START_WITH_TLS: &str = "dev.hosts";

/// The project's configuration file, while the local CloudFront runs.
pub(crate) struct WatchedConfig {
    path: Option<PathBuf>,
    tls: bool,
    /// The settings at the start.
    at_the_start: Settings,
    /// The settings that were applied last.
    applied: Settings,
    /// The text of the last news.
    told: Option<String>,
}

/// The values of a configuration file by their keys: `decide_at`, `cookies.release`, `slots.blue`.
type Settings = BTreeMap<String, Value>;

impl WatchedConfig {
    /// Remembers the file's text. The sample has no file.
    pub(crate) fn new(args: &DevArgs) -> Self {
        let told = args.config.as_deref().and_then(read);
        let settings = settings(told.as_deref());
        Self {
            path: args.config.clone(),
            tls: args.tls,
            at_the_start: settings.clone(),
            applied: settings,
            told,
        }
    }

    /// Waits until the file changes.
    pub(crate) async fn changed(&mut self) {
        let Some(path) = &self.path else { return pending().await };
        let mut last = read(path);
        loop {
            sleep(LOOK).await;
            let text = read(path);
            // Some editors write a file in several steps: wait until two looks see the same.
            if text == last && text != self.told {
                self.told = text;
                return;
            }
            last = text;
        }
    }

    /// Applies the changed file. Returns lines that say what changed, and what needs a new start.
    pub(crate) async fn apply(&mut self, local: &mut LocalCloudFront) -> Lines {
        let path = self.path.iter().map(|path| path.display().to_string()).collect::<String>();
        let (news, notes) = match self.news(local).await {
            Ok(news) => news,
            Err(error) => (format!("not applied: {:#}", anyhow::Error::from(error)), Vec::new()),
        };
        let news = line("changed", &format!("{path}: {news}"));
        let notes = notes.iter().map(|note| line("note", note));
        Lines::new([news].into_iter().chain(notes))
    }

    async fn news(
        &mut self,
        local: &mut LocalCloudFront,
    ) -> Result<(String, Vec<String>), DevError> {
        let new = settings(self.told.as_deref());
        let (changed, waiting) = (self.changes(&new), self.waiting(&new));
        if changed.is_empty() {
            local.check()?;
            return Ok((unchanged(&waiting), Vec::new()));
        }
        let notes = local.reload().await?;
        self.applied = new;
        Ok((applied(&changed, &waiting), notes))
    }

    /// The settings to apply that differ from those at work.
    fn changes(&self, new: &Settings) -> Vec<String> {
        differing(&self.applied, new, |key| !self.is_for_the_start(key))
    }

    /// The settings that wait for a new start.
    fn waiting(&self, new: &Settings) -> Vec<String> {
        differing(&self.at_the_start, new, |key| self.is_for_the_start(key))
    }

    fn is_for_the_start(&self, key: &str) -> bool {
        let is_it = |one: &str| {
            key.strip_prefix(one).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        AT_THE_START.into_iter().any(is_it) || (self.tls && is_it(AT_THE_START_WITH_TLS))
    }
}

fn applied(changed: &[String], waiting: &[String]) -> String {
    let changed = changed.join(", ");
    let restart = restart(waiting).map(|restart| format!("; {restart}")).unwrap_or_default();
    format!("applied {changed}, and emptied the caches{restart}")
}

fn unchanged(waiting: &[String]) -> String {
    restart(waiting).unwrap_or_else(|| "no setting has changed".into())
}

fn restart(waiting: &[String]) -> Option<String> {
    let waiting = waiting.join(", ");
    (!waiting.is_empty()).then(|| format!("restart `edgeswitch dev` to apply {waiting}"))
}

/// `None` while the file does not exist or cannot be read.
fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Empty if the text is not TOML.
fn settings(text: Option<&str>) -> Settings {
    let table: Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    table.into_iter().flat_map(|(key, value)| with_keys(key, value)).collect()
}

/// A table's values are settings of their own.
fn with_keys(key: String, value: Value) -> Vec<(String, Value)> {
    match value {
        Value::Table(table) => {
            let within = |(name, value)| (format!("{key}.{name}"), value);
            table.into_iter().map(within).collect()
        }
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_) => vec![(key, value)],
    }
}

/// The keys in backquotes whose values differ.
fn differing(one: &Settings, other: &Settings, counts: impl Fn(&str) -> bool) -> Vec<String> {
    let only_there = other.keys().filter(|key| !one.contains_key(*key));
    let mut keys: Vec<&String> = one.keys().chain(only_there).collect();
    keys.retain(|key| one.get(*key) != other.get(*key) && counts(key));
    keys.sort();
    keys.into_iter().map(|key| format!("`{key}`")).collect()
}
