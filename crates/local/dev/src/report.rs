use std::collections::BTreeMap;
use std::io::stderr;
use std::time::Duration;

use ssm_sim::Endpoint;
use tracing::Level;

use crate::functions::Functions;
use crate::page::{Desk, PATH};
use crate::project::Kind;

/// What is said at the start besides the addresses.
pub(crate) struct Report {
    pub(crate) kind: Kind,
    pub(crate) functions: Functions,
    /// The environment of functions in other processes.
    pub(crate) variables: BTreeMap<String, String>,
    /// Domain name and local address of each origin.
    pub(crate) origins: Vec<(String, String)>,
    /// What surprises whoever does not know it.
    pub(crate) notes: Vec<String>,
}

impl Report {
    /// One block that says what listens where, the addresses to open last.
    pub(crate) fn text(&self, desk: &Desk, endpoint: &Endpoint, took: Duration) -> String {
        let mut lines = vec![line("project", &self.project(desk))];
        lines.extend(self.functions());
        for (domain, address) in &self.origins {
            lines.push(line("origin", &format!("{domain} at {address}")));
        }
        lines.extend(store(desk, endpoint));
        for (edge, url) in desk.addresses.urls() {
            lines.push(line("edge", &format!("{} at {url}", edge.0)));
        }
        lines.extend(self.notes.iter().map(|note| line("note", note)));
        lines.push(String::new());
        if let Some((_, url)) = desk.addresses.urls().next() {
            let page = format!("{}{PATH}", url.trim_end_matches('/'));
            lines.push(line("page", &page));
            lines.push(line("open", &url));
        }
        lines.push(format!("ready in {} ms, Ctrl-C ends it", took.as_millis()));
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn project(&self, desk: &Desk) -> String {
        match self.kind {
            Kind::Own => desk.config.name.clone(),
            Kind::Sample => "a sample shop in two releases; --config FILE runs yours".into(),
        }
    }

    fn functions(&self) -> Vec<String> {
        match &self.functions {
            Functions::InProcess => vec![line("functions", "in this process")],
            Functions::Packages(folder) => {
                vec![line("functions", &format!("the packages in {}", folder.display()))]
            }
            Functions::InvokeApi(url) => {
                let variables =
                    self.variables.iter().map(|(name, value)| format!("{name}={value}"));
                vec![
                    line("functions", &format!("behind {url}, which needs in its environment")),
                    line("", &variables.collect::<Vec<_>>().join(" ")),
                ]
            }
        }
    }
}

/// The plan's parameter, and how to reach it with AWS's own tools, which want credentials of any kind.
fn store(desk: &Desk, endpoint: &Endpoint) -> [String; 3] {
    let place = desk.parameters.place();
    let (name, region, url) = (&place.name, &place.home_region, endpoint.url());
    [
        line("plan", &format!("parameter {name} in {region}")),
        line(
            "",
            &format!(
                "export AWS_ENDPOINT_URL_SSM={url} AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any"
            ),
        ),
        line("", &format!("aws ssm get-parameter --region {region} --name {name}")),
    ]
}

fn line(name: &str, what: &str) -> String {
    format!("  {name:<10} {what}")
}

/// Sends log lines to standard error: errors alone, with 1 the functions' own lines too, with 2 everything.
pub(crate) fn log(verbose: u8) {
    let level = match verbose {
        0 => Level::ERROR,
        1 => Level::INFO,
        2.. => Level::DEBUG,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_writer(stderr)
        .with_max_level(level)
        .with_target(false)
        .finish();
    // A second call in one process keeps the first subscriber, which is as good.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
