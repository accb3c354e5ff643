use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use cloudfront_sim::{Function, Invocation};

use crate::function::PackagedFunction;
use crate::launch::Launch;
use crate::options::Options;
use crate::package::Package;
use crate::placed::Placed;

/// Runs a function of a Region, on the runtime `provided.al2023`.
///
/// It runs as the functions of [`Packages`](crate::Packages) do: an instance serves one event at a time.
#[derive(Debug)]
pub struct Regional(PackagedFunction);

impl Regional {
    /// The function whose `bootstrap` and other files are in `folder`. Starts no process yet. Its name is
    /// [`Options::name`].
    #[must_use]
    pub fn new(folder: PathBuf, region: &str, options: Options) -> Self {
        let placed = Placed::Regional { name: options.name.clone(), region: region.to_owned() };
        let package = Arc::new(Package::in_folder(folder));
        Self(PackagedFunction::new(Launch { package, options: Arc::new(options), placed }))
    }
}

impl Function for Regional {
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        self.0.invoke(event)
    }
}
