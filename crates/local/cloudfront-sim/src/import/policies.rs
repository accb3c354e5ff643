//! Policies: what the wire says becomes the simulator's settings.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::ImportProblem;
use super::rules::{self, Field};
use super::saved::PolicyKind;
use super::wire::WireList;
use super::{Import, walk, wire};
use crate::accept_encoding::AcceptEncoding;
use crate::policy::{CachePolicy, Names, OriginRequestPolicy};
use crate::response_headers::{ResponseHeader, ResponseHeadersPolicy, WhichWins};

/// The default TTLs of a cache policy (action `CreateCachePolicy` of the API).
const DAY: u64 = 86_400;
const YEAR: u64 = 31_536_000;

impl Import<'_> {
    /// The cache policy of a behavior, which must have one.
    pub(super) fn cache_policy(&mut self, id: Option<&str>, path: &str) -> CachePolicy {
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            self.refuse(path, "missing: give the behaviour a cache policy");
            return CachePolicy::default();
        };
        let keys = "CachePolicy.CachePolicyConfig";
        let wire = self.policy(PolicyKind::Cache, id, path, rules::CACHE_POLICY, keys);
        wire.map(WireCachePolicy::policy).unwrap_or_default()
    }

    pub(super) fn origin_request_policy(
        &mut self,
        id: Option<&str>,
        path: &str,
    ) -> OriginRequestPolicy {
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            return OriginRequestPolicy::default();
        };
        let keys = "OriginRequestPolicy.OriginRequestPolicyConfig";
        let rules = rules::ORIGIN_REQUEST_POLICY;
        let wire: Option<WireOriginRequestPolicy> =
            self.policy(PolicyKind::OriginRequest, id, path, rules, keys);
        wire.map(|wire| OriginRequestPolicy {
            headers: wire.headers_config.names(),
            cookies: wire.cookies_config.names(),
            query_strings: wire.query_strings_config.names(),
        })
        .unwrap_or_default()
    }

    pub(super) fn response_headers_policy(
        &mut self,
        id: Option<&str>,
        path: &str,
    ) -> ResponseHeadersPolicy {
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            return ResponseHeadersPolicy::default();
        };
        let keys = "ResponseHeadersPolicy.ResponseHeadersPolicyConfig";
        let rules = rules::RESPONSE_HEADERS_POLICY;
        let wire = self.policy(PolicyKind::ResponseHeaders, id, path, rules, keys);
        wire.map(WireResponseHeadersPolicy::policy).unwrap_or_default()
    }

    /// Reads a policy. `keys` lead to its settings; `path` names the field with its id.
    fn policy<T: DeserializeOwned>(
        &mut self,
        kind: PolicyKind,
        id: &str,
        path: &str,
        rules: &[Field],
        keys: &str,
    ) -> Option<T> {
        let file = format!("{}/{id}.json", kind.folder());
        let Some(answer) = self.saved.policy(kind, id) else {
            let command = kind.command();
            let problem = format!(
                "`{id}`: no such file as `{file}`: save it with `aws cloudfront get-{command} --id {id} > {file}`"
            );
            self.refuse(path, problem);
            return None;
        };
        let mut problems = walk::check(&file, &answer, rules);
        let settings = keys.split('.').try_fold(&answer, |value, key| value.get(key));
        let read = settings.ok_or_else(|| ImportProblem {
            file: file.clone(),
            path: keys.into(),
            problem: "missing".into(),
        });
        let read = read.and_then(|settings| wire::read(&file, keys, settings));
        if problems.is_empty() {
            problems.extend(read.as_ref().err().cloned());
        }
        let new = problems.into_iter().filter(|problem| !self.problems.contains(problem));
        let new: Vec<_> = new.collect();
        self.problems.extend(new);
        read.ok()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireCachePolicy {
    #[serde(rename = "MinTTL")]
    min_ttl: u64,
    #[serde(rename = "DefaultTTL")]
    default_ttl: Option<u64>,
    #[serde(rename = "MaxTTL")]
    max_ttl: Option<u64>,
    #[serde(rename = "ParametersInCacheKeyAndForwardedToOrigin")]
    key: WireKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireKey {
    enable_accept_encoding_gzip: bool,
    #[serde(default)]
    enable_accept_encoding_brotli: bool,
    headers_config: WireHeaders,
    cookies_config: WireCookies,
    query_strings_config: WireQueryStrings,
}

impl WireCachePolicy {
    fn policy(self) -> CachePolicy {
        let default = self.default_ttl.unwrap_or(DAY.max(self.min_ttl));
        let max = self.max_ttl.unwrap_or(YEAR.max(default));
        let [min_ttl, default_ttl, max_ttl] = [self.min_ttl, default, max].map(Duration::from_secs);
        let key = self.key;
        let accept_encoding =
            match (key.enable_accept_encoding_gzip, key.enable_accept_encoding_brotli) {
                (false, false) => AcceptEncoding::AsAnyHeader,
                (true, false) => AcceptEncoding::Gzip,
                (false, true) => AcceptEncoding::Brotli,
                (true, true) => AcceptEncoding::GzipAndBrotli,
            };
        CachePolicy {
            min_ttl,
            default_ttl,
            max_ttl,
            accept_encoding,
            headers: key.headers_config.names(),
            cookies: key.cookies_config.names(),
            query_strings: key.query_strings_config.names(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireOriginRequestPolicy {
    headers_config: WireHeaders,
    cookies_config: WireCookies,
    query_strings_config: WireQueryStrings,
}

/// The values that the simulator models. `allViewerAndWhitelistCloudFront` is not among them: it adds headers that
/// CloudFront makes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Includes {
    None,
    Whitelist,
    AllExcept,
    #[serde(alias = "allViewer")]
    All,
}

impl Includes {
    fn names(self, list: WireList<String>) -> Names {
        match self {
            Self::None => Names::None,
            Self::Whitelist => Names::Only(list.items),
            Self::AllExcept => Names::AllExcept(list.items),
            Self::All => Names::All,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireHeaders {
    header_behavior: Includes,
    #[serde(default)]
    headers: WireList<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireCookies {
    cookie_behavior: Includes,
    #[serde(default)]
    cookies: WireList<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireQueryStrings {
    query_string_behavior: Includes,
    #[serde(default)]
    query_strings: WireList<String>,
}

impl WireHeaders {
    fn names(self) -> Names {
        self.header_behavior.names(self.headers)
    }
}

impl WireCookies {
    fn names(self) -> Names {
        self.cookie_behavior.names(self.cookies)
    }
}

impl WireQueryStrings {
    fn names(self) -> Names {
        self.query_string_behavior.names(self.query_strings)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireResponseHeadersPolicy {
    #[serde(default)]
    security_headers_config: WireSecurityHeaders,
    #[serde(default)]
    custom_headers_config: WireList<WireCustomHeader>,
    #[serde(default)]
    remove_headers_config: WireList<WireRemovedHeader>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireSecurityHeaders {
    #[serde(rename = "XSSProtection")]
    xss_protection: Option<WireXssProtection>,
    frame_options: Option<WireFrameOptions>,
    referrer_policy: Option<WireReferrerPolicy>,
    content_security_policy: Option<WireContentSecurityPolicy>,
    content_type_options: Option<WireContentTypeOptions>,
    strict_transport_security: Option<WireStrictTransportSecurity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireXssProtection {
    r#override: bool,
    protection: bool,
    #[serde(default)]
    mode_block: bool,
    report_uri: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireFrameOptions {
    r#override: bool,
    frame_option: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireReferrerPolicy {
    r#override: bool,
    referrer_policy: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireContentSecurityPolicy {
    r#override: bool,
    content_security_policy: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireContentTypeOptions {
    r#override: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireStrictTransportSecurity {
    r#override: bool,
    #[serde(default)]
    include_subdomains: bool,
    #[serde(default)]
    preload: bool,
    access_control_max_age_sec: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireCustomHeader {
    header: String,
    value: String,
    r#override: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireRemovedHeader {
    header: String,
}

impl WireResponseHeadersPolicy {
    fn policy(self) -> ResponseHeadersPolicy {
        let own = self.custom_headers_config.items.into_iter();
        let own = own.map(|wire| header(&wire.header, wire.value, wire.r#override));
        let removed = self.remove_headers_config.items;
        ResponseHeadersPolicy {
            remove: removed.into_iter().map(|wire| wire.header).collect(),
            add: self.security_headers_config.headers().chain(own).collect(),
        }
    }
}

impl WireSecurityHeaders {
    fn headers(self) -> impl Iterator<Item = ResponseHeader> {
        let xss = self
            .xss_protection
            .map(|wire| header("X-XSS-Protection", wire.value(), wire.r#override));
        let frames = self
            .frame_options
            .map(|wire| header("X-Frame-Options", wire.frame_option, wire.r#override));
        let referrer = self
            .referrer_policy
            .map(|wire| header("Referrer-Policy", wire.referrer_policy, wire.r#override));
        let content = self.content_security_policy.map(|wire| {
            header("Content-Security-Policy", wire.content_security_policy, wire.r#override)
        });
        let sniffing = self
            .content_type_options
            .map(|wire| header("X-Content-Type-Options", "nosniff".into(), wire.r#override));
        let transport = self
            .strict_transport_security
            .map(|wire| header("Strict-Transport-Security", wire.value(), wire.r#override));
        [xss, frames, referrer, content, sniffing, transport].into_iter().flatten()
    }
}

impl WireXssProtection {
    fn value(&self) -> String {
        let mut value = u8::from(self.protection).to_string();
        if self.mode_block {
            value.push_str("; mode=block");
        }
        if let Some(uri) = self.report_uri.as_ref().filter(|uri| !uri.is_empty()) {
            value.push_str("; report=");
            value.push_str(uri);
        }
        value
    }
}

impl WireStrictTransportSecurity {
    fn value(&self) -> String {
        let mut value = format!("max-age={}", self.access_control_max_age_sec);
        if self.include_subdomains {
            value.push_str("; includeSubDomains");
        }
        if self.preload {
            value.push_str("; preload");
        }
        value
    }
}

fn header(name: &str, value: String, overrides: bool) -> ResponseHeader {
    let wins = if overrides { WhichWins::Policy } else { WhichWins::Response };
    ResponseHeader { name: name.into(), value, wins }
}
