use edge_time::Timestamp;
use plan_change::{Context, Document, Form};
use routing_core::{Plan, Stage};

/// Every version of a plan, each with the time when it was written.
///
/// An edge location may use a version from its write until the hard TTL after the next write.
#[derive(Clone)]
pub(crate) struct Cookies {
    versions: Vec<(Timestamp, Plan)>,
    first: Form,
}

impl Cookies {
    /// The cookies of a plan that is in force since its first stage.
    pub(crate) fn of(document: &Document) -> Self {
        let versions = vec![(Timestamp(i64::MIN), document.plan().clone())];
        Self { versions, first: document.form() }
    }

    pub(crate) fn write(&mut self, now: Timestamp, plan: &Plan) {
        self.versions.push((now, plan.clone()));
    }

    pub(crate) fn versions(&self) -> usize {
        self.versions.len()
    }

    /// The time when the last cookie that names `release` expires. `None` if no cookie names it.
    ///
    /// Counts the cookies that were made, and those that older versions can still make. A withdrawn release is
    /// never served, so the cookies from before do not count.
    pub(crate) fn last(&self, release: &str, context: &Context) -> Option<Timestamp> {
        let withdrawn = self.versions.iter().rposition(|(_, plan)| plan.is_withdrawn(release));
        let first = withdrawn.map_or(0, |index| index + 1);
        let versions = self.versions.iter().enumerate().skip(first);
        let made = versions.filter_map(|(index, (written, plan))| {
            let replaced =
                self.versions.get(index + 1).map(|(next, _)| next.plus(context.hard_ttl));
            last_weight(plan, release, *written, replaced.unwrap_or(context.now))
        });
        let bare = self.bare_until(release).filter(|_| first == 0);
        made.chain(bare).max().map(|made| made.plus(context.cookie_max_age))
    }

    /// Bare release ids do not say which releases were active before: each may have been, until the first change.
    fn bare_until(&self, release: &str) -> Option<Timestamp> {
        let [(_, bare), (changed, _), ..] = &self.versions[..] else { return None };
        let is_listed = bare.releases().iter().any(|known| known.id.as_str() == release);
        match self.first {
            Form::Bare => is_listed.then_some(*changed),
            Form::Whole => None,
        }
    }
}

/// The last time before `end` at which a plan gives `release` weight, if that is after `begin`.
fn last_weight(plan: &Plan, release: &str, begin: Timestamp, end: Timestamp) -> Option<Timestamp> {
    let index = plan.releases().iter().position(|known| known.id.as_str() == release)?;
    let stages = plan.stages().iter().map(Stage::from);
    let changes = stages.chain(plan.lease().map(|lease| lease.until)).chain([begin]);
    let mut changes: Vec<Timestamp> = changes.filter(|at| (begin..end).contains(at)).collect();
    changes.sort();
    let ends = changes.iter().skip(1).chain([&end]);
    let spans = changes.iter().zip(ends);
    let weighing = spans.filter(|(from, _)| plan.stage_at(**from).1.weight_of(index) > 0);
    weighing.last().map(|(_, until)| *until)
}
