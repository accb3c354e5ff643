//! Which replica Regions get the plan.

use guard_rules::{Copy, copies_due};

use crate::support::at;

#[test]
fn a_region_that_is_behind_gets_the_plan_and_one_that_is_ahead_may_be_a_change_under_way() {
    let plan = |revision: u64| format!(r#"{{"schema":1,"revision":{revision}}}"#);
    let same = format!("{} ", plan(17));
    let rows = [
        ("the same", Some((plan(17), 0)), 0, false),
        ("none", None, 0, true),
        ("behind", Some((plan(16), 0)), 0, true),
        ("bare ids", Some(("41ab03d".into(), 0)), 0, true),
        ("ahead: a command writes the home Region last", Some((plan(18), 0)), 119, false),
        ("ahead for two minutes: the command is gone", Some((plan(18), 0)), 120, true),
        ("another text of the same revision", Some((same.clone(), 0)), 1, false),
        ("another text for two minutes", Some((same, 0)), 120, true),
    ];
    for (name, stored, seconds, expected) in rows {
        let stored = stored.map(|(text, written)| (text, at(written)));
        let copies = [Copy { region: "us-east-1".into(), stored }];
        let due = copies_due(&plan(17), &copies, at(seconds));
        assert_eq!(due, if expected { vec!["us-east-1"] } else { vec![] }, "{name}");
    }
}
