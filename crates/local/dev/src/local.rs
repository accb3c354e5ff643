use std::sync::Arc;
use std::time::Duration;

use cloudfront_sim::{CloudFront, Exchange, Listener, ListenerOptions, Tls};
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
use crate::page::{self, Addresses, Desk, History};
use crate::parameters::Parameters;
use crate::ports::Ports;
use crate::project::Project;
use crate::report::Report;

/// Exchanges that the page may be behind the viewers.
const BEHIND: usize = 1024;

/// A local CloudFront with everything around it, all on loopback: edge locations, functions, Parameter
/// Store, the page, and the sample's back ends. Everything ends when it is dropped.
pub struct LocalCloudFront {
    desk: Arc<Desk>,
    report: Report,
    endpoint: Endpoint,
    ended: watch::Sender<()>,
    edges: JoinSet<()>,
    /// The sample's back ends, and who records for the page.
    _beside: JoinSet<()>,
    /// Its folder goes with it.
    _project: Project,
}

impl LocalCloudFront {
    /// Starts it. Everything listens when this returns.
    ///
    /// # Errors
    /// [`DevError`] says what is missing, broken or in use; nothing is left running then.
    pub async fn start(args: &DevArgs) -> Result<Self, DevError> {
        let project = Project::open(args)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let parameters = Parameters::open(&project, &clock).await?;
        let tls = args.tls.then(|| Tls::generate(&[])).transpose()?;
        let ports = Ports::of(&project.dev)?;
        let endpoint = ports.endpoint(&parameters).await?;
        let mut beside = JoinSet::new();
        let origins = origins(&project, &mut beside).await?;
        let functions = Functions::of(args);
        let variables = variables(&project, endpoint.url());
        let Hosted { host, in_process } =
            functions.host(&project, &parameters, variables.clone(), &clock)?;
        let plan = parameters.plan(&project.config.prefix_template);
        let distribution = distribution(&project.config, &project.dev, plan.as_ref())?;
        let network = network(&project, &origins)?;
        let cloudfront = CloudFront::new(distribution, network, host, Arc::clone(&clock))?;
        let notes = notes(&project, &parameters, &origins, &functions).await;
        let report = Report { kind: project.kind, functions, variables, origins, notes };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let desk = Arc::new(desk(&project, cloudfront, in_process, parameters, clock, scheme));
        let (observer, exchanges) = broadcast::channel(BEHIND);
        let listeners = listen(&desk, &ports, tls, &observer)?;
        let (ended, edges) = serve(listeners);
        let recording = Arc::clone(&desk);
        beside.spawn(async move { recording.record(exchanges).await });
        Ok(Self { desk, report, endpoint, ended, edges, _beside: beside, _project: project })
    }

    /// What listens where, for people; `took` is the time to start.
    #[must_use]
    pub fn report(&self, took: Duration) -> String {
        self.report.text(&self.desk, &self.endpoint, took)
    }

    /// The code and the URL of each edge location, in order of their ports.
    pub fn edges(&self) -> impl Iterator<Item = (&str, String)> {
        self.desk.addresses.urls().map(|(edge, url)| (edge.0.as_str(), url))
    }

    /// The URL of the Parameter Store.
    #[must_use]
    pub fn parameter_store(&self) -> String {
        self.endpoint.url()
    }

    /// Ends everything; requests under way get a second.
    pub async fn stop(mut self) {
        // Nobody waits for it when all edge locations have ended by themselves.
        let _ = self.ended.send(());
        while self.edges.join_next().await.is_some() {}
        self.endpoint.shutdown().await;
    }
}

fn desk(
    project: &Project,
    cloudfront: CloudFront,
    in_process: Option<Arc<InProcess>>,
    parameters: Parameters,
    clock: Arc<dyn Clock>,
    scheme: &'static str,
) -> Desk {
    Desk {
        cloudfront: Arc::new(cloudfront),
        in_process,
        parameters,
        config: project.config.clone(),
        clock,
        previews: project.previews.clone(),
        addresses: Addresses::new(scheme),
        history: History::default(),
    }
}

/// Takes the ports of all edge locations.
fn listen(
    desk: &Arc<Desk>,
    ports: &Ports,
    tls: Option<Tls>,
    observer: &broadcast::Sender<Arc<Exchange>>,
) -> Result<Vec<Listener>, DevError> {
    let options = ListenerOptions {
        tls,
        routes: page::routes(desk),
        observer: Some(observer.clone()),
        viewer_header: None,
    };
    let edges = desk.cloudfront.distribution().edges.clone();
    let mut listeners = Vec::new();
    let mut addresses = Vec::new();
    for (edge, address) in edges.into_iter().zip(ports.edges()) {
        let cloudfront = Arc::clone(&desk.cloudfront);
        let listener = Listener::bind(address, edge.clone(), cloudfront, options.clone())?;
        addresses.push((edge, listener.address().port()));
        listeners.push(listener);
    }
    desk.addresses.set(addresses);
    Ok(listeners)
}

fn serve(listeners: Vec<Listener>) -> (watch::Sender<()>, JoinSet<()>) {
    let (ended, _) = watch::channel(());
    let mut edges = JoinSet::new();
    for listener in listeners {
        let mut end = ended.subscribe();
        edges.spawn(async move {
            // A sender that is gone is an end as well.
            let end = async move { drop(end.changed().await) };
            if let Err(error) = listener.serve(end).await {
                tracing::error!(%error, "an edge location ended");
            }
        });
    }
    (ended, edges)
}
