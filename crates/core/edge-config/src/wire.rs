use std::collections::BTreeMap;

use override_token::MAX_LIFETIME;
use plan_format::{PrefixTemplate, Refresh};
use routing_core::{DecideAt, Layout, OverridePolicy, Rules};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::ConfigError;
use crate::observe::WireObserve;
use crate::whole::Whole;

/// A week, in seconds.
const DEFAULT_COOKIE_AGE: u32 = 604_800;
/// The seconds of a day.
const DAY: u64 = 86_400;

/// The file as written.
#[derive(Serialize, Deserialize)]
pub(crate) struct Wire {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) distribution_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bucket: Option<String>,
    #[serde(default)]
    pub(crate) decide_at: WireDecideAt,
    #[serde(default)]
    pub(crate) release_header: bool,
    /// Added to the defaults.
    #[serde(default)]
    pub(crate) crawlers: Vec<String>,
    #[serde(default = "default_prefix_template")]
    pub(crate) prefix_template: String,
    pub(crate) parameter: WireParameter,
    #[serde(default)]
    pub(crate) refresh: WireRefresh,
    #[serde(default)]
    pub(crate) cookies: WireCookies,
    #[serde(default)]
    pub(crate) documents: WireDocuments,
    #[serde(default)]
    pub(crate) routes: Vec<WireRoute>,
    #[serde(default, rename = "override")]
    pub(crate) override_: WireOverride,
    #[serde(default)]
    pub(crate) observe: WireObserve,
    #[serde(default)]
    pub(crate) allow: WireAllow,
    #[serde(default)]
    pub(crate) slots: BTreeMap<String, BTreeMap<String, String>>,
    /// Read separately, as text, because the order in a plan counts.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(crate) fallback: Option<Box<RawValue>>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WireParameter {
    pub(crate) name: String,
    pub(crate) home_region: String,
    #[serde(default)]
    pub(crate) replica_regions: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WireRefresh {
    pub(crate) soft_ttl_seconds: Whole,
    pub(crate) hard_ttl_seconds: Whole,
    pub(crate) budget_milliseconds: Whole,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WireCookies {
    pub(crate) release: String,
    #[serde(rename = "override")]
    pub(crate) override_: String,
    pub(crate) max_age_seconds: Whole,
    pub(crate) partitioned: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WireDocuments {
    pub(crate) layout: WireLayout,
    pub(crate) index: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) indexes: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_found: Option<String>,
    /// Added to the defaults, as `exclude` is.
    pub(crate) file_types: Vec<String>,
    pub(crate) exclude: Vec<String>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WireLayout {
    #[default]
    SinglePage,
    Folders,
    Html,
    Files,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WireRoute {
    pub(crate) path: String,
    pub(crate) origin: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) pages: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WireOverride {
    pub(crate) policy: WirePolicy,
    pub(crate) public_keys: Vec<String>,
    pub(crate) max_days: Whole,
}

/// The limits for every plan. A list that is absent is made from the slots or the prefix template.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WireAllow {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) domains: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prefixes: Option<Vec<String>>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WireDecideAt {
    #[default]
    ViewerRequest,
    OriginRequest,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WirePolicy {
    Off,
    KnownRelease,
    #[default]
    Signed,
}

/// Reads a document whose keys have been checked. An error names the key.
pub(crate) fn read<T: DeserializeOwned>(document: Value) -> Result<T, ConfigError> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let path = error.path().to_string();
        let key = if path == "." { "the file" } else { &path };
        ConfigError::value(key, error.inner().to_string())
    })
}

/// The text of the fallback plan: its JSON, or the bare release ids of a string.
pub(crate) fn fallback_text(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Outer {
        fallback: Option<Box<RawValue>>,
    }
    let raw = serde_json::from_str::<Outer>(text).ok()?.fallback?;
    let bare = serde_json::from_str::<String>(raw.get()).ok();
    Some(bare.unwrap_or_else(|| raw.get().to_owned()))
}

fn is_false(value: &bool) -> bool {
    !value
}

fn default_prefix_template() -> String {
    PrefixTemplate::default().to_string()
}

impl Default for WireRefresh {
    fn default() -> Self {
        Self::from(Refresh::default())
    }
}

impl From<Refresh> for WireRefresh {
    fn from(refresh: Refresh) -> Self {
        let Refresh { soft_ttl, hard_ttl, budget } = refresh;
        Self {
            soft_ttl_seconds: Whole(soft_ttl.as_secs().cast_signed()),
            hard_ttl_seconds: Whole(hard_ttl.as_secs().cast_signed()),
            budget_milliseconds: Whole(i64::try_from(budget.as_millis()).unwrap_or(i64::MAX)),
        }
    }
}

impl Default for WireCookies {
    fn default() -> Self {
        let Rules { release_cookie, override_cookie, .. } = Rules::default();
        let max_age_seconds = Whole(i64::from(DEFAULT_COOKIE_AGE));
        let (release, override_) = (release_cookie.to_string(), override_cookie.to_string());
        Self { release, override_, max_age_seconds, partitioned: false }
    }
}

impl Default for WireOverride {
    fn default() -> Self {
        let days = MAX_LIFETIME.as_secs() / DAY;
        let max_days = Whole(i64::try_from(days).unwrap_or(i64::MAX));
        Self { policy: WirePolicy::default(), public_keys: Vec::new(), max_days }
    }
}

impl Default for WireDocuments {
    fn default() -> Self {
        Self {
            layout: WireLayout::default(),
            index: Rules::default().index_document,
            indexes: BTreeMap::new(),
            not_found: None,
            file_types: Vec::new(),
            exclude: Vec::new(),
        }
    }
}

impl From<WireLayout> for Layout {
    fn from(wire: WireLayout) -> Self {
        match wire {
            WireLayout::SinglePage => Self::SinglePage,
            WireLayout::Folders => Self::Folders,
            WireLayout::Html => Self::Html,
            WireLayout::Files => Self::Files,
        }
    }
}

impl From<WireDecideAt> for DecideAt {
    fn from(wire: WireDecideAt) -> Self {
        match wire {
            WireDecideAt::ViewerRequest => Self::ViewerRequest,
            WireDecideAt::OriginRequest => Self::OriginRequest,
        }
    }
}

impl From<WirePolicy> for OverridePolicy {
    fn from(wire: WirePolicy) -> Self {
        match wire {
            WirePolicy::Off => Self::Off,
            WirePolicy::KnownRelease => Self::KnownRelease,
            WirePolicy::Signed => Self::Signed,
        }
    }
}
