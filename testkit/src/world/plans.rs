use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use plan_change::{Change, Context, Document, Ramp, Refusal, Share, When, apply};
use plan_format::to_json;
use routing_core::{Plan, PlanParts, Release, ReleaseId, StageParts};
use ssm_sim::Put;

use super::{BEGINNING, PARAMETER, World, back_end_of, since_the_beginning};

/// Changes of the plan, made by the control program's own rules.
impl World {
    /// Gives `release` everybody, at every edge location in the same second, and waits for that.
    ///
    /// # Panics
    /// When the plan refuses it, as all changes here do.
    pub async fn promote(&self, release: &str) {
        let flip = self.schedule_promote(release).await;
        self.advance_to(flip).await;
    }

    /// Will give `release` everybody, at every edge location in the same second. Returns when that is.
    pub async fn schedule_promote(&self, release: &str) -> Duration {
        let flip = self.context().next_flip();
        self.make(&Change::Promote { id: id(release), at: When::NextFlip }).await;
        since_the_beginning(flip)
    }

    /// Gives `release` everybody as soon as each edge location reads the plan.
    pub async fn promote_now(&self, release: &str) {
        self.make(&Change::Promote { id: id(release), at: When::Now }).await;
    }

    /// Gives `release` `percent` of the viewers, at every edge location in the same second, and waits for
    /// that.
    pub async fn canary(&self, release: &str, percent: f64) {
        let flip = self.context().next_flip();
        self.try_canary(release, percent).await.expect("tests make changes that the plan allows");
        self.advance_to(since_the_beginning(flip)).await;
    }

    /// Will give `release` `percent` of the viewers.
    ///
    /// # Errors
    /// Why the plan does not allow it.
    pub async fn try_canary(&self, release: &str, percent: f64) -> Result<(), Refusal> {
        self.change(&Change::Canary { id: id(release), share: share(percent) }).await
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
        let changed = apply(&self.plan(), change, &self.context())?;
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
        match plan_format::parse(text, &self.0.config.prefix_template) {
            Ok(plan) => {
                *self.written() = text.to_owned();
                self.watch().plan_written(now, plan);
            }
            Err(_) => self.watch().blinded(),
        }
    }

    /// The last valid plan that was written: whoever makes a change can read it, whatever the edge can.
    fn plan(&self) -> Document {
        let text = self.written().clone();
        Document::parse(&text, &self.0.config.prefix_template).expect("only valid plans are kept")
    }

    fn written(&self) -> MutexGuard<'_, String> {
        self.0.written.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Writes the first plan.
    pub(crate) async fn begin_with(&self, releases: &[String]) {
        self.write(&to_json(&first_plan("r1", releases))).await;
    }
}

/// A plan that gives everybody the first of `releases`.
pub(crate) fn first_plan(rollout: &str, releases: &[String]) -> Plan {
    let release = |name: &String| Release {
        id: id(name),
        prefix: format!("/releases/{name}"),
        origins: vec![("api".to_owned(), back_end_of(name))],
        slot: None,
    };
    let active = releases.first().expect("a world has a release").clone();
    let from = Timestamp(BEGINNING.0 - 3_600_000);
    let plan = Plan::try_new(PlanParts {
        revision: 1,
        releases: releases.iter().map(release).collect(),
        rollout: rollout.to_owned(),
        stages: vec![StageParts { from, weights: vec![(active, 100)] }],
        lease: None,
        withdrawn: Vec::new(),
    });
    plan.expect("the plan is written here")
}

fn share(percent: f64) -> Share {
    Share::from_percent(percent).expect("tests name shares that there are")
}

fn id(release: &str) -> ReleaseId {
    ReleaseId::parse(release).expect("tests write valid ids")
}
