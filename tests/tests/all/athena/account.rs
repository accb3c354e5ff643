//! The command with ministack's Athena, which runs the statements in DuckDB.
//!
//! ministack has no partition projection and no `"$path"`. It knows partitions by folders such as `year=2026`, so that is
//! where the logs of these tests are.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::Request;
use serde_json::{Value, json};
use testkit::{Enforced, Ministack, Tools};

use super::rows::{Format, Rows};
use crate::aws::HOME;
use crate::aws::account::{create_bucket, shared};
use crate::aws::shop::{Ran, control_program};
use crate::aws::trouble::Trouble;
use crate::rights::granted::{granted, refused, unused};

const LOGS: &str = "AWSLogs/1/CloudFront/DistributionId=E1/";

/// An account with logs of some hours.
struct Account {
    account: Arc<Ministack>,
    endpoint: String,
    bucket: &'static str,
    user: String,
    secret: String,
    folder: tempfile::TempDir,
}

impl Account {
    fn new(account: Arc<Ministack>, bucket: &'static str) -> Self {
        create_bucket(&account, bucket);
        create_bucket(&account, &format!("{bucket}-answers"));
        let endpoint = account.endpoint().to_owned();
        let folder = tempfile::tempdir().unwrap();
        let (user, secret) = ("alice".into(), "test".into());
        Self { account, endpoint, bucket, user, secret, folder }
    }

    fn with_logs(self) -> Self {
        let mut rows = Rows::of(Format::Columns("\t"), 5);
        let shared = rows.some(20, 10);
        for hour in 8..12 {
            let text = rows.some(300, hour) + if hour > 9 { &shared } else { "" };
            self.put(hour, &text);
        }
        self
    }

    fn put(&self, hour: u32, text: &str) {
        let folder = format!("{LOGS}year=2026/month=11/day=22/hour={hour:02}");
        let path = format!("/{}/{folder}/E1.2026-11-22-{hour:02}.aaaaaaaa", self.bucket);
        let request = Request::put(path).body(text.to_owned()).unwrap();
        self.account.send(HOME, "s3", request).unwrap();
    }

    fn make_database(&self, name: &str) {
        let body = json!({ "DatabaseInput": { "Name": name } }).to_string();
        let request = Request::post("/").header("X-Amz-Target", "AWSGlue.CreateDatabase");
        let request = request.header("Content-Type", "application/x-amz-json-1.1").body(body);
        self.account.send_as(&self.key(), HOME, "glue", request.unwrap()).unwrap();
    }

    /// ministack takes the account from the key.
    fn key(&self) -> String {
        self.user.clone()
    }

    fn observe(&self, more: &str) -> Ran {
        let line = format!("observe --logs s3://{}/{LOGS} {more}", self.bucket);
        let mut command = control_program(&line, &self.user, &self.endpoint);
        command.env("AWS_SECRET_ACCESS_KEY", &self.secret);
        command.current_dir(self.folder.path()).env("HOME", self.folder.path());
        command.stderr(std::process::Stdio::piped());
        Ran::of(command.output().unwrap())
    }

    fn athena(&self, database: &str, more: &str) -> Ran {
        let (bucket, athena) = (self.bucket, "--engine athena -y --output json");
        let place = format!("--athena-output s3://{bucket}-answers/a --athena-database {database}");
        self.observe(&format!("{athena} {place} {more}"))
    }
}

fn json_of(ran: &Ran) -> Value {
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// What differs in two documents, by name.
fn different(one: &Value, other: &Value) -> BTreeSet<String> {
    let (one, other) = (one.as_object().unwrap(), other.as_object().unwrap());
    let names = one.keys().chain(other.keys());
    names.filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

#[test]
#[ignore = "needs `make setup`"]
fn a_query_counts_as_the_program_itself_does() {
    let account = Account::new(shared(), "athena-counts").with_logs();
    account.make_database("counts");
    for more in ["", "--since 2026-11-22T10:20:00Z --by minute"] {
        let athena = json_of(&account.athena("counts", more));
        let local = json_of(&account.observe(&format!("--output json {more}")));
        let expected = ["athena", "first_skipped"].map(ToOwned::to_owned);
        // The table is made once, and found the second time.
        assert_eq!(different(&athena, &local), BTreeSet::from(expected), "{more}");
        assert!(
            athena["doubles"].as_u64().unwrap() > 0
                && !athena["releases"].as_array().unwrap().is_empty()
        );
        assert!(athena["athena"]["query"].as_str().unwrap().len() > 30, "{athena}");
    }
    let text = account.athena("counts", "").out.replace("--output json", "");
    assert!(text.contains("\"dollars\": 0.00005"), "{text}");
}

#[test]
#[ignore = "needs `make setup`"]
fn nothing_runs_without_a_yes() {
    let account = Account::new(shared(), "athena-asks").with_logs();
    let plan = json_of(&account.observe("--engine athena --dry-run --output json"));
    let statements = plan["statements"].as_array().unwrap();
    let starts =
        ["CREATE EXTERNAL TABLE IF NOT EXISTS `default`.`edgeswitch_logs_", "WITH lines AS ("];
    assert_eq!((statements.len(), plan["logs"].as_u64()), (2, Some(4)));
    for (statement, start) in statements.iter().zip(starts) {
        assert!(statement.as_str().unwrap().starts_with(start), "{statement}");
    }
    assert_eq!(plan["athena"]["query"], Value::Null);
    let asked = account.observe("--engine athena --athena-output s3://athena-asks-answers/");
    let cost = "less than a cent, at $5 a TB and 10 MB at least\nerror: there is nobody to ask";
    asked.check("no terminal", 2, cost);
    let answers = Request::get("/athena-asks-answers?list-type=2").body(String::new()).unwrap();
    let answers = account.account.send(HOME, "s3", answers).unwrap();
    assert!(!answers.contains("<Key>"), "{answers}");
}

#[test]
#[ignore = "needs `make setup`"]
fn a_query_that_cannot_run_says_why() {
    let account = Account::new(shared(), "athena-fails").with_logs();
    let ran = account.observe("--engine athena -y");
    ran.check("no output", 1, "No output location provided");
    ran.check(
        "no output",
        1,
        "hint: `--athena-output s3://BUCKET/PREFIX/`, or `athena_output` of `[observe]`",
    );
    let ran = account.athena("missing", "");
    ran.check("no database", 1, "the query failed: Schema 'missing' does not exist");
    ran.check("no database", 1, "`aws glue create-database");
    account.make_database("fails");
    account.put(12, "#Fields: time date sc-status\n10:00:00\t2026-11-22\t200\n");
    let ran = account.athena("fails", "");
    ran.check("other fields", 1, "6 headers in the logs list other fields than the newest log");
    account.put(13, "2026-11-22\t10:00:00\t200\n");
    account.athena("fails", "").check(
        "no fields",
        1,
        "it begins with neither a `#Fields` line nor a JSON object",
    );
    let rows = [
        ("--engine athena --replay", "Athena cannot make decisions again"),
        ("--engine athena --by stage", "Athena cannot count by stage"),
        (
            "--engine athena --report a.html",
            "Athena cannot count viewers for the charts of a report",
        ),
        ("--engine athena --athena-output here", "`here` is not an address in S3"),
        ("--engine athena --athena-database a-b", "`a-b` is not the name of a database"),
        ("--dry-run", "`--dry-run` is only for `--engine athena`"),
    ];
    for (more, words) in rows {
        account.observe(more).check(more, 2, words);
    }
    let line = "observe --logs logs --engine athena";
    let ran = Ran::of(control_program(line, "alice", "http://127.0.0.1:9").output().unwrap());
    ran.check("a folder", 2, "");
}

#[test]
#[ignore = "needs `make setup`"]
fn passing_trouble_is_overcome_and_lasting_trouble_is_named() {
    let trouble = Trouble::shared();
    let mut account = Account::new(shared(), "athena-trouble").with_logs();
    account.make_database("trouble");
    account.endpoint = trouble.microburst.endpoint().to_owned();
    let befall = |operation: &str, times: u32, code: &str| {
        let rule = json!({
            "service": "athena", "operation": operation, "times": times, "error": { "code": code },
        });
        trouble.microburst.add(&rule).unwrap()
    };
    for operation in ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"] {
        let rule = befall(operation, 2, "ThrottlingException");
        json_of(&account.athena("trouble", ""));
        assert_eq!(trouble.microburst.fired(rule).unwrap(), 2, "{operation}");
    }
    befall("StartQueryExecution", 1, "AccessDeniedException");
    let ran = account.athena("trouble", "");
    ran.check("denied", 1, "deploy/iam/observe-athena.json has the rights");
}

/// ministack checks the rights of the caller's own calls. Those that Athena needs for the caller, on Glue and for the answers,
/// it does not ask for.
#[test]
#[ignore = "needs `make setup`"]
fn an_observer_may_run_queries_with_its_policy() {
    let enforced = Enforced::start(&Tools::find().unwrap()).unwrap();
    let mut account = Account::new(Arc::clone(&enforced.account), "shop-access-logs");
    account.put(10, &Rows::of(Format::Columns("\t"), 5).some(50, 10));
    account.user = "test".into();
    account.make_database("default");
    let names = [("shop-athena-answers", "shop-access-logs-answers"), ("us-east-1", HOME)];
    let policy = granted("observe-athena.json", &names);
    let key = enforced.user("observer", &policy).unwrap();
    (account.user, account.secret) = (key.id.clone(), key.secret);
    json_of(&account.athena("default", ""));
    let asked: Vec<_> =
        enforced.asked().unwrap().into_iter().filter(|one| one.by == key.id).collect();
    assert_eq!(refused(&asked), Vec::<String>::new());
    let unused = unused(&policy, &asked);
    let is_for_athena = |one: &String| {
        let of = ["MakeTheTables: ", "WriteTheAnswers: ", "FindTheBuckets: s3:GetBucketLocation"];
        of.iter().any(|start| one.starts_with(start))
    };
    assert!(unused.iter().all(is_for_athena), "{unused:?}");
}
