use edge_config::{Config, LoadBalancer, Records, Resource};
use edge_time::Timestamp;
use followers::Shares;
use routing_core::{Plan, ReleaseId};

use crate::behavior::Behavior;
use crate::checks::associations::TRIGGERS;
use crate::field::Field;
use crate::snapshot::{Read, Snapshot};
use crate::source::Source;

/// Stands for a distribution that is not known.
static NO_DISTRIBUTION: Source = Source::Distribution;

/// A snapshot, and its distribution.
#[derive(Debug, Clone)]
pub(crate) struct View<'a> {
    pub(crate) snapshot: &'a Snapshot,
    /// `Distribution`, with status and ARN; `null` if only its configuration was read.
    pub(crate) distribution: Field<'a>,
    /// `DistributionConfig`.
    pub(crate) config: Field<'a>,
}

impl<'a> View<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot) -> Option<Self> {
        let (source, Read::Known(value)) = snapshot.find(&Source::Distribution)? else {
            return None;
        };
        let root = Field::root(source, value);
        let distribution = root.get("Distribution");
        let whole = if distribution.is_object() { &distribution } else { &root };
        let config = whole.get("DistributionConfig");
        let is_usable = config.get("DefaultCacheBehavior").is_object();
        is_usable.then_some(Self { snapshot, distribution, config })
    }

    /// A snapshot whose distribution is not known: only for checks that do not look at it.
    pub(crate) fn without_distribution(snapshot: &'a Snapshot) -> Self {
        let nothing = Field::absent(&NO_DISTRIBUTION);
        Self { snapshot, distribution: nothing.clone(), config: nothing }
    }

    /// An answer that is known.
    pub(crate) fn known(&self, source: &Source) -> Option<Field<'a>> {
        match self.snapshot.find(source)? {
            (source, Read::Known(value)) => Some(Field::root(source, value)),
            (_, Read::Missing(_) | Read::Refused(_) | Read::OutOfReach(_) | Read::NotAsked) => None,
        }
    }

    /// AWS's message if it says that there is no such thing.
    pub(crate) fn missing(&self, source: &Source) -> Option<&'a str> {
        self.absent(source).map(|(_, message)| message)
    }

    /// The same, with the answer that is not there.
    pub(crate) fn absent(&self, source: &Source) -> Option<(Field<'a>, &'a str)> {
        match self.snapshot.find(source)? {
            (source, Read::Missing(message)) => Some((Field::absent(source), message)),
            (_, Read::Known(_) | Read::Refused(_) | Read::OutOfReach(_) | Read::NotAsked) => None,
        }
    }

    pub(crate) fn project(&self) -> Option<&'a Config> {
        self.snapshot.config.as_ref()
    }

    /// The prefix of some release, to compare paths with.
    pub(crate) fn sample_prefix(&self) -> Option<String> {
        let id = ReleaseId::parse("0000000").ok()?;
        Some(self.project()?.release_defaults.prefix(&id))
    }

    /// The distribution's id, from the answer, or else the one that was asked for.
    pub(crate) fn id(&self) -> Option<&'a str> {
        let read = self.distribution.get("Id").text();
        Some(read).filter(|id| !id.is_empty()).or_else(|| self.snapshot.asked_id())
    }

    /// The plan of the home Region, if it is one that the functions take.
    pub(crate) fn plan(&self) -> Option<Plan> {
        let project = self.project()?;
        let home = self.known(&Source::Plan(project.parameter.home_region.clone()))?;
        plan_format::parse(home.at("Parameter.Value").text(), &project.release_defaults).ok()
    }

    /// The time of the answers.
    pub(crate) fn now(&self) -> Option<Timestamp> {
        let moment = self.known(&Source::Moment)?;
        Timestamp::parse(moment.get("Now").text()).ok()
    }

    /// The shares that the followers must have.
    pub(crate) fn shares(&self) -> Option<Shares> {
        Shares::at(&self.plan()?, self.now()?).ok()
    }

    /// The load balancers that follow the plan, each after the follower's name.
    pub(crate) fn balancers(&self) -> impl Iterator<Item = (&'a str, &'a LoadBalancer)> {
        self.snapshot.followers.iter().filter_map(|follower| match &follower.resource {
            Resource::LoadBalancer(one) => Some((&*follower.name, one)),
            Resource::Records(_) => None,
        })
    }

    /// The sets of records that follow the plan, each after the follower's name.
    pub(crate) fn record_sets(&self) -> impl Iterator<Item = (&'a str, &'a Records)> {
        self.snapshot.followers.iter().filter_map(|follower| match &follower.resource {
            Resource::Records(one) => Some((&*follower.name, one)),
            Resource::LoadBalancer(_) => None,
        })
    }

    /// The account, from the caller or from the distribution's ARN.
    pub(crate) fn account(&self) -> Option<&'a str> {
        let caller = self.known(&Source::Identity).map(|one| one.get("Account").text());
        let of_arn = || self.distribution.get("ARN").text().split(':').nth(4);
        caller.or_else(of_arn).filter(|account| !account.is_empty())
    }

    /// All behaviors, the default one first.
    pub(crate) fn behaviors(&self) -> Vec<Behavior<'a>> {
        let field = self.config.get("DefaultCacheBehavior");
        let mut all = vec![Behavior { field, pattern: "*".into() }];
        for field in self.config.get("CacheBehaviors").items() {
            let pattern = field.get("PathPattern").text().to_owned();
            all.push(Behavior { field, pattern });
        }
        all
    }

    /// Whether functions of edgeswitch are attached: a behavior has functions at two of the three events, or one with
    /// the name that `deploy` gives. Functions of another purpose usually have one event and another name.
    pub(crate) fn is_attached(&self) -> bool {
        self.behaviors().iter().any(|behavior| {
            let events = TRIGGERS.iter().filter(|event| behavior.has_function_at(event)).count();
            events > 1 || behavior.has_function_of_ours()
        })
    }

    /// The behaviors that serve releases: the default one, those of a route, and those that share a function with
    /// one of them. A function of another purpose makes no behavior serve releases.
    pub(crate) fn serving(&self) -> Vec<Behavior<'a>> {
        let mut all = self.behaviors();
        let is_main = |one: &Behavior<'_>| one.pattern == "*" || self.is_routed(one);
        if !self.is_attached() {
            all.retain(is_main);
            return all;
        }
        let main = all.iter().filter(|one| is_main(one));
        let known: Vec<&str> = main.flat_map(Behavior::function_names).collect();
        let shares = |one: &Behavior<'_>| {
            let names = one.function_names();
            names.iter().any(|name| known.is_empty() || known.contains(name))
        };
        all.retain(|one| is_main(one) || shares(one));
        all
    }

    fn is_routed(&self, behavior: &Behavior<'_>) -> bool {
        self.routed_patterns().iter().any(|pattern| behavior.is_for(pattern))
    }

    /// The patterns that need a behavior of their own: each route, plain and behind a pin.
    pub(crate) fn routed_patterns(&self) -> Vec<String> {
        let routes = self.project().map(|config| &*config.rules.routes).unwrap_or_default();
        let of = |pattern: String| {
            let slash = if pattern.starts_with('/') { "" } else { "/" };
            [format!("/_r/*{slash}{pattern}"), format!("{slash}{pattern}")]
        };
        routes.iter().flat_map(|route| of(route.pattern.to_string())).collect()
    }

    /// The origin group of a behavior, if its target is one.
    pub(crate) fn group(&self, behavior: &Behavior<'_>) -> Option<Field<'a>> {
        let target = behavior.field.get("TargetOriginId").text();
        let groups = self.config.get("OriginGroups").items();
        groups.into_iter().find(|group| group.get("Id").text() == target)
    }

    pub(crate) fn origin(&self, id: &str) -> Option<Field<'a>> {
        let origins = self.config.get("Origins").items();
        origins.into_iter().find(|origin| origin.get("Id").text() == id)
    }

    /// The origins of a behavior: one, or the members of its group.
    pub(crate) fn origins(&self, behavior: &Behavior<'_>) -> Vec<Field<'a>> {
        let ids = match self.group(behavior) {
            Some(group) => members(&group),
            None => vec![behavior.field.get("TargetOriginId").text()],
        };
        ids.into_iter().filter_map(|id| self.origin(id)).collect()
    }

    /// Every origin of a serving behavior, once.
    pub(crate) fn serving_origins(&self) -> Vec<Field<'a>> {
        let mut all: Vec<Field<'a>> = Vec::new();
        for origin in self.serving().iter().flat_map(|one| self.origins(one)) {
            let id = origin.get("Id").text();
            if all.iter().all(|known| known.get("Id").text() != id) {
                all.push(origin);
            }
        }
        all
    }

    /// The bucket serves the pages; other origins answer with data.
    pub(crate) fn is_of_bucket(&self, behavior: &Behavior<'_>) -> bool {
        self.origins(behavior).iter().any(is_bucket)
    }

    /// The policies that the serving behaviors name under `key`, each with its behaviors.
    pub(crate) fn policies(&self, key: &str) -> Vec<(&'a str, Vec<Behavior<'a>>)> {
        let mut all: Vec<(&'a str, Vec<Behavior<'a>>)> = Vec::new();
        for behavior in self.serving() {
            let id = behavior.field.get(key).text();
            match all.iter_mut().find(|(known, _)| *known == id) {
                Some((_, behaviors)) => behaviors.push(behavior),
                None if id.is_empty() => {}
                None => all.push((id, vec![behavior])),
            }
        }
        all
    }
}

/// The ids of an origin group's members.
pub(crate) fn members<'a>(group: &Field<'a>) -> Vec<&'a str> {
    let members = group.get("Members").items();
    members.iter().map(|member| member.get("OriginId").text()).collect()
}

/// Whether an origin is a bucket by S3's own API, not by its website endpoint.
pub(crate) fn is_bucket(origin: &Field<'_>) -> bool {
    origin.get("S3OriginConfig").is_object()
}

/// The bucket in an origin's domain: `shop` of `shop.s3.eu-central-1.amazonaws.com`.
pub(crate) fn bucket_name<'a>(origin: &Field<'a>) -> Option<&'a str> {
    let domain = origin.get("DomainName").text();
    let split = domain.rsplit_once(".s3.").or_else(|| domain.rsplit_once(".s3-"));
    split.filter(|(_, rest)| rest.ends_with("amazonaws.com")).map(|(bucket, _)| bucket)
}
