use edgeswitch_dev::LocalCloudFront;
use reqwest::header::{COOKIE, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::dev::{LOOK, PATIENCE};

/// A browser at the first edge location, with cookies but without a cache.
pub(crate) struct Browser {
    client: Client,
    base: String,
    cookies: Vec<(String, String)>,
}

/// A response with its body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Browser {
    pub(crate) fn new(local: &LocalCloudFront) -> Self {
        // The client is built with TLS, for the control program, and needs a provider. The first call sets it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let (_, url) = local.edges().next().unwrap();
        // The listeners use only IPv4, and not every resolver tries IPv4 first.
        let base = url.trim_end_matches('/').replace("localhost", "127.0.0.1");
        Self { client, base, cookies: Vec::new() }
    }

    /// Loads a page and keeps its cookies.
    pub(crate) async fn load(&mut self, path: &str) -> Answer {
        let request = self.request(path);
        let request =
            request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document");
        let answer = read(request).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.into(), value.into()));
        }
        answer
    }

    /// Reloads the start page until it is from `release`. It may take a while: functions in processes read the
    /// plan in real time.
    pub(crate) async fn reload_until(&mut self, release: &str) {
        let reloaded = async {
            while self.load("/").await.release() != release {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(PATIENCE, reloaded).await.unwrap();
    }

    /// Loads a subresource of a page.
    pub(crate) async fn fetch(&self, path: &str) -> Answer {
        read(self.request(path)).await
    }

    /// Calls the API as a page of `release` does.
    pub(crate) async fn call(&self, path: &str, release: &str) -> Answer {
        read(self.request(path).header("x-deployment-id", release)).await
    }

    /// What the page is told.
    pub(crate) async fn state(&self) -> Value {
        let answer = read(self.request("/_edgeswitch/api/state")).await;
        serde_json::from_str(&answer.text).unwrap()
    }

    /// Presses a button of the page.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.post(format!("{}/_edgeswitch/api/{path}", self.base));
        let request = request.header(ORIGIN, &self.base).header("content-type", "application/json");
        let answer = read(request.body(body.to_string())).await;
        (answer.status, serde_json::from_str(&answer.text).unwrap())
    }

    /// The next event that the page gets.
    pub(crate) async fn told(&self, path: &str) -> Value {
        let told = async {
            loop {
                let answer = self.fetch(&format!("/_edgeswitch/api/{path}")).await;
                if answer.status == 200 {
                    return serde_json::from_str(&answer.text).unwrap();
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(PATIENCE, told).await.unwrap()
    }

    /// A request with only these headers.
    pub(crate) fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.base))
    }

    /// `http://127.0.0.1:4711`
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    fn request(&self, path: &str) -> RequestBuilder {
        let pairs: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.bare("GET", path).header(COOKIE, pairs.join("; "))
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The release that the document names.
    pub(crate) fn release(&self) -> &str {
        self.header("x-release").split(';').next().unwrap()
    }

    /// The path of the page's asset that begins and ends like this: `/assets/app.`, `.js`.
    pub(crate) fn asset(&self, start: &str, end: &str) -> String {
        let parts = self.text.split('"');
        parts
            .into_iter()
            .find(|part| part.starts_with(start) && part.ends_with(end))
            .unwrap()
            .into()
    }
}

pub(crate) async fn read(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}
