use crate::aws::account::shared;
use crate::aws::shop::Shop;
use crate::followers::zone::Zone;

#[test]
#[ignore = "needs `make setup`"]
fn weighted_records_move_with_the_plan() {
    let account = shared();
    let zone = Zone::open(&account, "follow-dns");
    let shop = Shop::new("dns").followed_by(&zone.follower(), "http://127.0.0.1:9");
    shop.expect("init 41ab03d --slot blue -y", 0, "everybody will get 41ab03d");
    shop.expect("release add 9f2c1e7 --slot green -y", 0, "9f2c1e7 is registered");
    shop.expect("follow", 0, "dns (CNAME api.example.com): blue 100 %, in line with the plan");
    let ran = shop.expect("canary 9f2c1e7 --weight 10 -y", 0, "blue 90 %, green 10 %, written");
    assert!(ran.err.contains("an older DNS answer stay for 60 s"), "{}", ran.err);
    let record = |set: &str, weight: u32| (set.to_owned(), weight, format!("{set}.example.com"));
    assert_eq!(zone.records(), [record("blue", 90), record("green", 10)]);
    shop.expect("rollback -y", 0, "blue 100 %, written");
    assert_eq!(zone.records()[1], record("green", 0));
    zone.upsert("old", 5, "old.example.com");
    let ran = shop.expect("promote 9f2c1e7 --now -y", 1, "record `old` is not the follower's");
    assert!(ran.err.contains("hint: `aws route53 list-resource-record-sets`"), "{}", ran.err);
    assert_eq!(zone.records()[1], record("green", 0));
}
