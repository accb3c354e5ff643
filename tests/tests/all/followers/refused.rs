//! Followers that cannot get the shares: one clear error, and nothing is written.

use crate::aws::shop::Shop;
use crate::followers::balancing::Balancing;
use crate::followers::zone::Zone;

/// Runs a command that must be refused. The plan stays as it is.
fn refused(shop: &Shop, line: &str, words: &str) {
    let before = shop.versions(crate::aws::HOME);
    let ran = shop.expect(line, 1, words);
    assert_eq!(ran.err.matches("error: ").count(), 1, "{line}: {}", ran.err);
    assert_eq!(ran.err.matches(words).count(), 1, "{line}: {}", ran.err);
    assert!(ran.err.contains("\nhint: "), "{line}: {}", ran.err);
    assert_eq!(shop.versions(crate::aws::HOME), before, "{line}");
}

/// A shop where blue has all traffic. Its follower is not in line: it has none of the plan's shares.
fn shop(name: &'static str, follower: &str, endpoint: &str) -> Shop {
    let shop = Shop::new(name).followed_by(follower, endpoint);
    shop.expect("init 41ab03d --slot blue -y", 0, "everybody will get 41ab03d");
    shop.expect("release add 9f2c1e7 --slot green -y", 0, "9f2c1e7 is registered");
    shop
}

#[test]
#[ignore = "needs `make setup`"]
fn an_action_that_cannot_follow() {
    let balancing = Balancing::open("refused");
    let follower = balancing.follower("");
    let shop = shop("refused", &follower, balancing.moto.endpoint());
    let more: Vec<String> = (1..=3).map(|n| balancing.group(&format!("refused-{n}"))).collect();
    let Balancing { blue, green, other, .. } = &balancing;
    let rows: [(&[(&str, u32)], &str); 2] = [
        (
            &[(blue, 1), (other, 0), (&more[0], 0), (&more[1], 0), (&more[2], 0)],
            "the action would have 6 target groups: at most 5 are allowed",
        ),
        (&[(blue, 90), (green, 5), (other, 5)], "is not the follower's and has weight 5"),
    ];
    for (groups, words) in rows {
        balancing.divide(groups);
        let rule = balancing.describe(&balancing.rule);
        refused(&shop, "follow --force -y", words);
        assert_eq!(balancing.describe(&balancing.rule), rule);
    }
    // The rule forwards to the target group of another rule.
    balancing.divide(&[(other, 1)]);
    let rule = balancing.describe(&balancing.rule);
    refused(&shop, "follow -y", "api is not written: somebody else has changed it");
    assert_eq!(balancing.describe(&balancing.rule), rule);
}

#[test]
#[ignore = "needs `make setup`"]
fn a_rule_of_another_account() {
    let balancing = Balancing::open("foreign-account");
    let follower = balancing.follower("").replace(":123456789012:", ":210987654321:");
    let shop = shop("foreign-account", &follower, balancing.moto.endpoint());
    let rule = balancing.describe(&balancing.rule);
    refused(&shop, "follow -y", "follower `api`: read `arn:aws:elasticloadbalancing:");
    assert_eq!(balancing.describe(&balancing.rule), rule);
}

#[test]
#[ignore = "needs `make setup`"]
fn a_configuration_that_aws_would_refuse() {
    let balancing = Balancing::open("misconfigured");
    let shop = shop("misconfigured", &balancing.follower(""), balancing.moto.endpoint());
    let shop = shop.followed_by(
        &balancing.follower("stickiness_seconds = 0").replace("\"api\"", "\"other\""),
        balancing.moto.endpoint(),
    );
    let text = std::fs::read_to_string(shop.path().join("edgeswitch.toml")).unwrap();
    let text = text.replacen("[slots.blue]\n[slots.green]\n", "", 1);
    std::fs::write(shop.path().join("edgeswitch.toml"), text).unwrap();
    for line in ["follow -y", "promote 9f2c1e7 --now -y"] {
        refused(&shop, line, "`0` is not a group stickiness: allowed are 1 to 604800 seconds");
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn records_that_cannot_follow() {
    let account = crate::aws::account::shared();
    let zone = Zone::open(&account, "refused-dns");
    let follower = zone.follower();
    let shop = shop("refused-dns", &follower, "http://127.0.0.1:9");
    let records = zone.records();
    let words = "slot `green` would get 0 instead of 0.1 %: weights here are 0 to 255";
    refused(&shop, "canary 9f2c1e7 --weight 0.1 -y", words);
    assert_eq!(zone.records(), records);

    let routing = "<SetIdentifier>green</SetIdentifier><Weight>0</Weight>";
    zone.write("api.example.com", routing, 300, "green.example.com");
    refused(&shop, "follow -y", "the records have different TTLs (60 s and 300 s)");
    assert_eq!(zone.records(), records);
    zone.upsert("green", 0, "green.example.com");

    zone.write("plain.example.com", "", 60, "blue.example.com");
    let plain = follower.replace("api.example.com", "plain.example.com");
    let shop = self::shop("plain-dns", &plain, "http://127.0.0.1:9");
    refused(&shop, "follow -y", "is not weighted: its routing policy is another one");

    let blue_only = follower.replace(", green = \"green\"", "");
    let shop = self::shop("targetless-dns", &blue_only, "http://127.0.0.1:9");
    let words = "slot `green` has traffic, and the follower names no record for it";
    refused(&shop, "promote 9f2c1e7 --now -y", words);
    assert_eq!(zone.records(), records);
}
