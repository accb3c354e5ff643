use edge_time::Timestamp;
use override_token::Claims;
use routing_core::ReleaseId;
use testkit::world::{Ask, sign};

/// A hostile request, and the path at which other viewers may notice it.
#[derive(Debug, Clone)]
pub(crate) struct Attack {
    pub(crate) name: String,
    pub(crate) ask: Ask,
    pub(crate) target: Target,
}

/// What the other viewers ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The page.
    Page,
    /// A file that has the same name in every release.
    File,
    /// The back end.
    Call,
}

impl Target {
    pub(crate) const ALL: [Self; 3] = [Self::Page, Self::File, Self::Call];

    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Page => "/cart",
            Self::File => "/config.json",
            Self::Call => "/api/whoami",
        }
    }

    /// An ordinary request for `url` as for this target.
    pub(crate) fn ask(self, url: &str) -> Ask {
        match self {
            Self::Page => Ask::page(url),
            Self::File => Ask::asset(url),
            Self::Call => Ask::fetch(url),
        }
    }
}

/// The largest request that CloudFront takes, in bytes.
const LIMIT: usize = 32_768;
/// All that our functions add to a request is shorter.
const OURS: usize = 160;
/// A release without traffic, one of the plan's two with traffic, and one that the plan does not have.
const RELEASES: [&str; 3] = ["red", "green", "gone"];

/// Every attack. `now` is the time of the functions, for tokens. `held` is the value of another viewer's release
/// cookie, and so the stamp of that viewer's page loads: an attacker can have it too.
pub(crate) fn attacks(now: Timestamp, held: &str) -> Vec<Attack> {
    let mut all = Vec::new();
    all.extend(sizes(held));
    all.extend(forged_headers(held));
    all.extend(forged_answers(held));
    all.extend(pins());
    all.extend(paths());
    all.extend(cookies());
    all.extend(parts_of_objects());
    all.extend(tokens(now));
    all.extend(kinds());
    all
}

fn attack(name: impl Into<String>, target: Target, ask: Ask) -> Attack {
    Attack { name: name.into(), ask, target }
}

/// Sizes at which our own stamps go over CloudFront's limit, byte by byte, with forged stamps that are shorter than
/// ours.
fn sizes(held: &str) -> impl Iterator<Item = Attack> {
    let bare = held.split('.').next().unwrap_or_default();
    let stamps = [(Target::Page, held), (Target::File, bare), (Target::Page, "red.r1-0")];
    (LIMIT - OURS..=LIMIT + 2).flat_map(move |size| {
        stamps.map(|(target, stamp)| {
            let ask = target
                .ask(target.path())
                .header("x-bluegreen-release", stamp)
                .header("x-bluegreen-reason", "<!>")
                .header("x-deployment-id", "gone");
            attack(format!("{size} bytes, stamped {stamp}"), target, ask.sized(size))
        })
    })
}

fn forged_headers(held: &str) -> impl Iterator<Item = Attack> {
    const NAMES: [&str; 9] = [
        "x-bluegreen-release",
        "x-bluegreen-preview",
        "x-bluegreen-reason",
        "x-bluegreen-decided-at",
        "x-bluegreen-role",
        "x-bluegreen-pinned",
        "x-bluegreen-not-found",
        "x-bluegreen-",
        "X-BlueGreen-Release",
    ];
    let values = [
        held,
        "red",
        "green.r1-0",
        "../../secrets",
        "fallback",
        "viewer-request",
        "second-origin",
        "404",
        "path",
        "<script>evil</script>",
    ];
    NAMES.into_iter().flat_map(move |name| {
        values.into_iter().flat_map(move |value| {
            Target::ALL.map(|target| {
                let ask = target.ask(target.path()).header(name, value);
                attack(format!("{name}: {value}"), target, ask)
            })
        })
    })
}

/// Headers that would change the answer under another viewer's cache key.
fn forged_answers(held: &str) -> impl Iterator<Item = Attack> {
    const NOTES: [(&str, &str); 5] = [
        ("x-bluegreen-reason", "<evil>"),
        ("x-bluegreen-preview", "red.1"),
        ("x-bluegreen-not-found", "404"),
        ("x-bluegreen-pinned", "path"),
        ("x-bluegreen-decided-at", "second-origin"),
    ];
    NOTES.into_iter().flat_map(move |(name, value)| {
        Target::ALL.map(|target| {
            let ask = target.ask(target.path()).header("x-bluegreen-release", held);
            attack(format!("{held} with {name}"), target, ask.header(name, value))
        })
    })
}

fn pins() -> impl Iterator<Item = Attack> {
    let long = "a".repeat(65);
    let ids =
        ["red", "gone", "..", "%2e%2e", "green%2f..%2fred", "red.r1-0", "", "evil-text", &long]
            .map(str::to_owned);
    ids.into_iter().flat_map(|id| {
        Target::ALL.into_iter().flat_map(move |target| {
            let path = target.path();
            [
                (format!("path pin {id}"), target.ask(&format!("/_r/{id}{path}"))),
                (format!("query pin {id}"), target.ask(&format!("{path}?dpl={id}"))),
                (format!("header pin {id}"), target.ask(path).header("x-deployment-id", &id)),
                (
                    format!("three pins, {id} first"),
                    target
                        .ask(&format!("/_r/{id}{path}?dpl=red"))
                        .header("x-deployment-id", "gone"),
                ),
            ]
            .map(|(name, ask)| attack(name, target, ask))
        })
    })
}

fn paths() -> impl Iterator<Item = Attack> {
    const PATHS: [&str; 24] = [
        "//cart",
        "//evil.example/cart",
        "/\\evil.example",
        "/cart/",
        "/cart;a=1",
        "/cart%00",
        "/cart%0d%0aset-cookie:%20release=red",
        "/%63art",
        "/./cart",
        "/../cart",
        "/x/../cart",
        "/releases/red/index.html",
        "/releases/red/config.json",
        "/_r/red/releases/blue/config.json",
        "/_r/_r/red/config.json",
        "/_r/red/_r/green/config.json",
        "/_r/",
        "/_r",
        "/_r//",
        "/_r/red",
        "/API/whoami",
        "/api//whoami",
        "/index.html",
        "/config.json/",
    ];
    PATHS.into_iter().flat_map(|path| {
        Target::ALL.map(|target| attack(format!("path {path}"), target, target.ask(path)))
    })
}

fn cookies() -> impl Iterator<Item = Attack> {
    let long = format!("release={}", "b".repeat(4000));
    let many = vec!["release=red"; 200].join("; ");
    let cookies = [
        "release=red",
        "release=red.r1-0",
        "release=green.r1-99",
        "release=gone.r1-0",
        "release=../../x",
        "release=\"red\"",
        "release=",
        "release",
        "=red",
        "release=red; release=green",
        "RELEASE=red",
        "release =red",
        "a=b;release=red",
        "release=%72ed",
        "release-override=red",
        "release-override=green",
        "release-override=blue",
        "release-override=gone",
        "release-override=",
        "release-override=a.b.c",
        "release-override=red; release-override-cleared=1",
        "release-override=gone; release-override-cleared=1",
        &long,
        &many,
    ]
    .map(str::to_owned);
    cookies.into_iter().flat_map(|cookie| {
        Target::ALL.map(|target| {
            let ask = target.ask(target.path()).header("cookie", &cookie);
            attack(format!("cookie {}", cookie.get(..60).unwrap_or(&cookie)), target, ask)
        })
    })
}

/// Answers that are only a part of an object, or no object.
fn parts_of_objects() -> impl Iterator<Item = Attack> {
    const HEADERS: [(&str, &str); 8] = [
        ("range", "bytes=0-3"),
        ("range", "bytes=-1"),
        ("range", "bytes=9999999-"),
        ("range", "bytes=0-0,2-2"),
        ("if-none-match", "*"),
        ("if-none-match", "\"blue-1\""),
        ("if-modified-since", "Fri, 27 Nov 2099 00:00:00 GMT"),
        ("if-range", "\"blue-1\""),
    ];
    HEADERS.into_iter().flat_map(|(name, value)| {
        Target::ALL.into_iter().flat_map(move |target| {
            ["GET", "HEAD"].map(|method| {
                let ask = target.ask(target.path()).method(method).header(name, value);
                attack(format!("{method} with {name}: {value}"), target, ask)
            })
        })
    })
}

/// Preview links and override cookies, as a page load and as a request of a page.
fn tokens(now: Timestamp) -> impl Iterator<Item = Attack> {
    bad_tokens(now).into_iter().flat_map(|(name, token)| {
        Target::ALL.into_iter().flat_map(move |target| {
            let path = target.path();
            let link = target.ask(&format!("{path}?__release={token}"));
            let cookie = target.ask(path).header("cookie", &format!("release-override={token}"));
            [(format!("link, {name}"), link), (format!("override cookie, {name}"), cookie)]
                .map(|(name, ask)| attack(name, target, ask))
        })
    })
}

fn bad_tokens(now: Timestamp) -> Vec<(String, String)> {
    const HOUR: i64 = 3_600_000;
    const NO_ALGORITHM: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    const SHARED_SECRET: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    const CRITICAL: &str = "eyJhbGciOiJFZERTQSIsImNyaXQiOlsiZXhwIl19";
    const ODD_KEY_ID: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6Ii4uLy4uL3gifQ";
    let at = |hours: i64| Timestamp(now.0 + hours * HOUR);
    let claims = |release: &str, ends: i64| Claims {
        release: ReleaseId::parse(release).unwrap(),
        expires: at(ends),
        host: None,
        not_before: None,
    };
    let good = sign(&claims("red", 1));
    let parts: Vec<&str> = good.split('.').collect();
    let with_header = |header: &str| format!("{header}.{}.{}", parts[1], parts[2]);
    let mut tokens = vec![
        ("alg none", format!("{NO_ALGORITHM}.{}.", parts[1])),
        ("alg none, signed", with_header(NO_ALGORITHM)),
        ("alg HS256", with_header(SHARED_SECRET)),
        ("crit", with_header(CRITICAL)),
        ("kid", with_header(ODD_KEY_ID)),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("expired", sign(&claims("red", -1))),
        ("expires in a year", sign(&claims("red", 24 * 365))),
        ("not valid yet", sign(&Claims { not_before: Some(at(1)), ..claims("red", 2) })),
        (
            "of another host",
            sign(&Claims { host: Some("evil.example".into()), ..claims("red", 1) }),
        ),
        ("of no release", sign(&claims("gone", 1))),
        ("a long text", "a.b.".repeat(500)),
        ("no text", String::new()),
        ("off", "off".to_owned()),
        ("valid, for the attacker alone", good.clone()),
    ];
    tokens.extend(RELEASES.map(|release| ("bare id", release.to_owned())));
    tokens.into_iter().map(|(name, token)| (name.to_owned(), token)).collect()
}

/// Requests that say that they are of another kind than they are.
fn kinds() -> impl Iterator<Item = Attack> {
    const HEADERS: [(&str, &str); 14] = [
        ("sec-websocket-key", "x"),
        ("upgrade", "websocket"),
        ("hx-request", "true"),
        ("turbo-frame", "x"),
        ("x-pjax", "true"),
        ("x-requested-with", "XMLHttpRequest"),
        ("service-worker", "script"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
        ("sec-fetch-dest", "iframe"),
        ("accept", "text/html"),
        ("user-agent", "Googlebot"),
    ];
    HEADERS.into_iter().flat_map(|(name, value)| {
        Target::ALL.into_iter().flat_map(move |target| {
            ["GET", "HEAD", "POST"].map(|method| {
                let ask = target.ask(target.path()).method(method).header(name, value);
                attack(format!("{method} with {name}: {value}"), target, ask)
            })
        })
    })
}
