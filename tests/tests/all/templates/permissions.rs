//! The policies of `deploy/iam`: the roles of the templates have the same, and docs/control-program.md lists the
//! same permissions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
use testkit::repository;

use super::template::{FUNCTIONS, SITE, list, policy, template};

const POLICIES: [&str; 7] = [
    "deployer.json",
    "doctor.json",
    "followers.json",
    "functions.json",
    "observe-athena.json",
    "observe.json",
    "pipeline.json",
];

/// The actions of each statement.
fn actions(policy: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let statements = policy["Statement"].as_array().unwrap().iter();
    let entry = |statement: &Value| {
        let actions = list(&statement["Action"]).into_iter().map(str::to_owned).collect();
        (statement["Sid"].as_str().unwrap().to_owned(), actions)
    };
    statements.map(entry).collect()
}

#[test]
fn roles_of_the_templates_have_the_policies_of_their_own_files() {
    let rows: [(&str, &str, &[&str]); 2] = [
        (FUNCTIONS, "Role", &["functions.json"]),
        (SITE, "PipelineRole", &["pipeline.json", "followers.json"]),
    ];
    for (name, role, files) in rows {
        let template = template(name);
        let policies = template["Resources"][role]["Properties"]["Policies"].as_array().unwrap();
        assert_eq!(policies.len(), files.len(), "{role}");
        for (made, file) in policies.iter().zip(files) {
            // `!If` has the policy, and otherwise nothing.
            let made = made.get("!If").map_or(made, |either| &either[1]);
            assert_eq!(actions(&made["PolicyDocument"]), actions(&policy(file)), "{file}");
        }
    }
}

#[test]
fn the_control_program_documents_the_permissions_of_a_pipeline() {
    let text = fs::read_to_string(repository().join("docs/control-program.md")).unwrap();
    let (_, table) = text.split_once("## Permissions").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let documented: BTreeSet<String> = rows
        .flat_map(|row| row.split('`').skip(1).step_by(2))
        .filter(|name| name.contains(':'))
        .map(str::to_owned)
        .collect();
    let mut granted: BTreeSet<String> =
        actions(&policy("pipeline.json")).into_values().flatten().collect();
    assert!(granted.remove("s3:PutObject"), "a pipeline uploads releases, the program does not");
    assert_eq!(documented, granted);
}

/// These actions work on no resource in particular. With the ARN of an alarm, `DescribeAlarms` returns no composite
/// alarms (page `API_DescribeAlarms`).
const WITHOUT_RESOURCE: [&str; 14] = [
    "cloudfront:ListCachePolicies",
    "cloudfront:ListDistributions",
    "cloudwatch:DescribeAlarms",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "lambda:ListFunctions",
    "logs:DescribeDeliveries",
    "logs:DescribeDeliverySources",
    "logs:DescribeLogGroups",
    "pricingplanmanager:ListSubscriptions",
];

#[test]
fn a_star_stands_for_a_resource_only_where_no_arn_will_do() {
    for file in POLICIES {
        let policy = policy(file);
        for statement in policy["Statement"].as_array().unwrap() {
            assert_eq!(statement["Effect"], "Allow", "{file}");
            let actions = list(&statement["Action"]);
            // CloudFront asks for the star in these two names (page `lambda-edge-permissions`).
            let replication = ["lambda:EnableReplication*", "lambda:DisableReplication*"];
            let star =
                actions.iter().find(|name| name.contains('*') && !replication.contains(name));
            assert_eq!(star, None, "{file}");
            if list(&statement["Resource"]) == ["*"] {
                let other = actions.iter().find(|name| !WITHOUT_RESOURCE.contains(name));
                assert_eq!(other, None, "{file}");
            }
        }
    }
}
