//! The fields that the import reads, as AWS writes them.

use std::time::Duration;

use edge_event::{CustomOrigin, Origin, S3Origin, Trigger};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::FILE;
use super::problem::{ImportError, ImportProblem};
use crate::distribution::Methods;

/// Reads a modelled part of a file. `path` leads to it.
///
/// # Errors
/// The field that is missing, or that has a wrong value.
pub(super) fn read<T: DeserializeOwned>(
    file: &str,
    path: &str,
    value: &Value,
) -> Result<T, ImportProblem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let below = error.path().to_string();
        let path = if below == "." { path.to_owned() } else { format!("{path}.{below}") };
        ImportProblem { file: file.into(), path, problem: error.into_inner().to_string() }
    })
}

/// The answer for a distribution.
pub(super) struct Answer {
    /// Absent from the answer of `get-distribution-config`, as is the domain name.
    pub(super) id: Option<String>,
    pub(super) domain_name: Option<String>,
    /// The path to the configuration.
    pub(super) at: &'static str,
    pub(super) config: WireDistribution,
}

pub(super) fn answer(answer: &Value) -> Result<Answer, ImportError> {
    let whole = answer.get("Distribution").filter(|value| !value.is_null());
    let (at, config) = match whole {
        Some(whole) => ("Distribution.DistributionConfig", whole.get("DistributionConfig")),
        None => ("DistributionConfig", answer.get("DistributionConfig")),
    };
    let config = read(FILE, at, config.unwrap_or(&Value::Null));
    let config = config.map_err(|problem| ImportError::Problems(vec![problem]))?;
    let text = |field| Some(whole?.get(field)?.as_str()?.to_owned());
    Ok(Answer { id: text("Id"), domain_name: text("DomainName"), at, config })
}

/// CloudFront's lists. `Items` is absent from an empty one.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireList<T> {
    #[serde(default = "Vec::new")]
    pub(super) items: Vec<T>,
}

impl<T> Default for WireList<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireDistribution {
    pub(super) default_root_object: Option<String>,
    pub(super) origins: WireList<WireOrigin>,
    #[serde(default)]
    pub(super) origin_groups: WireList<WireGroup>,
    pub(super) default_cache_behavior: WireBehavior,
    #[serde(default)]
    pub(super) cache_behaviors: WireList<WireBehavior>,
    #[serde(default)]
    pub(super) custom_error_responses: WireList<WireErrorResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireOrigin {
    pub(super) id: String,
    domain_name: String,
    #[serde(default)]
    origin_path: String,
    #[serde(default)]
    custom_headers: WireList<WireHeader>,
    s3_origin_config: Option<WireS3Origin>,
    custom_origin_config: Option<WireCustomOrigin>,
    response_completion_timeout: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireHeader {
    header_name: String,
    header_value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireS3Origin {
    origin_read_timeout: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireCustomOrigin {
    #[serde(rename = "HTTPPort")]
    http_port: Option<u16>,
    #[serde(rename = "HTTPSPort")]
    https_port: Option<u16>,
    origin_protocol_policy: Option<String>,
    origin_ssl_protocols: Option<WireList<String>>,
    origin_read_timeout: Option<u32>,
    origin_keepalive_timeout: Option<u32>,
}

impl WireOrigin {
    /// The origin as events have it. Without `S3OriginConfig` it is a custom one.
    pub(super) fn origin(self) -> Origin {
        let mut origin: Origin = match self.s3_origin_config {
            Some(config) => {
                let mut origin = S3Origin::new(self.domain_name);
                origin.read_timeout = config.origin_read_timeout.or(origin.read_timeout);
                origin.response_completion_timeout = self.response_completion_timeout;
                origin.into()
            }
            None => {
                let config = self.custom_origin_config.unwrap_or_default();
                let mut origin = config.origin(self.domain_name);
                origin.response_completion_timeout = self.response_completion_timeout;
                origin.into()
            }
        };
        *origin.path_mut() = self.origin_path;
        for header in self.custom_headers.items {
            origin.custom_headers_mut().set(&header.header_name, header.header_value);
        }
        origin
    }
}

impl WireCustomOrigin {
    /// With `match-viewer` the protocol is the viewer's: here it is HTTPS. It has no effect but in events.
    fn origin(self, domain_name: String) -> CustomOrigin {
        let mut origin = CustomOrigin::new(domain_name);
        if self.origin_protocol_policy.as_deref() == Some("http-only") {
            origin.protocol = Some("http".into());
            origin.port = self.http_port.or(Some(80));
        } else {
            origin.port = self.https_port.or(origin.port);
        }
        origin.ssl_protocols =
            self.origin_ssl_protocols.map(|list| list.items).or(origin.ssl_protocols);
        origin.read_timeout = self.origin_read_timeout.or(origin.read_timeout);
        origin.keepalive_timeout = self.origin_keepalive_timeout.or(origin.keepalive_timeout);
        origin
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireGroup {
    pub(super) id: String,
    pub(super) failover_criteria: WireCriteria,
    pub(super) members: WireList<WireMember>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireCriteria {
    pub(super) status_codes: WireList<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireMember {
    pub(super) origin_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireBehavior {
    /// Absent from the default behavior.
    #[serde(default)]
    pub(super) path_pattern: String,
    pub(super) target_origin_id: String,
    pub(super) allowed_methods: WireMethods,
    #[serde(default)]
    pub(super) lambda_function_associations: WireList<WireAssociation>,
    pub(super) cache_policy_id: Option<String>,
    pub(super) origin_request_policy_id: Option<String>,
    pub(super) response_headers_policy_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireMethods {
    pub(super) items: Vec<String>,
    cached_methods: Option<WireList<String>>,
}

impl WireMethods {
    /// The methods that these names stand for, in any order.
    pub(super) fn of(names: &[String]) -> Option<Methods> {
        const ALL: [&str; 7] = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];
        let named: Vec<bool> =
            ALL.iter().map(|method| names.iter().any(|name| name == method)).collect();
        let count = named.iter().take_while(|named| **named).count();
        if names.len() != count || named.iter().filter(|named| **named).count() != count {
            return None;
        }
        match count {
            2 => Some(Methods::Read),
            3 => Some(Methods::ReadAndOptions),
            7 => Some(Methods::All),
            _ => None,
        }
    }

    pub(super) fn caches_options(&self) -> bool {
        let cached = self.cached_methods.iter().flat_map(|list| &list.items);
        cached.into_iter().any(|method| method == "OPTIONS")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireAssociation {
    #[serde(rename = "LambdaFunctionARN")]
    pub(super) lambda_function_arn: String,
    pub(super) event_type: Trigger,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireErrorResponse {
    pub(super) error_code: u16,
    pub(super) response_page_path: Option<String>,
    pub(super) response_code: Option<String>,
    #[serde(rename = "ErrorCachingMinTTL")]
    error_caching_min_ttl: Option<u64>,
}

impl WireErrorResponse {
    pub(super) fn min_ttl(&self) -> Option<(u16, Duration)> {
        self.error_caching_min_ttl.map(|seconds| (self.error_code, Duration::from_secs(seconds)))
    }
}
