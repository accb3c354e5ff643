//! `observe` on a bucket, with the rights of `observe.json`.

use std::process::Output;

use http::Request;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{AccessKey, Enforced, Tools};

use super::granted::{granted, refused, run, unused};
use crate::aws::HOME;
use crate::aws::account::create_bucket;

const BUCKET: &str = "shop-access-logs";

/// A log with one page load a minute, from a time on. Each has an id of its own.
fn log(name: &str, hour: &str, count: u32) -> String {
    let row = |minute| {
        format!(
            "2026-11-22\t{hour}:{minute:02}:00\t{name}-{minute}\t192.0.2.1\tGET\t/\t200\tX\ttext/html;%20release=41ab03d\n"
        )
    };
    let fields = "date time x-edge-request-id c-ip cs-method cs-uri-stem sc-status cs(User-Agent) sc-content-type";
    (0..count).fold(format!("#Version: 1.0\n#Fields: {fields}\n"), |log, minute| log + &row(minute))
}

struct Observer {
    enforced: Enforced,
    folder: TempDir,
}

impl Observer {
    fn open() -> Self {
        let tools = Tools::find().unwrap();
        let enforced = Enforced::start(&tools).unwrap();
        create_bucket(&enforced.account, BUCKET);
        let folder = TempDir::new().unwrap();
        let text = format!(
            "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"{HOME}\"\n"
        );
        std::fs::write(folder.path().join("edgeswitch.toml"), text).unwrap();
        Self { enforced, folder }
    }

    fn upload(&self, key: &str, text: &str) {
        let request = Request::put(format!("/{BUCKET}/{key}")).body(text.to_owned()).unwrap();
        self.enforced.account.send(HOME, "s3", request).unwrap();
    }

    fn observe(&self, key: &AccessKey, arguments: &[&str]) -> Output {
        let line = [&["observe"], arguments].concat();
        run(&self.enforced, self.folder.path(), key, &line)
    }
}

fn requests(output: &Output) -> (u64, u64, u64) {
    let text = String::from_utf8_lossy(&output.stderr);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{text}"));
    let number = |name: &str| value[name].as_u64().unwrap();
    assert_eq!(value["unread"], json!([]), "{text}");
    (number("logs"), number("requests"), number("doubles"))
}

#[test]
#[ignore = "needs `make setup`"]
fn an_observer_needs_all_of_its_policy_and_nothing_else() {
    let observer = Observer::open();
    let (hour, late) = (log("a", "10", 50), log("late", "10", 5));
    observer.upload("cdn/E1.2026-11-20-10.aaaaaaaa.log", &log("old", "01", 9));
    observer.upload("cdn/E1.2026-11-22-10.aaaaaaaa.log", &hour);
    // It came twice, and a part of it once more with what was late.
    observer.upload("cdn/E1.2026-11-22-10.bbbbbbbb.log", &hour);
    observer.upload("cdn/E1.2026-11-22-10.cccccccc.log", &late);
    observer.upload("v2/E1/2026/11/21/10/E1.2026-11-21-10.aaaaaaaa.log", &log("old", "01", 9));
    observer.upload("v2/E1/2026/11/22/10/E1.2026-11-22-10.aaaaaaaa.log", &hour);
    observer.enforced.account.put_parameter(HOME, "/shop/plan", "41ab03d").unwrap();
    let policy = granted("observe.json", &[]);
    let key = observer.enforced.user("observer", &policy).unwrap();
    let since = ["--since", "2026-11-22T10:10:00Z", "--output", "json"];
    let observe = |logs: &str, more: &[&str]| {
        let logs = format!("s3://{BUCKET}/{logs}");
        observer.observe(&key, &[&["--logs", &logs], more].concat())
    };
    assert_eq!(requests(&observe("cdn/", &since)), (3, 40, 50));
    assert_eq!(requests(&observe("cdn/E1.2026-11-22", &["--output", "json"])), (3, 55, 50));
    assert_eq!(requests(&observe("v2/", &[&since[..], &["--replay"]].concat())), (1, 40, 0));
    let nothing = observe("none/", &[]);
    let said = String::from_utf8(nothing.stderr).unwrap();
    assert!(said.contains(&format!("there is no log in `s3://{BUCKET}/none/`")), "{said}");
    assert_eq!(nothing.status.code(), Some(1));

    let asked = observer.enforced.asked().unwrap();
    let asked: Vec<_> = asked.into_iter().filter(|one| one.by == key.id).collect();
    assert_eq!(refused(&asked), Vec::<String>::new());
    assert_eq!(unused(&policy, &asked), Vec::<String>::new());
    let read: Vec<_> = asked.iter().filter(|one| one.resource.contains("2026-11-20")).collect();
    assert!(read.is_empty(), "the early log was read");
}

#[test]
#[ignore = "needs `make setup`"]
fn a_missing_right_is_named() {
    let observer = Observer::open();
    observer.upload("cdn/E1.2026-11-22-10.aaaaaaaa.log", &log("a", "10", 5));
    let whole = granted("observe.json", &[]);
    for (left, right, resource) in [
        (0, "s3:ListBucket", format!("arn:aws:s3:::{BUCKET}")),
        (1, "s3:GetObject", format!("arn:aws:s3:::{BUCKET}/*")),
    ] {
        let mut policy = whole.clone();
        policy["Statement"].as_array_mut().unwrap().remove(left);
        let key = observer.enforced.user(&format!("observer-{left}"), &policy).unwrap();
        let ran = observer.observe(&key, &["--logs", &format!("s3://{BUCKET}/cdn/")]);
        let said = String::from_utf8(ran.stderr).unwrap();
        let hint = format!("it needs the right `{right}` on `{resource}`");
        assert!(said.contains(&hint) && said.contains(&format!("bucket `{BUCKET}`")), "{said}");
        assert_eq!(ran.status.code(), Some(1), "{said}");
    }
}
