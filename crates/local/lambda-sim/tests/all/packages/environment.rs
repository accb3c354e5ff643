use std::path::Path;

use cloudfront_sim::FunctionHost;
use edge_event::Trigger;
use lambda_sim::Options;
use serde_json::Value;

use crate::packages::world::{edge, function, packages, play};

fn variable<'a>(described: &'a Value, name: &str) -> &'a str {
    described["variables"][name].as_str().unwrap_or_else(|| panic!("no `{name}`: {described}"))
}

#[tokio::test]
async fn function_sees_lambdas_variables_and_those_of_the_options_only() {
    let options = Options {
        name: "shop".to_owned(),
        regions: [(edge("FRA56-P4"), "eu-central-1".to_owned())].into(),
        variables: [("AWS_ENDPOINT_URL_SSM".to_owned(), "http://127.0.0.1:9".to_owned())].into(),
        memory: 256,
        ..Options::default()
    };
    let described = play(&*function(&packages(options)), "describe").await.unwrap();
    let rows = [
        ("AWS_DEFAULT_REGION", "eu-central-1"),
        ("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:9"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_NAME", "us-east-1.shop-viewer-request"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/us-east-1.shop-viewer-request"),
        ("AWS_REGION", "eu-central-1"),
        ("_HANDLER", "lambda_function.lambda_handler"),
    ];
    for (name, value) in rows {
        assert_eq!(variable(&described, name), value, "{name}");
    }
    assert_eq!(variable(&described, "LAMBDA_TASK_ROOT"), described["folder"]);
    assert_eq!(
        described["arn"],
        "arn:aws:lambda:eu-central-1:000000000000:function:us-east-1.shop-viewer-request:1"
    );
    // `CARGO` is in the environment of every test.
    assert_eq!(described["variables"].get("CARGO"), None);
}

#[tokio::test]
async fn region_is_us_east_1_where_none_is_given() {
    let described = play(&*function(&packages(Options::default())), "describe").await.unwrap();
    assert_eq!(variable(&described, "AWS_REGION"), "us-east-1");
}

#[tokio::test]
async fn every_instance_has_a_temporary_folder_of_its_own() {
    let packages = packages(Options::default());
    let mut folders = Vec::new();
    for location in ["FRA56-P4", "IAD89-C1"] {
        let function = packages.function(&edge(location), Trigger::ViewerRequest).unwrap();
        let described = play(&*function, "describe").await.unwrap();
        folders.push(variable(&described, "TMPDIR").to_owned());
    }
    assert_ne!(folders[0], folders[1]);
    assert!(folders.iter().all(|folder| Path::new(folder).is_dir()));
    drop(packages);
    assert!(!folders.iter().any(|folder| Path::new(folder).exists()), "they go with the host");
}
