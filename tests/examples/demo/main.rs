//! One viewer's visit through the three packages, as Lambda@Edge runs them: each package under AWS's
//! Python runtime client, the plan in a Parameter Store on loopback that is not ours.
//!
//! CloudFront itself is played by these lines: they hand each function's result to the next.

mod edge;
mod story;

use anyhow::Result;
use edge_event::Request;
use serde_json::{Value, json};

use crate::edge::{Edge, HOST};
use crate::story::{Viewer, chapter, say};

const OLD: &str = "41ab03d";
const NEW: &str = "9f2c1e7";
const STAGED: &str = "c0ffee1";

fn main() -> Result<()> {
    say("Starting a Parameter Store, and the three packages under AWS's Python runtime client ...");
    let mut edge = Edge::start(&plan(1, OLD))?;
    let mut viewer = Viewer::default();
    let page = |path: &str| {
        Request::get(path)
            .header("Host", HOST)
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document")
            .header("Accept", "text/html")
    };
    let asset = || {
        Request::get("/assets/app.3f9a.js").header("Host", HOST).header("Sec-Fetch-Dest", "script")
    };
    let call = || Request::get("/api/cart").header("Host", HOST).header("Sec-Fetch-Dest", "empty");

    chapter("1. A viewer opens the shop", "The plan gives everybody release 41ab03d.");
    viewer.loads(&mut edge, page("/"))?;
    chapter("2. The page loads its script", "An asset follows the release cookie.");
    viewer.loads(&mut edge, asset())?;
    chapter("3. The page calls its API", "The back end moves with the front end.");
    viewer.loads(&mut edge, call())?;

    chapter(
        "4. Somebody promotes 9f2c1e7",
        "One write to the parameter; no deployment, no invalidation.",
    );
    let seconds = edge.change_plan(&plan(2, NEW), NEW)?;
    say(&format!(
        "   in force at this edge location after {seconds:.1} s (soft TTL 1 s, hard TTL 2 s here)"
    ));
    chapter("5. The open page loads another script", "It keeps its release, so nothing breaks.");
    viewer.loads(&mut edge, asset())?;
    chapter("6. The viewer reloads", "A reload moves to the active release, with a new cookie.");
    viewer.loads(&mut edge, page("/"))?;

    chapter(
        "7. A developer follows a preview link",
        "Release c0ffee1 has no traffic: only a signed link shows it.",
    );
    let mut developer = Viewer::default();
    let link = format!("/cart?__release={}", edge.preview_token(STAGED)?);
    developer.loads(&mut edge, page(&link))?;
    developer.loads(&mut edge, page("/cart"))?;

    chapter(
        "What the functions logged",
        "One line an invocation; no cookies, addresses or query strings.",
    );
    edge.finish()
}

fn plan(revision: u64, active: &str) -> Value {
    let release = |id: &str, colour: &str| json!({"prefix": format!("/releases/{id}"), "origins": {"api": format!("{colour}-alb.example.com")}});
    json!({
        "schema": 1,
        "revision": revision,
        "releases": {
            OLD: release(OLD, "blue"),
            NEW: release(NEW, "green"),
            STAGED: release(STAGED, "green"),
        },
        "rollout": format!("r{revision}"),
        "stages": [{"from": "2026-01-01T00:00:00Z", "weights": [[active, 100]]}],
    })
}
