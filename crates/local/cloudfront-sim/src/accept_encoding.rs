use edge_event::Headers;

const ACCEPT_ENCODING: &str = "accept-encoding";

/// The compressed variants that are requested and cached: a cache policy's `EnableAcceptEncodingGzip` and
/// `EnableAcceptEncodingBrotli` (page `cache-key-understand-cache-policy`).
///
/// If one of them is on, `Accept-Encoding` is normalised: `br,gzip`, `br`, `gzip` or no header. The normalised
/// value is in the cache key and goes to the origin (page `RequestAndResponseBehaviorCustomOrigin`). It makes no
/// difference whether a policy names the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AcceptEncoding {
    /// Neither is on: `Accept-Encoding` is a header like any other.
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
    /// Whether this setting handles the header, instead of the names in a policy.
    pub(crate) fn decides(self, name: &str) -> bool {
        self != AcceptEncoding::AsAnyHeader && name.eq_ignore_ascii_case(ACCEPT_ENCODING)
    }

    /// The normalised value of the viewer's `Accept-Encoding`.
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

/// Whether the viewer accepts an encoding: the header names it, with a weight above zero.
fn accepts(headers: &Headers, form: &str) -> bool {
    let items = headers.values(ACCEPT_ENCODING).flat_map(|line| line.split(','));
    items.map(|item| item.split_once(';').unwrap_or((item, ""))).any(|(name, weight)| {
        let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
        let refused = weight.is_some_and(|weight| weight.is_ok_and(|weight| weight <= 0.0));
        name.trim().eq_ignore_ascii_case(form) && !refused
    })
}
