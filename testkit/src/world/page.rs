/// A document that a tab shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Path and query that it was asked by.
    pub url: String,
    /// The release that the document says it is.
    pub release: String,
    /// What its relative addresses start with: `/`, or `/_r/<release>/`.
    base: String,
    /// Whether an override showed it.
    pub(crate) is_preview: bool,
}

impl Page {
    /// Reads what a release's index document says of itself; `None` for another text.
    pub(crate) fn parse(url: &str, html: &str) -> Option<Self> {
        let release = attribute(html, "data-release")?.to_owned();
        let base = attribute(html, "base href")?.to_owned();
        Some(Self { url: url.to_owned(), release, base, is_preview: false })
    }

    /// The address of one of the page's own parts.
    #[must_use]
    pub fn address(&self, part: Part) -> String {
        let Self { release, base, .. } = self;
        match part {
            Part::App => format!("{base}assets/app-{release}.js"),
            Part::Lazy => format!("{base}assets/lazy-{release}.js"),
            Part::Config => format!("{base}config.json"),
        }
    }

    /// Whether it pins its assets and calls.
    pub(crate) fn pins(&self) -> bool {
        self.base != "/"
    }
}

/// A part of a page that it loads by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its script, loaded with it, by the hash of its content.
    App,
    /// A chunk that is loaded when it is needed, by the hash of its content.
    Lazy,
    /// A file that has the same name in every release.
    Config,
}

/// The value behind `name="`.
fn attribute<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = html.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}
