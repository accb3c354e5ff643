//! Every order in which two and three writers' calls can reach the store, with answers that are lost; and of four
//! writers, every order in which a writer is set aside for another only a few times.
//!
//! The commands are the program's own; only the store is a stand-in, which answers one call at a time in
//! the order that the search chooses. Time passes while no call is under way, and in some searches a few times
//! while one is. All calls together take less than the second after which a command looks whether its write stands.

use std::cell::RefCell;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use edgeswitch::{
    Alarm, AlarmState, Alarms, Answer, Answers, AwsError, AwsErrorKind, Bucket, Bus, Cli, Cloud,
    Configuration, Deployer, Distribution, Exit, Label, ParameterClient, Stored,
};
use tokio::sync::oneshot;
use tokio::task::{LocalSet, yield_now};
use virtual_clock::VirtualClock;

use crate::control::world::{HOME, NAME, NOW, PLAN, Ran, parsed, run_parsed};

/// A canary of 10 % on top of [`PLAN`], so that there is something to take back.
const CANARY: &str = r#"{"schema":1,"revision":17,"releases":{"41ab03d":{"prefix":"/releases/41ab03d","slot":"blue"},"9f2c1e7":{"prefix":"/releases/9f2c1e7","slot":"green"}},"rollout":"r12","stages":[{"from":"2026-11-22T08:00:00Z","weights":[["41ab03d",100]]},{"from":"2026-11-22T09:00:00Z","weights":[["41ab03d",90],["9f2c1e7",10]]}]}"#;

/// How long a call takes if time passes while it is under way: longer than the pause before a second attempt.
const DELAY: Duration = Duration::from_millis(300);

/// What may happen in a run, how often at most.
#[derive(Debug, Clone, Copy, Hash)]
struct Bounds {
    /// Writes that do not arrive, or whose answers do not.
    lost: usize,
    /// Delays while calls are under way.
    delays: usize,
    /// How often a writer whose call waits is set aside for another; `None` for every order.
    switches: Option<usize>,
}

const EVERY_ORDER: Bounds = Bounds { lost: 0, delays: 0, switches: None };

impl Bounds {
    /// Whether `writer` may go on after `last`, whose own call waits or not.
    fn allow(self, writer: usize, last: Option<usize>, waiting: &[Call]) -> bool {
        self.switches != Some(0) || !is_set_aside(writer, last, waiting)
    }

    fn spend(&mut self, writer: usize, last: Option<usize>, waiting: &[Call]) {
        if let Some(left) = self.switches.as_mut().filter(|_| is_set_aside(writer, last, waiting)) {
            *left -= 1;
        }
    }
}

/// Whether the last writer is set aside if `writer` goes on.
fn is_set_aside(writer: usize, last: Option<usize>, waiting: &[Call]) -> bool {
    last.is_some_and(|last| last != writer && waiting.iter().any(|call| call.writer == last))
}

/// What happens next: a call has its fate, or time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Call(usize, Fate),
    Delay,
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fate {
    Answered,
    /// It is done, and its answer is lost.
    AnswerLost,
    /// It never arrives.
    Lost,
}

/// A call that waits for its turn.
struct Call {
    writer: usize,
    is_write: bool,
    turn: oneshot::Sender<Fate>,
}

/// A version, and all the versions that its writer had read, directly or by what they were made from.
#[derive(Clone)]
struct Version {
    text: String,
    writer: usize,
    knows: BTreeSet<u64>,
}

#[derive(Default)]
struct Store {
    versions: Vec<Version>,
    waiting: Vec<Call>,
    /// By writer: the versions that it has read.
    read: Vec<BTreeSet<u64>>,
    /// What each writer has been answered, for telling states apart.
    seen: Vec<u64>,
}

impl Store {
    fn stored(&self, version: u64) -> Option<Stored> {
        let found = self.versions.get(usize::try_from(version).ok()?.checked_sub(1)?)?;
        Some(Stored {
            version,
            text: found.text.clone(),
            modified: Timestamp(NOW.0 - 3_600_000),
            user: Some(format!("writer-{}", found.writer)),
            answered: None,
        })
    }

    fn latest(&self) -> u64 {
        self.versions.len() as u64
    }

    fn learn(&mut self, writer: usize, version: u64) {
        if let Some(found) = self.versions.get(version as usize - 1) {
            let knows = found.knows.clone();
            self.read[writer].extend(knows);
        }
    }

    fn put(&mut self, writer: usize, text: &str) -> u64 {
        let version = self.latest() + 1;
        let mut knows = self.read[writer].clone();
        knows.insert(version);
        self.read[writer].insert(version);
        self.versions.push(Version { text: text.into(), writer, knows });
        version
    }
}

#[derive(Clone)]
struct Ordered {
    store: Arc<Mutex<Store>>,
    writer: usize,
}

impl Ordered {
    async fn call<T>(
        &self,
        is_write: bool,
        act: impl FnOnce(&mut Store) -> T + Send,
    ) -> Result<T, AwsError> {
        let (turn, mine) = oneshot::channel();
        let call = Call { writer: self.writer, is_write, turn };
        self.store.lock().unwrap().waiting.push(call);
        let fate = mine.await.unwrap_or(Fate::Lost);
        let mut store = self.store.lock().unwrap();
        let mut hasher = DefaultHasher::new();
        (store.seen[self.writer], fate, store.latest(), is_write).hash(&mut hasher);
        store.seen[self.writer] = hasher.finish();
        let lost = || AwsError {
            kind: AwsErrorKind::Lost,
            doing: "call".into(),
            reason: "connection closed".into(),
        };
        match fate {
            Fate::Answered => Ok(act(&mut store)),
            Fate::AnswerLost => {
                act(&mut store);
                Err(lost())
            }
            Fate::Lost => Err(lost()),
        }
    }
}

impl ParameterClient for Ordered {
    fn name(&self) -> &str {
        NAME
    }

    fn region(&self) -> &str {
        HOME
    }

    fn read(&self) -> Answer<'_, Stored> {
        let writer = self.writer;
        Box::pin(self.call(false, move |store| {
            let latest = store.latest();
            store.learn(writer, latest);
            store.stored(latest).unwrap()
        }))
    }

    fn read_version(&self, version: u64) -> Answer<'_, Stored> {
        let writer = self.writer;
        Box::pin(self.call(false, move |store| {
            store.learn(writer, version);
            store.stored(version).unwrap()
        }))
    }

    fn write<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        let writer = self.writer;
        Box::pin(self.call(true, move |store| store.put(writer, text)))
    }

    fn create<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        self.write(text)
    }

    fn history(&self) -> Answer<'_, Vec<Stored>> {
        let writer = self.writer;
        Box::pin(self.call(false, move |store| {
            let versions: Vec<u64> = (1..=store.latest()).collect();
            versions.iter().for_each(|version| store.learn(writer, *version));
            versions.iter().filter_map(|version| store.stored(*version)).collect()
        }))
    }

    fn oldest_label(&self) -> Answer<'_, Option<Label>> {
        panic!("nobody asks for labels so early")
    }
}

impl Cloud for Ordered {
    fn parameter(&self, name: &str, _: &str) -> Box<dyn ParameterClient> {
        match name {
            NAME => Box::new(self.clone()),
            _ => Box::new(Forgetful),
        }
    }

    fn distribution(&self, id: &str) -> Box<dyn Distribution> {
        panic!("nobody asks for distribution {id}")
    }

    fn outputs<'a>(&'a self, _: &'a str) -> Answer<'a, Option<BTreeMap<String, String>>> {
        panic!("no plan is in a stack")
    }

    fn configuration(&self, _: &str) -> Box<dyn Configuration> {
        panic!("no plan is in a configuration")
    }

    fn bucket(&self, name: &str) -> Box<dyn Bucket> {
        panic!("nobody asks for bucket {name}")
    }

    fn answers(&self) -> Box<dyn Answers> {
        panic!("nobody asks the doctor")
    }

    fn bus(&self, _: &str) -> Box<dyn Bus> {
        Box::new(Forgetful)
    }

    fn alarms(&self, _: &str) -> Box<dyn Alarms> {
        Box::new(Forgetful)
    }

    fn balancer(&self, _: &edge_config::LoadBalancer) -> Box<dyn edgeswitch::Balancer> {
        unreachable!("these projects have no followers")
    }

    fn records(&self, _: &edge_config::Records) -> Box<dyn edgeswitch::WeightedRecords> {
        unreachable!("these projects have no followers")
    }

    fn deployer(&self) -> Deployer {
        panic!("these commands deploy nothing")
    }
}

/// The parameter beside the plan, which is always missing; the bus; and alarms that have been on for a minute. Their
/// calls matter to nobody else, so they need no turn.
struct Forgetful;

impl ParameterClient for Forgetful {
    fn name(&self) -> &str {
        "/shop/plan-guard"
    }

    fn region(&self) -> &str {
        HOME
    }

    fn read(&self) -> Answer<'_, Stored> {
        let (kind, doing, reason) = (AwsErrorKind::Missing, "read".into(), "missing".into());
        Box::pin(async move { Err(AwsError { kind, doing, reason }) })
    }

    fn read_version(&self, _: u64) -> Answer<'_, Stored> {
        self.read()
    }

    fn write<'a>(&'a self, _: &'a str) -> Answer<'a, u64> {
        Box::pin(async { Ok(1) })
    }

    fn create<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        self.write(text)
    }

    fn history(&self) -> Answer<'_, Vec<Stored>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn oldest_label(&self) -> Answer<'_, Option<Label>> {
        Box::pin(async { Ok(None) })
    }
}

impl Bus for Forgetful {
    fn put<'a>(&'a self, _: &'a str) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

impl Alarms for Forgetful {
    fn states<'a>(&'a self, names: &'a [String]) -> Answer<'a, Vec<Alarm>> {
        let alarm = |name: &String| Alarm {
            name: name.clone(),
            state: AlarmState::Alarm,
            reason: "7.5 is above 1.0".into(),
            since: Some(Timestamp(NOW.0 - 60_000)),
            suppressed: None,
        };
        Box::pin(async move { Ok(names.iter().map(alarm).collect()) })
    }

    fn mute_rule<'a>(&'a self, _: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }
}

/// One choice of a run: which of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Choice {
    taken: usize,
    of: usize,
}

/// How one run ended.
struct Finished {
    ran: Vec<Ran>,
    store: Store,
}

/// Runs the commands with the choices given, and the first one wherever none is. `None` if the run came to
/// a state that `known` has, or is equal to one in which the same reads come in another order.
async fn play(
    plan: &str,
    lines: &[Rc<Cli>],
    mut bounds: Bounds,
    choices: &mut Vec<Choice>,
    known: &mut HashSet<u64>,
) -> Option<Finished> {
    let store = Store {
        read: vec![BTreeSet::new(); lines.len()],
        seen: vec![0; lines.len()],
        ..Store::default()
    };
    let store = Arc::new(Mutex::new(store));
    let first = Version { text: plan.into(), writer: 0, knows: BTreeSet::from([1]) };
    store.lock().unwrap().versions.push(first);
    let clock = VirtualClock::at(NOW);
    let ended: Rc<RefCell<Vec<Option<Ran>>>> =
        Rc::new(RefCell::new(lines.iter().map(|_| None).collect()));
    let local = LocalSet::new();
    for (writer, line) in lines.iter().enumerate() {
        let (cloud, clock) = (Ordered { store: store.clone(), writer }, clock.clone());
        let (line, ended) = (line.clone(), ended.clone());
        local.spawn_local(async move {
            let ran = run_parsed(|| None, &cloud, &clock, "alice", &line, None).await;
            ended.borrow_mut()[writer] = Some(ran);
        });
    }
    let is_over = || ended.borrow().iter().all(Option::is_some);
    let finished = local
        .run_until(async {
            let (mut step, mut last) = (0, None);
            // The writers whose reads come before those that have been answered since the last write: without a write
            // between them, two reads have the same answers in either order.
            let mut asleep: BTreeSet<usize> = BTreeSet::new();
            while !is_over() {
                for _ in 0..4 {
                    yield_now().await;
                }
                if store.lock().unwrap().waiting.is_empty() {
                    // Somebody pauses: with nothing under way, time passes. The runtime's clock is paused, so this moves the
                    // clock and waits for nothing.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
                let delay = {
                    let mut at = store.lock().unwrap();
                    at.waiting.sort_by_key(|call| call.writer);
                    let mut nexts: Vec<Next> = Vec::new();
                    for (index, call) in at.waiting.iter().enumerate() {
                        let is_asleep = asleep.contains(&call.writer);
                        if is_asleep || !bounds.allow(call.writer, last, &at.waiting) {
                            continue;
                        }
                        nexts.push(Next::Call(index, Fate::Answered));
                        if bounds.lost > 0 && call.is_write {
                            let lost = [Fate::AnswerLost, Fate::Lost];
                            nexts.extend(lost.map(|fate| Next::Call(index, fate)));
                        }
                    }
                    if bounds.delays > 0 {
                        nexts.push(Next::Delay);
                    }
                    if nexts.is_empty() {
                        return false;
                    }
                    let choice = choices.get(step).copied();
                    if choice.is_none() {
                        let mut hasher = DefaultHasher::new();
                        let texts: Vec<&str> =
                            at.versions.iter().map(|one| one.text.as_str()).collect();
                        (texts, &at.seen, bounds, &asleep).hash(&mut hasher);
                        (clock.now(), bounds.switches.and(last)).hash(&mut hasher);
                        ended
                            .borrow()
                            .iter()
                            .map(Option::is_some)
                            .for_each(|is| is.hash(&mut hasher));
                        if !known.insert(hasher.finish()) {
                            return false;
                        }
                        choices.push(Choice { taken: 0, of: nexts.len() });
                    }
                    match nexts[choices[step].taken] {
                        Next::Call(index, fate) => {
                            bounds.lost -= usize::from(fate != Fate::Answered);
                            let (writer, is_write) =
                                (at.waiting[index].writer, at.waiting[index].is_write);
                            bounds.spend(writer, last, &at.waiting);
                            if is_write {
                                asleep.clear();
                            } else if bounds.switches.is_none() {
                                let earlier = at.waiting.iter().take(index);
                                let reads = earlier.filter(|call| !call.is_write);
                                asleep.extend(reads.map(|call| call.writer));
                            }
                            last = Some(writer);
                            let call = at.waiting.remove(index);
                            // The writer may have given up by then.
                            let _ = call.turn.send(fate);
                            Duration::ZERO
                        }
                        Next::Delay => {
                            bounds.delays -= 1;
                            asleep.clear();
                            DELAY
                        }
                    }
                };
                tokio::time::sleep(delay).await;
                step += 1;
            }
            true
        })
        .await;
    drop(local);
    let ran = ended.take().into_iter().flatten().collect();
    finished.then(|| Finished { ran, store: std::mem::take(&mut store.lock().unwrap()) })
}

/// Runs every order within the bounds; returns how many differ.
fn search(lines: &[&str], bounds: Bounds, check: impl Fn(&Finished)) -> usize {
    search_from(CANARY, lines, bounds, check)
}

/// Like [`search`], from another plan.
fn search_from(plan: &str, lines: &[&str], bounds: Bounds, check: impl Fn(&Finished)) -> usize {
    let whole = |line: &&str| parsed(&format!("{line} -y --parameter {NAME} --region {HOME}"));
    let lines: Vec<Rc<Cli>> = lines.iter().map(whole).map(Rc::new).collect();
    let (mut choices, mut known, mut runs) = (Vec::new(), HashSet::new(), 0);
    loop {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        if let Some(finished) =
            runtime.block_on(play(plan, &lines, bounds, &mut choices, &mut known))
        {
            check(&finished);
            runs += 1;
        }
        while choices.last().is_some_and(|last: &Choice| last.taken + 1 == last.of) {
            choices.pop();
        }
        match choices.last_mut() {
            Some(last) => last.taken += 1,
            None => return runs,
        }
    }
}

/// `9f2c1e7` has all traffic for an hour, and a rollback goes to `41ab03d`. Both can run on `db` 4, one of them on each
/// version beside it.
const SHARED: &str = r#"{"schema":1,"revision":17,"state":{"db":4},"releases":{"41ab03d":{"prefix":"/releases/41ab03d","needs":{"db":[3,4]}},"9f2c1e7":{"prefix":"/releases/9f2c1e7","needs":{"db":[4,5]}},"c0ffee1":{"prefix":"/releases/c0ffee1","needs":{"db":[4,5]}}},"rollout":"r12","stages":[{"from":"2026-11-22T08:00:00Z","weights":[["41ab03d",100]]},{"from":"2026-11-22T09:00:00Z","weights":[["9f2c1e7",100]]}]}"#;

/// Whoever is first, the plan never gives traffic to a release that cannot run on its state, and a command that exits
/// 0 is in the plan.
#[test]
fn a_state_and_a_rollback_in_every_order_fit_together() {
    let pairs: &[&[&str]] = &[
        &["rollback", "state set db 5 --cut-off-rollback"],
        &["promote 41ab03d --now --no-wait", "state set db 5 --cut-off-rollback"],
        &[
            "release add 9f2c1e7 --prefix /releases/9f2c1e7 --needs db=4",
            "state set db 5 --cut-off-rollback",
        ],
    ];
    for lines in pairs {
        let bounds = Bounds { delays: 1, ..EVERY_ORDER };
        let runs = search_from(SHARED, lines, bounds, |finished| {
            assert_every_version_fits(lines, finished);
            if !finished.ran.iter().any(|ran| ran.err.contains("cannot go to")) {
                assert_done_is_in_the_plan(lines, finished);
            }
        });
        assert!(runs > 5, "{lines:?}: {runs} orders");
    }
}

fn assert_every_version_fits(lines: &[&str], Finished { ran, store }: &Finished) {
    let last = &store.versions.last().unwrap().text;
    let document = plan_change::Document::parse(last, &Default::default()).unwrap();
    let state = document.state();
    let plan = document.plan();
    let (_, stage) = plan.stage_at(NOW.plus(Duration::from_secs(600)));
    let release = plan.releases()[stage.active()].id.as_str();
    let [(_, Some(versions))] = &document.needs(release)[..] else { panic!("{last}") };
    assert!(versions.contains(state[0].1), "{lines:?}: {last}\n{ran:?}");
    let is_refused = ran.iter().any(|ran| ran.err.contains("cannot go to"));
    assert!(!is_refused || release != "41ab03d", "refused, and in force: {last}\n{ran:?}");
}

/// A command that exits 0 is in the plan until somebody writes who has read it.
fn assert_done_is_in_the_plan(lines: &[&str], Finished { ran, store }: &Finished) {
    let last = store.versions.last().unwrap();
    let story = || -> String {
        let versions = store.versions.iter().enumerate();
        let versions =
            versions.map(|(index, one)| format!("{}: by {} {}\n", index + 1, one.writer, one.text));
        let told = ran
            .iter()
            .zip(lines)
            .map(|(ran, line)| format!("{line}: {:?} {}\n", ran.exit, ran.err));
        versions.chain(told).collect()
    };
    for (writer, ran) in ran.iter().enumerate().filter(|(_, ran)| ran.exit == Exit::Done) {
        if lines[writer].starts_with("guard") {
            // Several guards make one rollback: one of them writes it, and the others find it there.
            continue;
        }
        let mine = store.versions.iter().rposition(|one| one.writer == writer);
        let Some(index) = mine else { continue };
        let version = index as u64 + 1;
        if lines[writer].starts_with("rollback") && !lines.iter().any(|line| gives_traffic(line)) {
            // Another rollback may have replaced it. What counts is that one is in force.
            assert!(is_rolled_back(&last.text), "{}", story());
            continue;
        }
        let is_put_back = last.text == store.versions[index].text;
        assert!(
            last.knows.contains(&version) || is_put_back,
            "`{}` said that it is done: {}\n{}",
            lines[writer],
            ran.out,
            story()
        );
    }
    for (ran, line) in ran.iter().zip(lines) {
        if let Some(id) = ADDED.iter().find(|id| line.starts_with(&format!("release add {id}"))) {
            let is_there = last.text.contains(&format!("\"{id}\":"));
            assert!(is_told_right(ran, is_there), "`{line}` is there: {is_there}\n{}", story());
        }
        // The second of two rollbacks may find that there is nothing to take back.
        let is_settled = ran.err.contains("does not say which release was active before");
        let is_kept = !line.starts_with("rollback") || ran.exit == Exit::Done || is_settled;
        assert!(is_kept, "a rollback stands:\n{}", story());
    }
}

fn gives_traffic(line: &str) -> bool {
    ["promote", "canary"].iter().any(|command| line.starts_with(command))
}

/// Whether `41ab03d` has all traffic.
fn is_rolled_back(plan: &str) -> bool {
    let plan: serde_json::Value = serde_json::from_str(plan).unwrap();
    let last = plan["stages"].as_array().unwrap().last().unwrap();
    last["weights"][0] == serde_json::json!(["41ab03d", 100])
}

/// Whether the end of the command is true: what it adds is in the plan, or is not.
fn is_told_right(ran: &Ran, is_there: bool) -> bool {
    let says = |words: &str| ran.err.contains(words);
    if ran.exit == Exit::Done || says("and this command has replaced it") {
        return is_there;
    }
    if says("not certain whether") || says("written and replaced") {
        return true;
    }
    !is_there
}

const ADDED: [&str; 3] = ["aaaaaaa", "bbbbbbb", "ccccccc"];
const ADD: &str = "release add aaaaaaa --slot blue --prefix /releases/aaaaaaa";
const ADD_THIRD: &str = "release add ccccccc --slot blue --prefix /releases/ccccccc";
const ADD_TOO: &str = "release add bbbbbbb --slot blue --prefix /releases/bbbbbbb";

#[test]
fn two_writers_in_every_order_keep_their_word() {
    let pairs: &[&[&str]] = &[
        &[ADD, ADD_TOO],
        &["rollback", ADD],
        &["rollback", "rollback"],
        &["rollback", "canary 9f2c1e7 --weight 50"],
        &["rollback", "promote 9f2c1e7 --now"],
        &["promote 9f2c1e7 --now", ADD],
    ];
    for lines in pairs {
        let bounds = Bounds { delays: 2, ..EVERY_ORDER };
        let runs = search(lines, bounds, |finished| assert_done_is_in_the_plan(lines, finished));
        assert!(runs > 5, "{lines:?}: {runs} orders");
    }
}

#[test]
fn two_writers_keep_their_word_when_an_answer_is_lost() {
    for lines in [&[ADD, ADD_TOO], &["rollback", ADD], &["rollback", "rollback"]] {
        let bounds = Bounds { lost: 1, delays: 2, ..EVERY_ORDER };
        let runs = search(lines, bounds, |finished| assert_done_is_in_the_plan(lines, finished));
        assert!(runs > 10, "{lines:?}: {runs} orders");
    }
}

#[test]
fn three_writers_in_every_order_keep_their_word() {
    for lines in [&["rollback", ADD, ADD_TOO], &[ADD, ADD_TOO, ADD_THIRD]] {
        let runs = search(lines, EVERY_ORDER, |it| assert_done_is_in_the_plan(lines, it));
        assert!(runs > 50, "{runs} orders");
    }
}

/// [`PLAN`] is what the rollback goes back to.
#[test]
fn a_rollback_alone_goes_back() {
    let lines: &[&str] = &["rollback"];
    search(lines, EVERY_ORDER, |Finished { store, .. }| {
        let last = &store.versions.last().unwrap().text;
        assert!(last.contains(r#"["41ab03d",100]"#) && PLAN.contains("41ab03d"), "{last}");
    });
}

/// [`CANARY`] as a ramp that the guard holds. Its alarm has been on for a minute.
fn guarded() -> String {
    let lease = r#""lease":{"until":"2026-11-22T10:20:00Z","else":0,"guard":{"seconds":645,"alarms":["shop-5xx"]}}}"#;
    format!("{},{lease}", CANARY.strip_suffix('}').unwrap())
}

/// Two guards, or a guard beside a pipeline or a person: everybody keeps their word, and the ramp goes back to the release
/// before it.
#[test]
fn guards_beside_people_and_pipelines_take_back_once() {
    let crowds: &[&[&str]] =
        &[&[GUARD, GUARD], &[GUARD, ADD], &[GUARD, "rollback"], &[GUARD, "ramp pause"]];
    assert_taken_back(crowds, EVERY_ORDER);
}

/// Two guards, a pipeline and a person at once: every order in which three of them are set aside for another at most
/// twice, and four of them once. Every order of three takes minutes.
#[test]
fn two_guards_a_pipeline_and_a_person_take_back_once() {
    let three: &[&[&str]] = &[&[GUARD, GUARD, ADD], &[GUARD, ADD, "rollback"]];
    assert_taken_back(three, Bounds { switches: Some(2), ..EVERY_ORDER });
    let four: &[&[&str]] = &[&[GUARD, GUARD, ADD, "ramp pause"], &[GUARD, GUARD, ADD, "rollback"]];
    assert_taken_back(four, Bounds { switches: Some(1), ..EVERY_ORDER });
}

const GUARD: &str = "guard --once";

fn assert_taken_back(crowds: &[&[&str]], bounds: Bounds) {
    for lines in crowds {
        let runs = search_from(&guarded(), lines, bounds, |finished| {
            assert_done_is_in_the_plan(lines, finished);
            let last = &finished.store.versions.last().unwrap().text;
            assert!(is_rolled_back(last) && !last.contains("\"lease\":"), "{lines:?}: {last}");
        });
        assert!(runs > 1, "{lines:?}: {runs} orders");
    }
}
