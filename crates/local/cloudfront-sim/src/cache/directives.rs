use std::time::Duration;

use http::HeaderMap;
use http::header::CACHE_CONTROL;

/// The directives of all `Cache-Control` lines.
///
/// The `headers` crate cannot parse them: it knows neither `no-cache="Set-Cookie"` nor
/// `stale-while-revalidate`, and does not recognise `No-Store` in mixed case.
pub(crate) struct Directives(Vec<(String, Option<String>)>);

impl Directives {
    /// The directives of a response.
    pub(crate) fn of(headers: &HeaderMap) -> Directives {
        let lines = headers.get_all(CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
        Directives(lines.flat_map(unquoted_commas).map(directive).collect())
    }

    /// Whether the object must not be served without asking the origin. `no-cache="Set-Cookie"` applies only to
    /// the cookies.
    pub(crate) fn no_cache(&self) -> bool {
        self.has("no-cache") && !self.withholds_cookies()
    }

    /// Whether the object must not be stored.
    pub(crate) fn no_store(&self) -> bool {
        self.has("no-store") || self.has("private")
    }

    /// Whether the object must not even be stored for outages.
    pub(crate) fn keeps_nothing(&self) -> bool {
        self.no_store() && self.seconds("stale-if-error").is_some_and(|grace| grace.is_zero())
    }

    /// Whether the object is stored without its cookies: `no-cache="Set-Cookie"` (page `Cookies`).
    pub(crate) fn withholds_cookies(&self) -> bool {
        let fields = self.get("no-cache").flatten().unwrap_or_default();
        fields.split(',').any(|field| field.trim().eq_ignore_ascii_case("set-cookie"))
    }

    /// How long the object is fresh in a shared cache: `s-maxage`, else `max-age`.
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        self.seconds("s-maxage").or_else(|| self.seconds("max-age"))
    }

    /// The value of a directive in seconds.
    pub(crate) fn seconds(&self, name: &str) -> Option<Duration> {
        self.get(name).flatten()?.parse().ok().map(Duration::from_secs)
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value of a directive: `None` if it is absent, `Some(None)` if it has no value.
    fn get(&self, name: &str) -> Option<Option<&str>> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_deref())
    }
}

/// Splits at commas outside of quotes.
fn unquoted_commas(line: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |char| {
        quoted ^= char == '"';
        char == ',' && !quoted
    })
}

fn directive(text: &str) -> (String, Option<String>) {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.trim().trim_matches('"').to_owned())),
        None => (text, None),
    };
    (name.trim().to_ascii_lowercase(), value)
}
