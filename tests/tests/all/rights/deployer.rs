//! `deploy`, `attach`, `detach` and `destroy` with the rights of `deployer.json` and, for the doctor that `attach` asks,
//! `doctor.json`. The functions that are tested read the plan with the rights of `functions.json`.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::sync::Arc;

use http::Request;
use tempfile::TempDir;
use testkit::{
    AccessKey, Asked, Call, Enforced, Gateway, Ministack, Tools, built, program, repository,
};

use super::granted::{actions, both, granted, refused, unused};
use crate::aws::account::{create_bucket, texts, upload};
use crate::aws::{HOME, REPLICA};
use crate::templates::template::{FUNCTIONS, SITE, policy, template};

/// CloudFormation asks for these with the rights of whoever deploys a stack, by the type of the resource. ministack
/// makes the resources without asking.
const BY_CLOUDFORMATION: [(&str, &[&str]); 15] = [
    (
        "AWS::CloudFront::CachePolicy",
        &[
            "cloudfront:CreateCachePolicy",
            "cloudfront:DeleteCachePolicy",
            "cloudfront:UpdateCachePolicy",
        ],
    ),
    (
        "AWS::CloudFront::Distribution",
        &[
            "cloudfront:AllowVendedLogDeliveryForResource",
            "cloudfront:CreateDistribution",
            "cloudfront:DeleteDistribution",
            "cloudfront:ListTagsForResource",
            "cloudfront:TagResource",
            "cloudfront:UntagResource",
        ],
    ),
    (
        "AWS::CloudFront::OriginAccessControl",
        &[
            "cloudfront:CreateOriginAccessControl",
            "cloudfront:DeleteOriginAccessControl",
            "cloudfront:UpdateOriginAccessControl",
        ],
    ),
    (
        "AWS::CloudFront::OriginRequestPolicy",
        &[
            "cloudfront:CreateOriginRequestPolicy",
            "cloudfront:DeleteOriginRequestPolicy",
            "cloudfront:UpdateOriginRequestPolicy",
        ],
    ),
    (
        "AWS::CloudFront::ResponseHeadersPolicy",
        &[
            "cloudfront:CreateResponseHeadersPolicy",
            "cloudfront:DeleteResponseHeadersPolicy",
            "cloudfront:GetResponseHeadersPolicy",
            "cloudfront:UpdateResponseHeadersPolicy",
        ],
    ),
    (
        "AWS::IAM::Role",
        &[
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:GetRolePolicy",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ],
    ),
    (
        "AWS::Lambda::Function",
        &[
            "iam:PassRole",
            "lambda:CreateFunction",
            "lambda:DeleteFunction",
            "lambda:UntagResource",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ],
    ),
    ("AWS::Lambda::Version", &["lambda:ListVersionsByFunction", "lambda:PublishVersion"]),
    (
        "AWS::Logs::Delivery",
        &[
            "logs:CreateDelivery",
            "logs:DeleteDelivery",
            "logs:DescribeDeliveries",
            "logs:GetDelivery",
            "logs:UpdateDeliveryConfiguration",
        ],
    ),
    (
        "AWS::Logs::DeliveryDestination",
        &[
            "logs:DeleteDeliveryDestination",
            "logs:GetDeliveryDestination",
            "logs:PutDeliveryDestination",
        ],
    ),
    (
        "AWS::Logs::DeliverySource",
        &["logs:DeleteDeliverySource", "logs:GetDeliverySource", "logs:PutDeliverySource"],
    ),
    (
        "AWS::Logs::LogGroup",
        &[
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:ListTagsForResource",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
        ],
    ),
    ("AWS::S3::Bucket", &["s3:PutBucketOwnershipControls", "s3:PutLifecycleConfiguration"]),
    ("AWS::S3::BucketPolicy", &["s3:DeleteBucketPolicy", "s3:PutBucketPolicy"]),
    ("AWS::SSM::Parameter", &["ssm:AddTagsToResource", "ssm:GetParameters", "ssm:PutParameter"]),
];

/// CloudFront asks for these with the rights of whoever changes a distribution (page `lambda-edge-permissions`).
const BY_CLOUDFRONT: [&str; 3] =
    ["iam:CreateServiceLinkedRole", "lambda:DisableReplication*", "lambda:EnableReplication*"];

/// `deploy` asks for this for a stack whose rollback failed, which ministack's never does.
const AFTER_A_FAILED_ROLLBACK: [&str; 1] = ["cloudformation:ContinueUpdateRollback"];

/// Lambda asks for these with the functions' role. The gateway keeps no log groups.
const BY_LAMBDA: [&str; 3] = [
    "WriteTheLog: logs:CreateLogGroup",
    "WriteTheLog: logs:CreateLogStream",
    "WriteTheLog: logs:PutLogEvents",
];

struct Deployer {
    gateway: Gateway,
    key: AccessKey,
    folder: TempDir,
}

impl Deployer {
    fn expect(&self, line: &str, code: i32, words: &str) {
        let output = Command::new(program().unwrap())
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("AWS_ENDPOINT_URL", self.gateway.endpoint())
            .env("AWS_ACCESS_KEY_ID", &self.key.id)
            .env("AWS_SECRET_ACCESS_KEY", &self.key.secret)
            .output()
            .unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let ended = output.status.code();
        assert!(ended == Some(code) && text.contains(words), "{line}: {ended:?} {text}");
    }
}

/// As an earlier run made it.
fn make_bucket_of_packages(account: &Ministack) {
    let bucket = format!("/shop-packages-{}", super::granted::ACCOUNT);
    let tag = |key, value| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>");
    let tags = tag("edgeswitch", "packages") + &tag("edgeswitch-project", "shop");
    let tags = format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
    for (path, body) in [(bucket.clone(), String::new()), (format!("{bucket}?tagging"), tags)] {
        account.send(REPLICA, "s3", Request::put(path).body(body).unwrap()).unwrap();
    }
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn a_deployer_needs_all_of_its_policy_and_nothing_else() {
    let tools = Tools::find().unwrap();
    let enforced = Enforced::start(&tools).unwrap();
    let account = Arc::clone(&enforced.account);
    create_bucket(&account, "shop-releases");
    upload(&account, "shop-releases", "releases/41ab03d");
    account.put_parameter(HOME, "/shop/plan", "41ab03d").unwrap();
    let xml = fs::read_to_string(repository().join("fixtures/distributions/shop.xml")).unwrap();
    let xml = xml.replace("api.example.com", "localhost");
    let xml = xml.replace("123456789012", super::granted::ACCOUNT);
    let request = Request::post("/2020-05-31/distribution").body(xml).unwrap();
    let made = account.send(REPLICA, "cloudfront", request).unwrap();
    let distribution = texts(&made, "Id")[0].to_owned();

    make_bucket_of_packages(&account);

    let own = ("role/shop-deployer", "user/deployer");
    let policy = granted("deployer.json", &[own]);
    let doctor = granted("doctor.json", &[("E2QWRUHAPOMQZL", &distribution)]);
    let key = enforced.user("deployer", &both(policy.clone(), &doctor)).unwrap();
    let functions = granted("functions.json", &[]);
    let role = enforced.user("functions", &functions).unwrap();
    let gateway = Gateway::start(&tools, account.endpoint()).unwrap();
    gateway.set_role(&key.id, role.clone());
    let folder = TempDir::new().unwrap();
    let config = format!(
        "name = \"shop\"\nbucket = \"shop-releases\"\ndistribution_id = \"{distribution}\"\n\
         prefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"/shop/plan\"\n\
         home_region = \"{HOME}\"\n[[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\
         [slots.blue]\napi = \"localhost\"\n"
    );
    fs::write(folder.path().join("edgeswitch.toml"), &config).unwrap();
    let other = format!("{config}[cookies]\nrelease = \"which\"\n");
    fs::write(folder.path().join("which.toml"), other).unwrap();
    let binaries = built("viewer-request").parent().unwrap().display().to_string();
    let deployer = Deployer { gateway, key, folder };
    // The distribution's bucket is not that of the template, and ministack's simulator does not know the Region of
    // a call.
    let accepted = "--accept bucket-access --accept custom-origin --accept plan-rights";
    let rows = [
        (format!("deploy --try -y --bin-dir {binaries}"), 0, "3 answers as here"),
        (format!("deploy --dry-run --bin-dir {binaries}"), 0, "shop-functions"),
        // The bucket is there, so that this one asks about the stack.
        (format!("deploy --bin-dir {binaries}"), 2, "there is nobody to ask"),
        (format!("deploy -y --bin-dir {binaries}"), 0, "is deployed"),
        (format!("deploy -y --bin-dir {binaries}"), 0, "has no change"),
        (format!("deploy --dry-run --config which.toml --bin-dir {binaries}"), 0, "shop-pages-"),
        (format!("attach --dry-run {accepted}"), 0, "nothing is written"),
        (format!("attach -y {accepted}"), 0, "the functions are attached"),
        ("doctor --deployer".into(), 1, "bucket-access"),
        ("destroy -y".into(), 1, "`edgeswitch detach "),
        ("detach -y".into(), 0, ""),
        ("destroy -y".into(), 0, "deleted"),
    ];
    for (line, code, words) in rows {
        deployer.expect(&line, code, words);
    }
    let asked = enforced.asked().unwrap();
    assert_eq!(refused(&asked), Vec::<String>::new());
    let (by_functions, mut asked): (Vec<_>, Vec<_>) =
        asked.into_iter().partition(|one| one.by == role.id);
    assert_eq!(unused(&functions, &by_functions), BY_LAMBDA);
    // The gateway answers these itself.
    let invoked = |call: &Call| call.service == "lambda" && call.operation == "Invoke";
    if deployer.gateway.calls(&deployer.key.id).iter().any(invoked) {
        let (action, resource) = ("lambda:InvokeFunction".into(), "*".into());
        asked.push(Asked { by: deployer.key.id.clone(), action, resource, refused: None });
    }
    let of_types = BY_CLOUDFORMATION.iter().flat_map(|(_, actions)| *actions);
    let others: BTreeSet<&str> =
        of_types.chain(&BY_CLOUDFRONT).chain(&AFTER_A_FAILED_ROLLBACK).copied().collect();
    let asked_by_others = |one: &String| {
        let (_, action) = one.split_once(": ").unwrap();
        others.contains(action)
    };
    let left: Vec<String> =
        unused(&policy, &asked).into_iter().filter(|one| !asked_by_others(one)).collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn the_templates_have_the_resources_that_a_deployer_has_rights_for() {
    let mut types = BTreeSet::new();
    for name in ["access-logs.yaml", FUNCTIONS, SITE] {
        let template = template(name);
        let resources = template["Resources"].as_object().unwrap().values();
        types.extend(resources.map(|one| one["Type"].as_str().unwrap().to_owned()));
    }
    let known = BY_CLOUDFORMATION.map(|(name, _)| name.to_owned());
    assert_eq!(types, BTreeSet::from(known));
    let granted = actions(&policy("deployer.json"));
    for action in BY_CLOUDFORMATION.iter().flat_map(|(_, actions)| *actions) {
        assert!(granted.iter().any(|one| one == action), "{action}");
    }
}
