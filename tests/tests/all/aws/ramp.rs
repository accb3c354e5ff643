//! Ramps, and CloudWatch alarms that end them.

use plan_change::Progress;

use crate::aws::account::set_alarm;
use crate::aws::shop::Shop;

#[test]
#[ignore = "needs `make setup`"]
fn a_ramp_is_paused_resumed_and_taken_back() {
    let shop = Shop::open("steps");
    let rows = [
        ("ramp pause -y", 1, "no ramp is under way"),
        ("ramp 9f2c1e7 --steps 10,50 --every 60s --detach -y", 0, "50 % of new viewers will get"),
        ("ramp 9f2c1e7 --steps 10,50 --every 60s -y", 1, "a change is under way"),
        ("ramp pause -y", 0, "1 step waits until the ramp is resumed"),
        ("status", 3, "hint       `edgeswitch ramp resume` goes on"),
        ("ramp resume -y", 0, "the next stage begins at"),
        ("ramp abort -y", 0, "everybody will get 41ab03d at once"),
        ("status --wait", 0, "active     41ab03d 100 %"),
    ];
    for (line, code, words) in rows {
        shop.expect(line, code, words);
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn an_alarm_that_goes_on_takes_the_ramp_back_and_the_plan_says_why() {
    let shop = Shop::open("alarmed");
    set_alarm(&shop.account, "alarmed-5xx", "OK", "fine");
    let mut ramp = shop.start("ramp 9f2c1e7 --steps 10,50 --every 60s --alarm alarmed-5xx -y");
    ramp.until("9f2c1e7 has 0 % of the viewers");
    set_alarm(&shop.account, "alarmed-5xx", "ALARM", "5 of 100 failed");
    let ran = ramp.end();
    ran.check("ramp", 1, "error: rolled back: alarm `alarmed-5xx`: 5 of 100 failed");
    let summary = shop.summary();
    assert_eq!((summary.progress, summary.percent("41ab03d")), (Progress::Settled, 100.0));
    let why = summary.last_change.and_then(|change| change.why);
    assert_eq!(why.as_deref(), Some("alarm `alarmed-5xx`: 5 of 100 failed"));
}

#[test]
#[ignore = "needs `make setup`"]
fn no_ramp_begins_under_an_alarm_or_without_it() {
    let shop = Shop::open("watched");
    set_alarm(&shop.account, "watched-5xx", "ALARM", "5 of 100 failed");
    let rows = [
        ("on already", "watched-5xx", "alarm `watched-5xx` is already on: 5 of 100 failed"),
        ("no such alarm", "nobody", "there is no alarm `nobody`"),
    ];
    for (name, alarm, words) in rows {
        let line = format!("ramp 9f2c1e7 --steps 10 --every 60s --alarm {alarm} -y");
        shop.expect(&line, 1, words);
        assert_eq!(shop.summary().revision, 2, "{name}: nothing is written");
    }
}
