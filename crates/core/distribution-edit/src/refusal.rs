use std::fmt;

use serde::Serialize;

use crate::managed::policy;

/// A value that keeps the functions from being attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Refusal {
    /// The distribution has no domain of its own.
    TenantOnly,
    /// It is the staging distribution of a continuous deployment.
    Staging,
    ContinuousDeployment {
        policy: String,
    },
    OtherAccount {
        function: String,
        account: String,
    },
    /// A behavior's target is neither an origin nor a group.
    NoOrigin {
        behavior: String,
        origin: String,
    },
    /// The default behavior serves no bucket.
    NotABucket {
        origin: String,
        domain: String,
    },
    OtherBucket {
        origin: String,
        domain: String,
        bucket: String,
    },
    NoRouteBehavior {
        route: String,
    },
    RouteToBucket {
        behavior: String,
    },
    ForeignFunction {
        behavior: String,
        event: String,
        function: String,
    },
    #[serde(rename = "cloudfront-function")]
    CloudFrontFunction {
        behavior: String,
        event: String,
        function: String,
    },
    VpcOrigin {
        behavior: String,
        origin: String,
    },
    Grpc {
        behavior: String,
    },
    LegacyCacheSettings {
        behavior: String,
    },
    /// A cache policy that the behavior should keep has nothing in its key.
    CachingDisabled {
        behavior: String,
        policy: String,
    },
    /// A cache policy that the behavior should keep is AWS's own, so its key has no stamp.
    NoStamp {
        behavior: String,
        policy: String,
    },
    /// An origin request policy that the behavior should keep forwards `Host` to the bucket.
    HostToBucket {
        behavior: String,
        policy: String,
    },
    Methods {
        behavior: String,
        methods: Vec<String>,
    },
    OtherOriginGroup {
        behavior: String,
        group: String,
    },
    NameTaken {
        origin: String,
    },
    UnknownBehavior {
        behavior: String,
        known: Vec<String>,
    },
}

/// The value that was found.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TenantOnly => f.write_str("`ConnectionMode` is `tenant-only`: viewers reach the distribution only by its tenants"),
            Self::Staging => f.write_str("`Staging` is `true`: viewers reach the distribution only by CloudFront's own split"),
            Self::ContinuousDeployment { policy } => write!(f, "`ContinuousDeploymentPolicyId` is `{policy}`: CloudFront splits the viewers too, and two canaries multiply"),
            Self::OtherAccount { function, account } => write!(f, "`{function}` is not in the distribution's account `{account}`: CloudFront refuses it"),
            Self::NoOrigin { behavior, origin } => write!(f, "behaviour `{behavior}` names the origin `{origin}`, which does not exist"),
            Self::NotABucket { origin, domain } => write!(f, "the origin `{origin}` of behaviour `*`, `{domain}`, is not a bucket by S3's own API: the functions would find no files there"),
            Self::OtherBucket { origin, domain, bucket } => write!(f, "the origin `{origin}` of behaviour `*` is `{domain}`, not the bucket `{bucket}` of the configuration"),
            Self::NoRouteBehavior { route } => write!(f, "no behaviour takes the route `{route}`: its requests would go to the bucket"),
            Self::RouteToBucket { behavior } => write!(f, "behaviour `{behavior}` is for a route of the configuration, but its origin is the bucket"),
            Self::ForeignFunction { behavior, event, function } => write!(f, "behaviour `{behavior}` has the function `{function}` at {event}: CloudFront takes one for each event"),
            Self::CloudFrontFunction { behavior, event, function } => write!(f, "behaviour `{behavior}` has the CloudFront Function `{function}` at {event}: CloudFront takes no Lambda@Edge function on a viewer event beside it"),
            Self::VpcOrigin { behavior, origin } => write!(f, "behaviour `{behavior}` has the VPC origin `{origin}`: CloudFront takes no origin function there"),
            Self::Grpc { behavior } => write!(f, "behaviour `{behavior}` takes gRPC: CloudFront takes no functions there"),
            Self::LegacyCacheSettings { behavior } => write!(f, "behaviour `{behavior}` has `ForwardedValues` in place of a cache policy"),
            Self::CachingDisabled { behavior, policy: id } => write!(f, "behaviour `{behavior}` would keep the cache policy {}: with all TTLs at 0 it has nothing in its key, so the functions at the origin do not get the release", policy(id)),
            Self::NoStamp { behavior, policy: id } => write!(f, "behaviour `{behavior}` would keep the cache policy {}: its key does not have the release, so viewers of one release would get cached objects of another", policy(id)),
            Self::HostToBucket { behavior, policy: id } => write!(f, "behaviour `{behavior}` would keep the origin request policy {}: S3 refuses the viewer's `Host`", policy(id)),
            Self::Methods { behavior, methods } => write!(f, "behaviour `{behavior}` allows {}: CloudFront takes only GET, HEAD and OPTIONS where the target is an origin group", methods.join(", ")),
            Self::OtherOriginGroup { behavior, group } => write!(f, "behaviour `{behavior}` has the origin group `{group}` of its own, so there is no place for the second attempt"),
            Self::NameTaken { origin } => write!(f, "`{origin}` is already the id of another origin or origin group"),
            Self::UnknownBehavior { behavior, known } => write!(f, "`--keep-policies {behavior}` names no behaviour that gets the functions: they are {}", quoted(known)),
        }
    }
}

impl Refusal {
    /// How to go on.
    #[must_use]
    pub fn way_out(&self) -> String {
        match self {
            Self::TenantOnly => "use a distribution with `ConnectionMode` `direct`".into(),
            Self::Staging => "name the primary distribution".into(),
            Self::ContinuousDeployment { .. } => "end the continuous deployment: promote or delete it, then take its policy from the distribution".into(),
            Self::OtherAccount { .. } => "deploy the functions into the distribution's account, or sign in to the functions' one".into(),
            Self::NoOrigin { .. } => "correct the target of the behaviour".into(),
            Self::NotABucket { .. } => "make the bucket the origin, with an origin access control, not its website endpoint; give back ends behaviours of their own".into(),
            Self::OtherBucket { .. } => "correct `bucket` in edgeswitch.toml, or the origin".into(),
            Self::NoRouteBehavior { route } => format!("add a behaviour `{route}` with the back end as origin, or remove the route from edgeswitch.toml"),
            Self::RouteToBucket { .. } => "give the behaviour the back end as origin, or remove the route from edgeswitch.toml".into(),
            Self::ForeignFunction { .. } => "take the function away, and let the origin or the application do its work; or leave these paths out: give them a behaviour with another origin".into(),
            Self::CloudFrontFunction { .. } => "move the function's work to the origin or to the application: `layout`, `index` and `not_found` of edgeswitch.toml do what most such functions do".into(),
            Self::VpcOrigin { .. } => "use a public origin that takes requests only from CloudFront".into(),
            Self::Grpc { .. } => "disable gRPC there".into(),
            Self::LegacyCacheSettings { .. } => "give the behaviour a cache policy first, for example the managed CachingOptimized or CachingDisabled; attaching replaces it".into(),
            Self::CachingDisabled { behavior, .. } | Self::NoStamp { behavior, .. } => format!("leave out `--keep-policies {behavior}`, or give the behaviour a cache policy of your own with `x-bluegreen-release` and `x-bluegreen-preview` in its key and a maximum TTL above 0"),
            Self::HostToBucket { behavior, .. } => format!("leave out `--keep-policies {behavior}`, or give the behaviour an origin request policy without `Host`"),
            Self::Methods { .. } => "allow GET, HEAD and OPTIONS only, and give other methods a behaviour with the back end as origin; or use `--no-fallback-origin`, without a second attempt for missing files".into(),
            Self::OtherOriginGroup { .. } => "make the bucket itself the target; or use `--no-fallback-origin`, which keeps the group and goes without a second attempt for missing files".into(),
            Self::NameTaken { .. } => "give the other one another id, or use `--no-fallback-origin`".into(),
            Self::UnknownBehavior { .. } => "name one of these; `*` is the default behaviour".into(),
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
