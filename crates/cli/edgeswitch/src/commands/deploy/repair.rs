use super::names::Names;
use crate::aws::StackEvent;

/// The way out of a failure of CloudFormation, where the reason shows it.
///
/// The words are those of the threads where people met the failure.
pub(crate) fn repair(event: &StackEvent, names: &Names) -> String {
    let StackEvent { resource_type, reason, .. } = event;
    let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    let stack = names.stack();
    match &**resource_type {
        "AWS::CloudFront::CachePolicy" if says(&["TooMany", "maximum number", "limit"]) => {
            "an account may have 20 cache policies of its own: `aws cloudfront list-cache-policies --type custom` lists them; delete one that nothing uses, or raise the quota".into()
        }
        "AWS::CloudFront::OriginRequestPolicy" if says(&["TooMany", "maximum number", "limit"]) => {
            "an account may have 20 origin request policies of its own: `aws cloudfront list-origin-request-policies --type custom` lists them; delete one that nothing uses, or raise the quota".into()
        }
        "AWS::Logs::LogGroup" if says(&["already exists"]) => format!(
            "if nobody needs the old log: `aws logs delete-log-group --region us-east-1 --log-group-name {}`",
            names.log_group()
        ),
        _ if says(&["already exists", "AlreadyExists"]) => {
            "choose another `name` in edgeswitch.toml, or delete what exists if nothing uses it".into()
        }
        _ if says(&["AccessDenied", "not authorized"]) => {
            "deploy/iam/deployer.json has the permissions that a deployment needs".into()
        }
        _ => format!(
            "the stack's events say more: `aws cloudformation describe-stack-events --region us-east-1 --stack-name {stack}`"
        ),
    }
}
