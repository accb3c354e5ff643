use std::time::Duration;

use plan_change::{Change, Context, Document, Ramp, Refusal, Share, When, apply};
use plan_store::{Clock, to_json};
use routing_core::{Plan, PlanParts, Release, ReleaseId, StageParts, Timestamp};
use ssm_sim::Put;

use super::{BEGINNING, PARAMETER, World, back_end_of};

/// Changes of the plan, made by the control program's own rules.
impl World {
    /// Gives `release` everybody, at every edge location in the same second, and waits for that.
    ///
    /// # Panics
    /// When the plan refuses it, as all changes here do.
    pub async fn promote(&self, release: &str) {
        let change = Change::Promote { id: id(release), at: When::NextFlip };
        let flip = self.context().next_flip();
        self.make(&change).await;
        let left = u64::try_from(flip.0 - self.clock().now().0).unwrap_or_default();
        self.advance(Duration::from_millis(left)).await;
    }

    /// Gives `release` everybody as soon as each edge location reads the plan.
    pub async fn promote_now(&self, release: &str) {
        self.make(&Change::Promote { id: id(release), at: When::Now }).await;
    }

    /// Gives `release` `percent` of the viewers, from when each edge location reads the plan.
    pub async fn canary(&self, release: &str, percent: f64) {
        let share = Share::from_percent(percent).expect("tests name shares that there are");
        self.make(&Change::Canary { id: id(release), share }).await;
    }

    /// Gives `release` more and more, `every` so often, and takes it all back when nobody renews the lease.
    pub async fn ramp<const N: usize>(
        &self,
        release: &str,
        percents: [f64; N],
        every: Duration,
        lease: Duration,
    ) {
        let share =
            |percent| Share::from_percent(percent).expect("tests name shares that there are");
        let steps = percents.map(share).into();
        let ramp = Ramp { id: id(release), steps, every, lease: Some(lease), pause_at: None };
        self.make(&Change::Ramp(ramp)).await;
    }

    /// Takes the ramp back.
    pub async fn abort(&self) {
        self.make(&Change::RampAbort).await;
    }

    /// Gives everybody the release from before.
    pub async fn roll_back(&self) {
        self.make(&Change::Rollback { to: None, reason: None }).await;
    }

    /// Never serves `release` again.
    pub async fn withdraw(&self, release: &str) {
        self.make(&Change::Withdraw(id(release))).await;
    }

    /// Waits until every edge location follows what was written.
    pub async fn settle(&self) {
        self.advance(self.0.config.refresh.hard_ttl).await;
    }

    /// Makes `change`, if the plan allows it.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn change(&self, change: &Change) -> Result<(), Refusal> {
        let changed = apply(&self.plan().await, change, &self.context())?;
        self.write(changed.document.text()).await;
        Ok(())
    }

    /// Writes `text` into the parameter, whatever it is.
    pub async fn write(&self, text: &str) {
        let put = Put {
            name: PARAMETER.to_owned(),
            value: text.to_owned(),
            overwrite: true,
            ..Put::default()
        };
        self.0.store.put(put).await.expect("writes have no faults here");
        let now = self.clock().now();
        match plan_store::parse(text, &self.0.config.prefix_template) {
            Ok(plan) => self.watch().plan_written(now, plan),
            Err(_) => self.watch().blinded(now),
        }
    }

    /// What the parameter holds.
    async fn plan(&self) -> Document {
        let history = self.0.store.get(PARAMETER);
        let text = history.await.expect("changes are made while reads work").value;
        Document::parse(&text, &self.0.config.prefix_template).expect("changes follow a valid plan")
    }

    async fn make(&self, change: &Change) {
        self.change(change).await.expect("tests make changes that the plan allows");
    }

    fn context(&self) -> Context {
        Context {
            hard_ttl: self.0.config.refresh.hard_ttl,
            prefix_template: self.0.config.prefix_template.clone(),
            decide_at: self.0.config.rules.decide_at,
            ..Context::new(self.clock().now())
        }
    }

    /// The first plan: everybody on the first release, the others registered.
    pub(crate) async fn begin_with(&self, releases: &[String]) {
        let release = |name: &String| Release {
            id: id(name),
            prefix: format!("/releases/{name}"),
            origins: vec![("api".to_owned(), back_end_of(name))],
            slot: None,
        };
        let active = releases.first().expect("a world has a release").clone();
        let stage =
            StageParts { from: Timestamp(BEGINNING.0 - 3_600_000), weights: vec![(active, 100)] };
        let plan = Plan::try_new(PlanParts {
            revision: 1,
            releases: releases.iter().map(release).collect(),
            rollout: "r1".into(),
            stages: vec![stage],
            lease: None,
            withdrawn: Vec::new(),
        });
        self.write(&to_json(&plan.expect("the plan is written here"))).await;
    }
}

fn id(release: &str) -> ReleaseId {
    ReleaseId::parse(release).expect("tests write valid ids")
}
