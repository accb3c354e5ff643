//! A site that has served for years gets edgeswitch, a second release, and loses edgeswitch again.
//!
//! The distribution is the XML of `fixtures/distributions`, edited by the code of `edgeswitch attach` and `detach`, and
//! imported into the local CloudFront. A deployment reaches one edge location after the other. Every order in which
//! the steps can take effect is played, with caches and browsers that are warm from before.

use std::collections::BTreeMap;
use std::time::Duration;

use cloudfront_sim::{CacheResult, Distribution, PolicyKind, SavedDistribution};
use distribution_edit::{FallbackOrigin, Policies, Restored, VersionArn, Wiring};
use edge_config::Config;
use serde_json::{Value, json};
use testkit::repository;
use testkit::world::{Ask, Browser, From, Got, Pages, Part, Rule, Span, Tab, World};

const EDGES: usize = 2;
const FIRST: &str = "first";
const SECOND: &str = "second";
/// What viewers type or follow. The second one is a page of the application that is no object of the bucket.
const URLS: [&str; 3] = ["/", "/cart", "/?from=mail"];

/// A step of the migration, until requests are routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The files are copied under the prefix of the first release.
    Copy,
    /// The first plan is written.
    Plan,
    /// The deployment with the functions reaches an edge location.
    Attach(usize),
}

/// The distribution before and after attaching.
struct Distributions {
    before: Distribution,
    attached: Distribution,
    detached: Distribution,
}

fn version(trigger: &str) -> VersionArn {
    let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:shop-{trigger}:1");
    VersionArn::parse(&arn).unwrap()
}

fn wiring() -> Wiring {
    let policies = |cache: &str, origin_request: &str| Policies {
        cache: cache.into(),
        origin_request: origin_request.into(),
    };
    Wiring {
        viewer_request: version("viewer-request"),
        origin_request: version("origin-request"),
        origin_response: version("origin-response"),
        pages: policies("pages", "pages"),
        routes: policies("routes", "b689b0a8-53d0-40ab-baf2-68738e2966ac"),
        fallback_origin: FallbackOrigin::Add,
        keep_policies: Vec::new(),
        account: "123456789012".into(),
    }
}

/// The policies of the template, by the ids in `wiring`.
fn policies() -> BTreeMap<(PolicyKind, String), Value> {
    let read = |kind: PolicyKind, number: u32| -> Value {
        let file = format!("5c0a6a3e-0f0e-4a3e-9a6e-00000000000{number}.json");
        let path = repository().join("fixtures/doctor/good").join(kind.folder()).join(file);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    [
        (PolicyKind::Cache, "pages", 1),
        (PolicyKind::Cache, "routes", 2),
        (PolicyKind::OriginRequest, "pages", 3),
    ]
    .map(|(kind, id, number)| ((kind, id.to_owned()), read(kind, number)))
    .into()
}

/// What the local CloudFront makes of a configuration. The behaviors of the documentation and of the images have
/// functions of somebody else, which are left out: nobody asks for them here.
fn imported(distribution: &distribution_edit::Distribution) -> Distribution {
    let xml = String::from_utf8(distribution.xml()).unwrap();
    let mut saved = aws_json::rest_xml(&xml).unwrap();
    let items = saved["DistributionConfig"]["CacheBehaviors"]["Items"].as_array_mut().unwrap();
    for behavior in items {
        let theirs = match behavior["PathPattern"].as_str().unwrap() {
            "/docs/*" => "FunctionAssociations",
            "/images/*" => "LambdaFunctionAssociations",
            _ => continue,
        };
        behavior[theirs] = json!({ "Quantity": 0 });
    }
    let saved = SavedDistribution { distribution: saved, policies: policies() };
    let edge = cloudfront_sim::EdgeLocation("EDGE0".into());
    saved.import(vec![edge]).unwrap_or_else(|error| panic!("{error}")).distribution
}

/// A single-page site: the bucket's 403 for a page of the application becomes the index document.
fn site_of_one_page() -> String {
    let path = repository().join("fixtures/distributions/shop.xml");
    let xml = std::fs::read_to_string(path).unwrap();
    let none = "<CustomErrorResponses>\n    <Quantity>0</Quantity>\n  </CustomErrorResponses>";
    let pages = "<CustomErrorResponses><Quantity>1</Quantity><Items><CustomErrorResponse>\
                 <ErrorCode>403</ErrorCode><ResponsePagePath>/index.html</ResponsePagePath>\
                 <ResponseCode>200</ResponseCode><ErrorCachingMinTTL>10</ErrorCachingMinTTL>\
                 </CustomErrorResponse></Items></CustomErrorResponses>";
    assert_eq!(xml.matches(none).count(), 1);
    xml.replace(none, pages)
}

fn distributions() -> Distributions {
    let before = distribution_edit::Distribution::parse(site_of_one_page().as_bytes()).unwrap();
    let text = "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n\
                [[routes]]\npath = \"/api/*\"\norigin = \"api\"\n";
    let config = Config::from_toml(text).unwrap();
    let attached = distribution_edit::attach(&before, &wiring(), &config).unwrap().distribution;
    let detached = distribution_edit::detach(&attached, &wiring().own(), Some(&before)).unwrap();
    assert_eq!(detached.restored, Restored::Exactly);
    Distributions {
        before: imported(&before),
        attached: imported(&attached),
        detached: imported(&detached.distribution),
    }
}

/// Every order of the steps in which the files are there before the plan names them.
fn orders() -> Vec<Vec<Step>> {
    let mut orders = Vec::new();
    let steps = [Step::Copy, Step::Plan].into_iter().chain((0..EDGES).map(Step::Attach));
    permute(&mut steps.collect(), 0, &mut orders);
    orders.retain(|order: &Vec<Step>| {
        let at = |step| order.iter().position(|one| *one == step);
        at(Step::Copy) < at(Step::Plan)
    });
    orders
}

fn permute(steps: &mut Vec<Step>, fixed: usize, found: &mut Vec<Vec<Step>>) {
    if fixed == steps.len() {
        return found.push(steps.clone());
    }
    for next in fixed..steps.len() {
        steps.swap(fixed, next);
        permute(steps, fixed + 1, found);
        steps.swap(fixed, next);
    }
}

/// The viewers of a site: pages that stay open, and one returning viewer at each edge location.
struct Audience {
    world: World,
    open: Vec<(Browser, Tab)>,
    returning: Vec<Tab>,
}

impl Audience {
    /// A site in its old age: every page and part was asked for, and some browsers have them.
    async fn of_an_old_site(distribution: &Distribution) -> Self {
        let world = World::new().releases([FIRST, SECOND]).pages(Pages::ByCookie).edges(EDGES);
        let world = world.distribution(distribution.clone()).before_edgeswitch().start().await;
        let mut audience = Self { world: world.clone(), open: Vec::new(), returning: Vec::new() };
        for edge in 0..EDGES {
            audience.returning.push(world.browser_at(edge).open("/").await);
        }
        for _ in 0..2 {
            audience.everybody(&[FIRST], "before").await;
            world.advance(1.h()).await;
        }
        let warm = world.browser().ask(&Ask::page("/")).await;
        assert_eq!(warm.from, From::Edge(CacheResult::Hit), "the caches are warm");
        audience
    }

    /// New viewers, returning ones and all open pages ask for everything. Every page is one of `releases`, and every
    /// part of a page is its own release's.
    async fn everybody(&mut self, releases: &[&str], when: &str) {
        for edge in 0..EDGES {
            for url in URLS {
                let browser = self.world.browser_at(edge);
                let mut tab = browser.tab();
                let got = tab.open(url).await;
                assert_eq!(got.status, 200, "{when}: {url} at edge {edge}");
                assert!(releases.contains(&tab.release()), "{when}: {url}: {}", tab.release());
                all_of_the_page(&mut tab, when).await;
                if url == "/" {
                    self.open.push((browser, tab));
                }
            }
        }
        for tab in &mut self.returning {
            let got = tab.reload().await;
            assert_eq!(got.status, 200, "{when}: a reload");
            assert!(releases.contains(&tab.release()), "{when}: a reload: {}", tab.release());
            all_of_the_page(tab, when).await;
        }
        for (number, (browser, tab)) in self.open.iter_mut().enumerate() {
            // Viewers travel: the next edge location may have had the deployment or not.
            browser.move_to(number % EDGES);
            all_of_the_page(tab, when).await;
            browser.move_to((number + 1) % EDGES);
            all_of_the_page(tab, when).await;
        }
    }

    /// Everybody reloads.
    async fn reload(&mut self) {
        for (_, tab) in &mut self.open {
            let got = tab.reload().await;
            assert_eq!(got.status, 200);
        }
    }

    fn deploy(&self, edge: usize, distribution: &Distribution) {
        self.world.deploy(edge, distribution);
    }
}

/// All parts of a page and a call, each of the page's release.
async fn all_of_the_page(tab: &mut Tab, when: &str) {
    let release = tab.release().to_owned();
    let fine = |got: &Got| (got.status, got.release()) == (200, Some(&*release));
    for part in [Part::App, Part::Lazy, Part::Config] {
        let got = tab.load(part).await;
        assert!(fine(&got), "{when}: {part:?} of {release}: {} {:?}", got.status, got.release());
    }
    let got = tab.call("/api/whoami").await;
    assert!(fine(&got), "{when}: a call of {release}: {} {:?}", got.status, got.release());
}

async fn take(step: Step, audience: &Audience, distributions: &Distributions) {
    match step {
        Step::Copy => audience.world.upload(FIRST),
        Step::Plan => audience.world.begin().await,
        Step::Attach(edge) => audience.deploy(edge, &distributions.attached),
    }
}

/// The way to routed requests in one order, with `pause` between two steps.
async fn migrate(order: &[Step], pause: Duration, distributions: &Distributions) -> Audience {
    let mut audience = Audience::of_an_old_site(&distributions.before).await;
    for step in order {
        take(*step, &audience, distributions).await;
        let when = format!("{order:?}, {step:?}");
        audience.everybody(&[FIRST], &when).await;
        if !pause.is_zero() {
            audience.world.advance(pause).await;
            audience.everybody(&[FIRST], &format!("{when}, {pause:?} later")).await;
        }
    }
    audience.world.settle().await;
    audience.everybody(&[FIRST], "routed").await;
    audience
}

#[tokio::test(start_paused = true)]
async fn no_page_fails_in_any_order_of_copy_plan_and_attached_edge_locations() {
    let distributions = distributions();
    let orders = orders();
    assert_eq!(orders.len(), 12);
    for order in &orders {
        for pause in [Duration::ZERO, 50.s()] {
            let audience = migrate(order, pause, &distributions).await;
            for edge in 0..EDGES {
                let ann = audience.world.browser_at(edge);
                ann.open("/").await;
                assert_eq!(ann.cookie("release").as_deref(), Some("first.r1-0"), "it is routed");
            }
        }
    }
}

/// Why the copy comes before the plan.
#[tokio::test(start_paused = true)]
async fn a_plan_without_the_copy_is_an_outage() {
    let Distributions { before, mut attached, .. } = distributions();
    // The error page would hide it: the cache has that page from before.
    attached.error_pages.clear();
    let world = World::new().releases([FIRST, SECOND]).pages(Pages::ByCookie);
    let world = world.distribution(before).before_edgeswitch().start().await;
    world.deploy(0, &attached);
    world.begin().await;
    world.settle().await;
    assert_eq!(world.browser().ask(&Ask::page("/")).await.status, 403);
    world.upload(FIRST);
    world.advance(10.s()).await;
    assert_eq!(world.browser().ask(&Ask::page("/")).await.status, 200, "the copy mends it");
}

#[tokio::test(start_paused = true)]
async fn a_second_release_a_rollback_and_the_way_back_break_no_page() {
    let distributions = distributions();
    for order in [[0, 1], [1, 0]] {
        let steps = [Step::Copy, Step::Attach(order[0]), Step::Attach(order[1]), Step::Plan];
        let mut audience = migrate(&steps, 1.s(), &distributions).await;
        // Pages from before have no cookie yet: they load once more before there is a second release.
        audience.reload().await;
        audience.world.upload(SECOND);
        audience.world.canary(SECOND, 50.0).await;
        audience.everybody(&[FIRST, SECOND], "a canary").await;
        audience.world.promote(SECOND).await;
        audience.everybody(&[SECOND], "a promote").await;
        audience.world.roll_back().await;
        audience.world.settle().await;
        audience.everybody(&[FIRST], "a rollback").await;
        // Only the first release is in the bucket without a prefix: pages of the second one load once more.
        audience.reload().await;
        for edge in order {
            audience.deploy(edge, &distributions.detached);
            audience.everybody(&[FIRST], &format!("detached at edge {edge}")).await;
        }
        let bare = audience.world.browser();
        bare.open("/").await;
        assert_eq!(bare.cookie("release"), None, "nothing is routed any more");
    }
}

/// Why pages from before must be gone before there is a second release.
#[tokio::test(start_paused = true)]
async fn a_page_from_before_keeps_its_chunks_but_follows_the_plan_with_its_calls() {
    let distributions = distributions();
    let world = World::new().releases([FIRST, SECOND]).pages(Pages::ByCookie);
    let world = world.distribution(distributions.before.clone()).before_edgeswitch().start().await;
    let mut tab = world.browser().open("/").await;
    world.upload(FIRST);
    world.deploy(0, &distributions.attached);
    world.begin().await;
    world.settle().await;
    assert_eq!(tab.call("/api/whoami").await.release(), Some(FIRST));
    world.upload(SECOND);
    world.promote(SECOND).await;
    let chunk = tab.load(Part::Lazy).await;
    assert_eq!((chunk.status, chunk.release()), (200, Some(FIRST)), "the second attempt has it");
    assert_eq!(tab.call("/api/whoami").await.release(), Some(SECOND));
    let rules: Vec<_> = world.watch().take_breaches().iter().map(|breach| breach.rule).collect();
    assert_eq!(rules, [Rule::CallOfThePagesRelease]);
}

/// Why a file without a hash in its name and without `Cache-Control` must get one before.
#[tokio::test(start_paused = true)]
async fn a_browser_keeps_a_file_from_before_that_has_no_cache_control() {
    let distributions = distributions();
    let world = World::new().releases([FIRST, SECOND]).pages(Pages::ByCookie);
    let world = world.distribution(distributions.before.clone()).before_edgeswitch().start().await;
    let ann = world.browser();
    let mut tab = ann.open("/").await;
    assert_eq!(tab.load(Part::Env).await.release(), Some(FIRST));
    world.upload(FIRST);
    world.deploy(0, &distributions.attached);
    world.begin().await;
    world.settle().await;
    world.upload(SECOND);
    world.promote(SECOND).await;
    tab.reload().await;
    assert_eq!(tab.release(), SECOND);
    let kept = tab.load(Part::Env).await;
    assert_eq!((kept.from, kept.release()), (From::Browser, Some(FIRST)));
    let rules: Vec<_> = world.watch().take_breaches().iter().map(|breach| breach.rule).collect();
    assert_eq!(rules, [Rule::SameNameOfThePagesRelease]);
}
