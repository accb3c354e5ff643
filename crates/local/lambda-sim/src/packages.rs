use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use cloudfront_sim::{EdgeLocation, Function, FunctionHost};
use edge_event::Trigger;

use crate::function::PackagedFunction;
use crate::launch::Launch;
use crate::options::Options;
use crate::package::{Package, PackageError};
use crate::placed::Placed;

/// The triggers that have a package.
const TRIGGERS: [Trigger; 3] =
    [Trigger::ViewerRequest, Trigger::OriginRequest, Trigger::OriginResponse];

/// Runs the packages in a folder. Each edge location has processes of its own.
///
/// An instance of a function serves one event at a time. While all are busy, the next event starts another
/// one. With [`Options::max_instances`] it waits for a free one. Dropping the host and the functions taken
/// from it ends all processes. If the whole program is killed, the processes lose their Runtime API and end
/// by themselves; only the unpacked folders remain.
#[derive(Debug)]
pub struct Packages {
    packages: BTreeMap<Trigger, Arc<Package>>,
    options: Arc<Options>,
    functions: Mutex<BTreeMap<(EdgeLocation, Trigger), Arc<PackagedFunction>>>,
}

impl Packages {
    /// Unpacks `viewer-request.zip`, `origin-request.zip` and `origin-response.zip` of `folder`. Starts no process
    /// yet.
    ///
    /// # Errors
    /// When a zip is missing or unreadable, or its `bootstrap` cannot run at the edge.
    pub fn open(folder: &Path, options: Options) -> Result<Self, PackageError> {
        let open = |trigger: Trigger| {
            let package = Package::open(&folder.join(format!("{trigger}.zip")))?;
            Ok((trigger, Arc::new(package)))
        };
        Ok(Self {
            packages: TRIGGERS.into_iter().map(open).collect::<Result<_, _>>()?,
            options: Arc::new(options),
            functions: Mutex::default(),
        })
    }
}

impl Packages {
    fn placed(&self, edge: &EdgeLocation, trigger: Trigger) -> Placed {
        let Options { name, regions, .. } = &*self.options;
        let region = regions.get(edge).map_or("us-east-1", String::as_str).to_owned();
        Placed::Edge { base: name.clone(), trigger, edge: edge.clone(), region }
    }
}

impl FunctionHost for Packages {
    fn function(&self, edge: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>> {
        let package = self.packages.get(&trigger)?;
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        let function = functions.entry((edge.clone(), trigger)).or_insert_with(|| {
            Arc::new(PackagedFunction::new(Launch {
                package: Arc::clone(package),
                options: Arc::clone(&self.options),
                placed: self.placed(edge, trigger),
            }))
        });
        Some(Arc::clone(function) as _)
    }
}
