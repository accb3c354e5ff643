//! A stack of CloudFormation, and the packages that it deploys.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Request;
use sha2::{Digest, Sha256};
use testkit::Ministack;
use url::form_urlencoded::Serializer;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::template::text;
use crate::aws::account::texts;

const LONGEST: Duration = Duration::from_secs(60);

pub(crate) type Texts = BTreeMap<String, String>;

/// A stack of one of the templates.
pub(crate) struct Stack {
    pub(crate) account: Arc<Ministack>,
    pub(crate) region: &'static str,
    pub(crate) name: &'static str,
    pub(crate) template: &'static str,
}

impl Stack {
    /// Creates the stack, and returns its outputs.
    pub(crate) fn create(&self, parameters: &Texts) -> Texts {
        self.deploy("CreateStack", parameters, "CREATE_COMPLETE")
    }

    /// Updates the stack, and returns its outputs.
    pub(crate) fn update(&self, parameters: &Texts) -> Texts {
        self.deploy("UpdateStack", parameters, "UPDATE_COMPLETE")
    }

    fn deploy(&self, action: &str, parameters: &Texts, end: &str) -> Texts {
        let mut form = vec![
            ("TemplateBody".to_owned(), text(self.template)),
            ("Capabilities.member.1".to_owned(), "CAPABILITY_NAMED_IAM".to_owned()),
        ];
        for ((key, value), number) in parameters.iter().zip(1..) {
            form.push((format!("Parameters.member.{number}.ParameterKey"), key.clone()));
            form.push((format!("Parameters.member.{number}.ParameterValue"), value.clone()));
        }
        self.call(action, &form);
        let described = self.settled();
        assert_eq!(texts(&described, "StackStatus"), [end], "{}: {described}", self.name);
        let values = texts(&described, "OutputValue").into_iter().map(str::to_owned);
        texts(&described, "OutputKey").into_iter().map(str::to_owned).zip(values).collect()
    }

    /// The description of the stack when nothing is in progress.
    fn settled(&self) -> String {
        let started = Instant::now();
        loop {
            let described = self.call("DescribeStacks", &[]);
            if !texts(&described, "StackStatus").concat().ends_with("IN_PROGRESS") {
                return described;
            }
            assert!(started.elapsed() < LONGEST, "{described}");
        }
    }

    fn call(&self, action: &str, form: &[(String, String)]) -> String {
        let mut body = Serializer::new(String::new());
        body.append_pair("Action", action).append_pair("Version", "2010-05-15");
        body.append_pair("StackName", self.name).extend_pairs(form);
        let request =
            Request::post("/").header("Content-Type", "application/x-www-form-urlencoded");
        let request = request.body(body.finish()).unwrap();
        self.account.send(self.region, "cloudformation", request).unwrap()
    }
}

/// A package that is different for each text.
pub(crate) fn package(content: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("lambda_function.py", SimpleFileOptions::default()).unwrap();
    zip.write_all(content.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// The hash of a package as Lambda writes it.
pub(crate) fn code_sha256(package: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(package))
}
