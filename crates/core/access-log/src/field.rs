//! The fields that AWS documents.

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $name:literal,)+) => {
        /// A field that AWS documents.
        ///
        /// Pages `standard-logs-reference` (legacy and v2) and `standard-logging` (only v2). A field that is not here
        /// can be read by its name: [`Row::by_name`](crate::Row::by_name).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $($(#[$doc])* $field,)+
        }

        impl Field {
            /// All fields: the order of legacy logs, then those of v2.
            pub const ALL: &'static [Field] = &[$(Field::$field,)+];

            /// The name in `#Fields` and in JSON.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Field::$field => $name,)+
                }
            }
        }
    };
}

fields! {
    /// The day of the response's end, in UTC: `2026-11-22`.
    Date = "date",
    /// The time of the response's end, in UTC: `10:10:00`.
    Time = "time",
    /// The edge location that served the request.
    EdgeLocation = "x-edge-location",
    /// The bytes of the response, with its headers.
    Bytes = "sc-bytes",
    /// The address of the viewer, or of its proxy.
    ClientIp = "c-ip",
    /// The method of the request.
    Method = "cs-method",
    /// The domain name of the distribution.
    Host = "cs(Host)",
    /// The path that the viewer asked for, without the query.
    UriStem = "cs-uri-stem",
    /// The status of the response. `000`: the viewer closed the connection before.
    Status = "sc-status",
    /// The Referer header.
    Referer = "cs(Referer)",
    /// The User-Agent header: see [`Row::user_agent`](crate::Row::user_agent).
    UserAgent = "cs(User-Agent)",
    /// The query string. **It can hold tokens.**
    UriQuery = "cs-uri-query",
    /// The Cookie header, if the distribution logs cookies. **It can hold sessions.**
    Cookie = "cs(Cookie)",
    /// How the server classified the response after its last byte.
    ResultType = "x-edge-result-type",
    /// The id of the request.
    RequestId = "x-edge-request-id",
    /// The Host header of the request.
    HostHeader = "x-host-header",
    /// `http`, `https`, `ws`, `wss`, `grpcs`.
    Protocol = "cs-protocol",
    /// The bytes of the request, with its headers.
    RequestBytes = "cs-bytes",
    /// Seconds from the request's arrival to the last byte of the response.
    TimeTaken = "time-taken",
    /// The X-Forwarded-For header.
    ForwardedFor = "x-forwarded-for",
    /// The TLS version.
    SslProtocol = "ssl-protocol",
    /// The cipher.
    SslCipher = "ssl-cipher",
    /// How the server classified the response before it left.
    ResponseResultType = "x-edge-response-result-type",
    /// The HTTP version of the request.
    ProtocolVersion = "cs-protocol-version",
    /// Whether field-level encryption processed the body.
    FleStatus = "fle-status",
    /// The number of encrypted fields.
    FleEncryptedFields = "fle-encrypted-fields",
    /// The port of the viewer.
    ClientPort = "c-port",
    /// Seconds from the request's arrival to the first byte of the response.
    TimeToFirstByte = "time-to-first-byte",
    /// The result type in detail.
    DetailedResultType = "x-edge-detailed-result-type",
    /// The Content-Type of the response, with its parameters.
    ContentType = "sc-content-type",
    /// The Content-Length of the response.
    ContentLength = "sc-content-len",
    /// The start of the range of a partial response.
    RangeStart = "sc-range-start",
    /// The end of the range of a partial response.
    RangeEnd = "sc-range-end",
    /// The tenant of a multi-tenant distribution.
    DistributionTenantId = "distribution-tenant-id",
    /// The connection, for mutual TLS.
    ConnectionId = "connection-id",
    /// v2: the time of the response's end, in milliseconds since 1970.
    TimestampMs = "timestamp(ms)",
    /// v2: seconds to the origin's first byte.
    OriginFirstByte = "origin-fbl",
    /// v2: seconds to the origin's last byte.
    OriginLastByte = "origin-lbl",
    /// v2: the number of the viewer's network.
    Asn = "asn",
    /// v2: the viewer's country.
    Country = "c-country",
    /// v2: the path pattern of the cache behavior.
    CacheBehavior = "cache-behavior-path-pattern",
    /// v2: the data that a viewer-request CloudFront Function logged.
    ViewerRequestLogData = "viewer-request-log-data",
    /// v2: the data that a viewer-response CloudFront Function logged.
    ViewerResponseLogData = "viewer-response-log-data",
}

impl Field {
    /// The field with this name.
    ///
    /// Case does not matter. The names of columns in Parquet files and Athena tables are also known, such as
    /// `cs_user_agent`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Field> {
        let is_it = |field: &&Field| field.name() == name || plain(field.name()).eq(plain(name));
        Field::ALL.iter().find(is_it).copied()
    }

    /// Whether a value may hold any characters, because a function of the site wrote it.
    pub(crate) const fn is_free_text(self) -> bool {
        matches!(self, Field::ViewerRequestLogData | Field::ViewerResponseLogData)
    }
}

/// The letters of a name as Athena's columns have them: `cs(User-Agent)` is `cs_user_agent`.
fn plain(name: &str) -> impl Iterator<Item = char> {
    let letters = |letter: char| match letter {
        '(' | '-' => Some('_'),
        ')' => None,
        other => Some(other.to_ascii_lowercase()),
    };
    name.chars().filter_map(letters)
}
