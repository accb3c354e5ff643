//! Athena's SQL says the same as the reader of logs. DuckDB runs it: it understands the part of SQL that is used.

mod account;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use access_log::{Input, Once, Reader, Seen};
use edge_config::Config;
use edge_time::Timestamp;
use flate2::Compression;
use flate2::write::GzEncoder;
use observation::{Agent, By, Observation, Site, Span, Times, Traffic};
use observation_sql::{Answer, Form, Query, sources};
use routing_core::Rules;
use serde_json::{Value, json};
use testkit::{Tools, repository};

use rows::{Format, Rows};

const BUCKET: &str = "shop-access-logs";

/// The path of beacons.
const BEACON: &str = "/_b";

/// Logs in a folder that stands for S3.
struct Logs {
    root: tempfile::TempDir,
    keys: Vec<String>,
}

impl Logs {
    fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), keys: Vec::new() }
    }

    /// Writes a log, in one gzip member for each part if its name ends in `.gz`.
    fn put(&mut self, key: &str, parts: &[String]) {
        let path = self.root.path().join(BUCKET).join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = fs::File::create(path).unwrap();
        for part in parts {
            if key.ends_with(".gz") {
                let mut encoder = GzEncoder::new(&mut file, Compression::fast());
                encoder.write_all(part.as_bytes()).unwrap();
                encoder.finish().unwrap();
            } else {
                file.write_all(part.as_bytes()).unwrap();
            }
        }
        self.keys.push(key.to_owned());
    }

    fn open(&self, key: &str) -> fs::File {
        fs::File::open(self.root.path().join(BUCKET).join(key)).unwrap()
    }

    fn form(&self) -> Form {
        let log = BufReader::new(Input::new(self.open(self.keys.last().unwrap())).unwrap());
        let lines: Vec<String> = log.lines().take(5).map(Result::unwrap).collect();
        Form::of(lines.iter().map(String::as_str)).unwrap()
    }

    /// What DuckDB says.
    fn asked(&self, rules: &Rules, since: Option<Timestamp>, by: Option<By>) -> Answer {
        let sources = sources(BUCKET, self.keys.iter().map(String::as_str)).unwrap();
        let form = self.form();
        let query = Query {
            database: "default",
            sources: &sources,
            form: &form,
            rules,
            beacon: Some(BEACON),
            since,
            by_minute: by.is_some(),
        };
        let tables: Vec<String> =
            sources.iter().map(|source| source.table.statement("default")).collect();
        let root = self.root.path().to_str().unwrap();
        let rows = ask(&json!({ "root": root, "tables": tables, "query": query.text() }));
        Answer::of(rows.iter().map(Vec::as_slice), by).unwrap()
    }

    /// What the reader says.
    fn read(&self, rules: &Rules, since: Option<Timestamp>, by: Option<By>) -> Answer {
        let mut answer = Answer { observation: Observation::by(by), ..Answer::default() };
        let mut once = Once::of_the_last(1_000_000);
        for key in &self.keys {
            let mut reader = Reader::open(self.open(key)).unwrap();
            while let Some(row) = reader.next_row().unwrap() {
                match once.see(&row) {
                    Seen::Again => {
                        answer.doubles += 1;
                        continue;
                    }
                    Seen::WithoutId => answer.without_id += 1,
                    Seen::First => {}
                    Seen::Unsure => panic!("too many rows"),
                }
                if since.zip(row.unix_ms()).is_some_and(|(since, at)| at < since.0) {
                    answer.before += 1;
                } else {
                    let site = Site { beacon: Some(BEACON), ..Site::new(rules) };
                    answer.observation.see(&row, &Agent::of(&row, rules), &site);
                }
            }
            answer.skipped_lines += reader.skipped().lines;
        }
        answer
    }
}

/// Asks DuckDB.
fn ask(question: &Value) -> Vec<Vec<Option<String>>> {
    let mut command = Command::new(Tools::find().unwrap().python("python"));
    command.arg(repository().join("tests/duckdb/ask.py"));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// All counts of an answer. Viewers are numbers here: the reader keeps hashes of them.
fn counts(answer: &Answer) -> BTreeMap<String, String> {
    let Answer { observation, doubles, without_id, before, skipped_lines, other_fields } = answer;
    let mut counts = BTreeMap::new();
    let mut note = |name: String, value: &dyn std::fmt::Debug| {
        counts.insert(name, format!("{value:?}"));
    };
    for (name, count) in [
        ("doubles", doubles),
        ("without id", without_id),
        ("before", before),
        ("skipped", skipped_lines),
        ("other fields", other_fields),
        ("rows", &observation.rows),
        ("unnamed", &observation.unnamed),
        ("too many", &observation.too_many),
        ("agreed", &observation.agreed),
        ("disagreed", &observation.disagreed),
        ("beacons", &observation.beacons),
        ("unnamed beacons", &observation.unnamed_beacons),
        ("beyond spans", &observation.beyond_spans),
    ] {
        note(name.into(), count);
    }
    note("times".into(), &observation.times);
    note("apart".into(), &observation.apart);
    note("ways".into(), &observation.ways);
    for (release, contents) in &observation.releases {
        for (content, traffic) in contents {
            note(format!("{release} {}", content.name()), &numbers(traffic));
            note(format!("{release} {} times", content.name()), &times(traffic));
        }
    }
    for (start, Span { releases, .. }) in &observation.spans {
        for (release, span) in releases {
            let viewers = (span.viewers.count(), span.bad_viewers.count());
            note(format!("{release} at {start}"), &(span.requests, span.page_loads, viewers));
        }
    }
    counts
}

fn numbers(traffic: &Traffic) -> [u64; 11] {
    [
        traffic.requests,
        traffic.viewers.count(),
        traffic.server_errors,
        traffic.viewers_with_server_errors.count(),
        traffic.missing_files,
        traffic.viewers_with_missing_files.count(),
        traffic.page_errors,
        traffic.viewers_with_page_errors.count(),
        traffic.function_errors,
        traffic.hits,
        traffic.misses,
    ]
}

fn times(traffic: &Traffic) -> [&Times; 6] {
    let vitals = &traffic.vitals;
    let [hits, misses] = [&traffic.hit_times, &traffic.miss_times];
    [hits, misses, &traffic.origin_times, &vitals.lcp, &vitals.inp, &vitals.cls]
}

/// Every class, way and content must be there, or a comparison proves nothing of it.
fn is_rich(answer: &Answer) {
    let observation = &answer.observation;
    assert_eq!(observation.apart.len(), 4, "{:?}", observation.apart);
    assert_eq!(observation.ways.len(), 4, "{:?}", observation.ways);
    let contents: BTreeSet<_> = observation.releases.values().flat_map(BTreeMap::keys).collect();
    assert_eq!(contents.len(), 3);
    let traffic = || observation.releases.values().flat_map(BTreeMap::values);
    let sum = |count: fn(&Traffic) -> u64| traffic().map(count).sum::<u64>();
    for (name, count) in [
        ("server errors", sum(|traffic| traffic.server_errors)),
        ("missing files", sum(|traffic| traffic.missing_files)),
        ("function errors", sum(|traffic| traffic.function_errors)),
        ("hits", sum(|traffic| traffic.hit_times.count())),
        ("misses", sum(|traffic| traffic.miss_times.count())),
        ("origin", sum(|traffic| traffic.origin_times.count())),
        ("page errors", sum(|traffic| traffic.page_errors)),
        ("paint", sum(|traffic| traffic.vitals.lcp.count())),
        ("interactions", sum(|traffic| traffic.vitals.inp.count())),
        ("shifts", sum(|traffic| traffic.vitals.cls.count())),
        ("unnamed beacons", observation.unnamed_beacons),
        ("doubles", answer.doubles),
        ("without id", answer.without_id),
        ("agreed", observation.agreed),
        ("disagreed", observation.disagreed),
        ("unnamed", observation.unnamed),
    ] {
        assert!(count > 0, "no {name}");
    }
}

fn same(logs: &Logs, rules: &Rules, since: Option<&str>, by: Option<By>) -> Answer {
    let since = since.map(|text| Timestamp::parse(text).unwrap());
    let read = logs.read(rules, since, by);
    pretty_same(&counts(&logs.asked(rules, since, by)), &counts(&read));
    read
}

#[track_caller]
fn pretty_same(asked: &BTreeMap<String, String>, read: &BTreeMap<String, String>) {
    let names: BTreeSet<_> = asked.keys().chain(read.keys()).collect();
    let differ = names.into_iter().filter(|name| asked.get(*name) != read.get(*name));
    let differ: Vec<String> = differ
        .map(|name| format!("{name}: asked {:?}, read {:?}", asked.get(name), read.get(name)))
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// Text and gzip of several members, headers within files, doubled rows, rows without ids, and fields that nobody knows.
#[test]
#[ignore = "needs `make setup`"]
fn the_legacy_logs_of_a_folder_are_counted_as_the_reader_counts_them() {
    let mut rows = Rows::of(Format::Columns("\t"), 7);
    let mut logs = Logs::new();
    let shared = rows.some(300, 9);
    logs.put("cdn/E1.2026-11-22-09.aaaaaaaa.gz", &[rows.some(400, 9)]);
    logs.put(
        "cdn/E1.2026-11-22-10.bbbbbbbb.gz",
        &[rows.some(900, 10), shared.clone(), rows.some(9, 10)],
    );
    logs.put("cdn/E1.2026-11-22-11.cccccccc", &[rows.some(700, 11), shared]);
    logs.put("cdn/readme.2026", &[rows.some(50, 12)]);
    let rules = Rules::default();
    is_rich(&same(&logs, &rules, None, None));
    let since = same(&logs, &rules, Some("2026-11-22T10:20:00Z"), Some(By::Minute));
    assert!(since.before > 0 && since.observation.spans.len() > 60, "{}", since.before);
}

/// Logs of other hours stay unread: the first hour and the last one are read.
#[test]
#[ignore = "needs `make setup`"]
fn partitions_have_the_first_hour_and_the_last_one() {
    for folder in
        ["cdn/E1/2026/11/2D/HH/", "cdn/DistributionId=E1/year=2026/month=11/day=2D/hour=HH/"]
    {
        let mut rows = Rows::of(Format::Objects, 11);
        let mut logs = Logs::new();
        let mut hours = Vec::new();
        for at in 20..30 {
            let (day, hour) = (2 + at / 24, at % 24);
            let folder =
                folder.replace("2D", &format!("2{day}")).replace("HH", &format!("{hour:02}"));
            let key = format!("{folder}E1.2026-11-2{day}-{hour:02}.aaaaaaaa.gz");
            logs.put(&key, &[rows.some_of_day(120, day, hour)]);
            hours.push(key);
        }
        // Neither the hours before nor those after.
        logs.keys = hours[2..8].to_vec();
        let read = same(&logs, &Rules::default(), None, Some(By::Minute));
        is_rich(&read);
        assert!(read.observation.rows > 300, "{folder}: {}", read.observation.rows);
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn the_rules_of_the_configuration_count() {
    let text = r#"{
        "name": "shop", "parameter": { "name": "/shop/plan", "home_region": "eu-central-1" },
        "cookies": { "release": "color", "override": "color.x" },
        "crawlers": ["Hello bot", "a+b", "Mozilla/9"],
        "documents": { "file_types": ["js", "json"], "exclude": ["/about*", "/100%_"] },
        "routes": [{ "path": "/api/v?/pages*", "origin": "api", "pages": true }, { "path": "/api/*", "origin": "api" }]
    }"#;
    let config = Config::from_json(text).unwrap();
    for by in ["\t", ",", "|"] {
        let mut rows = Rows::of(Format::Columns(by), 13);
        let mut logs = Logs::new();
        logs.put("E1.2026-11-22-10.aaaaaaaa.gz", &[rows.some(2000, 10)]);
        let read = same(&logs, &config.rules, None, None);
        assert!(read.observation.ways.len() > 3, "{:?}", read.observation.ways);
    }
}

/// The rows after other fields cannot be cut, so the answer says that there are some.
#[test]
#[ignore = "needs `make setup`"]
fn other_fields_are_noticed() {
    let mut logs = Logs::new();
    logs.put(
        "E1.2026-11-22-10.aaaaaaaa",
        &["#Fields: date time c-ip\n2026-11-22\t10:00:00\t192.0.2.1\n".into()],
    );
    logs.put(
        "E1.2026-11-22-11.aaaaaaaa",
        &["#Fields: date time sc-status\n2026-11-22\t10:00:00\t200\n".into()],
    );
    assert_eq!(logs.asked(&Rules::default(), None, None).other_fields, 1);
}

/// Cookies can be forged: the answer has a bounded number of rows, and the largest releases are in it.
#[test]
#[ignore = "needs `make setup`"]
fn forged_releases_push_no_real_one_out() {
    let mut text =
        String::from("#Fields: date time x-edge-request-id c-ip cs-uri-stem sc-status\n");
    let mut row = |number: u32, release: &str| {
        text +=
            &format!("2026-11-22\t10:00:00\tid-{number}\t192.0.2.1\t/_r/{release}/app.js\t200\n");
    };
    (0..200).for_each(|number| row(number, &format!("forged{number}")));
    (200..210).for_each(|number| row(number, "41ab03d"));
    let mut logs = Logs::new();
    logs.put("E1.2026-11-22-10.aaaaaaaa", &[text]);
    let answer = logs.asked(&Rules::default(), None, None);
    let observation = &answer.observation;
    assert_eq!(
        (observation.rows, observation.releases.len(), observation.too_many),
        (210, 64, 137)
    );
    assert!(observation.releases.contains_key("41ab03d"));
}
