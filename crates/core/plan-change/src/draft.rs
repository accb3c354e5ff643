use edge_time::Timestamp;
use plan_format::MAX_PLAN_BYTES;
use routing_core::ReleaseId;

use crate::change::Context;
use crate::change_refusal::ChangeRefusal;
use crate::document::Document;
use crate::effect::{Begins, Effect};
use crate::fields::Fields;
use crate::moment::Moment;
use crate::traffic::{Served, Traffic};

/// A release's field: when it last had weight, once the stages that say so are gone.
const SERVED_UNTIL: &str = "served_until";
/// The plan's field: the stages that a paused ramp still has before it.
const PAUSED: &str = "paused_stages";
/// The plan's field: the lease.
const LEASE: &str = "lease";
/// The plan's field: what was done last, when, by whom and why.
const LAST_CHANGE: &str = "last_change";

/// The text of a plan in its parts.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) top: Fields,
    pub(crate) releases: Vec<(String, Fields)>,
    pub(crate) stages: Vec<Fields>,
}

impl Body {
    /// `None` if the plan, its releases and its stages are not objects.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let top: Fields = serde_json::from_str(text).ok()?;
        let releases = top.get::<Fields>("releases")?.objects()?;
        let stages = top.get("stages")?;
        Some(Self { top, releases, stages })
    }

    fn text(&self) -> String {
        let mut top = self.top.clone();
        top.set("releases", &self.releases.iter().cloned().collect::<Fields>());
        top.set("stages", &self.stages);
        serde_json::to_string(&top).expect("fields are always JSON")
    }

    /// The stages that a paused ramp still has before it.
    pub(crate) fn paused(&self) -> Vec<Fields> {
        self.top.get(PAUSED).unwrap_or_default()
    }

    /// When a release last had weight: by the stages, or as it was noted when they went.
    pub(crate) fn served(&self, traffic: &Traffic<'_>, release: usize) -> Served {
        match traffic.served(release) {
            Served::Never => {
                let noted = self.releases.get(release);
                let until = noted.and_then(|(_, fields)| fields.get::<String>(SERVED_UNTIL));
                until
                    .and_then(|until| Timestamp::parse(&until).ok())
                    .map_or(Served::Never, Served::Until)
            }
            served @ (Served::Still | Served::Until(_)) => served,
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

    /// Makes the stage that applies the last one, with nothing to come and no lease, for another to
    /// follow; returns its index.
    ///
    /// Where one release has all traffic this begins a rollout, of that stage and of one of the release
    /// before: nobody notices. A viewer of the old rollout is drawn anew, from that one release, and by
    /// the same roll as one of the new rollout when the next stage begins. While several have weight the
    /// rollout goes on, since a viewer that is drawn anew may change its release for no reason.
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

    /// Writes what the lease has come to into the stages, and forgets it.
    pub(crate) fn end_lease(&mut self) {
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

    /// Begins another rollout with the stages at `kept`, no lease and nothing paused.
    ///
    /// Its id follows from the revision, so it is never used twice.
    pub(crate) fn begin_rollout(&mut self, kept: &[usize]) {
        self.note_served();
        let kept: Vec<_> = kept.iter().filter_map(|index| self.effective(*index)).collect();
        self.body.stages.clear();
        for (from, stage) in kept {
            // A lease may have let a stage apply before its time.
            let from = if from <= self.traffic.now { from } else { self.present() };
            self.push(stage, from);
        }
        let rollout = next_rollout(self.traffic.plan.rollout(), self.traffic.plan.revision());
        self.body.top.set("rollout", &rollout);
        self.body.top.remove(LEASE);
        self.body.top.remove(PAUSED);
    }

    /// A stage on its own, and when it begins: with the weights that it has when withdrawn releases have
    /// none. One that has only those has the traffic of another stage.
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

    /// Notes when the releases had weight that only stages which now go know of.
    fn note_served(&mut self) {
        for (index, release) in self.traffic.plan.releases().iter().enumerate() {
            match self.traffic.served(index) {
                Served::Until(until) => self.note_end(&release.id, until),
                Served::Still | Served::Never => {}
            }
        }
    }

    /// Notes that a release had weight until then.
    pub(crate) fn note_end(&mut self, id: &ReleaseId, until: Timestamp) {
        if let Some((_, fields)) = self.body.releases.iter_mut().find(|(key, _)| key == id.as_str())
        {
            fields.set(SERVED_UNTIL, &until.to_string());
        }
    }

    /// Appends a stage of these weights.
    pub(crate) fn append(&mut self, from: Timestamp, weights: &[(&str, u16)]) {
        self.push(Fields::default(), from);
        self.reweigh_last(weights);
    }

    /// Appends a stage, which begins at `from`.
    pub(crate) fn push(&mut self, mut stage: Fields, from: Timestamp) {
        stage.set("from", &from.to_string());
        self.body.stages.push(stage);
    }

    /// Gives the last stage these weights.
    ///
    /// Once it has begun, releases with weight need no note of when they last had some. Before that they do:
    /// pages of that time may be open, and the stage may be taken back.
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
            }
        }
    }

    /// Takes away the stages from `index` on and returns them.
    pub(crate) fn cut(&mut self, index: usize) -> Vec<Fields> {
        self.body.stages.split_off(index.min(self.body.stages.len()))
    }

    /// Keeps the stages of a paused ramp.
    pub(crate) fn pause(&mut self, stages: &[Fields]) {
        self.body.top.set(PAUSED, &stages);
    }

    /// Whether a ramp is paused; none is after its lease has ended.
    pub(crate) fn is_paused(&self) -> bool {
        self.traffic.ended_lease().is_none() && !self.body.paused().is_empty()
    }

    /// How many steps of a paused ramp wait.
    pub(crate) fn paused_steps(&self) -> usize {
        if self.is_paused() { self.body.paused().len() } else { 0 }
    }

    /// Takes back the stages of a paused ramp.
    pub(crate) fn unpause(&mut self) -> Vec<Fields> {
        let paused = self.body.paused();
        self.body.top.remove(PAUSED);
        paused
    }

    /// Lets stage `otherwise` apply from `until` on.
    pub(crate) fn lease(&mut self, until: Timestamp, otherwise: usize) {
        let mut lease: Fields = self.body.top.get(LEASE).unwrap_or_default();
        lease.set("until", &until.to_string());
        lease.set("else", &otherwise);
        self.body.top.set(LEASE, &lease);
    }

    /// Writes down what was done last.
    pub(crate) fn note(&mut self, note: &Fields) {
        self.body.top.set(LAST_CHANGE, note);
    }

    /// What was done last.
    pub(crate) fn noted(&self) -> Option<Fields> {
        self.body.top.get(LAST_CHANGE)
    }

    /// A moment in words.
    pub(crate) fn moment(&self, at: Timestamp) -> Moment {
        Moment { at, now: self.traffic.now }
    }

    /// What begins now.
    pub(crate) fn at_once(&self) -> Begins {
        Begins::WithinSeconds(self.context.hard_ttl.as_secs())
    }

    /// The present second, or what is left of it after the last stage.
    pub(crate) fn present(&self) -> Timestamp {
        let second = self.traffic.now.floor_second();
        let last = self.body.stages.last().and_then(|stage| stage.get::<String>("from"));
        match last.and_then(|from| Timestamp::parse(&from).ok()) {
            Some(Timestamp(last)) => second.max(Timestamp(last.saturating_add(1))),
            None => second,
        }
    }

    /// The next revision, checked, with `room` bytes left for others. Old releases make room, each with
    /// an effect, and then the note of what was done.
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
        if self.body.text().len() > allowed {
            self.body.top.remove(LAST_CHANGE);
        }
        let text = self.body.text();
        if text.len() > allowed {
            return Err(ChangeRefusal::TooLarge { bytes: text.len(), allowed });
        }
        Document::parse(&text, &self.context.prefix_template).map_err(ChangeRefusal::Plan)
    }

    /// The index of the oldest release that no stage names and no cookie can name any more.
    fn droppable(&self) -> Option<usize> {
        let stages: Vec<Fields> =
            self.body.stages.iter().cloned().chain(self.body.paused()).collect();
        let old = |(id, fields): &(String, Fields)| {
            let until =
                fields.get::<String>(SERVED_UNTIL).and_then(|text| Timestamp::parse(&text).ok());
            let drained =
                until.is_some_and(|until| self.context.drained(until) <= self.context.now);
            drained && !stages.iter().any(|stage| names(stage, id))
        };
        self.body.releases.iter().position(old)
    }
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
