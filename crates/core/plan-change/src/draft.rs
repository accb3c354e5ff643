use std::time::Duration;

use edge_time::Timestamp;
use plan_format::{MAX_PLAN_BYTES, Versions};
use routing_core::{ReleaseId, Stage};

use crate::change::Context;
use crate::change_refusal::ChangeRefusal;
use crate::contracts;
use crate::document::Document;
use crate::effect::{Begins, Effect};
use crate::fields::Fields;
use crate::former;
use crate::hold::Hold;
use crate::moment::Moment;
use crate::releases::serves;
use crate::summary::Draining;
use crate::traffic::{Served, Traffic};

/// A field of a release: the time when it last had weight. It is noted when the stages that show it are removed.
pub(crate) const SERVED_UNTIL: &str = "served_until";
/// A field of a release with [`SERVED_UNTIL`]: it is true if the release never had all traffic.
pub(crate) const TRIAL: &str = "trial";
/// A field of the plan: the stages of a paused ramp that have not begun.
const PAUSED: &str = "paused_stages";
/// A field of the plan: the lease.
const LEASE: &str = "lease";
/// A field of the lease: the instructions for the guard.
const GUARD: &str = "guard";
/// A field of these instructions: who has paused the ramp.
const PAUSED_BY: &str = "paused_by";
/// A field of these instructions: the time at which somebody resumed the ramp.
const LET_PASS: &str = "let_pass";
/// A field of the plan: the last change, with its time, author and reason.
const LAST_CHANGE: &str = "last_change";

/// The finest times that former releases are grouped by.
const FINEST_GRAIN: Duration = Duration::from_secs(3600);

/// The text of a plan, split into its parts.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) top: Fields,
    /// All releases, in the order of [`routing_core::Plan::releases`]: the former ones each by itself.
    pub(crate) releases: Vec<(String, Fields)>,
    pub(crate) stages: Vec<Fields>,
}

impl Body {
    /// Returns `None` unless the plan, its releases and its stages are objects.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut top: Fields = serde_json::from_str(text).ok()?;
        let mut releases = former::take(&mut top)?;
        releases.extend(top.get::<Fields>("releases")?.objects()?);
        let stages = top.get("stages")?;
        Some(Self { top, releases, stages })
    }

    fn text(&self) -> String {
        self.text_of(self.top.clone(), &self.releases)
    }

    /// The text with the former releases listed together, by times of this grain.
    fn grouped(&self, grain: Duration) -> String {
        let mut top = self.top.clone();
        let releases = former::group(&mut top, &self.releases, grain, self.naming());
        self.text_of(top, &releases)
    }

    /// The plan in at most `allowed` bytes if that can be: the former releases are listed together only if they
    /// must be, by the finest times possible. Times no coarser than a quarter of a cookie's life keep each release at
    /// most that much longer; coarser ones would save less than the releases kept longer take.
    fn fit(&self, allowed: usize, cookie_max_age: Duration) -> String {
        let grains = std::iter::successors(Some(FINEST_GRAIN), |grain| grain.checked_mul(2));
        let grains = grains.take_while(|grain| *grain <= FINEST_GRAIN.max(cookie_max_age / 4));
        let mut text = self.text();
        for grain in grains {
            if text.len() <= allowed {
                break;
            }
            text = self.grouped(grain);
        }
        text
    }

    fn text_of(&self, mut top: Fields, releases: &[(String, Fields)]) -> String {
        top.set("releases", &releases.iter().cloned().collect::<Fields>());
        top.set("stages", &self.stages);
        serde_json::to_string(&top).expect("fields are always JSON")
    }

    /// Tells whether a stage has a place for a release, with weight 0 and in a paused ramp too.
    pub(crate) fn naming(&self) -> impl Fn(&str) -> bool + use<> {
        let stages: Vec<Fields> = self.stages.iter().cloned().chain(self.paused()).collect();
        move |release| stages.iter().any(|stage| names(stage, release))
    }

    /// The stages of a paused ramp that have not begun.
    pub(crate) fn paused(&self) -> Vec<Fields> {
        self.top.get(PAUSED).unwrap_or_default()
    }

    /// The time when a release last had weight: from the stages, or from the note that was made when stages were
    /// removed. The later one counts.
    pub(crate) fn served(&self, traffic: &Traffic<'_>, release: usize) -> Served {
        let noted = self.releases.get(release).and_then(|(_, fields)| served_until(fields));
        match (traffic.served(release), noted) {
            (Served::Still, _) => Served::Still,
            (Served::Until(until), Some(noted)) => Served::Until(until.max(noted)),
            (Served::Until(until), None) | (Served::Never, Some(until)) => Served::Until(until),
            (Served::Never, None) => Served::Never,
        }
    }
}

/// A plan that is being changed.
pub(crate) struct Draft<'d> {
    pub(crate) traffic: Traffic<'d>,
    pub(crate) context: &'d Context,
    pub(crate) body: Body,
}

impl<'d> Draft<'d> {
    pub(crate) fn of(document: &'d Document, context: &'d Context) -> Self {
        let traffic = Traffic::of(document.plan(), context.now);
        Self { traffic, context, body: document.body() }
    }

    /// Prepares the plan for one more stage: the stage in force becomes the last one, and the lease is removed.
    /// Returns the index of that stage.
    ///
    /// If one release has all traffic, this begins a new rollout, which keeps that stage and one stage of the
    /// previous release. Viewers notice nothing. A viewer of the old rollout is drawn again, but only one release
    /// has weight. When the next stage begins, the same roll decides for viewers of both rollouts.
    ///
    /// If several releases have weight, the rollout goes on. A viewer who is drawn again could otherwise change
    /// release for no reason.
    pub(crate) fn settle(&mut self) -> usize {
        let Traffic { index, .. } = self.traffic;
        if self.traffic.is_settled() {
            let kept: Vec<usize> = self.traffic.before(index).into_iter().chain([index]).collect();
            self.begin_rollout(&kept);
        } else {
            self.end_lease();
        }
        self.body.stages.len() - 1
    }

    /// Removes the lease. If it has ended, first writes its result into the stages.
    pub(crate) fn end_lease(&mut self) {
        self.note_reached();
        if self.traffic.ended_lease().is_some() {
            let applies = self.effective(self.traffic.index);
            let last = self.traffic.last_begun();
            self.body.stages.truncate(last + 1);
            if let Some((_, stage)) = applies.filter(|_| last != self.traffic.index) {
                let from = self.present();
                self.push(stage, from);
            }
            self.body.top.remove(PAUSED);
        }
        self.body.top.remove(LEASE);
    }

    /// Begins a new rollout with the stages at `kept`, without a lease and without paused stages.
    ///
    /// The id of the rollout is computed from the revision, so no id is used twice.
    pub(crate) fn begin_rollout(&mut self, kept: &[usize]) {
        self.note_served();
        self.note_reached();
        let kept: Vec<_> = kept.iter().filter_map(|index| self.effective(*index)).collect();
        self.body.stages.clear();
        for (from, stage) in kept {
            // The end of a lease can put a stage in force before its time.
            let from = if from <= self.traffic.now { from } else { self.present() };
            self.push(stage, from);
        }
        let rollout = next_rollout(self.traffic.plan.rollout(), self.traffic.plan.revision());
        self.body.top.set("rollout", &rollout);
        self.body.top.remove(LEASE);
        self.body.top.remove(PAUSED);
    }

    /// A stage and its beginning, with its effective weights.
    ///
    /// Withdrawn releases have no weight. A stage of withdrawn releases alone has the weights of another stage.
    fn effective(&self, index: usize) -> Option<(Timestamp, Fields)> {
        let from = self.traffic.plan.stages().get(index)?.from();
        let mut stage = self.body.stages.get(index)?.clone();
        let written: Vec<(String, u16)> = stage.get("weights")?;
        let effective = self.traffic.weights_at(index);
        if !written.iter().map(|(id, weight)| (id.as_str(), *weight)).eq(effective.iter().copied())
        {
            stage.set("weights", &effective);
        }
        Some((from, stage))
    }

    /// Notes when each release last had weight, before the stages that show it are removed.
    fn note_served(&mut self) {
        for (index, release) in self.traffic.plan.releases().iter().enumerate() {
            match self.traffic.served(index) {
                Served::Until(until) => self.note_end(&release.id, until),
                Served::Still | Served::Never => {}
            }
        }
    }

    /// Notes the releases of the stages that this change cancels too late: an edge location that has not read
    /// it yet begins them, and gives their releases to viewers until it has.
    ///
    /// The same holds for a lease that this change removes or renews shortly before its end.
    pub(crate) fn note_reached(&mut self) {
        let Traffic { plan, now, stage: current, .. } = self.traffic;
        let before = self.context.next_flip();
        let upcoming = self.traffic.upcoming().iter().filter(|stage| stage.from() < before);
        let lease = self.traffic.lease().filter(|lease| lease.until < before);
        let otherwise = lease.and_then(|lease| plan.stages().get(lease.otherwise));
        let reached: Vec<&Stage> = upcoming.chain(otherwise).collect();
        for (index, release) in plan.releases().iter().enumerate() {
            let gains = reached.iter().any(|stage| stage.weight_of(index) > 0);
            if gains && current.weight_of(index) == 0 {
                self.note_end(&release.id, now);
            }
        }
    }

    /// Notes that a release had weight until `until`, and whether it ever had all traffic.
    pub(crate) fn note_end(&mut self, id: &ReleaseId, until: Timestamp) {
        let is_trial = !self.had_all(id);
        self.note_possible_end(id, until);
        if let Some(fields) = self.fields_mut(id) {
            if is_trial {
                fields.set(TRIAL, &true);
            } else {
                fields.remove(TRIAL);
            }
        }
    }

    /// Notes that a release may have had all traffic until `until`. An earlier note that names a later time stays.
    pub(crate) fn note_possible_end(&mut self, id: &ReleaseId, until: Timestamp) {
        if let Some(fields) = self.fields_mut(id) {
            let until = served_until(fields).map_or(until, |noted| noted.max(until));
            fields.set(SERVED_UNTIL, &until.to_string());
        }
    }

    pub(crate) fn fields_mut(&mut self, id: &ReleaseId) -> Option<&mut Fields> {
        let (_, fields) = self.body.releases.iter_mut().find(|(key, _)| key == id.as_str())?;
        Some(fields)
    }

    /// The needs of a release, in the order of the plan. `None` for one that cannot be read.
    pub(crate) fn needs(&self, id: &str) -> Vec<(String, Option<Versions>)> {
        let found = self.body.releases.iter().find(|(key, _)| key == id);
        found.map(|(_, fields)| contracts::needs(fields)).unwrap_or_default()
    }

    /// Whether a release has or had all traffic: according to the stages, or to the note that was made when
    /// stages were removed.
    pub(crate) fn had_all(&self, id: &ReleaseId) -> bool {
        let releases = self.traffic.plan.releases();
        let index = releases.iter().position(|release| release.id == *id);
        let is_shown = index.is_some_and(|index| self.traffic.had_all(index).is_some());
        let mut noted = self.body.releases.iter().filter(|(key, _)| key == id.as_str());
        let is_noted = |fields: &Fields| {
            served_until(fields).is_some() && fields.get::<bool>(TRIAL) != Some(true)
        };
        is_shown || noted.any(|(_, fields)| is_noted(fields))
    }

    /// Appends a stage with these weights.
    pub(crate) fn append(&mut self, from: Timestamp, weights: &[(&str, u16)]) {
        self.push(Fields::default(), from);
        self.reweigh_last(weights);
    }

    /// Appends a stage that begins at `from`.
    pub(crate) fn push(&mut self, mut stage: Fields, from: Timestamp) {
        stage.set("from", &from.to_string());
        self.body.stages.push(stage);
    }

    /// Sets the weights of the last stage.
    ///
    /// If the stage has begun, the note of when a release last had weight is removed for each release with weight.
    /// If it has not begun, the notes stay: the stage may still be cancelled, and old pages may be open.
    pub(crate) fn reweigh_last(&mut self, weights: &[(&str, u16)]) {
        let Some(stage) = self.body.stages.last_mut() else { return };
        stage.set("weights", &weights);
        let from = stage.get::<String>("from").and_then(|from| Timestamp::parse(&from).ok());
        if from.is_none_or(|from| from > self.traffic.now) {
            return;
        }
        let gains = |id: &str| weights.iter().any(|(other, weight)| *other == id && *weight > 0);
        for (id, fields) in &mut self.body.releases {
            if gains(id) {
                fields.remove(SERVED_UNTIL);
                fields.remove(TRIAL);
            }
        }
    }

    /// Removes the stages from `index` on and returns them.
    pub(crate) fn cut(&mut self, index: usize) -> Vec<Fields> {
        self.body.stages.split_off(index.min(self.body.stages.len()))
    }

    /// Stores the stages of a paused ramp.
    pub(crate) fn pause(&mut self, stages: &[Fields]) {
        self.body.top.set(PAUSED, &stages);
    }

    /// Whether a ramp is paused. After its lease has ended, it is not.
    pub(crate) fn is_paused(&self) -> bool {
        self.traffic.ended_lease().is_none() && !self.body.paused().is_empty()
    }

    /// The number of steps of a paused ramp that have not begun.
    pub(crate) fn paused_steps(&self) -> usize {
        if self.is_paused() { self.body.paused().len() } else { 0 }
    }

    /// Removes the stored stages of a paused ramp and returns them.
    pub(crate) fn unpause(&mut self) -> Vec<Fields> {
        let paused = self.body.paused();
        self.body.top.remove(PAUSED);
        paused
    }

    /// Sets the lease: stage `otherwise` applies from `until` on.
    pub(crate) fn lease(&mut self, until: Timestamp, otherwise: usize) {
        let mut lease: Fields = self.body.top.get(LEASE).unwrap_or_default();
        lease.set("until", &until.to_string());
        lease.set("else", &otherwise);
        self.body.top.set(LEASE, &lease);
    }

    /// Says in the lease that the guard holds the ramp; `None`: that a command does.
    pub(crate) fn hold(&mut self, guard: Option<&Hold>) {
        let Some(mut lease) = self.body.top.get::<Fields>(LEASE) else { return };
        match guard {
            Some(hold) => lease.set(GUARD, hold),
            None => lease.remove(GUARD),
        }
        self.body.top.set(LEASE, &lease);
    }

    /// Tells the guard, if it holds the ramp, who has paused it.
    pub(crate) fn tell_pause(&mut self) {
        let writer = self.context.writer.clone();
        self.tell_guard(|guard| match &writer {
            Some(writer) => guard.set(PAUSED_BY, writer),
            None => guard.remove(PAUSED_BY),
        });
    }

    /// Tells the guard, if it holds the ramp, that the next step may pass the gate. Without a gate there is nothing to
    /// pass.
    pub(crate) fn tell_resume(&mut self) {
        let has_gate = self.held().is_some_and(|hold| hold.gate.is_some());
        let now = self.traffic.now.ceil_second().to_string();
        self.tell_guard(|guard| {
            guard.remove(PAUSED_BY);
            if has_gate {
                guard.set(LET_PASS, &now);
            }
        });
    }

    fn tell_guard(&mut self, tell: impl FnOnce(&mut Fields)) {
        let Some(mut lease) = self.body.top.get::<Fields>(LEASE) else { return };
        let Some(mut guard) = lease.get::<Fields>(GUARD) else { return };
        tell(&mut guard);
        lease.set(GUARD, &guard);
        self.body.top.set(LEASE, &lease);
    }

    /// The instructions for the guard, if it holds a ramp.
    pub(crate) fn held(&self) -> Option<Hold> {
        self.body.top.get::<Fields>(LEASE)?.get(GUARD)
    }

    /// Notes the last change.
    pub(crate) fn note(&mut self, note: &Fields) {
        self.body.top.set(LAST_CHANGE, note);
    }

    /// The note of the last change.
    pub(crate) fn noted(&self) -> Option<Fields> {
        self.body.top.get(LAST_CHANGE)
    }

    /// A time as a [`Moment`], relative to now.
    pub(crate) fn moment(&self, at: Timestamp) -> Moment {
        Moment { at, now: self.traffic.now }
    }

    /// A stage that begins now: each edge location starts it within the hard TTL.
    pub(crate) fn at_once(&self) -> Begins {
        Begins::WithinSeconds(self.context.hard_ttl.as_secs())
    }

    /// The current time, but later than the beginning of the last stage.
    ///
    /// It is not rounded down to a second: the release before has traffic until the plan is written, and its
    /// cookies are counted from the beginning of this stage.
    pub(crate) fn present(&self) -> Timestamp {
        let now = self.traffic.now;
        let last = self.body.stages.last().and_then(|stage| stage.get::<String>("from"));
        match last.and_then(|from| Timestamp::parse(&from).ok()) {
            Some(Timestamp(last)) => now.max(Timestamp(last.saturating_add(1))),
            None => now,
        }
    }

    /// Returns the plan as the next revision, checked, with `room` bytes left for later changes.
    ///
    /// If the plan is too large, old releases are removed, each with an effect. If that is not enough, former
    /// releases are listed together. If that is not enough either, the note of the last change is removed.
    pub(crate) fn finish(
        mut self,
        room: usize,
        effects: &mut Vec<Effect>,
    ) -> Result<Document, ChangeRefusal> {
        let revision =
            self.traffic.plan.revision().checked_add(1).ok_or(ChangeRefusal::LastRevision)?;
        self.body.top.set("revision", &revision);
        let allowed = MAX_PLAN_BYTES - room;
        while self.body.text().len() > allowed {
            let Some(release) = self.droppable() else { break };
            let (id, _) = self.body.releases.remove(release);
            effects.push(Effect::MakesRoom { release: id });
        }
        let mut text = self.body.fit(allowed, self.context.cookie_max_age);
        if text.len() > allowed {
            self.body.top.remove(LAST_CHANGE);
            text = self.body.fit(allowed, self.context.cookie_max_age);
        }
        if text.len() > allowed {
            return Err(self.too_large(text.len(), allowed));
        }
        self.context.read(&text).map_err(ChangeRefusal::Plan)
    }

    /// The refusal of a plan that stays too large, with the releases that can make room. A release that a stage
    /// names cannot.
    fn too_large(&self, bytes: usize, allowed: usize) -> ChangeRefusal {
        let is_named = self.body.naming();
        let (mut removable, mut draining) = (Vec::new(), Vec::new());
        for (index, release) in self.traffic.plan.releases().iter().enumerate() {
            let id = release.id.as_str();
            let is_kept = self.body.releases.iter().any(|(kept, _)| kept == id);
            if !is_kept || is_named(id) || serves(self, index, &release.id) {
                continue;
            }
            match self.body.served(&self.traffic, index) {
                Served::Until(until) if !self.traffic.plan.is_withdrawn(id) => {
                    draining.push((self.context.drained(until), id.to_owned()));
                }
                Served::Until(_) | Served::Still | Served::Never => removable.push(id.to_owned()),
            }
        }
        let next = draining.into_iter().min();
        let next = next.map(|(at, release)| Draining { release, until: self.moment(at) });
        ChangeRefusal::TooLarge { bytes, allowed, removable, next }
    }

    /// The index of the oldest release that no stage names and that no cookie can name any more.
    fn droppable(&self) -> Option<usize> {
        let is_named = self.body.naming();
        let old = |(id, fields): &(String, Fields)| {
            let drained = served_until(fields)
                .is_some_and(|until| self.context.drained(until) <= self.context.now);
            drained && !is_named(id)
        };
        self.body.releases.iter().position(old)
    }
}

/// The time when a release last had weight, if it was noted.
pub(crate) fn served_until(fields: &Fields) -> Option<Timestamp> {
    Timestamp::parse(&fields.get::<String>(SERVED_UNTIL)?).ok()
}

/// Whether a stage has a place for a release, with weight 0 too.
pub(crate) fn names(stage: &Fields, release: &str) -> bool {
    let weights: Vec<(String, u32)> = stage.get("weights").unwrap_or_default();
    weights.iter().any(|(id, _)| id == release)
}

/// `r18` at revision 18, or the number after the rollout's own, if that is higher.
fn next_rollout(rollout: &str, revision: u64) -> String {
    let own = rollout.strip_prefix('r').and_then(|number| number.parse::<u64>().ok());
    let number = own.map_or(revision, |own| own.max(revision)).saturating_add(1);
    format!("r{number}")
}
