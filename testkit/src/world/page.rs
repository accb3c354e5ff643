/// A document that a tab shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The path and query of its request.
    pub url: String,
    /// The release that the document names.
    pub release: String,
    /// The base of its relative addresses: `/` or `/_r/<release>/`.
    base: String,
    /// Whether it was served under an override.
    pub(crate) is_preview: bool,
}

impl Page {
    /// Reads a release's index document. `None` if `text` is another document.
    pub(crate) fn parse(url: &str, html: &str) -> Option<Self> {
        let release = attribute(html, "data-release")?.to_owned();
        let base = attribute(html, "base href")?.to_owned();
        Some(Self { url: url.to_owned(), release, base, is_preview: false })
    }

    /// The address of one of the page's parts.
    #[must_use]
    pub fn address(&self, part: Part) -> String {
        let Self { release, base, .. } = self;
        match part {
            Part::App => format!("{base}assets/app-{release}.js"),
            Part::Lazy => format!("{base}assets/lazy-{release}.js"),
            Part::Config => format!("{base}config.json"),
            Part::Env => format!("{base}env.js"),
        }
    }

    /// The address of `path`, such as `api/socket`, as a link of the page without a leading `/` has it.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Whether it pins its assets and calls.
    pub(crate) fn pins(&self) -> bool {
        self.base != "/"
    }
}

/// A subresource of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its script, which loads with it. The name has a hash of the content.
    App,
    /// A chunk that loads when it is needed. The name has a hash of the content.
    Lazy,
    /// A file that has the same name in every release.
    Config,
    /// Another one, which the build uploaded without `Cache-Control`: browsers keep such a file by heuristics.
    Env,
}

/// The value behind `name="`.
fn attribute<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = html.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}
