use std::process::Child;
use std::time::{Duration, Instant};

use plan_change::Progress;

use crate::ramp::process::Shop;

const RAMP: &str = "ramp 9f2c1e7 --steps 10,50 --every 60s -y";

/// Waits until something else than the first plan is written.
fn until_written(shop: &Shop, child: &mut Child) {
    let began = Instant::now();
    while shop.store.peek("/shop/plan").unwrap().version == 1 {
        assert!(child.try_wait().unwrap().is_none(), "it ended: {}", text(child));
        assert!(began.elapsed() < Duration::from_secs(60), "nothing was written");
        std::thread::yield_now();
    }
}

fn text(child: &mut Child) -> String {
    std::io::read_to_string(child.stderr.take().unwrap()).unwrap()
}

#[test]
fn a_killed_ramp_leaves_a_valid_plan_that_says_what_is_unfinished() {
    let shop = Shop::open();
    let mut child = shop.spawn(RAMP);
    until_written(&shop, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    let summary = shop.summary();
    assert_eq!((summary.progress, summary.upcoming.len()), (Progress::UnderWay, 2));
    let (code, text) = shop.run("status");
    assert_eq!(code, Some(3), "{text}");
    for line in
        ["state      in progress", "next       41ab03d 90 %, 9f2c1e7 10 %", "lease      until"]
    {
        assert!(text.contains(line), "{text}");
    }
    let (code, text) = shop.run("rollback -y");
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(shop.summary().progress, Progress::Settled);
}

#[test]
fn a_pipeline_that_is_stopped_leaves_the_ramp_to_its_lease() {
    let shop = Shop::open();
    let mut child = shop.spawn(RAMP);
    until_written(&shop, &mut child);
    // Said when it has begun to follow the ramp, and so listens for signals.
    let mut seen = String::new();
    while !seen.contains("9f2c1e7 has 0 %") {
        let mut byte = [0];
        std::io::Read::read_exact(child.stderr.as_mut().unwrap(), &mut byte).unwrap();
        seen.push(char::from(byte[0]));
    }
    let killed = std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    let rest = text(&mut child);
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest}");
    assert!(rest.contains("error: stopped: when the lease ends at "), "{rest}");
    assert!(rest.contains("hint: `edgeswitch ramp --resume` takes over before that"), "{rest}");
}

#[test]
fn ctrl_c_asks_and_whoever_leaves_leaves_it_to_the_lease() {
    let shop = Shop::open();
    let mut terminal = shop.terminal(RAMP);
    terminal.until("9f2c1e7 has 10 % of the viewers");
    terminal.press("\x03");
    terminal.until("[L/r/d/c]");
    terminal.press("c\n");
    terminal.until("the ramp continues");
    terminal.press("\x03");
    let question = terminal.until("[L/r/d/c]");
    assert!(
        question.contains("l  leave: everybody gets 41ab03d from 00:00:00 UTC on"),
        "{question}"
    );
    terminal.press("\n");
    let (code, screen) = terminal.end();
    assert_eq!(code, 1, "{screen}");
    assert!(
        screen.contains(
            "error: stopped: when the lease ends at 00:00:00 UTC, everybody gets `41ab03d`"
        ),
        "{screen}"
    );
    assert_eq!(shop.summary().progress, Progress::UnderWay);
}

#[test]
fn ctrl_c_rolls_back_where_that_is_chosen() {
    let shop = Shop::open();
    let mut terminal = shop.terminal(RAMP);
    terminal.until("9f2c1e7 has 0 % of the viewers");
    terminal.press("\x03");
    terminal.until("[L/r/d/c]");
    terminal.press("x\n");
    terminal.until("`x` is not a choice");
    terminal.press("r\n");
    let (code, screen) = terminal.end();
    assert_eq!(code, 1, "{screen}");
    assert!(screen.contains("error: rolled back: stopped by hand"), "{screen}");
    assert_eq!(shop.summary().progress, Progress::Settled);
}

#[test]
fn a_second_ctrl_c_ends_the_program() {
    let shop = Shop::open();
    let mut terminal = shop.terminal(RAMP);
    terminal.until("9f2c1e7 has 0 % of the viewers");
    terminal.press("\x03");
    terminal.until("[L/r/d/c]");
    terminal.press("\x03");
    let (code, screen) = terminal.end();
    assert_eq!(code, 1, "{screen}");
    assert_eq!(shop.summary().progress, Progress::UnderWay);
}
