//! Rows that say nothing of a release.

use access_log::{Field, ResultType, Row};
use routing_core::Rules;

use crate::Agent;

/// The parameter of a preview link.
pub const PREVIEW_PARAMETER: &str = "__release";

/// Why a row says nothing of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Apart {
    /// A crawler, which gets the active release whatever the weights.
    Crawler,
    /// A preview link or an override cookie: a developer's choice.
    Override,
    /// An edge function answered, and no release: `/_r/`, a redirect, a refusal.
    Answered,
    /// The viewer closed the connection: an error in the log, but not one of the release.
    Left,
}

impl Apart {
    /// Whether the row is one of these.
    #[must_use]
    pub fn of(row: &Row<'_>, agent: &Agent, rules: &Rules) -> Option<Apart> {
        if agent.is_crawler() {
            return Some(Apart::Crawler);
        }
        if is_override(row, rules) {
            return Some(Apart::Override);
        }
        if has_left(row) {
            return Some(Apart::Left);
        }
        is_answered(row).then_some(Apart::Answered)
    }
}

fn is_override(row: &Row<'_>, rules: &Rules) -> bool {
    let query = row.get(Field::UriQuery).unwrap_or_default();
    let names = query.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    let has_link = names.into_iter().any(|name| name == PREVIEW_PARAMETER);
    has_link || row.cookie(rules.override_cookie.as_str()).is_some()
}

fn is_answered(row: &Row<'_>) -> bool {
    let result = row.response_result().or(row.result());
    result.is_some_and(|result| {
        matches!(
            result,
            ResultType::LambdaGeneratedResponse | ResultType::FunctionGeneratedResponse
        )
    })
}

/// Page `standard-logs-reference`: if the viewer leaves, the result is an error, although the response was none.
fn has_left(row: &Row<'_>) -> bool {
    let status = row.status().unwrap_or_default();
    if status == 0 {
        return true;
    }
    if let Some(ResultType::ClientCommError | ResultType::ClientHungUpRequest) =
        row.detailed_result()
    {
        return true;
    }
    let was_sound = row.response_result().is_some_and(|result| result != ResultType::Error);
    row.result() == Some(ResultType::Error) && was_sound && status < 400
}
