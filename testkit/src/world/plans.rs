use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use plan_change::{Change, ChangeRefusal, Context, Document, Ramp, Share, When, apply};
use plan_format::to_json;
use routing_core::{Plan, PlanParts, Release, ReleaseId, StageParts};
use ssm_sim::Put;

use super::{BEGINNING, PARAMETER, World, back_end_of, since_the_beginning};

/// Changes of the plan, by the same rules as the control program.
impl World {
    /// Gives `release` all viewers, at every edge location in the same second. Waits until then.
    ///
    /// # Panics
    /// If the plan does not allow it. All changes here do that.
    pub async fn promote(&self, release: &str) {
        let flip = self.schedule_promote(release).await;
        self.advance_to(flip).await;
    }

    /// Schedules all viewers for `release`, at every edge location in the same second. Returns that time.
    pub async fn schedule_promote(&self, release: &str) -> Duration {
        let flip = self.context().next_flip();
        self.make(&Change::Promote { id: id(release), at: When::NextFlip }).await;
        since_the_beginning(flip)
    }

    /// Gives `release` all viewers as soon as each edge location reads the plan.
    pub async fn promote_now(&self, release: &str) {
        self.make(&Change::Promote { id: id(release), at: When::Now }).await;
    }

    /// Gives `release` `percent` of the viewers, at every edge location in the same second. Waits until then.
    pub async fn canary(&self, release: &str, percent: f64) {
        let flip = self.context().next_flip();
        self.try_canary(release, percent).await.expect("tests make changes that the plan allows");
        self.advance_to(since_the_beginning(flip)).await;
    }

    /// Schedules `percent` of the viewers for `release`.
    ///
    /// # Errors
    /// If the plan does not allow it.
    pub async fn try_canary(&self, release: &str, percent: f64) -> Result<(), ChangeRefusal> {
        self.change(&Change::Canary { id: id(release), share: share(percent) }).await
    }

    /// Ramps `release` up, one step `every` so often. If nobody renews the lease, the ramp is taken back.
    pub async fn ramp<const N: usize>(
        &self,
        release: &str,
        percents: [f64; N],
        every: Duration,
        lease: Duration,
    ) {
        let share = |percent| Share::from_percent(percent).expect("tests write valid shares");
        let steps = percents.map(share).into();
        let ramp =
            Ramp { id: id(release), steps, every, lease: Some(lease), pause_at: None, guard: None };
        self.make(&Change::Ramp(ramp)).await;
    }

    /// Aborts the ramp.
    pub async fn abort(&self) {
        self.make(&Change::RampAbort).await;
    }

    /// Rolls back to the previous active release.
    pub async fn roll_back(&self) {
        self.make(&Change::Rollback { to: None, reason: None }).await;
    }

    /// Withdraws `release`: it is never served again.
    pub async fn withdraw(&self, release: &str) {
        self.make(&Change::Withdraw(id(release))).await;
    }

    /// Waits until every edge location follows the last plan.
    pub async fn settle(&self) {
        self.advance(self.0.config.refresh.hard_ttl).await;
    }

    /// Makes `change`, if the plan allows it.
    ///
    /// # Errors
    /// If the plan does not allow it.
    pub async fn change(&self, change: &Change) -> Result<(), ChangeRefusal> {
        let changed = apply(&self.plan(), change, &self.context())?;
        self.write(changed.document.text()).await;
        Ok(())
    }

    /// Writes `text` into the parameter, valid or not.
    pub async fn write(&self, text: &str) {
        let put = Put {
            name: PARAMETER.to_owned(),
            value: text.to_owned(),
            overwrite: true,
            ..Put::default()
        };
        self.0.store.put(put).await.expect("writes never fail here");
        let now = self.clock().now();
        let mut history = self.0.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.push((now, text.to_owned()));
        drop(history);
        match plan_format::parse(text, &self.0.config.release_defaults) {
            Ok(plan) => {
                *self.written() = text.to_owned();
                self.watch().plan_written(now, plan);
            }
            Err(_) => self.watch().blinded(),
        }
    }

    /// The text of the last valid plan that was written.
    #[must_use]
    pub fn plan_text(&self) -> String {
        self.written().clone()
    }

    /// The last valid plan that was written. Changes start from it even while the edge cannot read the plan.
    fn plan(&self) -> Document {
        let text = self.written().clone();
        Document::parse(&text, &self.0.config.release_defaults).expect("only valid plans are kept")
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
            release_defaults: Some(self.0.config.release_defaults.clone()),
            decide_at: self.0.config.rules.decide_at,
            ..Context::new(self.clock().now())
        }
    }

    /// Writes the first plan: all viewers on the first release.
    pub async fn begin(&self) {
        self.write(&to_json(&first_plan("r1", &self.0.releases))).await;
    }
}

/// A plan that gives all viewers the first of `releases`.
pub(crate) fn first_plan(rollout: &str, releases: &[String]) -> Plan {
    let release = |name: &String| Release {
        id: id(name),
        prefix: format!("/releases/{name}"),
        origins: vec![("api".to_owned(), back_end_of(name))],
        slot: None,
        served_until: None,
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
    plan.expect("a world has a valid first plan")
}

fn share(percent: f64) -> Share {
    Share::from_percent(percent).expect("tests write valid shares")
}

fn id(release: &str) -> ReleaseId {
    ReleaseId::parse(release).expect("tests write valid ids")
}
