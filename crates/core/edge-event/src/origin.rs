use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::field::given;
use crate::{Extra, Headers};

/// Where a request is going, as `{"custom": {...}}` or `{"s3": {...}}`; never both.
///
/// A function of the origin-request trigger may change it to any origin, also one that the distribution
/// does not name.
///
/// Source: page `lambda-event-structure`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Wire")]
pub enum Origin {
    /// Any HTTP server.
    Custom(CustomOrigin),
    /// An S3 bucket by its REST endpoint.
    S3(S3Origin),
}

/// An HTTP server as origin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomOrigin {
    /// Headers that CloudFront adds to the request to the origin.
    #[serde(default, skip_serializing_if = "Headers::is_absent")]
    pub custom_headers: Headers,
    /// The host name, 1 to 253 characters, without a port, no IP address.
    pub domain_name: String,
    /// What CloudFront puts before the path: empty, or starts with `/` and does not end with one; at
    /// most 255 characters, percent-encoded.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The port: 80, 443 or 1024 to 65535.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `http` or `https`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Seconds to wait for a response and between its packets, 1 to 120.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub read_timeout: Option<u32>,
    /// Seconds to keep an idle connection, 1 to 120.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub keepalive_timeout: Option<u32>,
    /// Seconds for the whole response: at least `read_timeout`, or 0 for no limit of its own.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub response_completion_timeout: Option<u32>,
    /// Of `TLSv1.2`, `TLSv1.1`, `TLSv1` and `SSLv3`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub ssl_protocols: Option<Vec<String>>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
    /// Fields beside `custom` that this crate does not know.
    #[serde(skip)]
    pub beside: Extra,
}

/// An S3 bucket as origin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct S3Origin {
    /// `origin-access-identity` or `none`, the latter also under origin access control.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub auth_method: Option<String>,
    /// Headers that CloudFront adds to the request to the origin.
    #[serde(default, skip_serializing_if = "Headers::is_absent")]
    pub custom_headers: Headers,
    /// The bucket's endpoint, such as `b.s3.eu-west-1.amazonaws.com`: 1 to 128 characters, lower-case.
    pub domain_name: String,
    /// The key prefix: empty, or starts with `/` and does not end with one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The bucket's Region, needed with an origin access identity.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Seconds to wait for a response and between its packets, 1 to 120.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub read_timeout: Option<u32>,
    /// Seconds for the whole response: at least `read_timeout`, or 0 for no limit of its own.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub response_completion_timeout: Option<u32>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
    /// Fields beside `s3` that this crate does not know.
    #[serde(skip)]
    pub beside: Extra,
}

impl Origin {
    /// A server behind `https` on port 443 with CloudFront's default timeouts, TLSv1.2 only.
    pub fn custom(domain_name: impl Into<String>) -> Origin {
        Origin::Custom(CustomOrigin {
            custom_headers: Headers::new(),
            domain_name: domain_name.into(),
            path: Some(String::new()),
            port: Some(443),
            protocol: Some("https".into()),
            read_timeout: Some(30),
            keepalive_timeout: Some(5),
            ssl_protocols: Some(vec!["TLSv1.2".into()]),
            ..CustomOrigin::default()
        })
    }

    /// A bucket without an origin access identity, such as one behind origin access control.
    pub fn s3(domain_name: impl Into<String>) -> Origin {
        Origin::S3(S3Origin {
            auth_method: Some("none".into()),
            custom_headers: Headers::new(),
            domain_name: domain_name.into(),
            path: Some(String::new()),
            region: Some(String::new()),
            ..S3Origin::default()
        })
    }

    /// The host name.
    pub fn domain_name(&self) -> &str {
        match self {
            Origin::Custom(origin) => &origin.domain_name,
            Origin::S3(origin) => &origin.domain_name,
        }
    }

    /// The path prefix, empty when absent.
    pub fn path(&self) -> &str {
        match self {
            Origin::Custom(origin) => origin.path.as_deref().unwrap_or_default(),
            Origin::S3(origin) => origin.path.as_deref().unwrap_or_default(),
        }
    }

    /// The path prefix to change; an absent one becomes empty.
    pub fn path_mut(&mut self) -> &mut String {
        match self {
            Origin::Custom(origin) => origin.path.get_or_insert_default(),
            Origin::S3(origin) => origin.path.get_or_insert_default(),
        }
    }

    /// The headers that CloudFront adds to the request to the origin.
    pub fn custom_headers(&self) -> &Headers {
        match self {
            Origin::Custom(origin) => &origin.custom_headers,
            Origin::S3(origin) => &origin.custom_headers,
        }
    }

    /// The headers that CloudFront adds to the request to the origin, to change.
    pub fn custom_headers_mut(&mut self) -> &mut Headers {
        match self {
            Origin::Custom(origin) => &mut origin.custom_headers,
            Origin::S3(origin) => &mut origin.custom_headers,
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let beside = match self {
            Origin::Custom(origin) => {
                map.serialize_entry("custom", origin)?;
                &origin.beside
            }
            Origin::S3(origin) => {
                map.serialize_entry("s3", origin)?;
                &origin.beside
            }
        };
        for (name, value) in beside {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The origin as the document has it, before it is known to be of exactly one kind.
#[derive(Deserialize)]
struct Wire {
    #[serde(default, deserialize_with = "given")]
    custom: Option<CustomOrigin>,
    #[serde(default, deserialize_with = "given")]
    s3: Option<S3Origin>,
    #[serde(flatten)]
    beside: Extra,
}

impl TryFrom<Wire> for Origin {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Origin, &'static str> {
        let beside = wire.beside;
        match (wire.custom, wire.s3) {
            (Some(origin), None) => Ok(Origin::Custom(CustomOrigin { beside, ..origin })),
            (None, Some(origin)) => Ok(Origin::S3(S3Origin { beside, ..origin })),
            (Some(_), Some(_)) => Err("`custom` and `s3` at once, expected one of them"),
            (None, None) => Err("neither `custom` nor `s3`, expected one of them"),
        }
    }
}
