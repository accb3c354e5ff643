use aws_config::SdkConfig;
use aws_json::records_xml;
use aws_sdk_route53::types::RrType;
use serde_json::{Value, json};

use super::{Unanswered, body, list, text};
use crate::aws::raw::RawAnswer;
use crate::aws::sdk_error::describe;

/// The records of a name and type. The list that Route 53 sends goes on with the names after it.
pub(super) async fn records(
    sdk: &SdkConfig,
    zone: &str,
    name: &str,
    record_type: &str,
) -> Result<Value, Unanswered> {
    let client = aws_sdk_route53::Client::new(sdk);
    let request = client.list_resource_record_sets().hosted_zone_id(zone);
    let request = request.start_record_name(name).start_record_type(RrType::from(record_type));
    // A weighted set has at most 100 records, and they are the first of the list.
    let (body, _) = body!(request.max_items(100))?;
    let mut sets = list(records_xml(text(&body)?)?, "ResourceRecordSets");
    sets.retain(|set| {
        let field = |key: &str| set.get(key).and_then(Value::as_str).unwrap_or_default();
        field("Name").trim_end_matches('.') == name && field("Type") == record_type
    });
    Ok(json!({ "ResourceRecordSets": sets }))
}
