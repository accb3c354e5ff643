use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::error::ConfigError;
use crate::toml_as_json::toml_as_json;
use crate::whole::Whole;
use crate::{known_keys, names, origins, wire};

/// How many edge locations `edgeswitch dev` runs at most. Each has its own port.
pub const MAX_EDGES: usize = 8;

/// How many alarms `edgeswitch dev` has at most. Its page lists all of them.
pub const MAX_ALARMS: usize = 50;

/// The table `[dev]`: the settings of `edgeswitch dev`. The packages do not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dev {
    /// The folder with the content of the bucket: `releases/<id>/index.html` and so on.
    pub bucket: PathBuf,
    /// Maps the domain name of an origin to the local address that answers for it:
    /// `http://127.0.0.1:4001`.
    pub origins: Vec<(String, String)>,
    /// The host names that viewers may use besides the loopback names, without a port: `shop.test`.
    pub hosts: Vec<String>,
    /// The port of the first edge location; the others take the ports after it. 0 takes any free ports.
    pub port: u16,
    /// The codes of the edge locations, 1 to [`MAX_EDGES`].
    pub edges: Vec<String>,
    /// The file with the first plan, for a parameter that has none yet.
    pub plan: Option<PathBuf>,
    /// The file that keeps the parameters between two runs. Without it, `edgeswitch dev` chooses one beside the
    /// configuration.
    pub state: Option<PathBuf>,
    /// The answer of the bucket for a missing object.
    pub missing_object: MissingObject,
    /// The followers whose load balancers run here, and the targets of each slot: `http://127.0.0.1:4001`.
    pub targets: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// The folder with a saved distribution, as `edgeswitch doctor --save` writes it. Without one, the distribution
    /// is made from the configuration.
    pub distribution: Option<PathBuf>,
    /// The folder that gets the access logs. Without one, there are none.
    pub logs: Option<PathBuf>,
    /// Whether the guard runs beside the local CloudFront.
    pub guard: bool,
    /// The names of the alarms that the page switches. Without the key, `edgeswitch dev` chooses one.
    pub alarms: Option<Vec<String>>,
}

/// The answer of a bucket for a missing object (page `API_GetObject` of the S3 guide).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingObject {
    /// 403, if the caller may not list the bucket. With origin access control, CloudFront usually may
    /// not.
    #[default]
    Forbidden,
    /// 404, if the caller may list the bucket.
    NotFound,
}

impl Dev {
    /// Reads the table `[dev]` of `edgeswitch.toml`. Without one, the defaults apply.
    ///
    /// # Errors
    /// The first [`ConfigError`] found: it names the key, the value and what is allowed. A setting that
    /// the local CloudFront does not model is [`ConfigError::NotModelled`].
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let syntax = |error: serde_json::Error| ConfigError::Syntax(error.to_string());
        let document: Value = serde_json::from_str(&toml_as_json(text)?).map_err(syntax)?;
        known_keys::check(&document)?;
        wire::read::<WireFile>(document)?.dev.check()
    }
}

impl Default for Dev {
    fn default() -> Self {
        WireDev::default().check().expect("the defaults keep their own rules")
    }
}

/// The table `[dev]` of the file, as written.
#[derive(Deserialize)]
struct WireFile {
    #[serde(default)]
    dev: WireDev,
}

#[derive(Deserialize)]
#[serde(default)]
struct WireDev {
    bucket: PathBuf,
    origins: BTreeMap<String, String>,
    hosts: Vec<String>,
    port: Whole,
    edges: Vec<String>,
    plan: Option<PathBuf>,
    state: Option<PathBuf>,
    missing_object: MissingObject,
    targets: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    distribution: Option<PathBuf>,
    logs: Option<PathBuf>,
    guard: bool,
    alarms: Option<Vec<String>>,
}

impl Default for WireDev {
    fn default() -> Self {
        Self {
            bucket: "bucket".into(),
            origins: BTreeMap::new(),
            hosts: Vec::new(),
            port: Whole(8080),
            edges: vec!["FRA50".into(), "IAD89".into()],
            plan: None,
            state: None,
            missing_object: MissingObject::default(),
            targets: BTreeMap::new(),
            distribution: None,
            logs: None,
            guard: false,
            alarms: None,
        }
    }
}

impl WireDev {
    fn check(self) -> Result<Dev, ConfigError> {
        let Self {
            bucket,
            origins,
            hosts,
            port,
            edges,
            plan,
            state,
            missing_object,
            targets,
            distribution,
            logs,
            guard,
            alarms,
        } = self;
        let edges = check_edges(edges)?;
        let port = check_port(port, edges.len())?;
        let origins = origins.into_iter().map(check_origin).collect::<Result<_, _>>()?;
        let hosts = check_hosts(hosts)?;
        let targets = targets.into_iter().map(check_targets).collect::<Result<_, _>>()?;
        let alarms = alarms.map(check_alarms).transpose()?;
        Ok(Dev {
            bucket,
            origins,
            hosts,
            port,
            edges,
            plan,
            state,
            missing_object,
            targets,
            distribution,
            logs,
            guard,
            alarms,
        })
    }
}

fn check_edges(texts: Vec<String>) -> Result<Vec<String>, ConfigError> {
    if !(1..=MAX_EDGES).contains(&texts.len()) {
        let problem = format!("{} edge locations: allowed are 1 to {MAX_EDGES}", texts.len());
        return Err(ConfigError::value("dev.edges", problem));
    }
    let mut edges = Vec::new();
    for (index, text) in texts.into_iter().enumerate() {
        let key = format!("dev.edges[{index}]");
        let edge = names::edge_location(&key, text)?;
        if edges.contains(&edge) {
            return Err(ConfigError::value(key, format!("duplicate `{edge}`")));
        }
        edges.push(edge);
    }
    Ok(edges)
}

fn check_hosts(texts: Vec<String>) -> Result<Vec<String>, ConfigError> {
    let keyed = texts.into_iter().enumerate();
    keyed.map(|(index, text)| names::host(&format!("dev.hosts[{index}]"), text)).collect()
}

fn check_port(Whole(number): Whole, edges: usize) -> Result<u16, ConfigError> {
    let last = usize::from(u16::MAX) - (edges - 1);
    let port = u16::try_from(number).ok().filter(|port| usize::from(*port) <= last);
    port.ok_or_else(|| {
        let problem = format!("{number} is out of range: allowed are 0 to {last}");
        ConfigError::value("dev.port", problem)
    })
}

type Targets = BTreeMap<String, Vec<String>>;

fn check_targets((follower, slots): (String, Targets)) -> Result<(String, Targets), ConfigError> {
    for (slot, addresses) in &slots {
        let key = format!("dev.targets.{follower}.{slot}");
        for (index, address) in addresses.iter().enumerate() {
            names::local_address(&format!("{key}[{index}]"), address.clone())?;
        }
    }
    Ok((follower, slots))
}

fn check_alarms(texts: Vec<String>) -> Result<Vec<String>, ConfigError> {
    if texts.len() > MAX_ALARMS {
        let problem = format!("{} alarms: allowed are 0 to {MAX_ALARMS}", texts.len());
        return Err(ConfigError::value("dev.alarms", problem));
    }
    let mut alarms = Vec::new();
    for (index, text) in texts.into_iter().enumerate() {
        let key = format!("dev.alarms[{index}]");
        let alarm = names::alarm(&key, text)?;
        if alarms.contains(&alarm) {
            return Err(ConfigError::value(key, format!("duplicate `{alarm}`")));
        }
        alarms.push(alarm);
    }
    Ok(alarms)
}

fn check_origin((domain, address): (String, String)) -> Result<(String, String), ConfigError> {
    let key = format!("dev.origins.\"{domain}\"");
    origins::check_domain(&key, &domain)?;
    Ok((domain, names::local_address(&key, address)?))
}
