//! A project whose load balancer or DNS records follow the plan, with something between the program and them.

use std::sync::Arc;

use testkit::Ministack;

use crate::aws::account::shared;
use crate::aws::shop::Shop;
use crate::followers::balancing::Balancing;
use crate::followers::zone::Zone;

/// The kind of a follower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Balancer,
    Records,
}

pub(crate) const KINDS: [Kind; 2] = [Kind::Balancer, Kind::Records];

/// What follows.
pub(crate) enum Follows {
    Rule(Box<Balancing>),
    Set(Zone),
}

/// A project where blue has all traffic, and a follower that is in line.
pub(crate) struct Site {
    pub(crate) shop: Shop,
    pub(crate) follows: Follows,
    /// The access key of its program.
    pub(crate) key: &'static str,
    foreign: String,
}

impl Kind {
    /// The service in the credential's word.
    pub(crate) fn service(self) -> &'static str {
        match self {
            Self::Balancer => "elasticloadbalancing",
            Self::Records => "route53",
        }
    }

    /// The operations that read the shares and that write them.
    pub(crate) fn operations(self) -> [&'static str; 2] {
        match self {
            Self::Balancer => ["DescribeRules", "ModifyRule"],
            Self::Records => ["ListResourceRecordSets", "ChangeResourceRecordSets"],
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Balancer => "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2",
            Self::Records => "AWS_ENDPOINT_URL_ROUTE_53",
        }
    }
}

impl Site {
    /// A project with the name of a test. The name is the access key, too.
    pub(crate) fn open(kind: Kind, name: impl Into<String>) -> Self {
        let name: &'static str = name.into().leak();
        let (follows, table) = match kind {
            Kind::Balancer => {
                let balancing = Balancing::open(name);
                let table = balancing.follower("deregistration_delay_seconds = 30");
                (Follows::Rule(Box::new(balancing)), table)
            }
            Kind::Records => {
                let zone = Zone::open(&shared(), name);
                let table = zone.follower();
                (Follows::Set(zone), table)
            }
        };
        let endpoint = match &follows {
            Follows::Rule(balancing) => balancing.moto.endpoint().to_owned(),
            Follows::Set(_) => shared().endpoint().to_owned(),
        };
        let shop = Shop::new(name).followed_by(&table, &endpoint).with("AWS_ACCESS_KEY_ID", name);
        shop.expect("init 41ab03d --slot blue -y", 0, "everybody will get 41ab03d");
        shop.expect("release add 9f2c1e7 --slot green -y", 0, "9f2c1e7 is registered");
        let mut site = Self { shop, follows, key: name, foreign: String::new() };
        site.meddle(1, 0);
        site.shop.expect("follow -y", 0, "blue 100 %");
        site.foreign = site.foreign();
        site
    }

    pub(crate) fn kind(&self) -> Kind {
        match &self.follows {
            Follows::Rule(_) => Kind::Balancer,
            Follows::Set(_) => Kind::Records,
        }
    }

    /// The same project, but the program reaches the follower's service at another endpoint.
    pub(crate) fn through(self, endpoint: &str) -> Self {
        let variable = self.kind().variable();
        Self { shop: self.shop.with(variable, endpoint), ..self }
    }

    /// The weights of blue and green.
    pub(crate) fn weights(&self) -> [u32; 2] {
        match &self.follows {
            Follows::Rule(balancing) => balancing.weights(),
            Follows::Set(zone) => {
                let records = zone.records();
                ["blue", "green"].map(|id| {
                    records.iter().find(|(set, ..)| set == id).map_or(0, |(_, weight, _)| *weight)
                })
            }
        }
    }

    /// Somebody else changes the weights.
    pub(crate) fn meddle(&self, blue: u32, green: u32) {
        match &self.follows {
            Follows::Rule(balancing) => balancing.meddle(blue, green),
            Follows::Set(zone) => {
                zone.upsert("blue", blue, "blue.example.com");
                zone.upsert("green", green, "green.example.com");
            }
        }
    }

    /// The shares are exact, and nothing else was touched.
    pub(crate) fn check(&self, case: &str, percent: [u32; 2]) {
        let [blue, green] = self.weights();
        let [of_blue, of_green] = percent;
        assert!(blue + green > 0 && blue * of_green == green * of_blue, "{case}: {blue} {green}");
        assert_eq!(self.foreign(), self.foreign, "{case}");
    }

    /// Everything near the weights that is not the follower's.
    fn foreign(&self) -> String {
        match &self.follows {
            Follows::Rule(balancing) => {
                let rule = balancing.describe(&balancing.rule);
                let conditions = rule.split("<Actions>").next().unwrap().to_owned();
                conditions + &balancing.describe(&balancing.foreign_rule)
            }
            Follows::Set(zone) => {
                let targets = zone.records().into_iter().map(|(set, _, target)| [set, target]);
                targets.flatten().collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// The endpoint behind a proxy, and what keeps it running.
pub(crate) struct Upstream {
    pub(crate) endpoint: String,
    _account: Option<Arc<Ministack>>,
    _balancing: Option<Balancing>,
}

impl Upstream {
    /// `name` is the one of a load balancer that keeps the service running.
    pub(crate) fn of(kind: Kind, name: &str) -> Self {
        match kind {
            Kind::Balancer => {
                let balancing = Balancing::open(name);
                let endpoint = balancing.moto.endpoint().to_owned();
                Self { endpoint, _account: None, _balancing: Some(balancing) }
            }
            Kind::Records => {
                let account = shared();
                let endpoint = account.endpoint().to_owned();
                Self { endpoint, _account: Some(account), _balancing: None }
            }
        }
    }
}
