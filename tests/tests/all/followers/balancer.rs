use crate::aws::account::shared;
use crate::aws::shop::Shop;
use crate::followers::balancing::Balancing;
use crate::followers::zone::Zone;

fn shop(name: &'static str, balancing: &Balancing, more: &str) -> Shop {
    let follower = balancing.follower(more);
    let shop = Shop::new(name).followed_by(&follower, balancing.moto.endpoint());
    shop.expect("init 41ab03d --slot blue -y", 0, "everybody will get 41ab03d");
    shop.expect("release add 9f2c1e7 --slot green -y", 0, "9f2c1e7 is registered");
    shop
}

#[test]
#[ignore = "needs `make setup`"]
fn a_rule_moves_with_every_change_of_the_plan() {
    let balancing = Balancing::open("follow");
    let shop = shop("follow", &balancing, "");
    let foreign = balancing.describe(&balancing.foreign_rule);
    shop.expect("follow --dry-run", 0, "blue 100 %, in line with the plan");
    let dry = shop.expect("canary 9f2c1e7 --weight 10 --dry-run", 0, "when the stage begins");
    assert!(dry.err.contains("blue 90 %, green 10 % instead of blue 100 %"), "{}", dry.err);
    shop.expect("canary 9f2c1e7 --weight 10 -y", 0, "blue 90 %, green 10 %, written");
    let [blue, green] = balancing.weights();
    assert_eq!(blue, green * 9);
    shop.expect("rollback -y", 0, "blue 100 % instead of blue 90 %, green 10 %");
    assert_eq!(balancing.weights()[1], 0);
    shop.expect("promote 9f2c1e7 --now -y", 0, "green 100 %, written");
    let [blue, green] = balancing.weights();
    assert!(blue == 0 && green > 0, "{blue} {green}");
    assert_eq!(balancing.describe(&balancing.foreign_rule), foreign, "the rule of others");
    let described = balancing.describe(&balancing.rule);
    assert!(described.contains("/api/*") && described.contains("<Priority>10<"), "{described}");
}

#[test]
#[ignore = "needs `make setup`"]
fn a_change_of_somebody_else_is_said_and_taken_back_only_by_force() {
    let balancing = Balancing::open("drifted");
    let shop = shop("drifted", &balancing, "");
    balancing.meddle(50, 50);
    let ran = shop.expect("follow -y", 1, "changed by somebody else");
    assert!(ran.out.contains("blue 100 % instead of blue 50 %, green 50 %"), "{}", ran.out);
    assert!(ran.err.contains("hint: `edgeswitch follow --force`"), "{}", ran.err);
    assert_eq!(balancing.weights(), [50, 50]);
    shop.expect("status", 1, "follower   api (listener-rule/");
    let promote =
        shop.expect("promote 9f2c1e7 --now -y", 1, "the plan is written, but follower `api`");
    assert!(promote.err.contains("somebody else has changed it"), "{}", promote.err);
    shop.expect("follow --force -y", 0, "green 100 % instead of blue 50 %, green 50 %");
    assert_eq!(balancing.weights()[0], 0);
    // The shares of an earlier version of the plan are no drift: a command of ours was late.
    balancing.meddle(1, 0);
    shop.expect("follow -y", 0, "green 100 % instead of blue 100 %");
}

#[test]
#[ignore = "needs `make setup`"]
fn stickiness_and_delays_are_those_of_the_configuration() {
    let balancing = Balancing::open("sticky");
    let more = "stickiness_seconds = 60\nderegistration_delay_seconds = 30";
    let shop = shop("sticky", &balancing, more);
    let dry = shop.expect("follow --dry-run", 1, "group stickiness 60 s instead of off");
    assert!(dry.out.contains("deregistration delay of blue 30 s instead of 300 s"), "{}", dry.out);
    let ran = shop.expect("follow -y", 0, "blue 100 %, written");
    assert!(ran.out.contains("stay until 60 s after their last request"), "{}", ran.out);
    assert!(balancing.describe(&balancing.rule).contains("<DurationSeconds>60<"));
    shop.expect("follow -y", 0, "in line with the plan");
}

#[test]
#[ignore = "needs `make setup`"]
fn shares_that_a_rule_cannot_have_change_nothing() {
    let balancing = Balancing::open("unslotted");
    let follower = balancing.follower("");
    let shop = Shop::new("unslotted").followed_by(&follower, balancing.moto.endpoint());
    shop.expect("init 41ab03d -y", 0, "everybody will get 41ab03d");
    let rule = balancing.describe(&balancing.rule);
    let words = "release `41ab03d` has traffic and names no slot";
    let ran = shop.expect("follow -y", 1, words);
    assert!(ran.err.contains("hint: `edgeswitch release add ID --slot SLOT`"), "{}", ran.err);
    shop.expect("release add 9f2c1e7 -y", 0, "9f2c1e7 is registered");
    let promote =
        shop.expect("promote 9f2c1e7 --now -y", 1, "follower `api` cannot have these shares");
    assert!(promote.err.contains("by slot; nothing was written"), "{}", promote.err);
    assert_eq!(shop.summary().revision, 2);
    assert_eq!(balancing.describe(&balancing.rule), rule);
}

/// One that somebody else has changed does not keep the others from going back.
#[test]
#[ignore = "needs `make setup`"]
fn several_back_ends_move_as_a_set() {
    let [api, web] = ["set-api", "set-web"].map(Balancing::open);
    let zone = Zone::open(&shared(), "set-dns");
    let tables =
        [api.follower(""), web.follower("").replace("\"api\"", "\"web\""), zone.follower()];
    let shop = Shop::new("set").followed_by(&tables.concat(), api.moto.endpoint());
    shop.expect("init 41ab03d --slot blue -y", 0, "everybody will get 41ab03d");
    shop.expect("release add 9f2c1e7 --slot green -y", 0, "9f2c1e7 is registered");
    let weights = || {
        let [blue, green] = [0, 1].map(|index| zone.records()[index].1);
        [api.weights(), web.weights(), [blue, green]]
    };
    let ran = shop.expect("promote 9f2c1e7 --now -y", 0, "green 100 %, written");
    assert_eq!(ran.err.matches("green 100 %, written").count(), 3, "{}", ran.err);
    assert!(weights().iter().all(|[blue, green]| *blue == 0 && *green > 0), "{:?}", weights());
    web.meddle(50, 50);
    shop.expect("rollback -y", 1, "the plan is written, but follower `web` is not");
    let [of_api, of_web, of_dns] = weights();
    assert!([of_api, of_dns].iter().all(|[blue, green]| *blue > 0 && *green == 0));
    assert_eq!(of_web, [50, 50]);
    shop.expect("follow web --force -y", 0, "blue 100 % instead of blue 50 %, green 50 %");
}
