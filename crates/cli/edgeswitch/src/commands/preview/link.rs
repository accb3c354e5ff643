use url::Url;

/// The query parameter in which viewer-request looks for a token.
const PARAMETER: &str = "__release";

/// A host of a distribution: `https://shop.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// With the scheme, without a `/` at the end.
    origin: String,
    /// As a `Host` header names it.
    host: String,
}

impl Site {
    /// Reads `shop.example.com`, `127.0.0.1:8080` or `https://shop.example.com`. Without a scheme it is
    /// HTTPS, but for this machine.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let refused = || {
            format!(
                "invalid host `{text}`: expected for example `shop.example.com` or `127.0.0.1:8080`"
            )
        };
        let mut url = Url::parse(&whole).map_err(|_| refused())?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_web = matches!(url.scheme(), "http" | "https") && url.username().is_empty();
        let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if !is_bare || !is_web {
            return Err(refused());
        }
        if local && !text.contains("://") {
            // `http` and `https` are both special schemes, so one can be replaced by the other.
            url.set_scheme("http").map_err(|()| refused())?;
        }
        let origin = url.origin().ascii_serialization();
        let host = origin.split("://").nth(1).ok_or_else(refused)?.to_owned();
        Ok(Self { origin, host })
    }

    /// As a `Host` header names it.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The address of a path.
    pub(crate) fn at(&self, SitePath(path): &SitePath) -> String {
        format!("{}{path}", self.origin)
    }
}

/// A path of a site, with its query if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePath(String);

impl SitePath {
    /// Reads `/cart?step=2`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let printable = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        let is_path =
            text.starts_with('/') && !text.starts_with("//") && text.bytes().all(printable);
        if is_path {
            return Ok(Self(text.to_owned()));
        }
        Err(format!("invalid path `{text}`: expected the part of a URL from its first `/` on"))
    }
}

impl std::fmt::Display for SitePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A link that shows a release to anyone who opens it. Without a site it starts at the path.
pub(super) fn link(site: Option<&Site>, path: &SitePath, token: &str) -> String {
    let (path, fragment) = match path.0.split_once('#') {
        Some((path, fragment)) => (path, format!("#{fragment}")),
        None => (path.0.as_str(), String::new()),
    };
    let mark = if path.contains('?') { '&' } else { '?' };
    let origin = site.map_or("", |site| &site.origin);
    format!("{origin}{path}{mark}{PARAMETER}={token}{fragment}")
}
