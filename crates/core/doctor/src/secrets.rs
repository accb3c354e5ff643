use edge_routing::ROLE_HEADER;
use serde_json::Value;

use crate::source::Source;

/// Stands for a value that is nobody's business.
const REMOVED: &str = "REMOVED";

/// Removes the values of an origin's headers, by which an origin may recognise CloudFront, and those of a
/// function's environment variables. Our own header stays: a check reads it.
pub(crate) fn remove_secrets(source: &Source, answer: &mut Value) {
    match source {
        Source::Distribution => headers(answer),
        Source::Function { .. } => variables(answer),
        Source::Identity
        | Source::CachePolicy(_)
        | Source::OriginRequestPolicy(_)
        | Source::ResponseHeadersPolicy(_)
        | Source::Role(_)
        | Source::OriginAccessControl(_)
        | Source::BucketPolicy(_)
        | Source::BucketLocation(_)
        | Source::BucketEncryption(_)
        | Source::KeyPolicy(_)
        | Source::Plan(_)
        | Source::RoleRights(_)
        | Source::CallerRights
        | Source::Packages
        | Source::PackagedConfiguration
        | Source::Object { .. }
        | Source::CustomCachePolicies
        | Source::PricingPlans
        | Source::LogGroups(_)
        | Source::DeliverySources
        | Source::Deliveries
        | Source::DeliveredLogs { .. }
        | Source::Addresses(_)
        | Source::Certificates(_)
        | Source::Moment
        | Source::PlanHistory(_)
        | Source::GuardNote
        | Source::Listener(_)
        | Source::ListenerRule(_)
        | Source::LoadBalancerAttributes(_)
        | Source::TargetGroup(_)
        | Source::TargetGroupAttributes(_)
        | Source::TargetHealth(_)
        | Source::Records { .. } => {}
    }
}

fn headers(answer: &mut Value) {
    for config in ["/Distribution/DistributionConfig", "/DistributionConfig"] {
        let origins = answer.pointer_mut(&format!("{config}/Origins/Items"));
        let origins = origins.and_then(Value::as_array_mut).into_iter().flatten();
        let lists = origins.filter_map(|origin| origin.pointer_mut("/CustomHeaders/Items"));
        for header in lists.filter_map(Value::as_array_mut).flatten() {
            let name = header.get("HeaderName").and_then(Value::as_str).unwrap_or_default();
            let is_ours = name.eq_ignore_ascii_case(ROLE_HEADER);
            if let Some(value) = header.get_mut("HeaderValue").filter(|_| !is_ours) {
                *value = REMOVED.into();
            }
        }
    }
}

fn variables(answer: &mut Value) {
    let variables = answer.pointer_mut("/Environment/Variables").and_then(Value::as_object_mut);
    for (_, value) in variables.into_iter().flatten() {
        *value = REMOVED.into();
    }
}
