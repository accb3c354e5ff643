use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cloudfront_sim::{Listener, ListenerOptions, Site, Tls, api};
use cloudwatch_sim::Alarms;
use edge_time::{Clock, SystemClock};
use ssm_sim::Endpoint;
use terminal_text::Lines;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use crate::DevArgs;
use crate::balancing::Balancing;
use crate::error::DevError;
use crate::functions::{Functions, variables};
use crate::guarding::{Guard, GuardSite, Guarding};
use crate::network::origins;
use crate::notes::notes;
use crate::page::{self, AccessLog, Addresses, PageState};
use crate::plan_parameter::PlanParameter;
use crate::ports::Ports;
use crate::project::{Project, ProjectKind};
use crate::report::Report;
use crate::running::{Running, Surroundings};

/// How many exchanges the page may lag behind before it misses some.
const MAX_LAG: usize = 1024;

/// A local CloudFront on loopback: edge locations, functions, Parameter Store, the page, and the sample's
/// back ends. Dropping it ends everything.
pub struct LocalCloudFront {
    args: DevArgs,
    /// Its temporary folder is deleted on drop.
    project: Project,
    surroundings: Surroundings,
    page: Arc<PageState>,
    /// The distribution that the edge locations serve.
    site: watch::Sender<Site>,
    report: Report,
    endpoint: Endpoint,
    ended: watch::Sender<()>,
    edges: JoinSet<()>,
    /// The sample's back ends, the load balancers, and the task that records for the page.
    _background: JoinSet<()>,
}

impl LocalCloudFront {
    /// Starts everything. When this returns, all ports accept connections.
    ///
    /// # Errors
    /// [`DevError`] says what is missing, invalid or in use. Then nothing is left running.
    pub async fn start(args: &DevArgs) -> Result<Self, DevError> {
        let project = Project::open(args)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let parameter = PlanParameter::open(&project, &clock).await?;
        let tls = args.tls.then(|| Tls::generate(&project.dev.hosts)).transpose()?;
        let ports = Ports::of(&project.dev, Balancing::count(&project)?)?;
        let endpoint = ports.endpoint().await?;
        let mut background = JoinSet::new();
        let back_ends = origins(&project, &mut background).await?;
        let active = parameter.active_slot(&project.config.release_defaults, clock.now());
        let active = active.as_deref();
        let balancing =
            Balancing::start(&project, &back_ends, active, &ports, &clock, &mut background).await?;
        let balancing = balancing.map(Arc::new);
        let origins = behind(balancing.as_deref(), project.kind, back_ends);
        let functions = Functions::of(args);
        let variables = variables(&project, endpoint.url());
        let alarms = Alarms::new(project.alarms(), Arc::clone(&clock));
        let surroundings =
            Surroundings { functions, variables, parameter, clock, balancing, alarms };
        let running = Running::start(&project, &origins, &surroundings)?;
        let distribution = running.cloudfront.distribution();
        let notes = notes(&project, &surroundings, distribution, &origins).await;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (site, newest_site) = watch::channel(running.site());
        let addresses = Addresses::new(scheme);
        let log = access_log(&project, &running, &surroundings)?;
        let logs = log.as_ref().map(|log| Arc::clone(&log.folder));
        let kind = project.kind;
        let page = Arc::new(PageState::new(running, &surroundings, kind, addresses, log));
        let (observer, exchanges) = broadcast::channel(MAX_LAG);
        let home = surroundings.parameter.home().clone();
        let api = api(newest_site.clone(), Arc::clone(&surroundings.clock));
        let endpoint = endpoint.serve(home, services(api, &surroundings));
        let options = ListenerOptions {
            tls,
            routes: page::routes(&page),
            observer: Some(observer),
            logs,
            viewer_header: None,
        };
        let listeners = listen(&page, &ports, &newest_site, &options)?;
        let (ended, edges) = serve(listeners);
        let recording = Arc::clone(&page);
        background.spawn(async move { recording.record(exchanges).await });
        let report = Report::new(&project, args.config.as_deref(), origins, notes);
        let args = args.clone();
        Ok(Self {
            args,
            project,
            surroundings,
            page,
            site,
            report,
            endpoint,
            ended,
            edges,
            _background: background,
        })
    }

    /// Checks the configuration as it is now.
    ///
    /// # Errors
    /// When it is missing or invalid.
    pub fn check(&self) -> Result<(), DevError> {
        self.project.reopen(&self.args).map(drop)
    }

    /// Applies the configuration as it is now, except for the settings that need a new start. Caches and functions
    /// start anew. Requests under way finish as they began. Returns the notes that the last configuration did not
    /// have.
    ///
    /// # Errors
    /// When the configuration cannot run. Then the last one goes on.
    pub async fn reload(&mut self) -> Result<Vec<String>, DevError> {
        let project = self.project.reopen(&self.args)?;
        let origins = match project.kind {
            ProjectKind::Own => project.dev.origins.clone(),
            ProjectKind::Sample => self.report.origins.clone(),
        };
        let running = Running::start(&project, &origins, &self.surroundings)?;
        let distribution = running.cloudfront.distribution();
        let notes = notes(&project, &self.surroundings, distribution, &origins).await;
        let site = running.site();
        self.page.run(running);
        self.site.send_replace(site);
        let mut new = notes.clone();
        new.retain(|note| !self.report.notes.contains(note));
        self.report = Report::new(&project, self.args.config.as_deref(), origins, notes);
        self.project = project;
        new.extend(self.surroundings.functions.at_a_new_configuration());
        Ok(new)
    }

    /// The addresses of everything, for people. `took` is the time to start.
    #[must_use]
    pub fn report(&self, took: Duration) -> Lines {
        self.report.text(&self.page, &self.surroundings, &self.endpoint, took)
    }

    /// The code and the URL of each edge location, in order of their ports.
    pub fn edges(&self) -> impl Iterator<Item = (&str, String)> {
        self.page.addresses.urls().map(|(edge, url)| (edge.0.as_str(), url))
    }

    /// The names of the followers whose load balancers run here, with the ARNs of their listeners or rules and their
    /// URLs.
    pub fn load_balancers(&self) -> impl Iterator<Item = (&str, &str, String)> {
        let balancing = self.surroundings.balancing.iter();
        balancing.flat_map(|balancing| &balancing.listeners).flat_map(|listener| {
            let url = format!("http://{}", listener.address);
            listener
                .followers
                .iter()
                .map(move |one| (one.name.as_str(), one.action.as_str(), url.clone()))
        })
    }

    /// The sample's configuration file, which ends with this.
    #[must_use]
    pub fn sample_config(&self) -> PathBuf {
        self.project.sample_config()
    }

    /// What runs the guard beside everything, if the project wants it.
    pub(crate) fn guarding(
        &self,
        guard: impl FnOnce(GuardSite<'_>) -> Box<dyn Guard>,
    ) -> Option<Guarding> {
        if !self.project.dev.guard {
            return None;
        }
        let sample = self.sample_config();
        let guard = guard(GuardSite {
            config: self.args.config.as_deref().unwrap_or(&sample),
            endpoint: self.parameter_store(),
            clock: Arc::clone(&self.surroundings.clock),
        });
        let Surroundings { parameter, alarms, .. } = &self.surroundings;
        let (parameter, alarms) = (parameter.clone(), alarms.clone());
        Some(Guarding { guard, parameter, alarms, page: Arc::clone(&self.page) })
    }

    /// The URL of the Parameter Store.
    #[must_use]
    pub fn parameter_store(&self) -> String {
        self.endpoint.url()
    }

    /// Ends everything. Requests under way get a second to finish.
    pub async fn stop(mut self) {
        // Nobody receives it if all edge locations have already ended.
        let _ = self.ended.send(());
        while self.edges.join_next().await.is_some() {}
        self.endpoint.shutdown().await;
    }
}

/// The local addresses of the origins. The sample's are behind its load balancer, if it has one.
fn behind(
    balancing: Option<&Balancing>,
    kind: ProjectKind,
    back_ends: Vec<(String, String)>,
) -> Vec<(String, String)> {
    match (kind, balancing.and_then(Balancing::first)) {
        (ProjectKind::Sample, Some(first)) => {
            back_ends.into_iter().map(|(domain, _)| (domain, first.clone())).collect()
        }
        (ProjectKind::Own, _) | (ProjectKind::Sample, None) => back_ends,
    }
}

/// The services beside the Parameter Store.
fn services(api: Router, Surroundings { balancing, clock, alarms, .. }: &Surroundings) -> Router {
    let api = api.merge(cloudwatch_sim::api(alarms.clone()));
    match balancing {
        None => api,
        Some(balancing) => {
            api.merge(alb_sim::api(Arc::clone(&balancing.balancer), Arc::clone(clock)))
        }
    }
}

/// Binds the ports of all edge locations.
fn listen(
    page: &Arc<PageState>,
    ports: &Ports,
    site: &watch::Receiver<Site>,
    options: &ListenerOptions,
) -> Result<Vec<Listener>, DevError> {
    let edges = site.borrow().cloudfront.distribution().edges.clone();
    let mut listeners = Vec::new();
    let mut addresses = Vec::new();
    for (edge, address) in edges.into_iter().zip(ports.edges()) {
        let listener = Listener::bind(address, edge.clone(), site.clone(), options.clone())?;
        addresses.push((edge, listener.address().port()));
        listeners.push(listener);
    }
    page.addresses.set(addresses);
    Ok(listeners)
}

/// The access log, if the project has one.
fn access_log(
    Project { dev, .. }: &Project,
    Running { cloudfront, config, .. }: &Running,
    surroundings: &Surroundings,
) -> Result<Option<AccessLog>, DevError> {
    let Some(folder) = &dev.logs else { return Ok(None) };
    let distribution = &cloudfront.distribution().id;
    let log = AccessLog::create(folder, distribution, config, surroundings);
    log.map(Some).map_err(|source| DevError::Logs { folder: folder.clone(), source })
}

fn serve(listeners: Vec<Listener>) -> (watch::Sender<()>, JoinSet<()>) {
    let (ended, _) = watch::channel(());
    let mut edges = JoinSet::new();
    for listener in listeners {
        let mut end = ended.subscribe();
        edges.spawn(async move {
            // A dropped sender ends it too.
            let end = async move { drop(end.changed().await) };
            if let Err(error) = listener.serve(end).await {
                tracing::error!(%error, "an edge location ended");
            }
        });
    }
    (ended, edges)
}
