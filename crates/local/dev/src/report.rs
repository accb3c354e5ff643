use std::path::{Path, PathBuf};
use std::time::Duration;

use ssm_sim::Endpoint;
use terminal_text::Lines;

use crate::functions::Functions;
use crate::page::{PATH, PageState};
use crate::project::{Project, ProjectKind};
use crate::running::Surroundings;

/// When the guard runs.
const GUARD: &str =
    "runs each minute, after each change of the plan, and when an alarm is switched";

/// The configuration that commands read without `--config`.
const DEFAULT: &str = "edgeswitch.toml";

/// What the start prints, besides the addresses.
pub(crate) struct Report {
    pub(crate) kind: ProjectKind,
    /// Domain name and local address of each origin.
    pub(crate) origins: Vec<(String, String)>,
    /// The configuration file that commands need to be told.
    config: Option<PathBuf>,
    /// The folder with the access logs.
    pub(crate) logs: Option<PathBuf>,
    /// See [`notes`](crate::notes::notes).
    pub(crate) notes: Vec<String>,
    /// Whether the guard runs.
    guard: bool,
}

impl Report {
    pub(crate) fn new(
        project: &Project,
        config: Option<&Path>,
        origins: Vec<(String, String)>,
        notes: Vec<String>,
    ) -> Self {
        let kind = project.kind;
        let config = match kind {
            ProjectKind::Sample => Some(project.sample_config()),
            ProjectKind::Own => config.filter(|path| *path != Path::new(DEFAULT)).map(Into::into),
        };
        let (logs, guard) = (project.dev.logs.clone(), project.dev.guard);
        Self { kind, origins, config, logs, notes, guard }
    }

    /// A command of the control program on this plan, for a shell.
    fn command(&self, command: &str, endpoint: &Endpoint) -> String {
        let config = self.config.iter().map(|path| format!(" --config {}", quoted(path)));
        let config: String = config.collect();
        format!("edgeswitch {command}{config} --local={}", endpoint.url())
    }

    /// The addresses of everything. The ones to open in a browser come last.
    pub(crate) fn text(
        &self,
        page: &PageState,
        surroundings: &Surroundings,
        endpoint: &Endpoint,
        took: Duration,
    ) -> Lines {
        let mut lines = vec![line("project", &self.project(page))];
        lines.extend(functions(surroundings));
        for (domain, address) in &self.origins {
            lines.push(line("origin", &format!("{domain} at {address}")));
        }
        lines.extend(self.store(page, endpoint, surroundings));
        lines.extend(self.balancers(surroundings, endpoint));
        lines.extend(alarms(surroundings));
        if self.guard {
            lines.push(line("guard", GUARD));
        }
        lines.extend(kept(page));
        lines.extend(self.logs(endpoint));
        for (edge, url) in page.addresses.urls() {
            lines.push(line("edge", &format!("{} at {url}", edge.0)));
        }
        lines.extend(self.notes.iter().map(|note| line("note", note)));
        lines.push(String::new());
        if let Some((_, url)) = page.addresses.urls().next() {
            let page_url = format!("{}{PATH}", url.trim_end_matches('/'));
            lines.push(line("page", &page_url));
            lines.push(line("open", &url));
        }
        lines.push(format!("ready in {} ms, Ctrl-C ends it", took.as_millis()));
        Lines::new(lines)
    }

    /// The plan's parameter, and the commands to read it with AWS's tools. They need some credentials and a Region, whose
    /// variable is not the same for all of them.
    fn store(
        &self,
        page: &PageState,
        endpoint: &Endpoint,
        surroundings: &Surroundings,
    ) -> [String; 4] {
        let place = page.parameter.place();
        let (name, region, url) = (&place.name, &place.home_region, endpoint.url());
        let balancing = match surroundings.balancing {
            Some(_) => format!("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2={url} "),
            None => String::new(),
        };
        [
            line("plan", &format!("parameter {name} in {region}")),
            line("", &self.command("status", endpoint)),
            line(
                "",
                &format!(
                    "export AWS_ENDPOINT_URL_SSM={url} AWS_ENDPOINT_URL_CLOUDFRONT={url} \
                 AWS_ENDPOINT_URL_CLOUDWATCH={url} {balancing}\
                 AWS_REGION={region} AWS_DEFAULT_REGION={region} \
                 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any"
                ),
            ),
            line("", &format!("aws ssm get-parameter --region {region} --name {name}")),
        ]
    }

    /// The listeners of the load balancers, and a command that moves the sample's.
    fn balancers(&self, surroundings: &Surroundings, endpoint: &Endpoint) -> Vec<String> {
        let Some(balancing) = &surroundings.balancing else { return Vec::new() };
        let mut lines = Vec::new();
        for listener in &balancing.listeners {
            for follower in &listener.followers {
                let name = &follower.name;
                lines.push(line("balancer", &format!("{name} at http://{}", listener.address)));
                lines.push(line("", &follower.action));
            }
        }
        let follow = self.command("follow", endpoint);
        lines.push(line("", &follow));
        lines
    }

    /// The folder with the access logs, and the command that reads them.
    fn logs(&self, endpoint: &Endpoint) -> Vec<String> {
        let Some(folder) = &self.logs else { return Vec::new() };
        let observe = self.command(&format!("observe --logs {}", quoted(folder)), endpoint);
        vec![line("logs", &folder.display().to_string()), line("", &observe)]
    }

    fn project(&self, page: &PageState) -> String {
        match self.kind {
            ProjectKind::Own => page.running().config.name.clone(),
            ProjectKind::Sample => "a sample shop in two releases; --config FILE runs yours".into(),
        }
    }
}

fn functions(Surroundings { functions, variables, .. }: &Surroundings) -> Vec<String> {
    match functions {
        Functions::InProcess => vec![line("functions", "in this process")],
        Functions::Packages(folder) => {
            vec![line("functions", &format!("the packages in {}", folder.display()))]
        }
        Functions::InvokeApi(url) => {
            let variables = variables.iter().map(|(name, value)| format!("{name}={value}"));
            vec![
                line("functions", &format!("behind {url}, which needs in its environment")),
                line("", &variables.collect::<Vec<_>>().join(" ")),
            ]
        }
    }
}

/// The alarms that the page switches.
fn alarms(Surroundings { alarms, .. }: &Surroundings) -> Option<String> {
    let names: Vec<String> = alarms.all().into_iter().map(|alarm| alarm.name).collect();
    let text = format!("{}; the page switches them", names.join(", "));
    (!names.is_empty()).then(|| line("alarms", &text))
}

/// Where the plan of this run stays, and whether the last run left one.
fn kept(page: &PageState) -> Option<String> {
    let (path, last_run) = page.parameter.kept()?;
    let path = path.display();
    let text = match last_run {
        Some(version) => format!("{path}, version {version} of the last run; --fresh starts anew"),
        None => format!("{path}, for the next run"),
    };
    Some(line("kept", &text))
}

pub(crate) fn line(name: &str, text: &str) -> String {
    format!("  {name:<10} {text}")
}

/// A path as a word of a shell. No path has the one character that is no part of a word.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    shlex::try_quote(&text).map_or_else(|_| text.clone(), Into::into)
}
