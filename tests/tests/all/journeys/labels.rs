//! The release in the Content-Type: set on a miss, cached with the object, and read back from an access log.

use access_log::Reader;
use cloudfront_sim::CacheResult;
use observation::{Content, Way, attribute};
use routing_core::Rules;
use testkit::world::{Ask, From, Got, Pages, Part, Span, World, WorldBuilder};

const MISS: From = From::Edge(CacheResult::Miss);
const HIT: From = From::Edge(CacheResult::Hit);

/// The label of a response, as `edgeswitch observe` reads it from the log's row.
fn label(got: &Got) -> Option<String> {
    let kind = got.header("content-type")?.replace(' ', "%20");
    let log = format!("#Fields: cs-method cs-uri-stem sc-content-type\nGET\t/cart\t{kind}\n");
    let mut reader = Reader::new(log.as_bytes());
    let row = reader.next_row().unwrap().unwrap();
    let named = attribute(&row, Content::Page, &Rules::default(), None)?;
    assert_eq!(named.way, Way::Label);
    Some(named.release.to_owned())
}

/// The label, after a check that it names the release that was served.
fn true_label(got: &Got) -> Option<String> {
    let label = label(got);
    assert!(label.is_none() || label.as_deref() == got.release(), "{label:?} of {got:?}");
    label
}

fn labelling() -> WorldBuilder {
    World::new().labelling()
}

#[tokio::test(start_paused = true)]
async fn the_label_is_cached_with_the_object() {
    for builder in [labelling(), labelling().deciding_on_a_miss()] {
        let world = builder.start().await;
        for from in [MISS, HIT] {
            let mut tab = world.browser().tab();
            let page = tab.open("/cart").await;
            assert_eq!((page.from, true_label(&page).as_deref()), (from, Some("blue")));
            let kind = page.header("content-type");
            assert_eq!(kind, Some("text/html; charset=utf-8; release=blue"));
            let chunk = tab.load(Part::Lazy).await;
            assert_eq!((chunk.from, true_label(&chunk).as_deref()), (from, Some("blue")));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_setting_nothing_is_labelled() {
    let world = World::new().start().await;
    let page = world.browser().tab().open("/cart").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
}

#[tokio::test(start_paused = true)]
async fn every_viewer_of_a_canary_is_counted_for_its_own_release() {
    let world = labelling().start().await;
    world.canary("green", 30.0).await;
    let (mut blue, mut green) = (0, 0);
    for _ in 0..60 {
        let mut tab = world.browser().tab();
        let page = tab.open("/").await;
        let chunk = tab.load(Part::Lazy).await;
        let labels = (true_label(&page), true_label(&chunk));
        assert_eq!(labels.0, labels.1, "the page's files are of its release");
        match labels.0.as_deref() {
            Some("blue") => blue += 1,
            Some("green") => green += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(blue > green && green > 0, "{blue} and {green}");
}

#[tokio::test(start_paused = true)]
async fn data_keeps_its_type() {
    let world = labelling().start().await;
    let mut tab = world.browser().open("/").await;
    for _ in 0..2 {
        let json = tab.load(Part::Config).await;
        assert_eq!(json.header("content-type"), Some("application/json"));
    }
    assert_eq!(tab.call("/api/whoami").await.header("content-type"), Some("application/json"));
}

/// An origin group served the file of another release than the viewer has. It is not cached either.
#[tokio::test(start_paused = true)]
async fn a_file_of_another_release_has_no_label() {
    let world = labelling().pages(Pages::ByCookie).with_second_attempt().start().await;
    let ann = world.browser();
    let mut old = ann.open("/").await;
    world.promote("green").await;
    let mut new = ann.open("/").await;
    let chunk = old.load(Part::Lazy).await;
    assert_eq!((chunk.status, chunk.release(), label(&chunk)), (200, Some("blue"), None));
    assert_eq!(true_label(&new.load(Part::Lazy).await).as_deref(), Some("green"));
}

#[tokio::test(start_paused = true)]
async fn an_override_has_no_label() {
    let world = labelling().start().await;
    let page = world.browser().tab().open(&world.preview_link("green", "/", 1.h())).await;
    assert_eq!((page.release(), true_label(&page)), (Some("green"), None));
}

#[tokio::test(start_paused = true)]
async fn the_headers_alone_are_labelled_too() {
    let world = labelling().start().await;
    let ann = world.browser();
    let head = ann.ask(&Ask::page("/cart").method("HEAD")).await;
    assert_eq!(true_label(&head).as_deref(), Some("blue"));
}
