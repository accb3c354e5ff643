//! Which texts are plans, and what is said of those that are not.
//!
//! `UPDATE_EXPECT=1` rewrites the expected messages: read the difference before you commit it.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]

mod allow;
mod contract;
mod former;

use std::fs;
use std::path::{Path, PathBuf};

use edge_time::Timestamp;
use plan_format::{
    MAX_PLAN_BYTES, PlanProblem, PrefixTemplate, ReleaseDefaults, Slot, parse, parse_any_size,
    to_json,
};
use proptest::prelude::*;
use routing_core::Plan;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fixtures/plans");

fn cases(folder: &str) -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(Path::new(FIXTURES).join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().ends_with(".expect.txt"))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn read(text: &str) -> Result<Plan, PlanProblem> {
    parse(text, &defaults())
}

/// The package of these tests: a template, and two slots.
fn defaults() -> ReleaseDefaults {
    let slot = |name: &str| Slot {
        name: name.into(),
        origins: vec![("api".into(), format!("{name}-alb.example.com"))],
    };
    ReleaseDefaults {
        prefix_template: PrefixTemplate::parse("/releases/{release}").unwrap(),
        slots: vec![slot("blue"), slot("green")],
    }
}

fn good(name: &str) -> Plan {
    read(&fs::read_to_string(format!("{FIXTURES}/good/{name}")).unwrap()).unwrap()
}

#[test]
fn every_good_plan_is_read_and_written_back() {
    let cases = cases("good");
    assert!(!cases.is_empty());
    for (path, text) in cases {
        let plan = read(&text).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
        assert_eq!(read(&to_json(&plan)), Ok(plan), "{}", path.display());
    }
}

#[test]
fn every_bad_plan_is_refused_with_its_message() {
    let cases = cases("bad");
    assert!(!cases.is_empty());
    for (path, text) in cases {
        let message = format!("{}\n", read(&text).expect_err(&path.display().to_string()));
        let expected = path.with_extension("expect.txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &message).unwrap();
        }
        assert_eq!(message, fs::read_to_string(expected).unwrap(), "{}", path.display());
    }
}

#[test]
fn a_plan_says_what_its_json_says() {
    let plan = good("canary-with-lease.json");
    let ids: Vec<_> = plan.releases().iter().map(|release| release.id.as_str()).collect();
    assert_eq!(ids, ["41ab03d", "9f2c1e7", "c0ffee1"], "oldest first, as written");
    assert_eq!((plan.revision(), plan.rollout()), (17, "r12"));
    assert_eq!(plan.releases()[1].origin("api"), Some("green-alb.example.com"));
    assert_eq!(plan.releases()[1].slot.as_deref(), Some("green"));
    assert_eq!(plan.stages()[1].from(), Timestamp(1_795_341_600_000));
    assert_eq!(plan.stages()[1].weights(), [(0, 90), (1, 10)]);
    assert_eq!(plan.lease().unwrap().until, Timestamp(1_795_341_900_000));
    assert!(plan.is_withdrawn("0badc0d"));
}

#[test]
fn a_value_that_the_plan_leaves_out_is_the_packages_and_a_written_one_wins() {
    let plan = good("left-out.json");
    let seen: Vec<_> = plan
        .releases()
        .iter()
        .map(|release| (release.prefix.as_str(), release.origin("api")))
        .collect();
    let expected = [
        ("/releases/41ab03d", Some("blue-alb.example.com")),
        ("/releases/9f2c1e7", None),
        ("/web/c0ffee1", Some("purple-alb.example.com")),
        ("/releases/5ca1ab1", None),
    ];
    assert_eq!(seen, expected);
    let without_slots = ReleaseDefaults::default();
    let label = r#"{"schema":1,"rollout":"r","releases":{"a":{"slot":"purple"}},
        "stages":[{"from":"2026-11-22T09:00:00Z","weights":[["a",1]]}]}"#;
    let plan = parse(label, &without_slots).unwrap();
    assert_eq!(plan.releases()[0].origins, [], "without slots, a slot is a label");
}

/// A drained release: its open pages may still ask for a chunk until then.
#[test]
fn a_release_says_until_when_its_cookies_live() {
    let drained = |until: &str| {
        let plan = r#"{"schema":1,"rollout":"r","releases":{
            "old":{"prefix":"/old","served_until":UNTIL},"new":{"prefix":"/new"}},
            "stages":[{"from":"2026-11-22T09:00:00Z","weights":[["new",1]]}]}"#;
        read(&plan.replace("UNTIL", until))
    };
    let plan = drained(r#""2026-11-22T10:00:00Z""#).unwrap();
    let ends: Vec<_> = plan.releases().iter().map(|release| release.served_until).collect();
    assert_eq!(ends, [Some(Timestamp(1_795_341_600_000)), None]);
    assert!(to_json(&plan).contains(r#""served_until":"2026-11-22T10:00:00Z""#));
    assert_eq!(read(&to_json(&plan)), Ok(plan));
    assert_eq!(drained("null").unwrap().releases()[0].served_until, None);
    let problem = drained(r#""soon""#).unwrap_err().to_string();
    assert!(problem.starts_with("releases.old.served_until: `soon`"), "{problem}");
    let problem = drained("7").unwrap_err().to_string();
    assert!(problem.contains("releases.old.served_until"), "{problem}");
}

#[test]
fn times_are_moments_whatever_their_zone() {
    let plan = good("times-in-other-zones.json");
    assert_eq!(plan.stages()[0].from(), good("canary-with-lease.json").stages()[0].from());
    assert_eq!(plan.stages()[2].from().0 % 1000, 250);
}

#[test]
fn of_bare_ids_the_first_is_active_and_the_others_stay_servable() {
    let plan = good("bare-white-space.txt");
    let releases = plan.releases();
    let ids: Vec<_> = releases.iter().map(|release| release.id.as_str()).collect();
    assert_eq!(ids, ["c0ffee1", "41ab03d", "9f2c1e7"], "oldest first");
    assert_eq!(releases[2].prefix, "/releases/9f2c1e7");
    let (index, stage) = plan.stage_at(Timestamp(0));
    assert_eq!((plan.rollout(), index, plan.stages().len()), ("0", 0, 1));
    assert_eq!((stage.active(), stage.weights()), (2, [(2, 100)].as_slice()));
    assert!(plan.servable("41ab03d").is_some());
}

#[test]
fn a_plan_has_at_most_as_many_bytes_as_a_standard_parameter() {
    for folder in ["good/one-release.json", "good/bare-one.txt"] {
        let text = fs::read_to_string(format!("{FIXTURES}/{folder}")).unwrap();
        let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
        assert!(read(&padded(MAX_PLAN_BYTES)).is_ok(), "{folder}");
        let problem = read(&padded(MAX_PLAN_BYTES + 1)).unwrap_err();
        assert_eq!(problem.to_string(), "the plan has 4097 bytes: at most 4096 are allowed");
        let beyond = parse_any_size(&padded(MAX_PLAN_BYTES + 1), &ReleaseDefaults::default());
        assert!(beyond.is_ok(), "{folder}: a fallback is no parameter");
    }
}

#[test]
fn a_prefix_template_names_the_release_once_and_gives_prefixes() {
    let rows = [
        ("default", "/{release}", None),
        ("folders around", "/web/{release}/app", None),
        ("part of a segment", "/web-{release}", None),
        ("no release", "/web", Some("does not name `{release}`")),
        ("twice", "/{release}/{release}", Some("names `{release}` twice")),
        ("no slash first", "{release}", Some("is not a prefix")),
        ("slash last", "/{release}/", Some("is not a prefix")),
        ("upwards", "/../{release}", Some("is not a prefix")),
    ];
    for (name, text, expected) in rows {
        let result = PrefixTemplate::parse(text);
        match (&result, expected) {
            (Ok(template), None) => assert_eq!(template.to_string(), text, "{name}"),
            (Err(error), Some(part)) => {
                assert!(error.to_string().contains(part), "{name}: {error}");
            }
            _ => panic!("{name}: {result:?}"),
        }
    }
    assert_eq!(PrefixTemplate::default(), PrefixTemplate::parse("/{release}").unwrap());
}

#[test]
fn a_prefix_template_leaves_room_for_the_longest_release_id() {
    let template = |before: usize| format!("/{}{{release}}", "x".repeat(before));
    assert!(PrefixTemplate::parse(&template(190)).is_ok());
    assert!(PrefixTemplate::parse(&template(191)).is_err());
}

proptest! {
    #[test]
    fn no_text_is_more_than_a_problem(text in "\\PC{0,200}") {
        let _ = read(&text);
    }

    /// Bytes of a good plan changed anywhere: a plan or a problem, never a panic; and a plan can be
    /// written and read back.
    #[test]
    fn a_damaged_plan_is_a_plan_or_a_problem(position in 0_usize..800, byte in 0x20_u8..0x7f) {
        let mut bytes = to_json(&good("canary-with-lease.json")).into_bytes();
        let position = position % bytes.len();
        bytes[position] = byte;
        if let Ok(plan) = read(&String::from_utf8(bytes).unwrap()) {
            prop_assert_eq!(read(&to_json(&plan)), Ok(plan));
        }
    }
}
