use edge_config::{Follower, LoadBalancer, Records, Resource as Configured};
use followers::{
    BalancerUpdate, Difference, Problem, RecordsUpdate, Shares, Standing, Tail, compare_balancer,
    compare_records, tails_of_balancer, tails_of_records,
};

use crate::aws::{AwsError, Balancer, Cloud, WeightedRecords};

/// The resource of a follower in the account.
pub(super) enum Resource {
    Balancer(Box<dyn Balancer>, LoadBalancer),
    Records(Box<dyn WeightedRecords>, Records),
}

/// A resource compared with the plan.
pub(super) struct Seen {
    pub(super) standing: Standing<Update>,
    pub(super) tails: Vec<Tail>,
}

/// The values to write.
pub(super) enum Update {
    Balancer(BalancerUpdate),
    Records(RecordsUpdate),
}

impl Update {
    pub(super) fn differences(&self) -> &[Difference] {
        match self {
            Self::Balancer(update) => &update.differences,
            Self::Records(update) => &update.differences,
        }
    }
}

impl Resource {
    pub(super) fn of(follower: &Follower, cloud: &dyn Cloud) -> Self {
        match &follower.resource {
            Configured::LoadBalancer(one) => Self::Balancer(cloud.balancer(one), one.clone()),
            Configured::Records(one) => Self::Records(cloud.records(one), one.clone()),
        }
    }

    /// Reads the resource and compares it.
    pub(super) async fn compare(
        &self,
        shares: &Shares,
        known: &[Shares],
    ) -> Result<Result<Seen, Problem>, AwsError> {
        match self {
            Self::Balancer(balancer, follower) => {
                let observed = balancer.read().await?;
                let tails = tails_of_balancer(follower, &observed);
                let standing = compare_balancer(follower, shares, &observed, known);
                Ok(standing.map(|one| Seen { standing: map(one, Update::Balancer), tails }))
            }
            Self::Records(records, follower) => {
                let observed = records.read().await?;
                let tails = tails_of_records(follower, &observed);
                let standing = compare_records(follower, shares, &observed, known);
                Ok(standing.map(|one| Seen { standing: map(one, Update::Records), tails }))
            }
        }
    }

    /// Writes what differs. Weights come first: a rollback must not wait for a delay.
    pub(super) async fn write(&self, update: &Update) -> Result<(), AwsError> {
        match (self, update) {
            (Self::Balancer(balancer, _), Update::Balancer(update)) => {
                if let Some(forward) = &update.forward {
                    balancer.forward(forward).await?;
                }
                for (group, seconds) in &update.delays {
                    balancer.delay(group, *seconds).await?;
                }
                Ok(())
            }
            (Self::Records(records, _), Update::Records(update)) => {
                records.write(&update.records).await
            }
            (Self::Balancer(..), Update::Records(_)) | (Self::Records(..), Update::Balancer(_)) => {
                unreachable!("compare makes updates of its own kind")
            }
        }
    }
}

fn map<T, U>(standing: Standing<T>, into: fn(T) -> U) -> Standing<U> {
    match standing {
        Standing::InLine => Standing::InLine,
        Standing::Behind(update) => Standing::Behind(into(update)),
        Standing::Drifted(update) => Standing::Drifted(into(update)),
    }
}
