use distribution_edit::{Change, LeftAlone, Place};
use serde::Serialize;

/// A change with its words, as `--output json` prints it.
#[derive(Serialize)]
pub(crate) struct Worded<'a> {
    #[serde(flatten)]
    change: &'a Change,
    text: String,
}

impl<'a> Worded<'a> {
    pub(crate) fn all(changes: &'a [Change]) -> Vec<Self> {
        changes.iter().map(|change| Self { change, text: change.to_string() }).collect()
    }
}

/// The changes in words, below the behavior that each of them is in.
pub(crate) fn described(changes: &[Change]) -> Vec<String> {
    let (mut lines, mut last) = (Vec::new(), None);
    for change in changes {
        let place = change.place();
        if last.as_ref() != Some(&place) {
            lines.push(match &place {
                Place::Distribution => "distribution".into(),
                Place::Behavior(pattern) => format!("behaviour `{pattern}`"),
            });
        }
        lines.push(format!("  {change}"));
        last = Some(place);
    }
    lines
}

/// The behaviors that keep something, and why.
pub(crate) fn behaviors_left(left: &[LeftAlone]) -> Vec<String> {
    left.iter().map(|one| format!("behaviour `{}` stays: {}", one.behavior, one.why)).collect()
}
