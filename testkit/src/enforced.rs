use std::fs;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result};
use http::Request;
use serde_json::Value;
use tempfile::TempDir;
use url::form_urlencoded::Serializer;

use crate::ministack::Ministack;
use crate::tools::Tools;

/// Runs ministack as a program of its Python environment.
const RECORDER: &str = include_str!("enforced/recorder.py");

/// An account in which users have the rights of their policies, and that remembers what they ask for.
///
/// ministack finds the action and the ARN of a request, by the service models of AWS's SDKs, and decides as IAM does.
#[derive(Debug)]
pub struct Enforced {
    /// The account. Its own requests are the root user's.
    pub account: Arc<Ministack>,
    folder: TempDir,
}

/// The credentials of a user.
#[derive(Debug, Clone)]
pub struct AccessKey {
    pub id: String,
    pub secret: String,
}

/// A request of a user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The id of the user's access key.
    pub by: String,
    /// `s3:GetBucketPolicy`.
    pub action: String,
    pub resource: String,
    /// Why it was refused.
    pub refused: Option<String>,
}

impl Enforced {
    /// Starts an account of its own.
    ///
    /// # Errors
    /// If it ends or is not healthy in time.
    pub fn start(tools: &Tools) -> Result<Self> {
        let folder = TempDir::new()?;
        let log = folder.path().join("asked");
        let mut command = Command::new(tools.python("python"));
        command.args(["-c", RECORDER]).arg(&log);
        let account = Arc::new(Ministack::start_as(command)?);
        Ok(Self { account, folder })
    }

    /// Makes a user with one policy.
    ///
    /// # Errors
    /// If a request is refused.
    pub fn user(&self, name: &str, policy: &Value) -> Result<AccessKey> {
        let document = policy.to_string();
        self.iam(&[("Action", "CreateUser"), ("UserName", name)])?;
        self.iam(&[
            ("Action", "PutUserPolicy"),
            ("UserName", name),
            ("PolicyName", "rights"),
            ("PolicyDocument", &document),
        ])?;
        let made = self.iam(&[("Action", "CreateAccessKey"), ("UserName", name)])?;
        let text = |element: &str| {
            let (_, rest) = made.split_once(&format!("<{element}>"))?;
            Some(rest.split_once('<')?.0.to_owned())
        };
        let key = text("AccessKeyId").zip(text("SecretAccessKey"));
        let (id, secret) = key.context("no key in the answer")?;
        Ok(AccessKey { id, secret })
    }

    fn iam(&self, form: &[(&str, &str)]) -> Result<String> {
        let mut body = Serializer::new(String::new());
        body.append_pair("Version", "2010-05-08").extend_pairs(form);
        let request =
            Request::post("/").header("Content-Type", "application/x-www-form-urlencoded");
        self.account.send("us-east-1", "iam", request.body(body.finish())?)
    }

    /// What users have asked for, in this order.
    ///
    /// # Errors
    /// If the log is not what the recorder writes.
    pub fn asked(&self) -> Result<Vec<Asked>> {
        let text = fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default();
        text.lines().map(asked).collect()
    }
}

fn asked(line: &str) -> Result<Asked> {
    let line: Value = serde_json::from_str(line)?;
    let text = |key: &str| line.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    Ok(Asked {
        by: text("by").context("no `by`")?,
        action: text("action").context("no `action`")?,
        resource: text("resource").context("no `resource`")?,
        refused: text("reason"),
    })
}
