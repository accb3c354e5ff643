use guard_rules::Memory;

use crate::arn::region;
use crate::command::word;
use crate::snapshot::Snapshot;
use crate::source::Source;

impl Snapshot {
    /// The command of the AWS CLI that prints an answer. Some answers have no such command.
    #[must_use]
    pub fn command(&self, source: &Source) -> Option<String> {
        let of_bucket =
            |call: &str, bucket: &str| format!("s3api {call} --bucket {}", word(bucket));
        let call = match source {
            Source::Distribution => {
                let id = self.distribution_id().unwrap_or("DISTRIBUTION_ID");
                format!("cloudfront get-distribution --id {}", word(id))
            }
            Source::Identity => "sts get-caller-identity".into(),
            Source::CachePolicy(id) => format!("cloudfront get-cache-policy --id {}", word(id)),
            Source::OriginRequestPolicy(id) => {
                format!("cloudfront get-origin-request-policy --id {}", word(id))
            }
            Source::ResponseHeadersPolicy(id) => {
                format!("cloudfront get-response-headers-policy --id {}", word(id))
            }
            Source::Function { name, version } => format!(
                "lambda get-function-configuration --region us-east-1 --function-name {} \
                 --qualifier {}",
                word(name),
                word(version)
            ),
            Source::Role(name) => format!("iam get-role --role-name {}", word(name)),
            Source::OriginAccessControl(id) => {
                format!("cloudfront get-origin-access-control --id {}", word(id))
            }
            Source::BucketPolicy(bucket) => of_bucket("get-bucket-policy", bucket),
            Source::BucketLocation(bucket) => of_bucket("get-bucket-location", bucket),
            Source::BucketEncryption(bucket) => of_bucket("get-bucket-encryption", bucket),
            Source::KeyPolicy(key) => {
                format!("kms get-key-policy --policy-name default --key-id {}", word(key))
            }
            Source::Plan(region) => {
                let name = self.config.as_ref().map(|config| &*config.parameter.name);
                let (region, name) = (word(region), word(name.unwrap_or("PARAMETER")));
                format!("ssm get-parameter --region {region} --name {name}")
            }
            Source::GuardNote => {
                let place = self.config.as_ref().map(|config| &config.parameter);
                let region = place.map_or("REGION", |place| &place.home_region);
                let name = place.map(|place| Memory::parameter(&place.name));
                let name = name.unwrap_or_else(|| "NOTE".into());
                format!("ssm get-parameter --region {} --name {}", word(region), word(&name))
            }
            Source::Object { bucket, key } => format!(
                "s3api list-objects-v2 --bucket {} --prefix {} --max-keys 1",
                word(bucket),
                word(key)
            ),
            Source::CustomCachePolicies => "cloudfront list-cache-policies --type custom".into(),
            Source::PricingPlans => {
                "pricing-plan-manager list-subscriptions --region us-east-1".into()
            }
            Source::LogGroups(region) => {
                format!("logs describe-log-groups --region {}", word(region))
            }
            Source::DeliverySources => "logs describe-delivery-sources --region us-east-1".into(),
            Source::Deliveries => "logs describe-deliveries --region us-east-1".into(),
            Source::DeliveredLogs { bucket, prefix } => {
                format!("s3api list-objects-v2 --bucket {} --prefix {}", word(bucket), word(prefix))
            }
            Source::PlanHistory(region) => {
                let name = self.config.as_ref().map(|config| &*config.parameter.name);
                let (region, name) = (word(region), word(name.unwrap_or("PARAMETER")));
                format!("ssm get-parameter-history --region {region} --name {name}")
            }
            Source::Listener(arn) => elbv2("describe-listeners", "listener-arns", arn),
            Source::ListenerRule(arn) => elbv2("describe-rules", "rule-arns", arn),
            Source::LoadBalancerAttributes(arn) => {
                elbv2("describe-load-balancer-attributes", "load-balancer-arn", arn)
            }
            Source::TargetGroup(arn) => elbv2("describe-target-groups", "target-group-arns", arn),
            Source::TargetGroupAttributes(arn) => {
                elbv2("describe-target-group-attributes", "target-group-arn", arn)
            }
            Source::TargetHealth(arn) => elbv2("describe-target-health", "target-group-arn", arn),
            Source::Records { zone, name, record_type } => format!(
                "route53 list-resource-record-sets --hosted-zone-id {} --start-record-name {} \
                 --start-record-type {record_type} --max-items 100",
                word(zone),
                word(name)
            ),
            Source::RoleRights(_)
            | Source::CallerRights
            | Source::Packages
            | Source::PackagedConfiguration
            | Source::Addresses(_)
            | Source::Certificates(_)
            | Source::Moment => return None,
        };
        Some(format!("aws {call} --output json"))
    }
}

fn elbv2(call: &str, option: &str, arn: &str) -> String {
    format!("elbv2 {call} --region {} --{option} {}", word(region(arn)), word(arn))
}
