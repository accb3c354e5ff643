//! `aws-json` reads AWS's answers as the AWS SDK for Python does, which the AWS command line uses.

use std::process::Command;

use aws_json::{query_xml, rest_xml};
use serde::Deserialize;
use serde_json::Value;
use testkit::Tools;

/// A line of `answers.py`.
#[derive(Deserialize)]
struct Answer {
    operation: String,
    protocol: String,
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
    assert_eq!(answers.len(), 42);
    for Answer { operation, protocol, xml, json } in answers {
        let read = match &*protocol {
            "rest-xml" => rest_xml(&xml).unwrap(),
            "query" => query_xml(&xml).unwrap(),
            other => panic!("{other}"),
        };
        assert_eq!(read, json, "{operation}: {xml}");
    }
}
