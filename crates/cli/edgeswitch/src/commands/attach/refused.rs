use distribution_edit::{NotAttached, Refusal};
use serde::Serialize;

use crate::control::{Session, TerminalError};
use terminal_text::Lines;

/// What keeps the functions from a distribution, as `--output json` prints it.
#[derive(Serialize)]
struct Refused<'a> {
    schema: u8,
    distribution: &'a str,
    outcome: &'static str,
    refusals: Vec<WordedRefusal<'a>>,
}

#[derive(Serialize)]
pub(super) struct WordedRefusal<'a> {
    #[serde(flatten)]
    refusal: &'a Refusal,
    text: String,
    way_out: String,
}

impl<'a> WordedRefusal<'a> {
    pub(super) fn all(refused: &'a NotAttached) -> Vec<Self> {
        let worded = |refusal: &'a Refusal| Self {
            refusal,
            text: refusal.to_string(),
            way_out: refusal.way_out(),
        };
        refused.refusals.iter().map(worded).collect()
    }
}

/// The refusals in words, each with its way out.
pub(super) fn refusal_lines(refused: &NotAttached) -> Vec<String> {
    let lines =
        |refusal: &Refusal| [refusal.to_string(), format!("  way out: {}", refusal.way_out())];
    refused.refusals.iter().flat_map(lines).collect()
}

/// Prints every refusal: they are the result of the command.
pub(super) fn say_refusals(
    session: &mut Session<'_>,
    id: &str,
    refused: &NotAttached,
) -> Result<(), TerminalError> {
    let refusals = WordedRefusal::all(refused);
    let document = Refused { schema: 1, distribution: id, outcome: "refused", refusals };
    session.console.print(Lines::new(refusal_lines(refused)), &document)
}
