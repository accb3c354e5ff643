use std::sync::Arc;
use std::time::Duration;

use cloudfront_sim::{CloudFront, Exchange, KnownHosts, Listener, ListenerOptions, Tls};
use edge_time::{Clock, SystemClock};
use functions_in_process::InProcess;
use ssm_sim::Endpoint;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use crate::DevArgs;
use crate::distribution::distribution;
use crate::error::DevError;
use crate::functions::{Functions, Hosted, variables};
use crate::network::{network, origins};
use crate::notes::notes;
use crate::page::{self, Addresses, History, PageState};
use crate::plan_parameter::PlanParameter;
use crate::ports::Ports;
use crate::project::{Project, ProjectKind};
use crate::report::Report;

/// How many exchanges the page may lag behind before it misses some.
const MAX_LAG: usize = 1024;

/// A local CloudFront on loopback: edge locations, functions, Parameter Store, the page, and the sample's
/// back ends. Dropping it ends everything.
pub struct LocalCloudFront {
    page: Arc<PageState>,
    report: Report,
    endpoint: Endpoint,
    ended: watch::Sender<()>,
    edges: JoinSet<()>,
    /// The sample's back ends, and the task that records for the page.
    _background: JoinSet<()>,
    /// Its temporary folder is deleted on drop.
    _project: Project,
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
        let ports = Ports::of(&project.dev)?;
        let endpoint = ports.endpoint(&parameter).await?;
        let mut background = JoinSet::new();
        let origins = origins(&project, &mut background).await?;
        let functions = Functions::of(args);
        let variables = variables(&project, endpoint.url());
        let Hosted { host, in_process } =
            functions.host(&project, &parameter, variables.clone(), &clock)?;
        let plan = parameter.plan(&project.config.release_defaults);
        let distribution = distribution(&project.config, &project.dev, plan.as_ref())?;
        let network = network(&project, &origins)?;
        let cloudfront = CloudFront::new(distribution, network, host, Arc::clone(&clock))?;
        let notes = notes(&project, &parameter, &origins, &functions).await;
        let report = Report { kind: project.kind, functions, variables, origins, notes };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let page = Arc::new(page_state(&project, cloudfront, in_process, parameter, clock, scheme));
        let (observer, exchanges) = broadcast::channel(MAX_LAG);
        let listeners = listen(&page, &ports, tls, known_hosts(&project), &observer)?;
        let (ended, edges) = serve(listeners);
        let recording = Arc::clone(&page);
        background.spawn(async move { recording.record(exchanges).await });
        Ok(Self {
            page,
            report,
            endpoint,
            ended,
            edges,
            _background: background,
            _project: project,
        })
    }

    /// The addresses of everything, for people. `took` is the time to start.
    #[must_use]
    pub fn report(&self, took: Duration) -> String {
        self.report.text(&self.page, &self.endpoint, took)
    }

    /// The code and the URL of each edge location, in order of their ports.
    pub fn edges(&self) -> impl Iterator<Item = (&str, String)> {
        self.page.addresses.urls().map(|(edge, url)| (edge.0.as_str(), url))
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

fn page_state(
    project: &Project,
    cloudfront: CloudFront,
    in_process: Option<Arc<InProcess>>,
    parameter: PlanParameter,
    clock: Arc<dyn Clock>,
    scheme: &'static str,
) -> PageState {
    PageState {
        cloudfront: Arc::new(cloudfront),
        in_process,
        parameter,
        config: project.config.clone(),
        kind: project.kind,
        clock,
        previews: project.previews.clone(),
        addresses: Addresses::new(scheme),
        history: History::default(),
    }
}

fn known_hosts(project: &Project) -> KnownHosts {
    let advice = match project.kind {
        ProjectKind::Own => ", or add the name to `hosts` in [dev]",
        ProjectKind::Sample => "",
    };
    KnownHosts { more: project.dev.hosts.clone(), advice: advice.into() }
}

/// Binds the ports of all edge locations.
fn listen(
    page: &Arc<PageState>,
    ports: &Ports,
    tls: Option<Tls>,
    hosts: KnownHosts,
    observer: &broadcast::Sender<Arc<Exchange>>,
) -> Result<Vec<Listener>, DevError> {
    let options = ListenerOptions {
        tls,
        routes: page::routes(page),
        observer: Some(observer.clone()),
        viewer_header: None,
        hosts,
    };
    let edges = page.cloudfront.distribution().edges.clone();
    let mut listeners = Vec::new();
    let mut addresses = Vec::new();
    for (edge, address) in edges.into_iter().zip(ports.edges()) {
        let cloudfront = Arc::clone(&page.cloudfront);
        let listener = Listener::bind(address, edge.clone(), cloudfront, options.clone())?;
        addresses.push((edge, listener.address().port()));
        listeners.push(listener);
    }
    page.addresses.set(addresses);
    Ok(listeners)
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
