use std::collections::BTreeSet;
use std::fs;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::sleep;
use toml::Table;

use crate::project::read_project;
use crate::report::line;

/// The time between two looks at the file.
const LOOK: Duration = Duration::from_millis(500);

/// The project's configuration file, while the local CloudFront runs with its content at the start.
pub(crate) struct WatchedConfig {
    path: Option<PathBuf>,
    /// The text that runs.
    running: Option<String>,
    /// The text of the last news.
    told: Option<String>,
}

impl WatchedConfig {
    /// Remembers the file's text. The sample has no file.
    pub(crate) fn new(path: Option<&Path>) -> Self {
        let running = path.and_then(read);
        Self { path: path.map(Path::to_owned), told: running.clone(), running }
    }

    /// Waits until the file changes. Returns a line that says how, and what to do.
    pub(crate) async fn changed(&mut self) -> String {
        let Some(path) = self.path.clone() else { return pending().await };
        let mut last = read(&path);
        loop {
            sleep(LOOK).await;
            let text = read(&path);
            // Some editors write a file in several steps: wait until two looks see the same.
            if text == last && text != self.told {
                self.told = text;
                return line("changed", &format!("{}: {}", path.display(), self.news(&path)));
            }
            last = text;
        }
    }

    fn news(&self, path: &Path) -> String {
        match read_project(path) {
            Ok(_) if self.difference().is_empty() => "no restart needed".into(),
            Ok(_) => format!("restart `edgeswitch dev` to apply {}", self.difference()),
            Err(error) => format!("not valid: {:#}", anyhow::Error::from(error)),
        }
    }

    /// The keys and tables at the top that differ from those that run.
    fn difference(&self) -> String {
        let [running, told] = [&self.running, &self.told].map(|text| table(text.as_deref()));
        let keys: BTreeSet<&String> = running.keys().chain(told.keys()).collect();
        let differs = |key: &&&String| running.get(key.as_str()) != told.get(key.as_str());
        let changed = keys.iter().filter(differs).map(|key| format!("`{key}`"));
        changed.collect::<Vec<_>>().join(", ")
    }
}

/// `None` while the file does not exist or cannot be read.
fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

fn table(text: Option<&str>) -> Table {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}
