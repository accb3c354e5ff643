use cloudfront_sim::EdgeLocation;
use once_cell::sync::OnceCell;

/// The ports of the edge locations. Empty until they listen.
pub(crate) struct Addresses {
    pub(crate) scheme: &'static str,
    edges: OnceCell<Vec<(EdgeLocation, u16)>>,
}

impl Addresses {
    /// `scheme` is `http` or `https`.
    pub(crate) fn new(scheme: &'static str) -> Self {
        Self { scheme, edges: OnceCell::new() }
    }

    /// Sets the port of each edge location. Only the first call counts.
    pub(crate) fn set(&self, edges: Vec<(EdgeLocation, u16)>) {
        // The listeners are bound once, so a second call could only repeat the first.
        let _ = self.edges.set(edges);
    }

    /// The port that browsers leave out of `Host` and `Origin`.
    pub(super) fn default_port(&self) -> u16 {
        if self.scheme == "https" { 443 } else { 80 }
    }

    /// Whether an edge location listens on `port`.
    pub(super) fn has(&self, port: u16) -> bool {
        self.edges().any(|(_, ours)| *ours == port)
    }

    fn edges(&self) -> impl Iterator<Item = &(EdgeLocation, u16)> {
        self.edges.get().into_iter().flatten()
    }

    /// Each edge location with its URL.
    pub(crate) fn urls(&self) -> impl Iterator<Item = (&EdgeLocation, String)> {
        let scheme = self.scheme;
        self.edges().map(move |(edge, port)| (edge, format!("{scheme}://localhost:{port}/")))
    }
}
