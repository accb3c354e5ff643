use std::time::Duration;

use plan_change::{Change, Ramp, Share, When};
use routing_core::ReleaseId;
use testkit::world::{Ask, Browser, Installed, Part, Span, Tab, World};

use crate::invariants::event::{Choice, Event, Seat, Step, Turn};

/// The lease of a ramp. It ends before the second step unless it is renewed.
const LEASE: Duration = Duration::from_secs(150);

/// The viewers of a story.
pub(crate) struct Cast {
    world: World,
    viewers: Vec<Viewer>,
    /// Follows preview links. It has only one tab, because an override applies to all tabs of a browser.
    developer: Viewer,
    installed: Installed,
    /// A page in a frame of another site.
    framed: Tab,
}

struct Viewer {
    browser: Browser,
    tabs: Vec<Tab>,
    edge: usize,
}

impl Viewer {
    fn new(browser: Browser, tabs: usize) -> Self {
        let tabs = (0..tabs).map(|_| browser.tab()).collect();
        Self { browser, tabs, edge: 0 }
    }

    fn roam(&mut self) {
        self.edge = 1 - self.edge;
        self.browser.move_to(self.edge);
    }
}

impl Cast {
    pub(crate) fn new(world: World, choice: Choice) -> Self {
        let viewers =
            (0..choice.viewers).map(|_| Viewer::new(world.browser(), choice.tabs)).collect();
        let developer = Viewer::new(world.browser(), 1);
        let (installed, framed) = (world.installed(), world.browser().tab());
        Self { world, viewers, developer, installed, framed }
    }

    /// Makes `event` happen.
    pub(crate) async fn play(&mut self, event: &Event) {
        match event {
            Event::Open(seat, path) => drop(self.tab(*seat).open(path).await),
            Event::Reload(seat) => drop(self.shown(*seat).await.reload().await),
            Event::Back(seat) => self.go_back(*seat).await,
            Event::LoadLazy(seat) => drop(self.shown(*seat).await.load(Part::Lazy).await),
            Event::LoadConfig(seat) => drop(self.shown(*seat).await.load(Part::Config).await),
            Event::LoadEnv(seat) => drop(self.shown(*seat).await.load(Part::Env).await),
            Event::Call(seat) => self.call(*seat).await,
            Event::Connect(seat) => drop(self.shown(*seat).await.connect("api/socket").await),
            Event::Download(seat) => drop(self.shown(*seat).await.download("api/report").await),
            Event::Resume(seat) => self.resume(*seat),
            Event::FollowPrefetched(path) => self.follow_prefetched(path).await,
            Event::Installed(step) => self.use_installed(*step).await,
            Event::Framed(step) => self.use_frame(*step).await,
            Event::Prefetch(seat, path) => {
                self.browser(*seat).ask(&Ask::prefetch(*path)).await;
            }
            Event::WorkerFetch(seat) => drop(self.browser(*seat).ask(&Ask::fetch("/")).await),
            Event::FollowPreview(release) => self.follow_preview(release).await,
            Event::EndPreview => drop(self.developer.tabs[0].open("/?__release=off").await),
            Event::Newcomer => drop(self.world.browser().open("/").await),
            Event::PromoteInOrder(release, wait) => {
                let _ = self.world.change(&change(Turn::PromoteAtOnce(release))).await;
                self.world.advance(*wait).await;
                self.world.invalidate("/*");
            }
            Event::Forge(cookie) => self.forge(cookie).await,
            Event::Roam(viewer) => self.viewers[*viewer].roam(),
            Event::Wait(seconds) => self.world.advance(seconds.s()).await,
            Event::ReadsMeet(fault) => self.world.reads_meet(fault.clone()),
            Event::ReadsWork => self.world.reads_work(),
            Event::Evict => drop(self.world.invalidate("/*")),
            Event::Recycle(edge, trigger) => self.world.recycle(*edge, *trigger),
            // If the plan does not allow the change, nothing happens.
            Event::Plan(turn) => drop(self.world.change(&change(*turn)).await),
        }
    }

    /// A call with a header, cookies and a query that only the back end may interpret.
    async fn call(&mut self, seat: Seat) {
        self.shown(seat).await.call("/api/cart?q=a%20b&q=2").await;
        let ask = Ask::fetch("/api/foreign?x").header("x-foreign", "as it is");
        self.browser(seat).ask(&ask).await;
    }

    async fn go_back(&mut self, seat: Seat) {
        let tab = self.tab(seat);
        if tab.pages() > 1 {
            tab.back().await;
        }
    }

    fn resume(&mut self, seat: Seat) {
        let tab = self.tab(seat);
        if tab.pages() > 1 {
            tab.resume();
        }
    }

    /// The proxy that prefetches has another address and no cookies. Then the viewer uses the page.
    async fn follow_prefetched(&self, path: &str) {
        let (proxy, viewer) = (self.world.browser(), self.world.browser());
        let mut tab = viewer.tab();
        tab.open_prefetched(&proxy, path).await;
        if tab.pages() > 0 {
            tab.load(Part::Lazy).await;
            tab.connect("api/socket").await;
            tab.call("/api/cart").await;
        }
    }

    async fn use_installed(&mut self, step: Step) {
        match step {
            Step::Update => self.installed.update().await,
            Step::Open | Step::LoadLazy | Step::LoadEnv | Step::Call | Step::Connect => {
                let tab = self.installed.open().await;
                if tab.pages() > 0 {
                    take(step, tab).await;
                }
            }
        }
    }

    async fn use_frame(&mut self, step: Step) {
        if self.framed.pages() == 0 || matches!(step, Step::Open | Step::Update) {
            self.framed.open_in_frame("/").await;
        }
        if self.framed.pages() > 0 {
            take(step, &mut self.framed).await;
        }
    }

    async fn follow_preview(&mut self, release: &str) {
        let link = self.world.preview_link(release, "/cart", Duration::from_secs(600));
        let tab = &mut self.developer.tabs[0];
        tab.open(&link).await;
        if tab.pages() > 0 {
            tab.load(Part::Lazy).await;
            tab.call("/api/cart").await;
        }
    }

    async fn forge(&self, cookie: &str) {
        let forger = self.world.browser();
        forger.plant_cookie("release", cookie);
        forger.open("/").await;
    }

    /// The tab, with a page in it.
    async fn shown(&mut self, seat: Seat) -> &mut Tab {
        let tab = self.tab(seat);
        if tab.pages() == 0 {
            tab.open("/").await;
        }
        tab
    }

    fn tab(&mut self, Seat { viewer, tab }: Seat) -> &mut Tab {
        &mut self.viewers[viewer].tabs[tab]
    }

    fn browser(&self, seat: Seat) -> &Browser {
        &self.viewers[seat.viewer].browser
    }
}

async fn take(step: Step, tab: &mut Tab) {
    match step {
        Step::Open | Step::Update => {}
        Step::LoadLazy => drop(tab.load(Part::Lazy).await),
        Step::LoadEnv => drop(tab.load(Part::Env).await),
        Step::Call => drop(tab.call("/api/cart").await),
        Step::Connect => drop(tab.connect("api/socket").await),
    }
}

fn change(turn: Turn) -> Change {
    match turn {
        Turn::Promote(release) => Change::Promote { id: id(release), at: When::NextFlip },
        Turn::PromoteAtOnce(release) => Change::Promote { id: id(release), at: When::Now },
        Turn::Canary(release, percent) => Change::Canary { id: id(release), share: share(percent) },
        Turn::Ramp(release) => Change::Ramp(ramp(release)),
        Turn::AbortRamp => Change::RampAbort,
        Turn::FinishRamp => Change::RampFinish,
        Turn::PauseRamp => Change::RampPause,
        Turn::ResumeRamp => Change::RampResume,
        Turn::RenewLease => Change::RenewLease(LEASE),
        Turn::RollBack => Change::Rollback { to: None, reason: None },
        Turn::Withdraw(release) => Change::Withdraw(id(release)),
    }
}

fn id(release: &str) -> ReleaseId {
    ReleaseId::parse(release).unwrap()
}

fn share(percent: u8) -> Share {
    Share::from_percent(percent.into()).unwrap()
}

fn ramp(release: &str) -> Ramp {
    Ramp {
        id: id(release),
        steps: [10, 50, 100].map(share).into(),
        every: Duration::from_secs(60),
        lease: Some(LEASE),
        pause_at: None,
        guard: None,
    }
}
