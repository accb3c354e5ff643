use std::sync::Arc;

use crate::options::Options;
use crate::package::Package;
use crate::placed::Placed;

/// Everything needed to start an instance of a function.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) package: Arc<Package>,
    pub(crate) options: Arc<Options>,
    pub(crate) placed: Placed,
}
