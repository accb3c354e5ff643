//! An account of its own for each test, and a project that is deployed to it.

use std::fs::OpenOptions;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex, Weak};

use http::Request;
use serde_json::Value;
use tempfile::TempDir;
use testkit::{Gateway, Ministack, Tools, built, program};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::aws::account::texts;
use crate::aws::shop::{Ran, Running};
use crate::aws::{HOME, REPLICA as US_EAST_1};

static SHARED: Mutex<Weak<Aws>> = Mutex::new(Weak::new());

/// The packages of the project. They hold 41ab03d as fallback plan.
static PACKAGES: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    write_project(folder.path(), "");
    build(folder.path(), folder.path());
    folder
});

/// AWS, with a Lambda that runs functions.
pub(crate) struct Aws {
    pub(crate) gateway: Gateway,
    pub(crate) ministack: Ministack,
}

impl Aws {
    /// The servers that all tests share. They end with the last test that uses them.
    pub(crate) fn shared() -> Arc<Self> {
        let mut last = SHARED.lock().unwrap();
        if let Some(aws) = last.upgrade() {
            return aws;
        }
        let tools = Tools::find().unwrap();
        let ministack = Ministack::start(&tools).unwrap();
        let gateway = Gateway::start(&tools, ministack.endpoint()).unwrap();
        let aws = Arc::new(Self { gateway, ministack });
        *last = Arc::downgrade(&aws);
        aws
    }
}

/// A project in its own folder, and an account in which nothing is deployed.
pub(crate) struct Yard {
    pub(crate) aws: Arc<Aws>,
    /// The number of the account: twelve digits.
    pub(crate) account: String,
    folder: TempDir,
}

impl Yard {
    /// An account with this number, without a plan.
    pub(crate) fn new(number: u32) -> Self {
        let folder = TempDir::new().unwrap();
        write_project(folder.path(), "");
        Self { aws: Aws::shared(), account: format!("{number:012}"), folder }
    }

    /// An account with this number, where all viewers get 41ab03d.
    pub(crate) fn open(number: u32) -> Self {
        let yard = Self::new(number);
        yard.expect("init 41ab03d -y", 0, "everybody will get 41ab03d");
        yard
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Builds packages of their own for this project.
    pub(crate) fn build(&self) -> PathBuf {
        build(self.path(), self.path());
        self.path().join("dist")
    }

    /// Deploys the packages that all tests share.
    pub(crate) fn deploy(&self, options: &str) -> Ran {
        self.run(&deploy(options))
    }

    pub(crate) fn start(&self, line: &str) -> Running {
        Running::start(self.command(line))
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        Ran::of(self.command(line).output().unwrap())
    }

    pub(crate) fn expect(&self, line: &str, code: i32, words: &str) -> Ran {
        let ran = self.run(line);
        ran.check(line, code, words);
        ran
    }

    fn command(&self, line: &str) -> Command {
        let mut command = command(self.path(), line);
        command.env("AWS_ENDPOINT_URL", self.aws.gateway.endpoint());
        command.env("AWS_ACCESS_KEY_ID", &self.account).env("AWS_SECRET_ACCESS_KEY", "test");
        command
    }

    /// The folder of the functions' binaries.
    pub(crate) fn functions() -> String {
        built("viewer-request").parent().unwrap().display().to_string()
    }

    /// Gives a package another hash, and leaves what is in it.
    pub(crate) fn change_comment_in(&self, function: &str) {
        let path = self.path().join(format!("dist/{function}.zip"));
        let zip = OpenOptions::new().read(true).write(true).open(path).unwrap();
        let mut zip = ZipWriter::new_append(zip).unwrap();
        zip.set_comment("another").unwrap();
        zip.finish().unwrap();
    }

    /// Changes the binary in a package of this project.
    pub(crate) fn replace_bootstrap(&self, function: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self.path().join(format!("dist/{function}.zip"));
        let mut old = ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
        let mut new = ZipWriter::new(Cursor::new(Vec::new()));
        let mut change = Some(change);
        for index in 0..old.len() {
            let mut entry = old.by_index(index).unwrap();
            let (name, mode) = (entry.name().unwrap().into_owned(), entry.unix_mode().unwrap());
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            if name == "bootstrap" {
                change.take().unwrap()(&mut content);
            }
            new.start_file(name, SimpleFileOptions::default().unix_permissions(mode)).unwrap();
            new.write_all(&content).unwrap();
        }
        std::fs::write(path, new.finish().unwrap().into_inner()).unwrap();
    }

    /// The names of everything that a deployment could make.
    pub(crate) fn inventory(&self) -> Vec<String> {
        let form = |service: &str, action: &str, version: &str| {
            let body = format!("Action={action}&Version={version}").into_bytes();
            let request = Request::post("/");
            let request = request.header("Content-Type", "application/x-www-form-urlencoded");
            self.send(service, request.body(body).unwrap())
        };
        let stacks = form("cloudformation", "DescribeStacks", "2010-05-15");
        let roles = form("iam", "ListRoles", "2010-05-08");
        let buckets = self.get("s3", "/");
        let functions = self.get("lambda", "/2015-03-31/functions");
        let functions: Value = serde_json::from_str(&functions).unwrap();
        let functions = functions["Functions"].as_array().unwrap();
        let functions =
            functions.iter().map(|one| one["FunctionName"].as_str().unwrap().to_owned());
        let policies = ["cache-policy", "origin-request-policy"]
            .map(|kind| self.get("cloudfront", &format!("/2020-05-31/{kind}?Type=custom")));
        let mut all: Vec<String> = functions.collect();
        for (list, element) in [
            (&stacks, "StackName"),
            (&roles, "RoleName"),
            (&buckets, "Name"),
            (&policies[0], "Name"),
            (&policies[1], "Name"),
        ] {
            all.extend(texts(list, element).into_iter().map(str::to_owned));
        }
        all.sort();
        all
    }

    /// The version of a function that is marked as tested.
    pub(crate) fn tag(&self, function: &str) -> Option<String> {
        let arn = format!("arn:aws:lambda:us-east-1:{}:function:shop-{function}", self.account);
        let tags = self.get("lambda", &format!("/2015-03-31/tags/{arn}"));
        let tags: Value = serde_json::from_str(&tags).unwrap();
        tags["Tags"]["edgeswitch-tested"].as_str().map(str::to_owned)
    }

    pub(crate) fn get(&self, service: &str, path: &str) -> String {
        self.send(service, Request::get(path).body(Vec::new()).unwrap())
    }

    /// Sends a request of this account to a service in us-east-1; returns the answer's body.
    pub(crate) fn send(&self, service: &str, request: Request<Vec<u8>>) -> String {
        self.aws.ministack.send_as(&self.account, US_EAST_1, service, request).unwrap()
    }

    /// What the program printed, with everything replaced that differs between two runs.
    pub(crate) fn neutral(&self, text: &str) -> String {
        let text = text.replace(&self.account, "123456789012");
        text.replace(self.aws.gateway.endpoint(), "http://127.0.0.1:4566")
    }
}

/// The line that deploys the shared packages.
pub(crate) fn deploy(options: &str) -> String {
    format!("deploy --packages {} {options}", PACKAGES.path().join("dist").display())
}

fn write_project(folder: &Path, settings: &str) {
    let text = format!(
        "name = \"shop\"\n{settings}\n[parameter]\nname = \"/shop/plan\"\n\
         home_region = \"{HOME}\"\n[refresh]\nsoft_ttl_seconds = 1\nhard_ttl_seconds = 2\n"
    );
    std::fs::write(folder.join("edgeswitch.toml"), text).unwrap();
    std::fs::write(folder.join("first.plan"), "41ab03d").unwrap();
}

fn build(project: &Path, folder: &Path) {
    let functions = Yard::functions();
    let line = format!("package --fallback first.plan --bin-dir {functions}");
    let ran = Ran::of(command(project, &line).output().unwrap());
    ran.check(&line, 0, "they fall back to");
    assert!(folder.join("dist").exists());
}

fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(program().unwrap());
    command.args(line.split_whitespace()).current_dir(folder).env_clear();
    command.env("HOME", folder).env("USER", "alice");
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}
