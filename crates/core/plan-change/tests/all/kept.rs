//! What the text keeps, what it drops when there is no room, and what there is always room for.

use plan_change::{Change, ChangeRefusal};
use plan_format::MAX_PLAN_BYTES;

use crate::support::{
    World, add, canary, guarded, id, leased, promote, remove, rollback, rollback_to, withdraw,
};

const WRITTEN: &str = r#"{
  "x-team": { "b": 1.0, "a": "two  spaces, a \" and {" },
  "schema": 1,
  "revision": 17,
  "releases": {
    "old": { "x-sum": 1e999, "prefix": "/old" },
    "new": { "prefix": "/new", "origins": { "api": "new.example.com" } }
  },
  "rollout": "r12",
  "stages": [ { "x-why": null, "from": "2026-11-22T09:00:00Z", "weights": [ [ "old", 7 ] ] } ],
  "withdrawn": []
}"#;

#[test]
fn a_change_touches_what_it_changes_and_nothing_else() {
    let mut world = World::new(WRITTEN);
    world.change(&canary("new", "0.5"));
    let expected = [
        r#"{"x-team":{"b":1.0,"a":"two  spaces, a \" and {"},"schema":1,"revision":18,"#,
        r#""releases":{"old":{"x-sum":1e999,"prefix":"/old"},"#,
        r#""new":{"prefix":"/new","origins":{"api":"new.example.com"}}},"rollout":"r18","#,
        r#""stages":[{"x-why":null,"from":"2026-11-22T09:00:00Z","weights":[["old",7]]},"#,
        r#"{"from":"2026-11-22T10:00:50Z","weights":[["old",995],["new",5]]}],"withdrawn":[],"#,
        r#""last_change":{"at":"2026-11-22T10:00:00Z","what":"canary new 0.5 %"}}"#,
    ];
    assert_eq!(world.document.text(), expected.concat());
}

#[test]
fn what_is_refused_changes_nothing() {
    let mut world = World::new(WRITTEN);
    let before = world.document.clone();
    assert!(world.try_change(&canary("old", "10")).is_err());
    assert_eq!(world.document, before);
}

#[test]
fn bare_ids_become_a_whole_plan() {
    let mut world = World::new("old new");
    world.change(&rollback_to("new"));
    let expected = [
        r#"{"schema":1,"revision":1,"releases":{"new":{"prefix":"/new"},"#,
        r#""old":{"prefix":"/old","served_until":"2026-11-22T10:00:00Z"}},"rollout":"r1","#,
        r#""stages":[{"from":"2026-11-22T10:00:00Z","weights":[["new",100],["old",0]]}],"#,
        r#""last_change":{"at":"2026-11-22T10:00:00Z","what":"rollback to new"}}"#,
    ];
    assert_eq!(world.document.text(), expected.concat());
}

/// Its pages may still be open, and a second attempt finds their chunks by the note.
#[test]
fn a_ramp_that_never_begins_keeps_the_note_of_when_its_release_had_traffic() {
    let mut world = World::after(&[promote("new"), rollback_to("old")]);
    let noted = |world: &World| world.document.text().contains("\"served_until\"");
    assert!(noted(&world), "{}", world.document.text());
    world.change(&canary("new", "10"));
    assert!(noted(&world), "the stage has not begun: {}", world.document.text());
    world.change(&rollback_to("old"));
    assert!(noted(&world), "the stage was taken back: {}", world.document.text());
}

#[test]
fn removed_releases_are_in_no_stage() {
    let mut world = World::after(&[promote("new"), withdraw("old")]);
    world.change(&remove("old"));
    assert!(!world.document.text().contains("\"old\""), "{}", world.document.text());
    assert_eq!(world.summary().percent("new"), 100.0);
}

fn fill(world: &mut World) -> ChangeRefusal {
    let ids = (0..).map(|number| format!("release-{number:03}"));
    ids.map(|id| world.try_change(&add(&id))).find_map(Result::err).unwrap()
}

#[test]
fn a_full_plan_has_room_for_a_rollback() {
    let mut world = World::after(&[promote("new"), canary("next", "10")]);
    let refusal = fill(&mut world);
    assert!(matches!(refusal, ChangeRefusal::TooLarge { allowed: 3840, .. }), "{refusal}");
    assert!(refusal.to_string().ends_with("bytes: this change may use 3840 of 4096"), "{refusal}");
    let reason = Some("r".repeat(300));
    world.change(&Change::Rollback { to: None, reason });
    world.change(&rollback());
    assert!(world.document.text().len() <= MAX_PLAN_BYTES);
    assert_eq!(world.summary().percent("old"), 100.0);
}

#[test]
fn releases_that_no_cookie_names_make_room_the_oldest_first() {
    let late = add("release-late");
    let turns =
        [add("heavier"), promote("heavier"), promote("next"), promote("new"), promote("next")];
    let mut world = World::after(&turns);
    fill(&mut world);
    let full = world.try_change(&late).expect_err("viewers may still be on old");
    let ChangeRefusal::TooLarge { removable, next, .. } = &full else { panic!("{full}") };
    assert_eq!(removable[..2], ["release-000", "release-001"], "they never had traffic");
    assert_eq!(next.as_ref().unwrap().release, "old");
    let words = "of 4096; viewers can have `old` until 2026-11-29 10:02:40 UTC, then it makes room";
    assert!(full.to_string().ends_with(words), "{full}");
    world.wait(8 * 86_400);
    let gone = |id| {
        format!("{id} will be removed from the plan to make room: no cookie names it any more")
    };
    assert_eq!(world.change(&late)[1..], [gone("old")], "and no more than must");
    let full =
        world.try_change(&add("release-later")).expect_err("a stage has a place for heavier");
    assert!(matches!(full, ChangeRefusal::TooLarge { .. }), "{full}");
    assert!(world.plan().servable("new").is_some(), "a rollback may still go back to it");
}

#[test]
fn a_rollout_is_never_used_twice() {
    let mut world = World::new(&WRITTEN.replace("r12", "r30"));
    let mut seen = vec!["r30".to_owned()];
    for change in [promote("new"), rollback(), promote("new"), rollback()] {
        world.change(&change);
        let rollout = world.plan().rollout().to_owned();
        assert!(!seen.contains(&rollout), "{rollout}");
        seen.push(rollout);
        world.wait(60);
    }
}

#[test]
fn a_lease_that_let_a_later_stage_apply_is_kept_as_it_applied() {
    let lease = r#""lease":{"until":"2026-11-22T09:50:00Z","else":1},"withdrawn""#;
    let stages = r#"[["old",7]]},{"from":"2026-11-22T10:08:00Z","weights":[["new",1]]}]"#;
    let text = WRITTEN.replace("\"withdrawn\"", lease).replace("[ [ \"old\", 7 ] ] } ]", stages);
    let mut world = World::new(&text);
    assert_eq!(world.summary().percent("new"), 100.0);
    world.change(&promote("old"));
    assert_eq!(world.summary().percent("new"), 100.0);
}

#[test]
fn a_stage_of_withdrawn_releases_keeps_the_traffic_that_it_had() {
    let stages = r#"[["old",7]]},{"from":"2026-11-22T09:30:00Z","weights":[["new",1]]}]"#;
    let text = WRITTEN.replace("[ [ \"old\", 7 ] ] } ]", stages).replace("[]", "[\"new\"]");
    let mut world = World::new(&text);
    assert_eq!(world.summary().percent("old"), 100.0);
    world.change(&add("late"));
    world.change(&Change::Promote { id: id("late"), at: plan_change::When::NextFlip });
    assert_eq!(world.summary().percent("old"), 100.0);
}

/// A pause and its end tell the guard, and leave alone what another version has written beside.
#[test]
fn a_pause_and_a_resume_tell_the_guard_and_keep_what_they_do_not_know() {
    let gate = r#"{"logs":"s3://logs/","x-more":1.50}"#;
    let rows = [
        ("with a gate", format!(r#","gate":{gate}"#), r#","let_pass":"2026-11-22T10:02:00Z""#),
        ("without one", String::new(), ""),
    ];
    for (name, gate, passed) in rows {
        let world = World::after(&[guarded("new", &["10", "50"])]);
        let guard = r#""guard":{"seconds":120,"#;
        let known = format!(r#""guard":{{"x-who":"ops"{gate},"seconds":120,"#);
        let mut world = World::new(&world.document.text().replace(guard, &known));
        world.context.writer = Some("guard".into());
        world.wait(60).change(&Change::RampPause);
        let rest = r#""alarms":["shop-5xx"],"then":"detach""#;
        let held = format!(r#"{known}{rest},"paused_by":"guard"}}"#);
        assert!(world.document.text().contains(&held), "{name}: {}", world.document.text());
        world.context.writer = Some("alice".into());
        world.wait(30).change(&Change::RenewLease(std::time::Duration::from_secs(120)));
        world.wait(30).change(&Change::RampResume);
        let resumed = format!("{known}{rest}{passed}}}");
        assert!(world.document.text().contains(&resumed), "{name}: {}", world.document.text());
    }
}

#[test]
fn without_a_guard_nobody_is_told() {
    let mut world = World::after(&[leased("new", &["10", "50"])]);
    world.context.writer = Some("alice".into());
    world.change(&Change::RampPause);
    world.change(&Change::RampResume);
    let text = world.document.text();
    assert!(!text.contains("paused_by") && !text.contains("let_pass"), "{text}");
}
