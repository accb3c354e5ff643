use std::fmt;
use std::time::Duration;

use edge_event::Trigger;
use proptest::prelude::*;
use ssm_sim::Fault;

/// The releases of every story. All are registered from the beginning.
pub(crate) const RELEASES: [&str; 3] = ["blue", "green", "red"];
/// The paths that viewers open.
const PATHS: [&str; 2] = ["/", "/cart"];
/// Forged release cookies.
const FORGED: [&str; 6] = ["green", "red.r1-0", "green.r9-9", "gone.r1-0", "blue/", "../x"];

/// A tab of one of the viewers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) viewer: usize,
    pub(crate) tab: usize,
}

/// Something that happens in a story.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    Open(Seat, &'static str),
    Reload(Seat),
    Back(Seat),
    LoadLazy(Seat),
    LoadConfig(Seat),
    LoadEnv(Seat),
    Call(Seat),
    Connect(Seat),
    Download(Seat),
    Resume(Seat),
    Prefetch(Seat, &'static str),
    WorkerFetch(Seat),
    FollowPreview(&'static str),
    EndPreview,
    Newcomer,
    FollowPrefetched(&'static str),
    Installed(Step),
    Framed(Step),
    Forge(&'static str),
    PromoteInOrder(&'static str, Duration),
    Roam(usize),
    Wait(u64),
    Plan(Turn),
    ReadsMeet(Fault),
    ReadsWork,
    Evict,
    Recycle(usize, Trigger),
}

/// What the viewer of an installed application does, or of a page in another site's frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    Open,
    LoadLazy,
    LoadEnv,
    Call,
    Connect,
    /// The browser looks for a new version. A frame is loaded again.
    Update,
}

/// A change of the plan. If the plan does not allow it, nothing happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Turn {
    Promote(&'static str),
    PromoteAtOnce(&'static str),
    Canary(&'static str, u8),
    Ramp(&'static str),
    AbortRamp,
    FinishRamp,
    PauseRamp,
    ResumeRamp,
    RenewLease,
    RollBack,
    Withdraw(&'static str),
}

/// Limits the events that a search may choose.
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    /// The number of viewers, and the number of tabs of each.
    pub(crate) viewers: usize,
    pub(crate) tabs: usize,
    /// Whether viewers go back to a page that the browser remembers. It may be as old as another tab's.
    pub(crate) back: Back,
    /// Whether another site shows the application in a frame, where the browser sends no cookie.
    pub(crate) frame: Presence,
    /// Whether a viewer has installed the application.
    pub(crate) installed: Presence,
    /// Whether reads of the plan fail now and then.
    pub(crate) outages: Presence,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    Allowed,
    Left,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Present,
    Absent,
}

impl Presence {
    fn weight(self) -> u32 {
        match self {
            Self::Present => 1,
            Self::Absent => 0,
        }
    }
}

/// Any event of `choice`.
pub(crate) fn event(choice: Choice) -> impl Strategy<Value = Event> {
    prop_oneof![
        50 => visit(choice),
        16 => waiting(),
        20 => turn().prop_map(Event::Plan),
        6 => trouble(choice),
        6 => special(choice),
        12 => guests(choice),
    ]
}

/// Viewers, time and changes of the plan, without faults.
pub(crate) fn quiet_event(choice: Choice) -> impl Strategy<Value = Event> {
    prop_oneof![50 => visit(choice), 16 => waiting(), 20 => turn().prop_map(Event::Plan)]
}

fn visit(Choice { viewers, tabs, back, .. }: Choice) -> BoxedStrategy<Event> {
    let seat = (0..viewers, 0..tabs).prop_map(|(viewer, tab)| Seat { viewer, tab });
    let path = prop::sample::select(&PATHS[..]);
    let ordinary = prop_oneof![
        4 => (seat.clone(), path.clone()).prop_map(|(seat, path)| Event::Open(seat, path)),
        4 => seat.clone().prop_map(Event::Reload),
        4 => seat.clone().prop_map(Event::LoadLazy),
        2 => seat.clone().prop_map(Event::LoadConfig),
        2 => seat.clone().prop_map(Event::LoadEnv),
        2 => seat.clone().prop_map(Event::Call),
        2 => seat.clone().prop_map(Event::Connect),
        1 => seat.clone().prop_map(Event::Download),
        1 => (seat.clone(), path).prop_map(|(seat, path)| Event::Prefetch(seat, path)),
        1 => seat.clone().prop_map(Event::WorkerFetch),
    ];
    match back {
        Back::Allowed => prop_oneof![
            18 => ordinary,
            2 => seat.clone().prop_map(Event::Back),
            2 => seat.prop_map(Event::Resume),
        ]
        .boxed(),
        Back::Left => ordinary.boxed(),
    }
}

/// Waits around the soft and the hard TTL, a flip and a minute of caching, and a very long wait.
fn waiting() -> impl Strategy<Value = Event> {
    prop::sample::select(vec![1, 10, 16, 44, 46, 51, 61, 400]).prop_map(Event::Wait)
}

fn turn() -> impl Strategy<Value = Turn> {
    let percent = prop::sample::select(vec![10, 50, 90]);
    prop_oneof![
        8 => release().prop_map(Turn::Promote),
        8 => release().prop_map(Turn::PromoteAtOnce),
        8 => (release(), percent).prop_map(|(release, percent)| Turn::Canary(release, percent)),
        3 => release().prop_map(Turn::Ramp),
        3 => Just(Turn::AbortRamp),
        3 => Just(Turn::FinishRamp),
        1 => Just(Turn::PauseRamp),
        1 => Just(Turn::ResumeRamp),
        1 => Just(Turn::RenewLease),
        6 => Just(Turn::RollBack),
        1 => release().prop_map(Turn::Withdraw),
    ]
}

fn trouble(Choice { outages, .. }: Choice) -> impl Strategy<Value = Event> {
    let fault = prop::sample::select(vec![
        Fault::Latency { ms: 400 },
        Fault::Latency { ms: 2000 },
        Fault::Throttled,
        Fault::Denied,
        Fault::Gone,
        Fault::Dropped,
        Fault::Malformed { value: "{".into() },
    ]);
    let trigger = prop::sample::select(vec![Trigger::ViewerRequest, Trigger::OriginRequest]);
    prop_oneof![
        2 * outages.weight() => fault.prop_map(Event::ReadsMeet),
        3 => Just(Event::ReadsWork),
        2 => Just(Event::Evict),
        2 => (0..2_usize, trigger).prop_map(|(edge, trigger)| Event::Recycle(edge, trigger)),
    ]
}

fn special(Choice { viewers, .. }: Choice) -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => release().prop_map(Event::FollowPreview),
        1 => Just(Event::EndPreview),
        2 => Just(Event::Newcomer),
        1 => prop::sample::select(&FORGED[..]).prop_map(Event::Forge),
        3 => (0..viewers).prop_map(Event::Roam),
    ]
}

/// Viewers who are not in a tab of the site: they come by a prefetched link, with an installed application, or in
/// a frame.
fn guests(Choice { frame, installed, .. }: Choice) -> BoxedStrategy<Event> {
    let step = prop::sample::select(vec![
        Step::Open,
        Step::LoadLazy,
        Step::LoadEnv,
        Step::Call,
        Step::Connect,
        Step::Update,
    ]);
    let prefetched = prop::sample::select(&PATHS[..]).prop_map(Event::FollowPrefetched);
    prop_oneof![
        3 => prefetched,
        4 * installed.weight() => step.clone().prop_map(Event::Installed),
        4 * frame.weight() => step.prop_map(Event::Framed),
    ]
    .boxed()
}

fn release() -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(&RELEASES[..])
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "viewer {}", self.viewer)?;
        if self.tab == 0 { Ok(()) } else { write!(f, ", in tab {},", self.tab + 1) }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(seat, path) => write!(f, "{seat} opens {path}"),
            Self::Reload(seat) => write!(f, "{seat} reloads"),
            Self::Back(seat) => write!(f, "{seat} goes back"),
            Self::LoadLazy(seat) => write!(f, "{seat} needs the lazy chunk"),
            Self::LoadConfig(seat) => write!(f, "{seat} needs config.json"),
            Self::LoadEnv(seat) => write!(f, "{seat} needs env.js"),
            Self::Connect(seat) => write!(f, "{seat} opens a socket"),
            Self::Download(seat) => write!(f, "{seat} downloads a report"),
            Self::Resume(seat) => write!(f, "{seat} goes back to a page that goes on"),
            Self::FollowPrefetched(path) => {
                write!(
                    f,
                    "a new viewer follows another site's link to {path}, which was prefetched"
                )
            }
            Self::Installed(step) => write!(f, "the viewer of the installed application {step}"),
            Self::Framed(step) => write!(f, "the viewer of another site's frame {step}"),
            Self::Call(seat) => write!(f, "{seat} calls the back end"),
            Self::Prefetch(seat, path) => write!(f, "{seat} prefetches {path}"),
            Self::WorkerFetch(seat) => write!(f, "{seat} has a service worker that fetches /"),
            Self::FollowPreview(release) => {
                write!(f, "the developer follows a preview link to {release}")
            }
            Self::EndPreview => f.write_str("the developer ends the preview"),
            Self::Newcomer => f.write_str("a new viewer opens /"),
            Self::PromoteInOrder(release, wait) => write!(
                f,
                "{release} is promoted: written, {} s pass, everything is invalidated",
                wait.as_secs()
            ),
            Self::Forge(cookie) => write!(f, "a viewer comes with the release cookie `{cookie}`"),
            Self::Roam(viewer) => write!(f, "viewer {viewer} moves to the other edge location"),
            Self::Wait(seconds) => write!(f, "{seconds} s pass"),
            Self::Plan(turn) => turn.fmt(f),
            Self::ReadsMeet(fault) => write!(f, "reads of the plan meet {fault:?}"),
            Self::ReadsWork => f.write_str("reads of the plan work"),
            Self::Evict => f.write_str("everything is invalidated"),
            Self::Recycle(edge, trigger) => {
                write!(f, "edge location {edge} starts {trigger} anew")
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "opens it",
            Self::LoadLazy => "needs the lazy chunk",
            Self::LoadEnv => "needs env.js",
            Self::Call => "calls the back end",
            Self::Connect => "opens a socket",
            Self::Update => "gets its new version",
        })
    }
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Promote(release) => write!(f, "{release} is promoted on schedule"),
            Self::PromoteAtOnce(release) => write!(f, "{release} is promoted at once"),
            Self::Canary(release, percent) => write!(f, "{release} gets {percent} %"),
            Self::Ramp(release) => write!(f, "a ramp of {release} begins"),
            Self::AbortRamp => f.write_str("the ramp is aborted"),
            Self::FinishRamp => f.write_str("the ramp is finished"),
            Self::PauseRamp => f.write_str("the ramp is paused"),
            Self::ResumeRamp => f.write_str("the ramp is resumed"),
            Self::RenewLease => f.write_str("the lease of the ramp is renewed"),
            Self::RollBack => f.write_str("the change is rolled back"),
            Self::Withdraw(release) => write!(f, "{release} is withdrawn"),
        }
    }
}
