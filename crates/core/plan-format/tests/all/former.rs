//! Former releases, which a plan lists together.

use edge_time::Timestamp;
use plan_format::{ReleaseDefaults, Slot, parse};

fn defaults() -> ReleaseDefaults {
    let origins = vec![("api".to_owned(), "blue-alb.example.com".to_owned())];
    ReleaseDefaults { slots: vec![Slot { name: "blue".into(), origins }], ..Default::default() }
}

fn plan(former: &str) -> String {
    let stage = r#"{"from":"2026-11-27T09:00:00Z","weights":[["new",100]]}"#;
    let releases = r#""releases":{"new":{}},"rollout":"r1""#;
    format!(r#"{{"schema":1,{releases},"stages":[{stage}],"former":{former}}}"#)
}

#[test]
fn each_former_release_has_the_fields_of_its_group() {
    let group = r#"{"ids":"a b","trials":"c","slot":"blue","served_until":"2026-11-26T09:00:00Z"}"#;
    let plan = parse(&plan(&format!("[{group}]")), &defaults()).unwrap();
    let ids: Vec<&str> = plan.releases().iter().map(|release| release.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "new"]);
    for release in &plan.releases()[..3] {
        assert_eq!(release.prefix, format!("/{}", release.id));
        assert_eq!(release.origins, defaults().slots[0].origins);
        assert_eq!(release.served_until, Timestamp::parse("2026-11-26T09:00:00Z").ok());
    }
}

#[test]
fn a_bad_group_is_a_bad_plan() {
    let table = [
        ("no list", r#"{"ids":"a"}"#),
        ("no ids", r#"[{"slot":"blue"}]"#),
        ("ids in a list", r#"[{"ids":["a"]}]"#),
        ("an id that is no id", r#"[{"ids":"a/b"}]"#),
        ("one release in two groups", r#"[{"ids":"a"},{"ids":"b a"}]"#),
        ("a release that is listed by itself too", r#"[{"ids":"new"}]"#),
        ("a time that is none", r#"[{"ids":"a","served_until":"soon"}]"#),
        ("a slot that the package lacks", r#"[{"ids":"a","slot":"red"}]"#),
    ];
    for (name, former) in table {
        assert!(parse(&plan(former), &defaults()).is_err(), "{name}");
    }
}
