use super::ask::{Ask, Reuse};
use super::browser::{Browser, From, Got};
use super::page::{Page, Part};

/// The most redirects that a page load may need here: an override that ends, and a preview link.
const REDIRECTS: usize = 3;

/// A tab of a browser: its history, and the page that it shows.
pub struct Tab {
    browser: Browser,
    history: Vec<Page>,
    place: Place,
}

/// Where a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Tab,
    /// In a frame of another site's page: the cookies of this site do not reach it.
    ForeignFrame,
}

impl Tab {
    pub(crate) fn new(browser: Browser) -> Self {
        Self { browser, history: Vec::new(), place: Place::Tab }
    }

    /// The page that the tab shows.
    ///
    /// # Panics
    /// If the tab is empty.
    #[must_use]
    pub fn page(&self) -> &Page {
        self.history.last().expect("the tab shows a page")
    }

    /// The length of the history. Going back removes the page that was left.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.history.len()
    }

    /// The release of the page that the tab shows.
    #[must_use]
    pub fn release(&self) -> &str {
        &self.page().release
    }

    /// Opens `url`: loads the document and the parts that it needs at once. Returns the document.
    pub async fn open(&mut self, url: &str) -> Got {
        self.go(Ask::page(url)).await
    }

    /// Opens the page that `ask` requests. If the answer is not a page, the tab stays as it was.
    pub async fn go(&mut self, ask: Ask) -> Got {
        let (url, got) = self.document(ask).await;
        if let Some(page) = page_of(&url, &got) {
            self.history.push(page);
            self.load_parts().await;
        }
        got
    }

    /// Reloads the page.
    pub async fn reload(&mut self) -> Got {
        let url = self.page().url.clone();
        let (url, got) = self.document(Ask::page(url).reuse(Reuse::Nothing)).await;
        if let Some(page) = page_of(&url, &got) {
            self.history.pop();
            self.history.push(page);
            self.load_parts().await;
        }
        got
    }

    /// Opens `url` in a frame of another site's page.
    pub async fn open_in_frame(&mut self, url: &str) -> Got {
        self.place = Place::ForeignFrame;
        self.go(Ask::frame(url)).await
    }

    /// Another site's link was prefetched by `proxy`, without this browser's cookies. The viewer follows it, and
    /// sees the page that was prefetched.
    pub async fn open_prefetched(&mut self, proxy: &Browser, url: &str) -> Got {
        let got = proxy.ask(&Ask::prefetch(url).from_another_site()).await;
        self.browser.adopt(&got);
        if let Some(page) = page_of(url, &got) {
            self.history.push(page);
            self.load_parts().await;
        }
        got
    }

    /// Shows the page that a service worker has in its own cache. `None` if that is no page.
    pub fn show(&mut self, url: &str, got: &Got) -> Option<()> {
        self.history.push(page_of(url, got)?);
        Some(())
    }

    /// Goes back to the previous page, which goes on as it was left: nothing is loaded again.
    ///
    /// # Panics
    /// If there is no previous page.
    pub fn resume(&mut self) {
        self.history.pop();
        assert!(!self.history.is_empty(), "the tab has a previous page");
    }

    /// Goes back to the previous page, which the browser still has.
    ///
    /// # Panics
    /// If there is no previous page.
    pub async fn back(&mut self) -> Got {
        self.history.pop();
        let url = self.page().url.clone();
        let (url, got) = self.document(Ask::page(url).reuse(Reuse::Anything)).await;
        if let Some(page) = page_of(&url, &got) {
            self.history.pop();
            self.history.push(page);
            self.load_parts().await;
        }
        got
    }

    /// Loads one of the page's parts.
    pub async fn load(&mut self, part: Part) -> Got {
        let page = self.page().clone();
        let got = self.browser.ask(&self.placed(Ask::asset(page.address(part)))).await;
        self.browser.world.watch().part_of(&page, part, &got);
        got
    }

    /// Calls the back end as the page does.
    pub async fn call(&mut self, url: &str) -> Got {
        let page = self.page().clone();
        let ask = Ask::fetch(url);
        let ask = if page.pins() { ask.header("x-deployment-id", &page.release) } else { ask };
        let got = self.browser.ask(&self.placed(ask)).await;
        self.browser.world.watch().call_of(&page, url, &got);
        got
    }

    /// Opens a WebSocket at `path`, such as `api/socket`. It can send no headers of its own.
    pub async fn connect(&mut self, path: &str) -> Got {
        let page = self.page().clone();
        let url = page.below(path);
        let got = self.browser.ask(&self.placed(Ask::socket(&url))).await;
        self.browser.world.watch().call_of(&page, &url, &got);
        got
    }

    /// Downloads `path`, such as `api/report`, through a link. The browser asks as for a page, and stays on this one.
    pub async fn download(&mut self, path: &str) -> Got {
        let page = self.page().clone();
        let url = page.below(path);
        let before = self.browser.cookie("release");
        let got = self.browser.ask(&self.placed(Ask::page(&url))).await;
        let watch = self.browser.world.watch();
        watch.call_of(&page, &url, &got);
        watch.kept_cookie(&url, before.as_deref(), self.browser.cookie("release").as_deref());
        got
    }

    fn placed(&self, ask: Ask) -> Ask {
        match self.place {
            Place::Tab => ask,
            Place::ForeignFrame => ask.embedded_elsewhere(),
        }
    }

    /// Follows all redirects. Returns the document and its address.
    async fn document(&self, mut ask: Ask) -> (String, Got) {
        let mut got = self.browser.ask(&ask).await;
        for _ in 0..REDIRECTS {
            let Some(location) = got.header("location").filter(|_| got.status == 302) else {
                break;
            };
            ask.url = location.to_owned();
            got = self.browser.ask(&ask).await;
        }
        if got.from != From::Browser {
            self.browser.world.watch().document_of(&self.browser, &got);
        }
        (ask.url, got)
    }

    async fn load_parts(&mut self) {
        for part in [Part::App, Part::Config] {
            self.load(part).await;
        }
    }
}

fn page_of(url: &str, got: &Got) -> Option<Page> {
    let html = std::str::from_utf8(&got.body).ok()?;
    let is_preview = got.header("x-robots-tag") == Some("noindex");
    let mut page = Page::parse(url, html).filter(|_| got.status == 200)?;
    page.is_preview = is_preview;
    Some(page)
}
