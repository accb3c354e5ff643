use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::error::ConfigError;
use crate::known_keys::{self, nearest};
use crate::toml_as_json::toml_as_json;
use crate::whole::{Whole, within};
use crate::{names, wire};

/// The most target groups of one forward action (page `load-balancer-limits` of the guide to Application Load
/// Balancers).
pub const MAX_TARGET_GROUPS: usize = 5;
/// The longest group stickiness: 7 days, in seconds (`TargetGroupStickinessConfig` of ELB's API).
const MAX_STICKINESS: u32 = 604_800;
/// The longest `deregistration_delay.timeout_seconds` (`TargetGroupAttribute` of ELB's API).
const MAX_DELAY: u32 = 3600;
/// A day. Route 53 allows more, but a shift would last longer than anybody waits.
const MAX_TTL: u32 = 86_400;

/// A resource besides the distribution that gets the shares of the plan: one table of `[[followers]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// Its name for people and for the command line.
    pub name: String,
    /// The resource.
    pub resource: Resource,
}

/// A resource that divides traffic by weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// A forward action of an Application Load Balancer.
    LoadBalancer(LoadBalancer),
    /// A set of weighted records in Route 53.
    Records(Records),
}

/// The forward action of a listener or of a listener rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// The listener whose default action it is, or the rule.
    pub place: Place,
    /// The slots and the ARNs of their target groups, 1 to [`MAX_TARGET_GROUPS`].
    pub target_groups: Vec<(String, String)>,
    /// The group stickiness. `None` leaves it as it is.
    pub stickiness: Option<Stickiness>,
    /// `deregistration_delay.timeout_seconds` of each target group, 0 to 3600. `None` leaves it as it is.
    pub deregistration_delay: Option<u32>,
}

/// The owner of a forward action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The default action of the listener with this ARN.
    Listener(String),
    /// The action of the rule with this ARN.
    Rule(String),
}

/// How long a viewer stays with a target group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stickiness {
    /// Each request is drawn anew.
    Off,
    /// This many seconds after the viewer's last request, 1 to 604,800.
    Seconds(u32),
}

/// The weighted records of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// The hosted zone: `Z0123456789ABCDEFGHIJ`.
    pub hosted_zone: String,
    /// The name of the records, without a dot at the end.
    pub record: String,
    /// Their type.
    pub record_type: RecordType,
    /// The slots and the set identifiers of their records.
    pub set_identifiers: Vec<(String, String)>,
    /// The TTL of the records, 0 to 86,400 seconds. `None` leaves it as it is.
    pub ttl: Option<u32>,
}

/// The types of records that answer with an address or with the name of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordType {
    /// An IPv4 address, or an alias.
    A,
    /// An IPv6 address, or an alias.
    Aaaa,
    /// Another name.
    Cname,
}

impl Follower {
    /// Reads the tables `[[followers]]` of `edgeswitch.toml`, in the order of the file.
    ///
    /// # Errors
    /// The first [`ConfigError`] found: it names the key, the value and what is allowed.
    pub fn all_from_toml(text: &str) -> Result<Vec<Self>, ConfigError> {
        let syntax = |error: serde_json::Error| ConfigError::Syntax(error.to_string());
        let document: Value = serde_json::from_str(&toml_as_json(text)?).map_err(syntax)?;
        known_keys::check(&document)?;
        let file = wire::read::<WireFile>(document)?;
        let slots: Vec<&str> = file.slots.keys().map(String::as_str).collect();
        let mut followers: Vec<Self> = Vec::new();
        for (index, wire) in file.followers.into_iter().enumerate() {
            let follower = wire.check(&format!("followers[{index}]"), &slots)?;
            if followers.iter().any(|other| other.name == follower.name) {
                let problem = format!("duplicate `{}`: each follower has its own", follower.name);
                return Err(ConfigError::value(format!("followers[{index}].name"), problem));
            }
            followers.push(follower);
        }
        Ok(followers)
    }
}

impl LoadBalancer {
    /// The ARN of the listener or of the rule.
    #[must_use]
    pub fn arn(&self) -> &str {
        match &self.place {
            Place::Listener(arn) | Place::Rule(arn) => arn,
        }
    }

    /// The Region of the load balancer.
    #[must_use]
    pub fn region(&self) -> &str {
        self.arn().split(':').nth(3).unwrap_or_default()
    }
}

impl RecordType {
    /// The type as Route 53 writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
        }
    }
}

/// The file as written.
#[derive(Deserialize)]
struct WireFile {
    #[serde(default)]
    followers: Vec<WireFollower>,
    #[serde(default)]
    slots: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct WireFollower {
    name: String,
    listener: Option<String>,
    listener_rule: Option<String>,
    #[serde(default)]
    target_groups: BTreeMap<String, String>,
    stickiness_seconds: Option<WireStickiness>,
    deregistration_delay_seconds: Option<Whole>,
    hosted_zone: Option<String>,
    record: Option<String>,
    #[serde(rename = "type")]
    record_type: Option<RecordType>,
    #[serde(default)]
    set_identifiers: BTreeMap<String, String>,
    ttl_seconds: Option<Whole>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WireStickiness {
    Seconds(Whole),
    Word(String),
}

impl WireFollower {
    fn check(self, key: &str, slots: &[&str]) -> Result<Follower, ConfigError> {
        let name = names::name(&format!("{key}.name"), self.name.clone())?;
        let resource = match (&self.listener, &self.listener_rule, &self.hosted_zone) {
            (Some(_), None, None) | (None, Some(_), None) => {
                self.refuse_keys_of_records(key)?;
                Resource::LoadBalancer(self.load_balancer(key, slots)?)
            }
            (None, None, Some(zone)) => {
                let zone = names::hosted_zone(&format!("{key}.hosted_zone"), zone.clone())?;
                self.refuse_keys_of_balancers(key)?;
                Resource::Records(self.records(key, zone, slots)?)
            }
            _ => {
                let problem = format!(
                    "`{name}` must have one of `listener`, `listener_rule` and `hosted_zone`"
                );
                return Err(ConfigError::value(key, problem));
            }
        };
        Ok(Follower { name, resource })
    }

    fn refuse_keys_of_records(&self, key: &str) -> Result<(), ConfigError> {
        let foreign = [
            ("record", self.record.is_some()),
            ("type", self.record_type.is_some()),
            ("set_identifiers", !self.set_identifiers.is_empty()),
            ("ttl_seconds", self.ttl_seconds.is_some()),
        ];
        refuse(key, &foreign, "belongs to a follower with `hosted_zone`")
    }

    fn refuse_keys_of_balancers(&self, key: &str) -> Result<(), ConfigError> {
        let foreign = [
            ("target_groups", !self.target_groups.is_empty()),
            ("stickiness_seconds", self.stickiness_seconds.is_some()),
            ("deregistration_delay_seconds", self.deregistration_delay_seconds.is_some()),
        ];
        refuse(key, &foreign, "belongs to a follower with `listener` or `listener_rule`")
    }

    fn load_balancer(self, key: &str, slots: &[&str]) -> Result<LoadBalancer, ConfigError> {
        let place = match (self.listener, self.listener_rule) {
            (Some(arn), _) => Place::Listener(names::listener(&format!("{key}.listener"), arn)?),
            (None, arn) => {
                let arn = arn.unwrap_or_default();
                Place::Rule(names::listener_rule(&format!("{key}.listener_rule"), arn)?)
            }
        };
        let groups_key = format!("{key}.target_groups");
        let target_groups = by_slot(&groups_key, self.target_groups, slots, names::target_group)?;
        if target_groups.len() > MAX_TARGET_GROUPS {
            let problem = format!(
                "{} target groups: a forward action has at most {MAX_TARGET_GROUPS}",
                target_groups.len()
            );
            return Err(ConfigError::value(groups_key, problem));
        }
        let stickiness = self.stickiness_seconds.map(|wire| stickiness(key, wire)).transpose()?;
        let delay = self.deregistration_delay_seconds;
        let delay_key = format!("{key}.deregistration_delay_seconds");
        let deregistration_delay =
            delay.map(|delay| within(&delay_key, delay, 0, MAX_DELAY)).transpose()?;
        let balancer = LoadBalancer { place, target_groups, stickiness, deregistration_delay };
        check_same_account(&groups_key, &balancer)?;
        Ok(balancer)
    }

    fn records(
        self,
        key: &str,
        hosted_zone: String,
        slots: &[&str],
    ) -> Result<Records, ConfigError> {
        let missing = |name: &str| {
            let problem = format!("a follower with `hosted_zone` needs `{name}`");
            ConfigError::value(key, problem)
        };
        let record = self.record.ok_or_else(|| missing("record"))?;
        let sets_key = format!("{key}.set_identifiers");
        let ttl_key = format!("{key}.ttl_seconds");
        Ok(Records {
            hosted_zone,
            record: names::record(&format!("{key}.record"), record)?,
            record_type: self.record_type.ok_or_else(|| missing("type"))?,
            set_identifiers: by_slot(
                &sets_key,
                self.set_identifiers,
                slots,
                names::set_identifier,
            )?,
            ttl: self.ttl_seconds.map(|ttl| within(&ttl_key, ttl, 0, MAX_TTL)).transpose()?,
        })
    }
}

fn refuse(key: &str, foreign: &[(&str, bool)], advice: &str) -> Result<(), ConfigError> {
    match foreign.iter().find(|(_, is_there)| *is_there) {
        Some((name, _)) => Err(ConfigError::value(format!("{key}.{name}"), advice)),
        None => Ok(()),
    }
}

fn stickiness(key: &str, wire: WireStickiness) -> Result<Stickiness, ConfigError> {
    let key = format!("{key}.stickiness_seconds");
    let problem = |text: &str| {
        format!(
            "`{text}` is not a group stickiness: allowed are 1 to {MAX_STICKINESS} seconds and \"off\""
        )
    };
    match wire {
        WireStickiness::Word(word) if word == "off" => Ok(Stickiness::Off),
        WireStickiness::Word(word) => Err(ConfigError::value(key, problem(&word))),
        WireStickiness::Seconds(Whole(number)) => {
            let seconds = u32::try_from(number).ok().filter(|n| (1..=MAX_STICKINESS).contains(n));
            let seconds = seconds.map(Stickiness::Seconds);
            seconds.ok_or_else(|| ConfigError::value(key, problem(&number.to_string())))
        }
    }
}

/// Checks a table from slots to names. Two slots must not share a name, because a weight cannot be divided.
fn by_slot(
    key: &str,
    table: BTreeMap<String, String>,
    slots: &[&str],
    check: fn(&str, String) -> Result<String, ConfigError>,
) -> Result<Vec<(String, String)>, ConfigError> {
    if table.is_empty() {
        return Err(ConfigError::value(key, "is empty: it names at least one slot"));
    }
    let mut checked: Vec<(String, String)> = Vec::new();
    for (slot, name) in table {
        if !slots.is_empty() && !slots.contains(&slot.as_str()) {
            let near = nearest(&slot, slots);
            let problem = format!("`{slot}` is not a slot of [slots]: did you mean `{near}`?");
            return Err(ConfigError::value(key, problem));
        }
        let slot = names::name(key, slot)?;
        let name = check(&format!("{key}.{slot}"), name)?;
        if let Some((other, _)) = checked.iter().find(|(_, known)| *known == name) {
            let problem = format!("`{name}` is the one of slot `{other}` too: each has its own");
            return Err(ConfigError::value(format!("{key}.{slot}"), problem));
        }
        checked.push((slot, name));
    }
    Ok(checked)
}

/// A load balancer forwards only to target groups of its own Region and account.
fn check_same_account(key: &str, balancer: &LoadBalancer) -> Result<(), ConfigError> {
    let owner = |arn: &str| arn.split(':').skip(3).take(2).collect::<Vec<_>>().join(":");
    let home = owner(balancer.arn());
    match balancer.target_groups.iter().find(|(_, arn)| owner(arn) != home) {
        Some((slot, arn)) => {
            let problem =
                format!("`{arn}` is not in the Region and account of the load balancer (`{home}`)");
            Err(ConfigError::value(format!("{key}.{slot}"), problem))
        }
        None => Ok(()),
    }
}
