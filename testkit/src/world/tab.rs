use super::ask::{Ask, Reuse};
use super::browser::{Browser, From, Got};
use super::page::{Page, Part};

/// As many redirects as a page load may need here: an override that ends, and a preview link.
const REDIRECTS: usize = 3;

/// A tab of a browser: its history, and the page that it shows.
pub struct Tab {
    browser: Browser,
    history: Vec<Page>,
}

impl Tab {
    pub(crate) fn new(browser: Browser) -> Self {
        Self { browser, history: Vec::new() }
    }

    /// The page that the tab shows.
    ///
    /// # Panics
    /// While the tab is empty.
    #[must_use]
    pub fn page(&self) -> &Page {
        self.history.last().expect("the tab shows a page")
    }

    /// How many pages the viewer went to here, without those that it went back from.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.history.len()
    }

    /// The release of the page that the tab shows.
    #[must_use]
    pub fn release(&self) -> &str {
        &self.page().release
    }

    /// The viewer goes to `url`: the document, and the parts that it loads at once. Returns the document.
    pub async fn open(&mut self, url: &str) -> Got {
        self.go(Ask::page(url)).await
    }

    /// The viewer goes where `ask` says; a page that is none leaves the tab as it was.
    pub async fn go(&mut self, ask: Ask) -> Got {
        let (url, got) = self.document(ask).await;
        if let Some(page) = page_of(&url, &got) {
            self.history.push(page);
            self.load_parts().await;
        }
        got
    }

    /// The viewer reloads the page.
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

    /// The viewer goes back to the page before, which the browser still has.
    ///
    /// # Panics
    /// When there is none.
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

    /// The page loads one of its parts.
    pub async fn load(&mut self, part: Part) -> Got {
        let page = self.page().clone();
        let got = self.browser.ask(&Ask::asset(page.address(part))).await;
        self.browser.world.watch().part_of(&page, part, &got);
        got
    }

    /// The page calls its back end.
    pub async fn call(&mut self, url: &str) -> Got {
        let page = self.page().clone();
        let ask = Ask::fetch(url);
        let ask = if page.pins() { ask.header("x-deployment-id", &page.release) } else { ask };
        let got = self.browser.ask(&ask).await;
        self.browser.world.watch().call_of(&page, url, &got);
        got
    }

    /// The document at the end of all redirects, and its address.
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
