use edge_config::{Label, Resource};

use crate::checks::guard;
use crate::snapshot::Snapshot;
use crate::view::View;

/// The thing that a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Plan,
    /// The distribution and the project, with or without functions.
    Distribution,
    /// The functions at the edge, and the policies and origins that `attach` chooses for them.
    Functions,
    /// The access logs of a project that has the functions name releases in them.
    AccessLogs,
    /// The bucket of the gate's access logs.
    GateLogs,
    /// Load balancers and records.
    Followers,
    Balancers,
    Records,
    /// The guard, if its note or the plan says that there is one.
    Guard,
}

impl Subject {
    /// Whether there is such a thing. `view` is `None` if the distribution is not known.
    pub(crate) fn exists(self, snapshot: &Snapshot, view: Option<&View<'_>>) -> bool {
        let any =
            |is: fn(&Resource) -> bool| snapshot.followers.iter().any(|one| is(&one.resource));
        match self {
            Self::Plan => true,
            Self::Distribution => snapshot.has_distribution(),
            Self::Functions => snapshot.has_distribution() && view.is_none_or(View::is_attached),
            Self::AccessLogs => snapshot.has_distribution() && is_observed(snapshot),
            Self::GateLogs => snapshot.gate.bucket().is_some(),
            Self::Followers => !snapshot.followers.is_empty(),
            Self::Balancers => any(|one| matches!(one, Resource::LoadBalancer(_))),
            Self::Records => any(|one| matches!(one, Resource::Records(_))),
            Self::Guard => guard::is_there(snapshot),
        }
    }

    /// Whether its checks look at the distribution.
    pub(crate) fn is_of_distribution(self) -> bool {
        match self {
            Self::Distribution | Self::Functions | Self::AccessLogs => true,
            Self::Plan
            | Self::GateLogs
            | Self::Followers
            | Self::Balancers
            | Self::Records
            | Self::Guard => false,
        }
    }
}

/// Whether `[observe]` makes the functions do something for access logs.
pub(crate) fn is_observed(snapshot: &Snapshot) -> bool {
    let observe = snapshot.config.as_ref().map(|config| &config.observe);
    observe.is_some_and(|observe| observe.label == Label::On || observe.beacon.is_some())
}
