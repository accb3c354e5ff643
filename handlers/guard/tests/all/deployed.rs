use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloudfront_sim::Function;
use lambda_sim::{Options, Regional};
use serde_json::Value;
use tracing::subscriber::DefaultGuard;

/// What the function answers to an event.
#[derive(Debug)]
pub(crate) enum Answer {
    Response(Value),
    Error(String),
}

/// The guard under the local Lambda, and its log.
pub(crate) struct Deployed {
    function: Regional,
    lines: Lines,
    _listens: DefaultGuard,
}

impl Deployed {
    /// The function beside the configuration in `folder`, with AWS at these URLs.
    pub(crate) fn new(folder: &Path, urls: &[(&str, &str)]) -> Self {
        let url = |(name, url): &(&str, &str)| ((*name).to_owned(), (*url).to_owned());
        symlink(env!("CARGO_BIN_EXE_guard"), folder.join("bootstrap")).unwrap();
        let options = Options {
            name: "shop-guard".into(),
            variables: urls.iter().map(url).collect(),
            memory: 256,
            max_instances: 1,
            ..Options::default()
        };
        let lines = Lines::default();
        let _listens = lines.listen();
        Self { function: Regional::new(folder.into(), "eu-central-1", options), lines, _listens }
    }

    pub(crate) async fn invoke(&self, event: &str) -> Answer {
        match self.function.invoke(event.to_owned().into()).await {
            Ok(answer) => Answer::Response(serde_json::from_slice(&answer).unwrap()),
            Err(error) => Answer::Error(error.to_string()),
        }
    }

    /// Ends the process, and returns its `count` lines.
    pub(crate) async fn log(self, count: usize) -> Vec<Value> {
        drop(self.function);
        let all = async {
            while self.lines.of_the_function().len() < count {
                tokio::task::yield_now().await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(10), all).await;
        let lines = self.lines.of_the_function();
        assert_eq!(lines.len(), count, "{lines:#?}");
        lines
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn listen(&self) -> DefaultGuard {
        let lines = self.clone();
        let format = tracing_subscriber::fmt().json().with_writer(move || lines.clone());
        tracing::subscriber::set_default(format.finish())
    }

    /// The lines without Lambda's reports.
    fn of_the_function(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let messages = text.lines().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["fields"]["message"].as_str().unwrap().to_owned()
        });
        let own = messages.filter(|message| !message.starts_with("REPORT "));
        own.map(|message| serde_json::from_str(&message).unwrap()).collect()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
