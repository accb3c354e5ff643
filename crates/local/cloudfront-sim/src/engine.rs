use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use edge_time::Clock;
use http::{Request, Response};

use crate::cache::{InvalidationPath, ObjectSummary};
use crate::distribution::{Distribution, DistributionError, EdgeLocation};
use crate::edge::Edge;
use crate::exchange::{Exchange, micros_since};
use crate::function::FunctionHost;
use crate::origin::Network;
use crate::visit::Visit;
use crate::{reply, request_id};

/// A running distribution: the caches of the edge locations, the origins, the functions.
pub struct CloudFront {
    pub(crate) distribution: Distribution,
    pub(crate) network: Network,
    pub(crate) functions: Arc<dyn FunctionHost>,
    pub(crate) clock: Arc<dyn Clock>,
    edges: BTreeMap<EdgeLocation, Edge>,
    requests: AtomicU64,
}

impl CloudFront {
    /// Checks `distribution` and starts it with empty caches.
    ///
    /// # Errors
    /// When CloudFront would refuse the distribution, or the simulator does not model it.
    pub fn new(
        distribution: Distribution,
        network: Network,
        functions: Arc<dyn FunctionHost>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DistributionError> {
        distribution.check()?;
        let shared = Arc::new(distribution.clone());
        let edge = |at: &EdgeLocation| (at.clone(), Edge::new(at, Arc::clone(&shared)));
        let edges = distribution.edges.iter().map(edge).collect();
        Ok(Self { distribution, network, functions, clock, edges, requests: AtomicU64::new(0) })
    }

    /// Answers one viewer's request at one edge location. Also returns everything that happened to it.
    ///
    /// The URI of `request` has the path and the query string. The viewer's host name is in the `Host` header
    /// or in the URI's authority. If the distribution has no such edge location, the answer is 421.
    pub async fn send(
        &self,
        edge: &EdgeLocation,
        viewer: IpAddr,
        request: Request<Bytes>,
    ) -> (Response<Bytes>, Exchange) {
        let began = Instant::now();
        let exchange = self.begin(edge, viewer, &request);
        let (response, mut exchange) = match self.edges.get(edge) {
            Some(edge) => {
                let distribution = edge.distribution();
                Visit::new(self, edge, &distribution, viewer, exchange).answer(request).await
            }
            None => reply::no_such_edge(exchange),
        };
        exchange.ended = self.clock.now();
        exchange.response_headers.clone_from(response.headers());
        exchange.response_bytes = response.body().len();
        exchange.micros = micros_since(began);
        (response, exchange)
    }

    /// Gives one edge location another configuration. A deployment reaches the edge locations one after the other,
    /// within minutes. The edge location keeps its cache, and requests under way end as they began.
    ///
    /// # Errors
    /// When CloudFront would refuse the distribution, the simulator does not model it, or there is no such edge
    /// location.
    pub fn deploy(
        &self,
        edge: &EdgeLocation,
        distribution: Distribution,
    ) -> Result<(), DistributionError> {
        distribution.check()?;
        let unknown = || DistributionError(format!("`{}` is no edge location", edge.0));
        self.edges.get(edge).ok_or_else(unknown)?.deploy(Arc::new(distribution));
        Ok(())
    }

    /// Removes all variants of the objects that match `path`, at all edge locations. Returns the number of
    /// removed objects (page `invalidation-specifying-objects`).
    pub fn invalidate(&self, path: &InvalidationPath) -> usize {
        self.edges.values().map(|edge| edge.invalidate(path)).sum()
    }

    /// The edge locations, in order of their names.
    pub fn edges(&self) -> impl Iterator<Item = &EdgeLocation> {
        self.edges.keys()
    }

    /// The objects in the cache of an edge location. Empty if the distribution has no such edge location.
    pub fn objects(&self, edge: &EdgeLocation) -> Vec<ObjectSummary> {
        self.edges.get(edge).map(Edge::objects).unwrap_or_default()
    }

    /// The configuration that the distribution was started with.
    pub fn distribution(&self) -> &Distribution {
        &self.distribution
    }

    fn begin(&self, edge: &EdgeLocation, viewer: IpAddr, request: &Request<Bytes>) -> Exchange {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let (at, Distribution { id, domain_name, .. }) = (self.clock.now(), &self.distribution);
        let id = request_id::of(id, at, number);
        let exchange = Exchange::begin(id, at, edge, viewer, request);
        Exchange { domain_name: domain_name.clone(), ..exchange }
    }
}
