use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{OriginError, OriginServer};

/// Maps domain names to servers, in place of DNS. Clones share the map.
#[derive(Default, Clone)]
pub struct Network {
    servers: Arc<RwLock<BTreeMap<String, Arc<dyn OriginServer>>>>,
}

impl Network {
    /// Adds `server` for `domain`, and replaces an earlier one. Case does not matter.
    pub fn add(&self, domain: &str, server: Arc<dyn OriginServer>) {
        let mut servers = self.servers.write().unwrap_or_else(PoisonError::into_inner);
        servers.insert(domain.to_ascii_lowercase(), server);
    }

    /// The server for `domain`.
    ///
    /// # Errors
    /// [`OriginError::UnknownDomain`] if there is none.
    pub fn resolve(&self, domain: &str) -> Result<Arc<dyn OriginServer>, OriginError> {
        let servers = self.servers.read().unwrap_or_else(PoisonError::into_inner);
        let server = servers.get(&domain.to_ascii_lowercase()).cloned();
        server.ok_or_else(|| OriginError::UnknownDomain(domain.into()))
    }
}
