use std::sync::Arc;

use crate::engine::CloudFront;
use crate::listener::known_hosts::KnownHosts;

/// A distribution for viewers. A running listener can get another one.
#[derive(Clone)]
pub struct Site {
    pub cloudfront: Arc<CloudFront>,
    /// The host names that viewers may use. A listener's own routes check theirs themselves.
    pub hosts: KnownHosts,
}

impl Site {
    /// A distribution that viewers reach by loopback names only.
    #[must_use]
    pub fn on_loopback(cloudfront: Arc<CloudFront>) -> Self {
        Self { cloudfront, hosts: KnownHosts::default() }
    }
}
