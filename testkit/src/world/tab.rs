use super::ask::{Ask, Reuse};
use super::browser::{Browser, From, Got};
use super::page::{Page, Part};

/// The most redirects that a page load may need here: an override that ends, and a preview link.
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
        let got = self.browser.ask(&Ask::asset(page.address(part))).await;
        self.browser.world.watch().part_of(&page, part, &got);
        got
    }

    /// Calls the back end as the page does.
    pub async fn call(&mut self, url: &str) -> Got {
        let page = self.page().clone();
        let ask = Ask::fetch(url);
        let ask = if page.pins() { ask.header("x-deployment-id", &page.release) } else { ask };
        let got = self.browser.ask(&ask).await;
        self.browser.world.watch().call_of(&page, url, &got);
        got
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
