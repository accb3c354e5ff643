//! For any sequence of requests, invalidations and pauses, CloudFront behaves like a simple table of objects.

use std::collections::HashMap;

use cloudfront_sim::InvalidationPath;
use http::Request;
use proptest::prelude::*;

use crate::cloudfront::support::{ORIGIN, Running, Site, only, request, response};

const TTL: u64 = 60;

#[derive(Debug, Clone)]
enum Happening {
    Get(Key),
    Wait(u64),
    Invalidate(&'static str),
}

/// Identifies an object: edge location, path, and the header in the cache key.
type Key = (&'static str, &'static str, &'static str);

fn events() -> impl Strategy<Value = Vec<Happening>> {
    let edge = prop::sample::select(vec!["FRA50", "IAD89"]);
    let path = prop::sample::select(vec!["/a", "/a/1", "/b"]);
    let color = prop::sample::select(vec!["blue", "green"]);
    let event = prop_oneof![
        6 => (edge, path, color).prop_map(Happening::Get),
        3 => (0..TTL + 2).prop_map(Happening::Wait),
        1 => prop::sample::select(vec!["/a", "/a*", "/a/*", "/*"]).prop_map(Happening::Invalidate),
    ];
    prop::collection::vec(event, 1..60)
}

/// An origin that confirms its objects. Each path and color has its own object.
fn site() -> Running {
    let max_age = format!("max-age={TTL}");
    Site::new()
        .origin(ORIGIN, move |asked: Request<_>| {
            let color = asked.headers()["x-color"].to_str().expect("it is ASCII");
            let body = format!("{color} {}", asked.uri().path());
            let headers = [("cache-control", max_age.as_str()), ("etag", "\"1\"")];
            let confirmed = asked.headers().contains_key("if-none-match");
            let answer = response(if confirmed { 304 } else { 200 }, &headers, "");
            Ok(answer.map(|_| if confirmed { "".into() } else { body.into() }))
        })
        .behavior(|behavior| behavior.cache_policy.headers = only(&["x-color"]))
        .start()
}

/// The model of CloudFront: for each key, the time at which the origin sent or confirmed its object.
#[derive(Default)]
struct Table(HashMap<Key, u64>);

impl Table {
    fn get(&mut self, key: Key) -> &'static str {
        match self.0.get(&key) {
            Some(age) if *age < TTL => return "Hit",
            Some(_) => {
                self.0.insert(key, 0);
                return "RefreshHit";
            }
            None => {}
        }
        self.0.insert(key, 0);
        "Miss"
    }

    fn wait(&mut self, seconds: u64) {
        self.0.values_mut().for_each(|age| *age += seconds);
    }

    fn invalidate(&mut self, path: &InvalidationPath) -> usize {
        let before = self.0.len();
        self.0.retain(|(_, known, _), _| !path.matches(known));
        before - self.0.len()
    }
}

async fn play(events: Vec<Happening>) -> Result<(), TestCaseError> {
    let (site, mut table) = (site(), Table::default());
    for event in events {
        match event {
            Happening::Get(key @ (edge, path, color)) => {
                let seen = site.send_to(edge, request("GET", path, &[("x-color", color)])).await;
                prop_assert_eq!(seen.text(), format!("{color} {path}"));
                prop_assert_eq!(seen.x_cache(), table.get(key));
            }
            Happening::Wait(seconds) => {
                site.wait(seconds);
                table.wait(seconds);
            }
            Happening::Invalidate(path) => {
                let path = InvalidationPath::parse(path).expect("it is a path");
                prop_assert_eq!(site.cloudfront.invalidate(&path), table.invalidate(&path));
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_viewer_gets_the_object_that_was_asked_for_from_where_it_is(events in events()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime needs no system's help").block_on(play(events))?;
    }
}
