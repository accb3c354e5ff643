use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use alb_sim::{
    Balancer, Condition, ElbError, Forward, HealthCheck, LoadBalancer, Server, Target,
    WeightedGroup, random,
};
use edge_config::{Follower, LoadBalancer as Configured, Place, Resource, Stickiness};
use edge_time::Clock;
use tokio::task::JoinSet;
use url::{Host, Url};

use crate::error::DevError;
use crate::ports::Ports;
use crate::project::{Project, ProjectKind};

/// The health checks here. A back end without a page at `/` works too, if it answers.
const HEALTH_INTERVAL: Duration = Duration::from_secs(5);
/// The priority of a follower's rule.
const PRIORITY: u32 = 1;

/// The load balancers of the project's followers, on loopback: a port for each listener.
pub(crate) struct Balancing {
    pub(crate) load_balancer: Arc<LoadBalancer>,
    pub(crate) balancer: Arc<RwLock<Balancer>>,
    pub(crate) listeners: Vec<LocalListener>,
}

/// A listener with its port, and the followers that it belongs to.
pub(crate) struct LocalListener {
    pub(crate) address: SocketAddr,
    pub(crate) followers: Vec<LocalFollower>,
}

/// A follower whose load balancer runs here.
pub(crate) struct LocalFollower {
    pub(crate) name: String,
    /// The ARN of the listener or of the rule.
    pub(crate) action: String,
    /// The slots and the ARNs of their target groups.
    pub(crate) groups: Vec<(String, String)>,
}

/// A follower to run here.
struct Wanted<'a> {
    name: &'a str,
    follower: &'a Configured,
    /// The slots and their targets.
    targets: Vec<(&'a str, Vec<SocketAddr>)>,
}

impl Balancing {
    /// How many listeners the project's followers have here.
    ///
    /// # Errors
    /// When a follower has no local targets.
    pub(crate) fn count(project: &Project) -> Result<usize, DevError> {
        Ok(listeners(&wanted(project, &project.dev.origins)?).len())
    }

    /// Starts the listeners in `background`. All requests go to the slot of the active release, until somebody moves
    /// them. `origins` are the local addresses of the slots' origins. `None` if no follower runs here.
    ///
    /// # Errors
    /// When a target is invalid or a port is in use.
    pub(crate) async fn start(
        project: &Project,
        origins: &[(String, String)],
        active: Option<&str>,
        ports: &Ports,
        clock: &Arc<dyn Clock>,
        background: &mut JoinSet<()>,
    ) -> Result<Option<Self>, DevError> {
        let wanted = wanted(project, origins)?;
        if wanted.is_empty() {
            return Ok(None);
        }
        let balancer = Arc::new(RwLock::new(Balancer::new("local", "us-east-1")));
        let load_balancer = LoadBalancer::new(Arc::clone(&balancer), Arc::clone(clock), random());
        let load_balancer = Arc::new(load_balancer);
        let mut local = Vec::new();
        for (arn, address) in listeners(&wanted).into_iter().zip(ports.load_balancers()) {
            let server = Server::bind(Arc::clone(&load_balancer), &arn, address).await;
            let server =
                server.map_err(|source| DevError::BalancerPort { port: address.port(), source })?;
            let address = server.address();
            let followers = wanted.iter().filter(|one| listener(one.follower) == arn);
            let followers = followers
                .map(|one| one.start(&balancer, address.port(), active))
                .collect::<Result<_, DevError>>()?;
            local.push(LocalListener { address, followers });
            background.spawn(server.serve());
        }
        let running = Arc::clone(&load_balancer);
        background.spawn(async move { running.run().await });
        Ok(Some(Self { load_balancer, balancer, listeners: local }))
    }

    /// The address of the first listener. The sample's origins are behind it.
    pub(crate) fn first(&self) -> Option<String> {
        self.listeners.first().map(|listener| format!("http://{}", listener.address))
    }
}

impl Wanted<'_> {
    fn start(
        &self,
        balancer: &RwLock<Balancer>,
        port: u16,
        active: Option<&str>,
    ) -> Result<LocalFollower, DevError> {
        let refused = |source| DevError::Balancer { follower: self.name.into(), source };
        let mut balancer = balancer.write().unwrap_or_else(PoisonError::into_inner);
        self.add(&mut balancer, port, active).map_err(refused)?;
        Ok(LocalFollower {
            name: self.name.into(),
            action: self.follower.arn().into(),
            groups: self.follower.target_groups.clone(),
        })
    }

    /// Adds the target groups, and the listener or the rule.
    fn add(
        &self,
        balancer: &mut Balancer,
        port: u16,
        active: Option<&str>,
    ) -> Result<(), ElbError> {
        let groups = &self.follower.target_groups;
        for (slot, arn) in groups {
            if balancer.group(arn).is_some() {
                continue;
            }
            let targets = self.targets.iter().find(|(known, _)| known == slot);
            let targets = targets.map_or(&[][..], |(_, targets)| targets);
            let targets = targets.iter().map(|address| Target::healthy(*address)).collect();
            balancer.add_group_as(arn, targets)?;
            let check = HealthCheck { interval: HEALTH_INTERVAL, ..HealthCheck::lenient() };
            balancer.set_health_check(arn, check)?;
            if let Some(delay) = self.follower.deregistration_delay {
                balancer.set_deregistration_delay(arn, delay)?;
            }
        }
        let first = groups.first().map(|(slot, _)| slot.as_str());
        let has_active = groups.iter().any(|(slot, _)| Some(slot.as_str()) == active);
        let chosen = if has_active { active } else { first };
        let weight = |slot: &str| if Some(slot) == chosen { 100 } else { 0 };
        let weighted = groups
            .iter()
            .map(|(slot, arn)| WeightedGroup { arn: arn.clone(), weight: weight(slot) });
        let stickiness = match self.follower.stickiness {
            Some(Stickiness::Seconds(seconds)) => Some(seconds),
            Some(Stickiness::Off) | None => None,
        };
        let forward = Forward::try_new(weighted.collect(), stickiness)?;
        let arn = listener(self.follower);
        match &self.follower.place {
            Place::Listener(arn) if balancer.listener(arn).is_some() => {
                balancer.modify_listener(arn, forward).map(drop)
            }
            Place::Listener(arn) => balancer.add_listener_as(arn, port, forward),
            // The configuration does not name the conditions of a rule: here it has every path.
            Place::Rule(rule) => {
                if balancer.listener(&arn).is_none() {
                    balancer.add_listener_as(&arn, port, forward.clone())?;
                }
                let conditions = vec![Condition::PathPattern(vec!["/*".into()])];
                let rules = balancer.listener(&arn).map_or(0, |found| found.rules().len());
                let priority = PRIORITY + u32::try_from(rules).unwrap_or(u32::MAX - PRIORITY);
                balancer.add_rule_as(rule, priority, conditions, forward)
            }
        }
    }
}

/// The ARN of a follower's listener.
fn listener(follower: &Configured) -> String {
    match &follower.place {
        Place::Listener(arn) => arn.clone(),
        Place::Rule(arn) => {
            let listener = arn.rsplit_once('/').map_or(arn.as_str(), |(listener, _)| listener);
            listener.replacen(":listener-rule/", ":listener/", 1)
        }
    }
}

/// The ARNs of all listeners, each once, in the order of the followers.
fn listeners(wanted: &[Wanted<'_>]) -> Vec<String> {
    let mut arns: Vec<String> = Vec::new();
    for arn in wanted.iter().map(|one| listener(one.follower)) {
        if !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    arns
}

/// The followers that run here: those of [dev.targets], and with `--load-balancer` all that are load balancers.
fn wanted<'a>(
    project: &'a Project,
    origins: &[(String, String)],
) -> Result<Vec<Wanted<'a>>, DevError> {
    let mut wanted = Vec::new();
    let targets = &project.dev.targets;
    let is_follower = |name: &str| project.followers.iter().any(|one| one.name == name);
    if let Some(name) = targets.keys().find(|name| !is_follower(name)) {
        return Err(DevError::NoFollower(name.clone()));
    }
    for Follower { name, resource } in &project.followers {
        let follower = match resource {
            Resource::LoadBalancer(follower) => follower,
            Resource::Records(_) => continue,
        };
        if project.load_balancer || targets.contains_key(name) {
            let targets = follower.target_groups.iter();
            let targets = targets
                .map(|(slot, _)| Ok((slot.as_str(), of_slot(project, name, slot, origins)?)))
                .collect::<Result<_, DevError>>()?;
            wanted.push(Wanted { name, follower, targets });
        }
    }
    match (project.kind, wanted.is_empty() && project.load_balancer) {
        (ProjectKind::Own, true) => Err(DevError::NoBalancer),
        (ProjectKind::Own | ProjectKind::Sample, _) => Ok(wanted),
    }
}

/// The targets of a slot: those in [dev.targets], or the local addresses of the slot's origins.
fn of_slot(
    project: &Project,
    follower: &str,
    slot: &str,
    origins: &[(String, String)],
) -> Result<Vec<SocketAddr>, DevError> {
    let listed = project.dev.targets.get(follower).and_then(|slots| slots.get(slot));
    let addresses: Vec<&String> = match listed {
        Some(addresses) => addresses.iter().collect(),
        None => {
            let slots = &project.config.release_defaults.slots;
            let domains = slots.iter().filter(|one| one.name == slot).flat_map(|one| &one.origins);
            let local = |domain: &String| {
                origins.iter().find(|(known, _)| known == domain).map(|(_, address)| address)
            };
            domains.filter_map(|(_, domain)| local(domain)).take(1).collect()
        }
    };
    // The sample's back ends have no port before they start.
    if addresses.is_empty() && project.kind == ProjectKind::Own {
        return Err(DevError::NoTargets { follower: follower.into(), slot: slot.into() });
    }
    addresses.into_iter().map(|address| target(address)).collect()
}

/// The address of a target: `http://127.0.0.1:4001`. `localhost` is 127.0.0.1.
fn target(address: &str) -> Result<SocketAddr, DevError> {
    let url = Url::parse(address).ok();
    let ip = url.as_ref().and_then(Url::host).and_then(|host| match host {
        Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        Host::Domain("localhost") => Some(Ipv4Addr::LOCALHOST.into()),
        Host::Domain(_) => None,
    });
    let port = url.as_ref().and_then(Url::port_or_known_default);
    let address = ip.zip(port).map(SocketAddr::from);
    address.ok_or_else(|| DevError::Target(url.map_or_else(String::new, |url| url.to_string())))
}
