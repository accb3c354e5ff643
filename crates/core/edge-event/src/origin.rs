use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::field::given;
use crate::{Extra, Headers};

/// The origin of a request: either `{"custom": {...}}` or `{"s3": {...}}`.
///
/// An origin-request function may return any origin, including one that the distribution does not
/// have. AWS may add kinds of origins: an event with a kind that this crate does not know is an
/// [`EventError`](crate::EventError).
///
/// AWS: [Lambda@Edge event structure][guide], "origin".
///
/// [guide]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
///
/// ```
/// use edge_event::{CustomOrigin, Origin, Request};
///
/// let mut search = CustomOrigin::new("search.example.com");
/// search.port = Some(8443);
/// search.read_timeout = Some(60);
/// let request = Request::get("/search?q=socks").origin(search);
/// assert_eq!(request.origin.as_ref().map(Origin::domain_name), Some("search.example.com"));
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Wire")]
#[non_exhaustive]
pub enum Origin {
    /// An HTTP server: a load balancer, a bucket as a website, any other host.
    Custom(CustomOrigin),
    /// An S3 bucket at its REST endpoint.
    S3(S3Origin),
}

/// An HTTP server as the origin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CustomOrigin {
    /// Headers that CloudFront adds to each request to the origin.
    #[serde(default, skip_serializing_if = "Headers::is_absent")]
    pub custom_headers: Headers,
    /// The host name, 1 to 253 characters. It has no port and is not an IP address.
    pub domain_name: String,
    /// The folder that CloudFront puts before the path of the request, percent-encoded.
    ///
    /// It is empty, or starts with `/` and does not end with `/`. At most 255 characters.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The port: 80, 443, or 1024 to 65535.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The protocol between CloudFront and the origin: `http` or `https`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Seconds to wait for the response, and for each next packet of it: 1 to 120.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub read_timeout: Option<u32>,
    /// Seconds for which CloudFront keeps an idle connection open: 1 to 120.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub keepalive_timeout: Option<u32>,
    /// Seconds for the whole response: at least `read_timeout`, or 0 for no such limit.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub response_completion_timeout: Option<u32>,
    /// The protocols for HTTPS: any of `TLSv1.2`, `TLSv1.1`, `TLSv1` and `SSLv3`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub ssl_protocols: Option<Vec<String>>,
    /// Fields of `custom` that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
    /// Fields next to `custom` that this crate does not know.
    #[serde(skip)]
    pub beside: Extra,
}

/// An S3 bucket as the origin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct S3Origin {
    /// `origin-access-identity` or `none`. It is `none` with origin access control, too.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub auth_method: Option<String>,
    /// Headers that CloudFront adds to each request to the origin.
    #[serde(default, skip_serializing_if = "Headers::is_absent")]
    pub custom_headers: Headers,
    /// The bucket's endpoint in lower case, such as `shop.s3.eu-west-1.amazonaws.com`; 1 to 128
    /// characters.
    pub domain_name: String,
    /// The folder of the bucket that CloudFront puts before the path of the request, percent-encoded.
    ///
    /// It is empty, or starts with `/` and does not end with `/`. At most 255 characters.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The bucket's Region, such as `eu-west-1`. Required with `origin-access-identity`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Seconds to wait for the response, and for each next packet of it: 1 to 120.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub read_timeout: Option<u32>,
    /// Seconds for the whole response: at least `read_timeout`, or 0 for no such limit.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub response_completion_timeout: Option<u32>,
    /// Fields of `s3` that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
    /// Fields next to `s3` that this crate does not know.
    #[serde(skip)]
    pub beside: Extra,
}

impl CustomOrigin {
    /// The server `domain_name` at HTTPS port 443.
    ///
    /// TLS is 1.2, and the timeouts are CloudFront's defaults: 30 seconds to read, 5 seconds to keep an
    /// idle connection (AWS: [Origin settings][guide]).
    ///
    /// [guide]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
    #[must_use]
    pub fn new(domain_name: impl Into<String>) -> CustomOrigin {
        CustomOrigin {
            custom_headers: Headers::new(),
            domain_name: domain_name.into(),
            path: Some(String::new()),
            port: Some(443),
            protocol: Some("https".into()),
            read_timeout: Some(30),
            keepalive_timeout: Some(5),
            ssl_protocols: Some(vec!["TLSv1.2".into()]),
            ..CustomOrigin::default()
        }
    }
}

impl S3Origin {
    /// The bucket at the endpoint `domain_name`, without an origin access identity.
    ///
    /// This is also right for a bucket with origin access control.
    #[must_use]
    pub fn new(domain_name: impl Into<String>) -> S3Origin {
        S3Origin {
            auth_method: Some("none".into()),
            custom_headers: Headers::new(),
            domain_name: domain_name.into(),
            path: Some(String::new()),
            region: Some(String::new()),
            ..S3Origin::default()
        }
    }
}

impl From<CustomOrigin> for Origin {
    fn from(origin: CustomOrigin) -> Origin {
        Origin::Custom(origin)
    }
}

impl From<S3Origin> for Origin {
    fn from(origin: S3Origin) -> Origin {
        Origin::S3(origin)
    }
}

impl Origin {
    /// An HTTP server; see [`CustomOrigin::new`].
    #[must_use]
    pub fn custom(domain_name: impl Into<String>) -> Origin {
        CustomOrigin::new(domain_name).into()
    }

    /// An S3 bucket; see [`S3Origin::new`].
    #[must_use]
    pub fn s3(domain_name: impl Into<String>) -> Origin {
        S3Origin::new(domain_name).into()
    }

    /// The host name of the server or of the bucket's endpoint.
    #[must_use]
    pub fn domain_name(&self) -> &str {
        match self {
            Origin::Custom(origin) => &origin.domain_name,
            Origin::S3(origin) => &origin.domain_name,
        }
    }

    /// The folder that CloudFront puts before the path of the request; empty if absent.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Origin::Custom(origin) => origin.path.as_deref().unwrap_or_default(),
            Origin::S3(origin) => origin.path.as_deref().unwrap_or_default(),
        }
    }

    /// The folder that CloudFront puts before the path, for changes. An absent one becomes empty.
    pub fn path_mut(&mut self) -> &mut String {
        match self {
            Origin::Custom(origin) => origin.path.get_or_insert_default(),
            Origin::S3(origin) => origin.path.get_or_insert_default(),
        }
    }

    /// The headers that CloudFront adds to each request to the origin.
    #[must_use]
    pub fn custom_headers(&self) -> &Headers {
        match self {
            Origin::Custom(origin) => &origin.custom_headers,
            Origin::S3(origin) => &origin.custom_headers,
        }
    }

    /// The headers that CloudFront adds to each request to the origin, for changes.
    pub fn custom_headers_mut(&mut self) -> &mut Headers {
        match self {
            Origin::Custom(origin) => &mut origin.custom_headers,
            Origin::S3(origin) => &mut origin.custom_headers,
        }
    }

    /// Seconds to wait for the response, and for each next packet of it.
    #[must_use]
    pub fn read_timeout(&self) -> Option<u32> {
        match self {
            Origin::Custom(origin) => origin.read_timeout,
            Origin::S3(origin) => origin.read_timeout,
        }
    }

    /// Seconds for the whole response; 0 for no such limit.
    #[must_use]
    pub fn response_completion_timeout(&self) -> Option<u32> {
        match self {
            Origin::Custom(origin) => origin.response_completion_timeout,
            Origin::S3(origin) => origin.response_completion_timeout,
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

/// The origin in the document, before the check that it has exactly one kind.
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
            (Some(_), Some(_)) => Err("both `custom` and `s3`, expected exactly one"),
            (None, None) => Err("neither `custom` nor `s3`, expected exactly one"),
        }
    }
}
