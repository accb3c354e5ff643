use edge_event::Headers;

const ACCEPT_ENCODING: &str = "accept-encoding";

/// The compressed forms in which objects are asked for and kept: a cache policy's `EnableAcceptEncodingGzip` and
/// `EnableAcceptEncodingBrotli` (page `cache-key-understand-cache-policy`).
///
/// With one of them or both, what is left of the viewer's `Accept-Encoding` is in the key and goes to the origin:
/// `br,gzip`, `br`, `gzip`, or no header at all (page `RequestAndResponseBehaviorCustomOrigin`). The policies then
/// need not name it, and naming it makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AcceptEncoding {
    /// Neither: `Accept-Encoding` is a header like any other.
    #[default]
    AsAnyHeader,
    /// Gzip.
    Gzip,
    /// Brotli.
    Brotli,
    /// Both.
    GzipAndBrotli,
}

impl AcceptEncoding {
    /// Whether this decides about a header, and not the names in a policy.
    pub(crate) fn decides(self, name: &str) -> bool {
        self != AcceptEncoding::AsAnyHeader && name.eq_ignore_ascii_case(ACCEPT_ENCODING)
    }

    /// What is left of the viewer's `Accept-Encoding`.
    pub(crate) fn normalised(self, headers: &Headers) -> Option<&'static str> {
        let (gzip, brotli) = match self {
            AcceptEncoding::AsAnyHeader => (false, false),
            AcceptEncoding::Gzip => (true, false),
            AcceptEncoding::Brotli => (false, true),
            AcceptEncoding::GzipAndBrotli => (true, true),
        };
        match (brotli && accepts(headers, "br"), gzip && accepts(headers, "gzip")) {
            (true, true) => Some("br,gzip"),
            (true, false) => Some("br"),
            (false, true) => Some("gzip"),
            (false, false) => None,
        }
    }
}

/// Whether the viewer takes a form: it names it, and not with the weight zero.
fn accepts(headers: &Headers, form: &str) -> bool {
    let items = headers.values(ACCEPT_ENCODING).flat_map(|line| line.split(','));
    items.map(|item| item.split_once(';').unwrap_or((item, ""))).any(|(name, weight)| {
        let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
        let refused = weight.is_some_and(|weight| weight.is_ok_and(|weight| weight <= 0.0));
        name.trim().eq_ignore_ascii_case(form) && !refused
    })
}
