use edge_config::Config;
use plan_format::parse;

use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::View;

/// The parameter exists, is readable text, and holds a plan that the functions take; replicas are equal.
pub(crate) fn plan(view: &View<'_>, notes: &mut Notes) {
    let Some(project) = view.project() else {
        return notes.skip(&Source::Distribution, Why::NoConfiguration);
    };
    let place = &project.parameter;
    let Some(home) = in_region(view, notes, project, &place.home_region) else { return };
    for region in &place.replica_regions {
        let Some(copy) = in_region(view, notes, project, region) else { continue };
        if copy.text() != home.text() {
            let words = Words::new(
                format!("viewers near `{region}` follow another plan than the home Region's"),
                "copy the home Region's plan",
                "edgeswitch sync",
            );
            notes.error(&copy, words);
        }
    }
}

fn in_region<'a>(
    view: &View<'a>,
    notes: &mut Notes,
    project: &Config,
    region: &str,
) -> Option<Field<'a>> {
    let (source, name) = (Source::Plan(region.into()), &project.parameter.name);
    let has_functions = view.snapshot.has_distribution();
    let without = |functions, followers| if has_functions { functions } else { followers };
    if let Some((gone, message)) = view.absent(&source) {
        let words = Words::new(
            format!(
                "the plan does not exist in `{region}` ({message}): {}",
                without("viewers get the fallback plan", "the followers stay as they are")
            ),
            "write a plan",
            if region == project.parameter.home_region {
                "edgeswitch init"
            } else {
                "edgeswitch sync"
            },
        );
        notes.error(&gone, words);
        return None;
    }
    let parameter = notes.read(view, &source)?.get("Parameter");
    let (kind, value) = (parameter.get("Type"), parameter.get("Value"));
    let (place, name) = (command::word(region), command::word(name));
    let write = format!(
        "aws ssm put-parameter --region {place} --name {name} --type String --overwrite \
         --value file://plan.json"
    );
    if kind.text() == "SecureString" {
        let words = Words::new(
            without(
                "the functions read the parameter without decryption: viewers get the fallback plan",
                "the parameter is read without decryption: the followers stay as they are",
            ),
            "delete the parameter and write it as a `String`; a plan is no secret",
            format!("aws ssm delete-parameter --region {place} --name {name} && {write}"),
        );
        notes.error(&kind, words);
        return None;
    }
    let problem = match parse(value.text(), &project.release_defaults) {
        Ok(plan) => project.allow.check(&plan).err().map(|error| error.to_string()),
        Err(problem) => Some(problem.to_string()),
    };
    if let Some(problem) = problem {
        let words = Words::new(
            format!(
                "this plan is refused ({problem}): {}",
                without("viewers keep the last good one", "the followers stay as they are")
            ),
            "write a plan that is accepted",
            write,
        );
        notes.error(&value, words);
        return None;
    }
    Some(value)
}
