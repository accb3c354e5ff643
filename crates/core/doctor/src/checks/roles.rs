use crate::arn::{VersionArn, role_name};
use crate::command;
use crate::notes::{Notes, Words};
use crate::policy_document::statements;
use crate::report::Why;
use crate::source::Source;
use crate::view::View;
use crate::wanted::function;

const SERVICES: [&str; 2] = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"];

/// The names of the roles of all attached versions, once each.
fn roles<'a>(view: &View<'a>, notes: &mut Notes) -> Vec<&'a str> {
    let mut all = Vec::new();
    for behavior in view.serving() {
        for (_, field) in behavior.associations() {
            let Ok(arn) = VersionArn::parse(field.text()) else { continue };
            let known = notes.read(view, &function(arn));
            let role = known.and_then(|known| role_name(known.get("Role").text()));
            all.extend(role.filter(|role| !all.contains(role)));
        }
    }
    all
}

/// Both services may assume the role.
pub(crate) fn trust(view: &View<'_>, notes: &mut Notes) {
    for name in roles(view, notes) {
        let Some(role) = notes.read(view, &Source::Role(name.into())) else { continue };
        let document = role.at("Role.AssumeRolePolicyDocument");
        let all = statements(&document);
        for service in SERVICES {
            let mut about = all
                .iter()
                .filter(|one| one.is_about("sts:AssumeRole") && one.is_for_service(service))
                .peekable();
            if about.peek().is_none() || about.any(|one| !one.allows()) {
                let words = Words::new(
                    format!(
                        "`{service}` may not assume the role: CloudFront refuses the function, or viewers get a 503"
                    ),
                    format!("allow `{service}` in the trust policy of `{name}`"),
                    format!(
                        "aws iam update-assume-role-policy --role-name {} --policy-document \
                         '{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\
                         \"Principal\":{{\"Service\":[\"{}\",\"{}\"]}},\"Action\":\"sts:AssumeRole\"}}]}}'",
                        command::word(name),
                        SERVICES[0],
                        SERVICES[1]
                    ),
                );
                notes.error(&document, words);
            }
        }
    }
}

/// The roles may read the plan in the home Region and in every replica Region.
pub(crate) fn plan_rights(view: &View<'_>, notes: &mut Notes) {
    let Some(project) = view.project() else {
        return notes.skip(&Source::Distribution, Why::NoConfiguration);
    };
    let place = &project.parameter;
    let regions = std::iter::once(&place.home_region).chain(&place.replica_regions);
    let arns: Vec<String> = regions
        .map(|region| {
            let account = view.account().unwrap_or("*");
            format!(
                "arn:aws:ssm:{region}:{account}:parameter/{}",
                place.name.trim_start_matches('/')
            )
        })
        .collect();
    for name in roles(view, notes) {
        let Some(rights) = notes.read(view, &Source::RoleRights(name.into())) else { continue };
        for result in rights.get("EvaluationResults").list() {
            let decision = result.get("EvalDecision");
            if result.get("EvalActionName").text() != "ssm:GetParameter"
                || decision.text() == "allowed"
            {
                continue;
            }
            let words = Words::new(
                format!(
                    "the functions may not read the plan ({}): viewers keep the fallback plan of the package",
                    result.get("EvalResourceName").text()
                ),
                format!("allow `ssm:GetParameter` on the plan in the policy of role `{name}`"),
                put_role_policy(name, &arns),
            );
            notes.error(&decision, words);
        }
    }
}

fn put_role_policy(name: &str, arns: &[String]) -> String {
    let resources = arns.join("\",\"");
    let document = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\
         \"Action\":\"ssm:GetParameter\",\"Resource\":[\"{resources}\"]}}]}}"
    );
    let (name, document) = (command::word(name), command::quoted(&document));
    format!(
        "aws iam put-role-policy --role-name {name} --policy-name plan --policy-document {document}"
    )
}
