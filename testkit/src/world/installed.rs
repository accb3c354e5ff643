use super::ask::Ask;
use super::browser::{Browser, Got};
use super::page::{Page, Part};
use super::site::WORKER;
use super::tab::Tab;

/// An installed application: its service worker has the page and the first parts in a cache of its own, shows them
/// without the network, and reloads the page when the browser finds a new version.
pub struct Installed {
    browser: Browser,
    tab: Tab,
    version: Option<Version>,
}

/// What the service worker has in its cache.
struct Version {
    release: String,
    document: Got,
}

impl Installed {
    pub(crate) fn new(browser: Browser) -> Self {
        let tab = browser.tab();
        Self { browser, tab, version: None }
    }

    /// The release that is installed.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        self.version.as_ref().map(|version| version.release.as_str())
    }

    /// Opens the application: the installed version, without the network. The first visit installs it.
    pub async fn open(&mut self) -> &mut Tab {
        if self.version.is_none() {
            self.tab.open("/").await;
            self.update().await;
        }
        if let Some(version) = &self.version {
            self.tab.show("/", &version.document);
        }
        &mut self.tab
    }

    /// The browser looks for a new version. If there is one, the service worker loads it, and reloads the page.
    pub async fn update(&mut self) {
        let script = self.browser.ask(&Ask::worker(format!("/{WORKER}"))).await;
        let Some(release) = script.release().filter(|_| script.status == 200) else { return };
        if self.release() == Some(release) {
            return;
        }
        let document = self.browser.ask(&Ask::fetch("/")).await;
        if let Some(page) = self.load(release, &document).await {
            self.version = Some(Version { release: page.release, document: document.clone() });
            self.tab.show("/", &document);
        }
    }

    /// Fills the service worker's cache with a version. All of it is of the script's release.
    async fn load(&self, release: &str, document: &Got) -> Option<Page> {
        let html = std::str::from_utf8(&document.body).ok()?;
        let page = Page::parse("/", html)?;
        let watch = self.browser.world.watch();
        watch.document_of_the_script(release, &page);
        for part in [Part::App, Part::Config, Part::Env] {
            let got = self.browser.ask(&Ask::fetch(page.address(part))).await;
            watch.part_of(&page, part, &got);
        }
        Some(page)
    }
}
