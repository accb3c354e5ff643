use std::sync::Arc;

use cloudfront_sim::EdgeLocation;
use edge_event::Trigger;

use crate::options::Options;
use crate::package::Package;

/// Everything needed to start an instance of a function.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) package: Arc<Package>,
    pub(crate) options: Arc<Options>,
    pub(crate) edge: EdgeLocation,
    pub(crate) trigger: Trigger,
}

impl Launch {
    /// The Region in which the function runs.
    pub(crate) fn region(&self) -> &str {
        self.options.regions.get(&self.edge).map_or("us-east-1", String::as_str)
    }

    /// The name that the function sees. At the edge it begins with the Region in which it was created.
    pub(crate) fn function_name(&self) -> String {
        format!("us-east-1.{}-{}", self.options.name, self.trigger)
    }

    /// The ARN in the events.
    pub(crate) fn function_arn(&self) -> String {
        let (region, name) = (self.region(), self.function_name());
        format!("arn:aws:lambda:{region}:000000000000:function:{name}:1")
    }
}
