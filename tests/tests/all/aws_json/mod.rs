//! `aws-json` reads AWS's answers as the AWS SDK for Python does, which the AWS command line uses.

use std::process::Command;

use aws_json::{load_balancers_xml, query_xml, records_xml, rest_xml};
use serde::Deserialize;
use serde_json::Value;
use testkit::Tools;

/// A line of `answers.py`.
#[derive(Deserialize)]
struct Answer {
    service: String,
    operation: String,
    xml: String,
    json: Value,
}

#[test]
#[ignore = "needs `make setup`"]
fn every_operation_reads_as_the_command_line_prints_it() {
    let python = Tools::find().unwrap().python("python");
    let output = Command::new(python).args(["-c", include_str!("answers.py")]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Answer> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 56);
    for Answer { service, operation, xml, json } in answers {
        let read = match &*service {
            "cloudfront" => rest_xml(&xml).unwrap(),
            "iam" | "cloudformation" | "sts" => query_xml(&xml).unwrap(),
            "elbv2" => load_balancers_xml(&xml).unwrap(),
            "route53" => records_xml(&xml).unwrap(),
            other => panic!("{other}"),
        };
        assert_eq!(read, json, "{operation}: {xml}");
    }
}
