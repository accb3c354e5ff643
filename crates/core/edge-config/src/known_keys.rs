use serde_json::Value;

use crate::error::ConfigError;

type Table = (&'static str, &'static [&'static str]);

const TOP: Table = (
    "",
    &[
        "name",
        "distribution_id",
        "bucket",
        "decide_at",
        "release_header",
        "crawlers",
        "prefix_template",
        "parameter",
        "refresh",
        "cookies",
        "documents",
        "routes",
        "override",
        "observe",
        "allow",
        "slots",
        "fallback",
        "followers",
        "hooks",
        "gate",
        "dev",
    ],
);

/// The tables below the top, with their keys. `slots`, `dev.origins` and `dev.targets` are missing here because
/// people choose their keys, and `fallback` because unknown fields of a plan are ignored.
const TABLES: &[Table] = &[
    ("parameter", &["name", "home_region", "replica_regions"]),
    ("refresh", &["soft_ttl_seconds", "hard_ttl_seconds", "budget_milliseconds"]),
    ("cookies", &["release", "override", "max_age_seconds", "partitioned"]),
    ("documents", &["layout", "index", "indexes", "not_found", "file_types", "exclude"]),
    ("routes", &["path", "origin", "pages"]),
    ("override", &["policy", "public_keys", "max_days"]),
    ("observe", &["label", "beacon", "athena_workgroup", "athena_output", "athena_database"]),
    ("allow", &["domains", "prefixes"]),
    (
        "followers",
        &[
            "name",
            "listener",
            "listener_rule",
            "target_groups",
            "stickiness_seconds",
            "deregistration_delay_seconds",
            "hosted_zone",
            "record",
            "type",
            "set_identifiers",
            "ttl_seconds",
        ],
    ),
    ("hooks", &["before-traffic", "after-step", "after-traffic", "on-rollback"]),
    (
        "gate",
        &[
            "logs",
            "alpha",
            "tolerated_ratio",
            "min_bad_viewers",
            "min_page_loads",
            "soak_seconds",
            "lateness_seconds",
            "share_alpha",
        ],
    ),
    (
        "dev",
        &[
            "bucket",
            "origins",
            "hosts",
            "port",
            "edges",
            "plan",
            "state",
            "missing_object",
            "targets",
            "distribution",
            "logs",
            "guard",
            "alarms",
        ],
    ),
];

/// Keys of earlier versions, with the advice for each.
const FORMER: &[(&str, &str)] =
    &[("single_page_fallback", "use `layout`: \"single-page\" for `true`, \"files\" for `false`")];

/// Settings of distributions, behaviours and origins that the local CloudFront does not model (pages
/// `distribution-web-values-specify` and `DownloadDistValuesOrigin`).
const NOT_MODELLED: &[&str] = &[
    "cloudfront_functions",
    "compress",
    "continuous_deployment",
    "default_root_object",
    "field_level_encryption",
    "geo_restriction",
    "grpc",
    "http3",
    "include_body",
    "ipv6",
    "key_value_store",
    "logging",
    "origin_access_control",
    "origin_shield",
    "price_class",
    "realtime_logs",
    "signed_cookies",
    "signed_urls",
    "smooth_streaming",
    "ssl_certificate",
    "trusted_key_groups",
    "trusted_signers",
    "viewer_protocol_policy",
    "vpc_origins",
    "waf",
    "web_acl",
    "websockets",
];

/// Refuses the first key that nothing reads.
pub(crate) fn check(document: &Value) -> Result<(), ConfigError> {
    check_table(&TOP, document)?;
    for table in TABLES {
        match document.get(table.0) {
            Some(Value::Array(items)) => {
                items.iter().try_for_each(|item| check_table(table, item))?;
            }
            Some(item) => check_table(table, item)?,
            None => {}
        }
    }
    Ok(())
}

fn check_table(table: &Table, value: &Value) -> Result<(), ConfigError> {
    let keys = value.as_object().into_iter().flat_map(|object| object.keys());
    match keys.into_iter().find(|key| !table.1.contains(&key.as_str())) {
        Some(key) if table.0 == "dev" && is_not_modelled(key) => {
            Err(ConfigError::NotModelled(key.clone()))
        }
        Some(key) => Err(unknown(key, table)),
        None => Ok(()),
    }
}

/// Also finds `Compress`, `GeoRestriction` and `web-acl`, because people copy from templates.
fn is_not_modelled(key: &str) -> bool {
    let letters = |text: &str| text.replace(['_', '-'], "").to_ascii_lowercase();
    NOT_MODELLED.iter().any(|setting| letters(setting) == letters(key))
}

fn unknown(key: &str, table: &Table) -> ConfigError {
    let home = std::iter::once(&TOP).chain(TABLES).find(|(_, keys)| keys.contains(&key));
    let former = FORMER.iter().find(|(former, _)| *former == key);
    let advice = match (home, former) {
        (Some(home), _) => format!("it belongs {}", place(home)),
        (None, Some((_, advice))) => (*advice).to_owned(),
        (None, None) => format!("did you mean `{}`?", nearest(key, table.1)),
    };
    ConfigError::UnknownKey { key: key.into(), place: place(table), advice }
}

fn place(table: &Table) -> String {
    match table.0 {
        "" => "at the top of the file".into(),
        name @ ("routes" | "followers") => format!("in [[{name}]]"),
        name => format!("in [{name}]"),
    }
}

/// The known name that is most like `name`.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> &'a str {
    let likeness = |known: &&&str| strsim::jaro_winkler(name, known);
    known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).copied().unwrap_or_default()
}
