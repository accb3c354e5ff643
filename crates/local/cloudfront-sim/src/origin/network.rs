use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{OriginError, OriginServer};

/// What answers for which domain name, in place of DNS. Clones share it.
#[derive(Default, Clone)]
pub struct Network {
    servers: Arc<RwLock<BTreeMap<String, Arc<dyn OriginServer>>>>,
}

impl Network {
    /// Lets `server` answer for `domain` (in any casing), in place of whatever did before.
    pub fn add(&self, domain: &str, server: Arc<dyn OriginServer>) {
        let mut servers = self.servers.write().unwrap_or_else(PoisonError::into_inner);
        servers.insert(domain.to_ascii_lowercase(), server);
    }

    /// What answers for `domain`.
    ///
    /// # Errors
    /// [`OriginError::UnknownDomain`] when nothing does.
    pub fn resolve(&self, domain: &str) -> Result<Arc<dyn OriginServer>, OriginError> {
        let servers = self.servers.read().unwrap_or_else(PoisonError::into_inner);
        let server = servers.get(&domain.to_ascii_lowercase()).cloned();
        server.ok_or_else(|| OriginError::UnknownDomain(domain.into()))
    }
}
