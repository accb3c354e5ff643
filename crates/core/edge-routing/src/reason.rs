use routing_core::Decision;

/// The reason of a decision as the `x-release` response header has it: `sticky, ignored pin`.
///
/// It contains only our own words. The header is cached with the object, so the text of a pin would
/// reach other viewers.
#[must_use]
pub fn reason_text(decision: &Decision<'_>) -> String {
    let reason = decision.reason.as_str();
    match &decision.ignored_pin {
        Some(_) => format!("{reason}, ignored pin"),
        None => reason.to_owned(),
    }
}
