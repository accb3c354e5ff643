use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use plan_store::Clock;

use crate::distribution::{Distribution, DistributionError, EdgeLocation};
use crate::exchange::Exchange;
use crate::function::FunctionHost;
use crate::origin::Network;

/// A running distribution: the edges' caches, the origins, the functions.
pub struct CloudFront {
    distribution: Distribution,
    network: Network,
    functions: Arc<dyn FunctionHost>,
    clock: Arc<dyn Clock>,
}

impl CloudFront {
    /// Checks `distribution` and starts it with empty caches.
    ///
    /// # Errors
    /// What is wrong with the distribution, or not modelled, by name.
    pub fn new(
        distribution: Distribution,
        network: Network,
        functions: Arc<dyn FunctionHost>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DistributionError> {
        Ok(Self { distribution, network, functions, clock })
    }

    /// Answers one viewer's request at one edge location, and tells what happened.
    pub async fn send(
        &self,
        edge: &EdgeLocation,
        viewer: IpAddr,
        request: Request<Bytes>,
    ) -> (Response<Bytes>, Exchange) {
        let _ = (
            edge,
            viewer,
            request,
            &self.distribution,
            &self.network,
            &self.functions,
            &self.clock,
        );
        todo!()
    }

    /// Removes every variant of what matches `path` (a trailing `*` matches any end) at all edge locations.
    pub fn invalidate(&self, path: &str) -> usize {
        let _ = path;
        todo!()
    }
}
