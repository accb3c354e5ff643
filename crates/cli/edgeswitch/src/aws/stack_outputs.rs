use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::error::ProvideErrorMetadata;

use crate::aws::AwsError;
use crate::aws::sdk_error::describe;

/// CloudFormation's code for a stack that does not exist (page `DescribeStacks` of its API).
const NO_STACK: &str = "ValidationError";

/// The outputs of a stack; `None` if there is no such stack.
pub(crate) async fn stack_outputs(
    sdk: SdkConfig,
    stack: &str,
) -> Result<Option<BTreeMap<String, String>>, AwsError> {
    let answer = Client::new(&sdk).describe_stacks().stack_name(stack).send().await;
    let stacks = match answer {
        Ok(output) => output.stacks.unwrap_or_default(),
        Err(error) if error.code() == Some(NO_STACK) => return Ok(None),
        Err(error) => return Err(describe(&error, format!("read stack `{stack}`"))),
    };
    let outputs = stacks.into_iter().next().and_then(|stack| stack.outputs).unwrap_or_default();
    let pair = outputs.into_iter().filter_map(|one| Some((one.output_key?, one.output_value?)));
    Ok(Some(pair.collect()))
}
