use std::sync::Arc;

use cloudfront_sim::EdgeLocation;
use edge_event::Trigger;

use crate::options::Options;
use crate::package::Package;

/// What a function's instances are started from.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) package: Arc<Package>,
    pub(crate) options: Arc<Options>,
    pub(crate) edge: EdgeLocation,
    pub(crate) trigger: Trigger,
}

impl Launch {
    /// The Region that the function runs in.
    pub(crate) fn region(&self) -> &str {
        self.options.regions.get(&self.edge).map_or("us-east-1", String::as_str)
    }

    /// The name that the function sees: at the edge it begins with the Region that it was made in.
    pub(crate) fn function_name(&self) -> String {
        format!("us-east-1.{}-{}", self.options.name, self.trigger)
    }

    /// The ARN that its events come with.
    pub(crate) fn function_arn(&self) -> String {
        let (region, name) = (self.region(), self.function_name());
        format!("arn:aws:lambda:{region}:000000000000:function:{name}:1")
    }
}
