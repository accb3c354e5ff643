//! The names of parameters: page `sysman-paramstore-su-create` ("Requirements and constraints for parameter
//! names") of the Systems Manager guide.

use crate::error::{ErrorCode, ServiceError};

const MAX_NAME: usize = 2048;
/// The most bytes of a whole ARN (`PutParameter`, `Name`, of the Systems Manager reference).
const MAX_ARN: usize = 1011;
const MAX_LEVELS: usize = 15;

const MALFORMED: &str = "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a \
     path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of \
     letters, numbers and the following 3 symbols .-_";
const RESERVED: &str =
    "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).";
const NOT_QUALIFIED: &str = "Parameter name must be a fully qualified name.";
const TOO_DEEP: &str = "A hierarchy can have a maximum of 15 levels. For more information, see \"Requirements \
     and constraints for parameter names\" in the AWS Systems Manager User Guide.";

/// Checks the name of a parameter to read, such as `/shop/plan`.
pub(crate) fn check(name: &str) -> Result<&str, ServiceError> {
    let name = name.trim_matches(' ');
    if name.is_empty() {
        return Err(ServiceError::limit("name", format_args!("length greater than or equal to 1")));
    }
    if name.len() > MAX_NAME {
        let limit = format_args!("length less than or equal to {MAX_NAME}");
        return Err(ServiceError::limit("name", limit));
    }
    let path = name.strip_prefix('/').unwrap_or(name);
    if !path.split('/').all(is_sub_path) || starts_with("ssm", path) {
        return Err(ServiceError::invalid(MALFORMED));
    }
    if path.contains('/') && !name.starts_with('/') {
        return Err(ServiceError::invalid(NOT_QUALIFIED));
    }
    Ok(name)
}

/// Checks the name of a parameter to write. `arn` is the ARN that it will have.
pub(crate) fn check_new<'a>(name: &'a str, arn: &str) -> Result<&'a str, ServiceError> {
    let name = check(name)?;
    let path = name.strip_prefix('/').unwrap_or(name);
    if starts_with("aws", path) {
        return Err(if path.contains('/') {
            let message = format!("No access to reserved parameter name: {name}.");
            ServiceError::new(ErrorCode::AccessDeniedException, message)
        } else {
            ServiceError::invalid(RESERVED)
        });
    }
    if path.split('/').count() > MAX_LEVELS {
        return Err(ServiceError::new(ErrorCode::HierarchyLevelLimitExceededException, TOO_DEEP));
    }
    if arn.len() > MAX_ARN {
        let length = arn.len();
        let message =
            format!("Parameter ARN has {length} characters: at most {MAX_ARN} are allowed.");
        return Err(ServiceError::invalid(message));
    }
    Ok(name)
}

fn is_sub_path(part: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !part.is_empty() && part.bytes().all(allowed)
}

fn starts_with(reserved: &str, path: &str) -> bool {
    path.get(..reserved.len()).is_some_and(|start| start.eq_ignore_ascii_case(reserved))
}
