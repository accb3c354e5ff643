use edge_config::{Follower, LoadBalancer, Records, Resource as Configured};
use followers::{
    BalancerUpdate, Difference, ObservedBalancer, ObservedRecord, Problem, RecordsUpdate, Shares,
    Standing, Tail, compare_balancer, compare_records, tails_of_balancer, tails_of_records,
};

use crate::aws::{AwsError, Balancer, Cloud, WeightedRecords};

/// The resource of a follower in the account.
pub(super) enum Resource<'f> {
    Balancer(Box<dyn Balancer>, &'f LoadBalancer),
    Records(Box<dyn WeightedRecords>, &'f Records),
}

/// The values of a resource, and its follower.
pub(super) enum Observed<'f> {
    Balancer(ObservedBalancer, &'f LoadBalancer),
    Records(Vec<ObservedRecord>, &'f Records),
}

impl Observed<'_> {
    /// Compares them with the shares of the plan.
    pub(super) fn compare(
        &self,
        shares: &Shares,
        known: &[Shares],
    ) -> Result<Standing<Update>, Problem> {
        Ok(match self {
            Self::Balancer(observed, follower) => {
                map(compare_balancer(follower, shares, observed, known)?, Update::Balancer)
            }
            Self::Records(observed, follower) => {
                map(compare_records(follower, shares, observed, known)?, Update::Records)
            }
        })
    }

    /// The viewers who stay where they were after a change.
    pub(super) fn tails(&self) -> Vec<Tail> {
        match self {
            Self::Balancer(observed, follower) => tails_of_balancer(follower, observed),
            Self::Records(observed, follower) => tails_of_records(follower, observed),
        }
    }
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

impl<'f> Resource<'f> {
    pub(super) fn of(follower: &'f Follower, cloud: &dyn Cloud) -> Self {
        match &follower.resource {
            Configured::LoadBalancer(one) => Self::Balancer(cloud.balancer(one), one),
            Configured::Records(one) => Self::Records(cloud.records(one), one),
        }
    }

    pub(super) async fn observe(&self) -> Result<Observed<'f>, AwsError> {
        Ok(match self {
            Self::Balancer(balancer, follower) => {
                Observed::Balancer(balancer.read().await?, follower)
            }
            Self::Records(records, follower) => Observed::Records(records.read().await?, follower),
        })
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
