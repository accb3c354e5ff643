use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::Cookie;
use edge_time::Timestamp;
use http::HeaderMap;
use http::header::COOKIE;
use httpdate::fmt_http_date;

/// The cookie that names the viewer's target group.
pub const GROUP_COOKIE: &str = "AWSALBTG";
/// The cookie that names the viewer's target.
pub const TARGET_COOKIE: &str = "AWSALB";
/// The end of the name of the second cookie, which browsers also send with requests of other sites (page
/// `edit-target-group-attributes`).
pub const FOREIGN_SITES: &str = "CORS";

/// A browser keeps either cookie for seven days. The load balancer decides by its own setting whether the cookie still
/// counts (page `sticky-sessions`).
const KEPT: Duration = Duration::from_hours(24 * 7);

/// The content of a cookie: a target group or a target, and the time of the viewer's last request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) id: String,
    at: Timestamp,
}

impl Remembered {
    pub(crate) fn now(id: impl Into<String>, at: Timestamp) -> Self {
        Self { id: id.into(), at }
    }

    /// The first readable cookie of this name whose last request is at most `seconds` ago. Without one, the cookie for
    /// requests of other sites.
    pub(crate) fn find(
        headers: &HeaderMap,
        name: &str,
        seconds: u32,
        now: Timestamp,
    ) -> Option<Self> {
        let find = |is_wanted: fn(&str) -> bool| {
            let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
            let mut cookies = texts.flat_map(Cookie::split_parse).flatten();
            cookies.find_map(|cookie| {
                let end = cookie.name().strip_prefix(name).filter(|end| is_wanted(end));
                let read = end.and_then(|_| Self::read(cookie.value()))?;
                let age = now.0.saturating_sub(read.at.0);
                (0..=i64::from(seconds) * 1000).contains(&age).then_some(read)
            })
        };
        find(str::is_empty).or_else(|| find(|end| end == FOREIGN_SITES))
    }

    fn read(value: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
        let (id, at) = text.rsplit_once(' ')?;
        Some(Self { id: id.into(), at: Timestamp(at.parse().ok()?) })
    }

    /// The values of `Set-Cookie`: the cookie, and the one for requests of other sites.
    pub(crate) fn set_cookies(&self, name: &str) -> [String; 2] {
        let Self { id, at: Timestamp(at) } = self;
        let value = URL_SAFE_NO_PAD.encode(format!("{id} {at}"));
        let since = Duration::from_millis(u64::try_from(*at).unwrap_or_default());
        let expires = fmt_http_date(UNIX_EPOCH + since + KEPT);
        let cookie = format!("={value}; Expires={expires}; Path=/");
        [format!("{name}{cookie}"), format!("{name}{FOREIGN_SITES}{cookie}; SameSite=None")]
    }
}
