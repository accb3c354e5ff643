//! `edgeswitch observe`: logs that are written here, and what is said of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::clock_environment::clock_environment;

const FIELDS: &str = "date time x-edge-request-id c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) \
                      cs(Cookie) sc-content-type x-edge-result-type x-edge-response-result-type time-to-first-byte origin-fbl";

/// A row: its second, the viewer, the path, the status, the cookie, the type, the result, and the time to the first byte.
struct Row(
    u32,
    u32,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const OLD: &str = "text/html;%20release=41ab03d";
const NEW: &str = "text/html;%20release=9f2c1e7";
const SCRIPT: &str = "application/javascript";
const COOKIE: &str = "release=9f2c1e7.r12-1";

fn text(rows: &[Row]) -> String {
    let mut log = format!("#Version: 1.0\n#Fields: {FIELDS}\n");
    for Row(second, viewer, path, status, cookie, kind, result, time) in rows {
        let (stem, query) = path.split_once('?').unwrap_or((path, "-"));
        let agent = if *viewer == 9 { "Googlebot/2.1" } else { "Mozilla/5.0%20(X11)" };
        let origin = if *result == "Miss" { "0.080" } else { "-" };
        log += &format!(
            "2026-11-22\t10:{:02}:{:02}\tid-{second}-{viewer}\t192.0.2.{viewer}\tGET\t{stem}\t{query}\t{status}\t{agent}\t{cookie}\t\
             {kind}\t{result}\t{result}\t{time}\t{origin}\n",
            second / 60,
            second % 60,
        );
    }
    log
}

fn first() -> String {
    text(&[
        Row(0, 1, "/", "200", "-", OLD, "Hit", "0.010"),
        Row(1, 2, "/cart", "200", "-", OLD, "Miss", "0.120"),
        Row(2, 3, "/cart", "200", "-", NEW, "Miss", "0.240"),
        Row(3, 3, "/app.js", "200", COOKIE, SCRIPT, "Hit", "0.002"),
        Row(4, 3, "/chunk.js", "404", COOKIE, SCRIPT, "Error", "0.004"),
        Row(5, 3, "/_r/9f2c1e7/app.js", "200", COOKIE, SCRIPT, "Hit", "0.002"),
        Row(6, 4, "/app.js?dpl=41ab03d", "200", COOKIE, SCRIPT, "Hit", "0.002"),
    ])
}

fn second() -> String {
    text(&[
        Row(60, 4, "/cart", "503", "-", NEW, "Error", "0.030"),
        Row(61, 9, "/", "200", "-", OLD, "Hit", "0.001"),
        Row(62, 5, "/?__release=eyJ", "302", "-", "-", "Hit", "0.001"),
        Row(63, 6, "/", "000", "-", "-", "Error", "0.001"),
        Row(64, 7, "/", "200", "-", "text/html", "Hit", "0.001"),
        Row(65, 7, "/api", "502", "-", NEW, "LambdaExecutionError", "0.001"),
        Row(2, 3, "/cart", "200", "-", NEW, "Miss", "0.240"),
    ])
}

/// A folder with two logs, one of which has a row of the other and a line that was cut, and with a log of another kind.
pub(crate) fn write_logs(folder: &Path) {
    fs::create_dir_all(folder.join("later")).unwrap();
    fs::write(folder.join("a.log"), first()).unwrap();
    fs::write(folder.join("later/b.log"), second() + "2026-11-22\t10:0").unwrap();
    fs::write(folder.join("z.log"), "#Fields: date time x-event\n").unwrap();
    fs::write(folder.join(".hidden"), "none").unwrap();
}

fn edgeswitch(folder: &Path, arguments: &[&str], input: Option<&Path>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgeswitch"));
    command.args(arguments).env_clear().envs(clock_environment()).current_dir(folder);
    let input = input.map_or(Stdio::null(), |path| fs::File::open(path).unwrap().into());
    command.stdin(input).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_folder_of_logs_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    write_logs(&folder.path().join("logs"));
    fs::remove_file(folder.path().join("logs/z.log")).unwrap();
    let ran = edgeswitch(folder.path(), &["observe", "--logs", "logs"], None);
    crate::golden::check("golden/observe.txt", &out(&ran));
    assert_eq!(err(&ran), "reading 2 logs\n");
    assert_eq!(ran.status.code(), Some(0));
}

#[test]
fn standard_input_and_a_file_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.log"), first()).unwrap();
    let file = edgeswitch(folder.path(), &["observe", "--logs", "a.log"], None);
    let log = folder.path().join("a.log");
    let input = edgeswitch(folder.path(), &["observe", "--logs", "-"], Some(&log));
    assert_eq!(out(&input), out(&file));
    assert!(out(&file).contains("7 requests"), "{}", out(&file));
    assert_eq!(
        (err(&file).as_str(), err(&input).as_str()),
        ("reading `a.log`\n", "reading standard input\n")
    );
}

/// The order of files and threads does not show.
#[test]
fn many_logs_say_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).unwrap();
    for number in 0..40 {
        fs::write(
            logs.join(format!("{number:02}.log")),
            if number % 2 == 0 { first() } else { second() },
        )
        .unwrap();
    }
    let once = out(&edgeswitch(folder.path(), &["observe", "--logs", "logs"], None));
    assert!(
        once.contains("13 requests") && once.contains("267 that were in the logs before"),
        "{once}"
    );
    for _ in 0..5 {
        assert_eq!(out(&edgeswitch(folder.path(), &["observe", "--logs", "logs"], None)), once);
    }
}

#[test]
fn a_log_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    write_logs(&folder.path().join("logs"));
    let ran = edgeswitch(folder.path(), &["observe", "--logs", "logs"], None);
    let expected = "`logs/z.log` was not read to its end: line 1: this is a log of an RTMP distribution: expected a standard \
                    log of a web distribution\n";
    assert!(out(&ran).ends_with(expected), "{}", out(&ran));
    assert_eq!(ran.status.code(), Some(1));
}

#[test]
fn without_a_log_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let table = [
        (
            "empty",
            "error: there is no log in `empty`\nhint: copy them there first: `aws s3 sync s3://BUCKET/PREFIX FOLDER`, see docs/observe.md\n",
        ),
        ("none", "error: read `none`: "),
    ];
    for (path, expected) in table {
        let ran = edgeswitch(folder.path(), &["observe", "--logs", path], None);
        assert!(err(&ran).starts_with(expected), "{}", err(&ran));
        assert_eq!((ran.status.code(), out(&ran).as_str()), (Some(1), ""));
    }
}

/// The name of the cookie, among others, is the configuration's.
#[test]
fn the_configuration_counts() {
    let folder = tempfile::tempdir().unwrap();
    let config = "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n[cookies]\nrelease = \"color\"\n";
    fs::write(folder.path().join("shop.toml"), config).unwrap();
    let log = first().replace(COOKIE, "color=9f2c1e7.r12-1");
    fs::write(folder.path().join("a.log"), log).unwrap();
    let named = |arguments: &[&str]| {
        let ran =
            edgeswitch(folder.path(), &[&["observe", "--logs", "a.log"], arguments].concat(), None);
        let text = out(&ran);
        text.lines()
            .find(|line| line.starts_with("the release is named"))
            .unwrap_or_else(|| panic!("{}", err(&ran)))
            .to_owned()
    };
    assert!(named(&[]).contains("the cookie of 0,"), "{}", named(&[]));
    assert!(named(&["--config", "shop.toml"]).contains("the cookie of 2,"));
}

/// A history: all viewers on the old release, then half of them on the new one for an hour.
pub(crate) fn write_history(folder: &Path) {
    let plan = |rollout: &str, from: &str, weights: &str| {
        format!(
            "{{\"schema\": 1, \"revision\": 1, \"releases\": {{\"41ab03d\": {{}}, \"9f2c1e7\": {{}}}}, \
             \"rollout\": \"{rollout}\", \"stages\": [{{\"from\": \"{from}\", \"weights\": {weights}}}]}}"
        )
    };
    let old = plan("r1", "2026-11-22T08:00:00Z", "[[\"41ab03d\", 1]]");
    let new = plan("r2", "2026-11-22T10:01:00Z", "[[\"41ab03d\", 1], [\"9f2c1e7\", 1]]");
    let over = plan("r3", "2026-11-22T11:00:00Z", "[[\"41ab03d\", 1]]");
    let versions = [
        ("2026-11-22T11:00:00Z", over.as_str()),
        ("2026-11-22T10:01:00Z", &new),
        ("2026-11-22T09:00:00Z", "{"),
        ("2026-11-22T08:00:00Z", &old),
    ];
    let versions = versions.map(|(at, plan)| serde_json::json!({ "at": at, "plan": plan }));
    let history = serde_json::json!({ "schema": 1, "versions": versions });
    fs::write(folder.join("plans.json"), history.to_string()).unwrap();
}

/// Rows without labels, before and after the change.
fn unlabelled() -> String {
    let page = "text/html";
    let mut rows = vec![
        Row(0, 1, "/", "200", "-", page, "Miss", "0.100"),
        Row(1, 1, "/app.js", "200", "release=41ab03d.r1-0", SCRIPT, "Hit", "0.002"),
        Row(70, 2, "/", "200", "-", page, "Hit", "0.010"),
    ];
    for viewer in 10..40 {
        rows.push(Row(180, viewer, "/", "200", "-", page, "Hit", "0.010"));
        rows.push(Row(190, viewer, "/", "503", "-", page, "Error", "0.010"));
    }
    text(&rows)
}

#[test]
fn the_plan_of_the_time_tells_the_release() {
    let folder = tempfile::tempdir().unwrap();
    write_history(folder.path());
    fs::write(folder.path().join("a.log"), unlabelled()).unwrap();
    let observe = ["observe", "--logs", "a.log", "--plans", "plans.json"];
    let ran = edgeswitch(folder.path(), &[&observe[..], &["--by", "stage"]].concat(), None);
    crate::golden::check("golden/observe-by-stage.txt", &out(&ran));
    let by_minute = [&observe[..], &["--by", "minute", "--since", "2026-11-22T10:02:00Z"]].concat();
    let ran = edgeswitch(folder.path(), &by_minute, None);
    crate::golden::check("golden/observe-by-minute.txt", &out(&ran));
    assert_eq!((err(&ran).as_str(), ran.status.code()), ("reading `a.log`\n", Some(0)));
    let json = edgeswitch(folder.path(), &[&by_minute[..], &["--output", "json"]].concat(), None);
    crate::golden::check("golden/observe-by-minute.json", &out(&json));
}

/// A log with the beacons of two releases, which viewer-request answered, and a configuration that has their path.
pub(crate) fn write_beacons(folder: &Path) {
    let config = "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n[observe]\nbeacon = \"/_b\"\n";
    fs::write(folder.join("shop.toml"), config).unwrap();
    let beacon = |second, viewer, path| {
        Row(second, viewer, path, "204", "-", "-", "LambdaGeneratedResponse", "0.001")
    };
    let beacons = [
        beacon(80, 1, "/_b?k=vitals&r=41ab03d&s=100&t=&lcp=812&inp=0&cls=0"),
        beacon(81, 2, "/_b?k=vitals&r=41ab03d&s=100&t=&lcp=1650&inp=144&cls=103"),
        beacon(82, 3, "/_b?k=error&r=9f2c1e7&s=100&t=TypeError%253A+no+cart"),
        beacon(83, 3, "/_b?k=chunk&r=9f2c1e7&s=100&t="),
        beacon(84, 8, "/_b?k=error&r=&s=100&t=x"),
        beacon(85, 8, "/_b?k=none"),
    ];
    fs::write(folder.join("beacons.log"), first() + &text(&beacons)).unwrap();
}

#[test]
fn pages_report_errors_and_measurements_of_their_release() {
    let folder = tempfile::tempdir().unwrap();
    write_beacons(folder.path());
    let observe = ["observe", "--logs", "beacons.log", "--config", "shop.toml", "--by", "minute"];
    let ran = edgeswitch(folder.path(), &observe, None);
    crate::golden::check("golden/observe-beacons.txt", &out(&ran));
    assert_eq!((err(&ran).as_str(), ran.status.code()), ("reading `beacons.log`\n", Some(0)));
    let json = edgeswitch(folder.path(), &[&observe[..], &["--output", "json"]].concat(), None);
    crate::golden::check("golden/observe-beacons.json", &out(&json));
}

#[test]
fn logs_without_cookies_are_not_decided_again() {
    let folder = tempfile::tempdir().unwrap();
    write_history(folder.path());
    let log = unlabelled().replace("release=41ab03d.r1-0", "-");
    fs::write(folder.path().join("a.log"), log).unwrap();
    let ran =
        edgeswitch(folder.path(), &["observe", "--logs", "a.log", "--plans", "plans.json"], None);
    let told = "the logs have no cookies: without those of returning viewers, the plan does not tell their release\n";
    assert!(out(&ran).contains(told), "{}", out(&ran));
    assert!(out(&ran).ends_with("no request names its release: see docs/observe.md\n"));
}

#[test]
fn a_history_that_is_none_is_refused_with_the_command_that_writes_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.log"), first()).unwrap();
    fs::write(folder.path().join("plans.json"), "[]").unwrap();
    let table = [
        (
            &["--plans", "plans.json"][..],
            1,
            "`plans.json` has no history of a plan: ",
            "`edgeswitch history --last 100",
        ),
        (
            &["--by", "stage"],
            2,
            "`--by stage` needs the plans of that time",
            "`--replay` reads them",
        ),
        (&["--since", "soon"], 2, "invalid time `soon`: expected for example `1h`", ""),
        (&["--plans", "no.json"], 1, "read `no.json`", "check that it exists"),
    ];
    for (options, code, problem, hint) in table {
        let ran =
            edgeswitch(folder.path(), &[&["observe", "--logs", "a.log"], options].concat(), None);
        let said = err(&ran);
        assert!(said.contains(problem) && said.contains(hint), "{options:?}: {said}");
        assert_eq!(ran.status.code(), Some(code), "{options:?}: {said}");
    }
}

/// Half of the viewers get the new release from a minute on; each third page of it fails. Half an hour of it.
fn trial() -> String {
    let mut rows = Vec::new();
    for minute in 0..30 {
        for viewer in 10..50 {
            let is_new = minute > 1 && viewer % 2 == 0;
            let kind = if is_new { NEW } else { OLD };
            let status = if is_new && viewer % 3 == 0 { "503" } else { "200" };
            let second = minute * 60 + viewer;
            rows.push(Row(second, viewer + 40 * minute, "/", status, "-", kind, "Miss", "0.200"));
            rows.push(Row(second + 1, viewer, "/app.js", "200", COOKIE, SCRIPT, "Hit", "0.002"));
        }
    }
    text(&rows)
}

/// The words of a page, with a line for each row of a table. Drawings have no words that are not in a table.
fn words(page: &str) -> String {
    let replaced = |text: &str, pattern: &str, by: &str| {
        regex_lite::Regex::new(pattern).unwrap().replace_all(text, by).into_owned()
    };
    let text = replaced(page, "(?s)<style>.*</style>|<svg .*?</svg>", "");
    let text = replaced(&text, "</t[dh]><t[dh]", " | <td");
    let text = replaced(&text, "</li><li>", "  ");
    let text = replaced(&text, "<[^>]*>", "");
    replaced(&text, "\n\n+", "\n")
}

#[test]
fn the_report_is_one_page_that_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write_history(folder.path());
    fs::write(folder.path().join("a.log"), trial()).unwrap();
    let observe = ["observe", "--logs", "a.log", "--report", "report.html"];
    let with = |options: &[&str]| {
        let ran = edgeswitch(folder.path(), &[&observe[..], options].concat(), None);
        assert_eq!(err(&ran), "reading `a.log`\n`report.html` is written\n", "{options:?}");
        (out(&ran), fs::read_to_string(folder.path().join("report.html")).unwrap())
    };
    let (said, page) = with(&["--plans", "plans.json"]);
    assert!(!said.contains("page loads"), "nobody asked for spans: {said}");
    assert!(!page.contains("src=") && !page.contains("href=") && !page.contains("<script"));
    assert!(page.contains("color-scheme: light dark") && page.contains("@media print"));
    let (_, by_stage) = with(&["--plans", "plans.json", "--by", "stage"]);
    crate::golden::check("golden/observe-report.txt", &words(&by_stage));
    let points = |page: &str| page.matches("data-column=\"of\"><span>9f2c1e7<").count();
    assert_eq!((points(&page), points(&by_stage)), (30, 4), "15 pieces of time, or two stages");
    let (_, without_plans) = with(&[]);
    assert!(without_plans.contains("There is no verdict: without the history"));
    assert!(!without_plans.contains("planned</li>"));
    assert_eq!(without_plans.matches("<svg ").count(), 3);
    let (_, without_trial) = with(&["--plans", "plans.json", "--since", "2026-11-22T10:40:00Z"]);
    assert!(without_trial.contains("There is no verdict: in these logs"));
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.log"), first()).unwrap();
    let ran = edgeswitch(
        folder.path(),
        &["observe", "--logs", "a.log", "--report", "none/report.html"],
        None,
    );
    assert!(err(&ran).contains("error: write `none/report.html`: "), "{}", err(&ran));
    assert_eq!((ran.status.code(), out(&ran).as_str()), (Some(1), ""));
}
