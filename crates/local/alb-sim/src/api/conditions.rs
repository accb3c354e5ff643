use http::HeaderName;

use super::form::Form;
use crate::condition::Condition;
use crate::error::ElbError;

/// Reads the conditions of a rule. `None` if the call has none.
pub(super) fn read(form: &mut Form) -> Result<Option<Vec<Condition>>, ElbError> {
    let keys = form.members("Conditions");
    if keys.is_empty() {
        return Ok(None);
    }
    keys.iter().map(|key| condition(form, key)).collect::<Result<_, _>>().map(Some)
}

fn condition(form: &mut Form, key: &str) -> Result<Condition, ElbError> {
    let field = form.require(&format!("{key}.Field"))?;
    match field.as_str() {
        "path-pattern" => Ok(Condition::PathPattern(values(form, key, "PathPatternConfig")?)),
        "host-header" => Ok(Condition::HostHeader(values(form, key, "HostHeaderConfig")?)),
        "http-header" => {
            let config = format!("{key}.HttpHeaderConfig");
            let name = form.require(&format!("{config}.HttpHeaderName"))?;
            let parsed = HeaderName::try_from(&name).map_err(|_| {
                ElbError::invalid(format!("'{name}' is not the name of an HTTP header"))
            })?;
            let values = form.texts(&format!("{config}.Values"));
            Ok(Condition::HttpHeader { name: parsed, values })
        }
        other => Err(ElbError::invalid(format!(
            "This local load balancer does not model conditions on '{other}'"
        ))),
    }
}

/// The values are in the configuration, or one of them beside it. An answer that is sent back has both.
fn values(form: &mut Form, key: &str, config: &str) -> Result<Vec<String>, ElbError> {
    let beside = form.texts(&format!("{key}.Values"));
    let values = form.texts(&format!("{key}.{config}.Values"));
    match (beside.is_empty(), values.is_empty()) {
        (true, _) => Ok(values),
        (false, true) => Ok(beside),
        (false, false) if beside == values => Ok(values),
        (false, false) => Err(ElbError::invalid(format!("Values and {config} must be the same"))),
    }
}
