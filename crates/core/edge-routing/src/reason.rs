use routing_core::Decision;

/// The reason of a decision as the `x-release` response header has it: `sticky, ignored pin feedbee`.
#[must_use]
pub fn reason_text(decision: &Decision<'_>) -> String {
    let reason = decision.reason.as_str();
    match &decision.ignored_pin {
        Some(refusal) => format!("{reason}, ignored pin {}", refusal.as_str()),
        None => reason.to_owned(),
    }
}
