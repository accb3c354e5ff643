use aws_config::SdkConfig;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum};
use doctor::{Rights, Snapshot};
use serde_json::{Value, json};

use super::{Unanswered, body, list, query};
use crate::aws::raw::RawAnswer;
use crate::aws::sdk_error::describe;

/// Asks IAM's policy simulator, once for each resource: a condition can name the Region that is called.
pub(super) async fn simulate(sdk: &SdkConfig, rights: &Rights) -> Result<Value, Unanswered> {
    let client = aws_sdk_iam::Client::new(sdk);
    let mut all = Vec::new();
    for call in &rights.calls {
        let region = ContextEntry::builder()
            .context_key_name("aws:RequestedRegion")
            .context_key_type(ContextKeyTypeEnum::String)
            .context_key_values(&call.region);
        let mut request = client.simulate_principal_policy().context_entries(region.build());
        for action in &call.actions {
            request = request.action_names(*action);
        }
        request = request.policy_source_arn(&rights.principal).resource_arns(&call.resource);
        all.append(&mut list(query(&body!(request)?.0)?, "EvaluationResults"));
    }
    Ok(json!({ "EvaluationResults": all }))
}

/// Asks the simulator about the caller. It takes no root user, who may do everything.
pub(super) async fn of_caller(
    sdk: &SdkConfig,
    caller: &str,
    known: &Snapshot,
) -> Result<Option<Value>, Unanswered> {
    if caller.ends_with(":root") {
        return Ok(Some(json!({ "EvaluationResults": [] })));
    }
    match known.caller_rights(&principal(sdk, caller).await) {
        Some(rights) => simulate(sdk, &rights).await.map(Some),
        None => Ok(None),
    }
}

/// The user or role of a caller's ARN.
///
/// The ARN of a session does not have its role's path. If the role may not be read, it is taken to have none.
async fn principal(sdk: &SdkConfig, caller: &str) -> String {
    let Some((account, role)) = session(caller) else { return caller.into() };
    let client = aws_sdk_iam::Client::new(sdk);
    let known = client.get_role().role_name(role).send().await.ok();
    let arn = known.and_then(|output| output.role).map(|role| role.arn);
    arn.unwrap_or_else(|| format!("arn:aws:iam::{account}:role/{role}"))
}

/// The account and the role of `arn:aws:sts::123456789012:assumed-role/deployer/alice`.
fn session(caller: &str) -> Option<(&str, &str)> {
    let (before, rest) = caller.split_once(":assumed-role/")?;
    Some((before.rsplit(':').next()?, rest.split('/').next()?))
}

#[cfg(test)]
mod tests {
    use super::session;

    #[test]
    fn a_session_names_its_role() {
        let caller = "arn:aws:sts::123456789012:assumed-role/deployer/alice";
        assert_eq!(session(caller), Some(("123456789012", "deployer")));
        assert_eq!(session("arn:aws:iam::123456789012:user/alice"), None);
    }
}
