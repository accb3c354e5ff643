use crate::field::Field;
use crate::view::View;

/// Edits the distribution's configuration by a `jq` filter.
pub(crate) fn distribution(view: &View<'_>, filter: &str) -> String {
    let id = view.id().unwrap_or("DISTRIBUTION_ID");
    edit("distribution", id, "Distribution.DistributionConfig", filter)
}

/// Sets a field of the distribution to a JSON value.
pub(crate) fn set(view: &View<'_>, field: &Field<'_>, value: &str) -> String {
    distribution(view, &format!("{} = {value}", field.path_below(".DistributionConfig")))
}

/// Sets a field of a cache policy.
pub(crate) fn set_in_cache_policy(id: &str, field: &Field<'_>, value: &str) -> String {
    let filter = format!("{} = {value}", field.path_below(".CachePolicyConfig"));
    edit("cache-policy", id, "CachePolicy.CachePolicyConfig", &filter)
}

/// Sets a field of an origin request policy.
pub(crate) fn set_in_request_policy(id: &str, field: &Field<'_>, value: &str) -> String {
    let filter = format!("{} = {value}", field.path_below(".OriginRequestPolicyConfig"));
    edit("origin-request-policy", id, "OriginRequestPolicy.OriginRequestPolicyConfig", &filter)
}

/// Reads the ETag before the configuration: if somebody writes in between, AWS refuses the write.
fn edit(kind: &str, id: &str, query: &str, filter: &str) -> String {
    let (id, filter) = (word(id), quoted(filter));
    format!(
        "etag=$(aws cloudfront get-{kind} --id {id} --query ETag --output text) && \
         aws cloudfront get-{kind} --id {id} --query {query} | jq {filter} > edited.json && \
         aws cloudfront update-{kind} --id {id} --if-match \"$etag\" \
         --{kind}-config file://edited.json"
    )
}

/// Changes a setting of a function and publishes a version, which must then be attached.
pub(crate) fn function(name: &str, setting: &str) -> String {
    let here = format!("--region us-east-1 --function-name {}", word(name));
    format!(
        "aws lambda update-function-configuration {here} {setting} && \
         aws lambda wait function-updated {here} && aws lambda publish-version {here}"
    )
}

/// A value as one word of a shell: whatever an answer holds, it runs nothing.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@+".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) { text.into() } else { quoted(text) }
}

/// A text in single quotes, in which a shell reads nothing but their end.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_word_runs_nothing() {
        assert_eq!(word("shop-edge"), "shop-edge");
        assert_eq!(word(""), "''");
        assert_eq!(word("a; rm -r $HOME"), "'a; rm -r $HOME'");
        assert_eq!(word("it's"), r"'it'\''s'");
    }
}
