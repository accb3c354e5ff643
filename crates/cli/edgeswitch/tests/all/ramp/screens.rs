//! Whole screens of a terminal with 80 columns, as people see them; moments and countdowns are zeros.

use std::io::{BufRead, BufReader};

use ssm_sim::{Extent, Fault};

use crate::ramp::process::Shop;

#[test]
fn status_is_painted_over_as_the_plan_changes() {
    let shop = Shop::open();
    let mut terminal = shop.terminal("status --watch");
    terminal.until("state      settled");
    terminal.shows("ramp/golden/watch-settled.txt");
    let (code, text) = shop.run("ramp 9f2c1e7 --steps 1,5,10,25,50,100 --every 1h --detach -y");
    assert_eq!(code, Some(0), "{text}");
    terminal.until("canary     9f2c1e7 (green) 1 %");
    terminal.shows("ramp/golden/watch-ramp.txt");
    let (code, text) = shop.run("rollback -y --reason 'the checkout is slow'");
    assert_eq!(code, Some(0), "{text}");
    terminal.until("last       rollback");
    terminal.until("state      settled");
    terminal.shows("ramp/golden/watch-rolled-back.txt");
    assert!(terminal.is_coloured());
    terminal.press("q");
    assert_eq!(terminal.end().0, 0, "`q` ends it, and the plan is settled");
}

#[test]
fn a_read_that_fails_is_said_below_the_last_state() {
    let shop = Shop::open();
    let mut terminal = shop.terminal("status --watch");
    terminal.until("state      settled");
    let error = "read `/shop/plan` in `eu-central-1`: InternalServerError";
    shop.store.faults().reads.switch_on(Fault::Internal, Extent::All);
    let screen = terminal.until(error);
    assert!(screen.contains("state      settled\n"), "{screen}");
    shop.store.faults().reads.clear();
    terminal.shows("ramp/golden/watch-settled.txt");
    terminal.press("\x03");
    terminal.end();
}

#[test]
fn each_line_of_a_watch_is_one_json_document() {
    let shop = Shop::open();
    let mut child = shop.spawn("status --watch --output json");
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines.take(2) {
        let status: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        assert_eq!(status["summary"]["traffic"][0]["release"], "41ab03d");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_ramp_from_its_first_step_to_the_question_what_becomes_of_it() {
    let shop = Shop::open();
    let mut terminal = shop.terminal("ramp 9f2c1e7 --steps 10,50 --every 10m -y");
    terminal.until("9f2c1e7 has 0 % of the viewers");
    terminal.shows("ramp/golden/ramp-begins.txt");
    terminal.until("9f2c1e7 has 10 % of the viewers");
    terminal.shows("ramp/golden/ramp-step.txt");
    terminal.press("\x03");
    terminal.until("[L/r/d/c]");
    terminal.shows("ramp/golden/ramp-question.txt");
    terminal.press("c\n");
    terminal.until("the ramp continues");
    terminal.shows("ramp/golden/ramp-goes-on.txt");
    terminal.press("\x03");
    terminal.until("the ramp continues\n████ 0 of 0 s\n\nWhat should happen");
    terminal.press("\n");
    terminal.until("hint: ");
    terminal.shows("ramp/golden/ramp-left.txt");
    assert_eq!(terminal.end().0, 1);
}

#[test]
fn a_ramp_to_its_end_and_a_promote_leave_no_bar_behind() {
    for (line, golden) in [
        ("ramp 9f2c1e7 --steps 100 --every 1s -y", "ramp/golden/ramp-end.txt"),
        ("promote 9f2c1e7 -y", "ramp/golden/promote-end.txt"),
    ] {
        let shop = Shop::open();
        let mut terminal = shop.terminal(line);
        terminal.until(if line.starts_with("ramp") { ", since " } else { "revision 18" });
        terminal.shows(golden);
        assert_eq!(terminal.end().0, 0, "{line}");
    }
}

#[test]
fn errors_are_coloured_unless_somebody_wants_no_colour() {
    type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], bool);
    let rows: [Row; 5] = [
        ("a terminal", "rollback -y", &[], true),
        ("NO_COLOR", "rollback -y", &[("NO_COLOR", "1")], false),
        ("an empty NO_COLOR", "rollback -y", &[("NO_COLOR", "")], true),
        ("--color never", "rollback -y --color never", &[], false),
        ("NO_COLOR, bad usage", "promote a/b", &[("NO_COLOR", "1")], false),
    ];
    for (name, line, variables, coloured) in rows {
        let mut terminal = Shop::open().terminal_with(line, variables);
        terminal.until("error: ");
        assert_eq!(terminal.is_coloured(), coloured, "{name}");
    }
}
