use std::fmt;

/// The Regions with a regional edge cache, where the functions run and log.
pub const LOG_REGIONS: [&str; 13] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// One answer that a snapshot can hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `cloudfront get-distribution`, or `get-distribution-config`.
    Distribution,
    /// `sts get-caller-identity`.
    Identity,
    /// `cloudfront get-cache-policy`, by id.
    CachePolicy(String),
    /// `cloudfront get-origin-request-policy`, by id.
    OriginRequestPolicy(String),
    /// `cloudfront get-response-headers-policy`, by id. No check reads it: the local CloudFront does.
    ResponseHeadersPolicy(String),
    /// `lambda get-function-configuration` of a version in us-east-1.
    Function { name: String, version: String },
    /// `iam get-role`, by name.
    Role(String),
    /// `cloudfront get-origin-access-control`, by id.
    OriginAccessControl(String),
    /// `s3api get-bucket-policy`.
    BucketPolicy(String),
    /// `s3api get-bucket-location`.
    BucketLocation(String),
    /// `s3api get-bucket-encryption`.
    BucketEncryption(String),
    /// `kms get-key-policy`, by the key's id or ARN.
    KeyPolicy(String),
    /// `ssm get-parameter` of the plan in a Region.
    Plan(String),
    /// `iam simulate-principal-policy` for a function's role: may it read the plan?
    RoleRights(String),
    /// `iam simulate-principal-policy` for the caller: may it attach functions?
    CallerRights,
    /// The packages in `dist/`: the base64 SHA-256 of each zip by its trigger.
    Packages,
    /// The configuration in those packages, `edgeswitch.json`.
    PackagedConfiguration,
    /// `s3api list-objects-v2` with the key as its prefix: is there such an object?
    Object { bucket: String, key: String },
    /// `cloudfront list-cache-policies --type custom`.
    CustomCachePolicies,
    /// `pricing-plan-manager list-subscriptions`.
    PricingPlans,
    /// `logs describe-log-groups` in a Region.
    LogGroups(String),
    /// `logs describe-delivery-sources` in us-east-1: which logs of which resources can be delivered.
    DeliverySources,
    /// `logs describe-deliveries` in us-east-1: where they are delivered, and with which fields.
    Deliveries,
    /// `s3api list-objects-v2`: the access logs of the last hours, and when they came.
    DeliveredLogs { bucket: String, prefix: String },
    /// The addresses of an origin's domain: `{"Addresses": [...]}`.
    Addresses(String),
    /// The names on the certificates of an origin's listener: `{"Names": [...]}`.
    Certificates(String),
    /// The time of the other answers: `{"Now": "2026-11-27T10:00:00Z"}`.
    Moment,
    /// `ssm get-parameter-history` of the plan in a Region.
    PlanHistory(String),
    /// `ssm get-parameter` of the note of the guard, in the plan's home Region.
    GuardNote,
    /// `elbv2 describe-listeners`, by ARN.
    Listener(String),
    /// `elbv2 describe-rules`, by ARN.
    ListenerRule(String),
    /// `elbv2 describe-load-balancer-attributes`, by ARN.
    LoadBalancerAttributes(String),
    /// `elbv2 describe-target-groups`, by ARN.
    TargetGroup(String),
    /// `elbv2 describe-target-group-attributes`, by ARN.
    TargetGroupAttributes(String),
    /// `elbv2 describe-target-health`, by the target group's ARN.
    TargetHealth(String),
    /// `route53 list-resource-record-sets`: the records of a name and type.
    Records { zone: String, name: String, record_type: &'static str },
}

impl Source {
    /// The file that holds the answer, below the snapshot's folder and without its extension.
    #[must_use]
    pub fn file(&self) -> String {
        match self {
            Self::Distribution => "distribution".into(),
            Self::Identity => "identity".into(),
            Self::CachePolicy(id) => below("cache-policies", id),
            Self::OriginRequestPolicy(id) => below("origin-request-policies", id),
            Self::ResponseHeadersPolicy(id) => below("response-headers-policies", id),
            Self::Function { name, version } => below("functions", &format!("{name}-{version}")),
            Self::Role(name) => below("roles", name),
            Self::OriginAccessControl(id) => below("origin-access-controls", id),
            Self::BucketPolicy(bucket) => below("bucket-policies", bucket),
            Self::BucketLocation(bucket) => below("bucket-locations", bucket),
            Self::BucketEncryption(bucket) => below("bucket-encryptions", bucket),
            Self::KeyPolicy(key) => below("key-policies", key),
            Self::Plan(region) => below("plans", region),
            Self::RoleRights(role) => below("role-rights", role),
            Self::CallerRights => "caller-rights".into(),
            Self::Packages => "packages".into(),
            Self::PackagedConfiguration => "packaged-configuration".into(),
            Self::Object { bucket, key } => below("objects", &format!("{bucket}/{key}")),
            Self::CustomCachePolicies => "custom-cache-policies".into(),
            Self::PricingPlans => "pricing-plans".into(),
            Self::LogGroups(region) => below("log-groups", region),
            Self::DeliverySources => "delivery-sources".into(),
            Self::Deliveries => "deliveries".into(),
            Self::DeliveredLogs { bucket, prefix } => {
                below("delivered-logs", &format!("{bucket}/{prefix}"))
            }
            Self::Addresses(domain) => below("addresses", domain),
            Self::Certificates(domain) => below("certificates", domain),
            Self::Moment => "moment".into(),
            Self::PlanHistory(region) => below("plan-histories", region),
            Self::GuardNote => "guard-note".into(),
            Self::Listener(arn) => below("listeners", arn),
            Self::ListenerRule(arn) => below("listener-rules", arn),
            Self::LoadBalancerAttributes(arn) => below("load-balancer-attributes", arn),
            Self::TargetGroup(arn) => below("target-groups", arn),
            Self::TargetGroupAttributes(arn) => below("target-group-attributes", arn),
            Self::TargetHealth(arn) => below("target-health", arn),
            Self::Records { zone, name, record_type } => {
                below("records", &format!("{zone}-{name}-{record_type}"))
            }
        }
    }

    /// Whether an answer that says "there is no such thing" tells all that the checks need: there is no encryption
    /// with a key of the account, or one of the checks reports it.
    pub(crate) fn may_be_missing(&self) -> bool {
        match self {
            Self::Distribution
            | Self::Function { .. }
            | Self::BucketPolicy(_)
            | Self::BucketEncryption(_)
            | Self::Plan(_)
            | Self::GuardNote
            | Self::Addresses(_)
            | Self::Listener(_)
            | Self::ListenerRule(_)
            | Self::TargetGroup(_)
            | Self::Records { .. } => true,
            Self::Identity
            | Self::CachePolicy(_)
            | Self::OriginRequestPolicy(_)
            | Self::ResponseHeadersPolicy(_)
            | Self::Role(_)
            | Self::OriginAccessControl(_)
            | Self::BucketLocation(_)
            | Self::KeyPolicy(_)
            | Self::RoleRights(_)
            | Self::CallerRights
            | Self::Packages
            | Self::PackagedConfiguration
            | Self::Object { .. }
            | Self::CustomCachePolicies
            | Self::PricingPlans
            | Self::LogGroups(_)
            | Self::DeliverySources
            | Self::Deliveries
            | Self::DeliveredLogs { .. }
            | Self::Certificates(_)
            | Self::Moment
            | Self::PlanHistory(_)
            | Self::LoadBalancerAttributes(_)
            | Self::TargetGroupAttributes(_)
            | Self::TargetHealth(_) => false,
        }
    }

    /// Whether a snapshot without this answer is incomplete. The other answers need services beside the
    /// distribution's own, and the report lists their checks as not checked.
    #[must_use]
    pub fn is_required(&self) -> bool {
        match self {
            Self::Distribution
            | Self::CachePolicy(_)
            | Self::OriginRequestPolicy(_)
            | Self::Function { .. }
            | Self::Role(_)
            | Self::OriginAccessControl(_)
            | Self::BucketPolicy(_)
            | Self::Plan(_)
            | Self::Moment
            | Self::PlanHistory(_)
            | Self::Listener(_)
            | Self::ListenerRule(_)
            | Self::LoadBalancerAttributes(_)
            | Self::TargetGroup(_)
            | Self::TargetGroupAttributes(_)
            | Self::TargetHealth(_)
            | Self::Records { .. } => true,
            Self::Identity
            | Self::ResponseHeadersPolicy(_)
            | Self::BucketLocation(_)
            | Self::BucketEncryption(_)
            | Self::KeyPolicy(_)
            | Self::RoleRights(_)
            | Self::CallerRights
            | Self::Packages
            | Self::PackagedConfiguration
            | Self::Object { .. }
            | Self::CustomCachePolicies
            | Self::PricingPlans
            | Self::LogGroups(_)
            | Self::DeliverySources
            | Self::Deliveries
            | Self::DeliveredLogs { .. }
            | Self::Addresses(_)
            | Self::Certificates(_)
            | Self::GuardNote => false,
        }
    }
}

/// An id becomes a file name: a name from a snapshot never leaves the snapshot's folder.
fn below(folder: &str, id: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = id.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("{folder}/{name}")
}

/// For people: the file's name says what it is.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file())
    }
}
