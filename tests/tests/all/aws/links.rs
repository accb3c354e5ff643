//! The commands that change nothing: `preview`, `verify` and `explain`.

use std::fs;

use crate::aws::shop::Shop;

#[test]
#[ignore = "needs `make setup`"]
fn a_new_key_signs_links_once_the_edge_knows_it() {
    let shop = Shop::open("links");
    let public = shop.expect("preview keygen", 0, "").out.trim().to_owned();
    shop.expect("preview keygen", 1, "keys are not overwritten");
    shop.expect("preview 9f2c1e7", 1, "`public_keys` does not have the key");
    let config = shop.path().join("edgeswitch.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}[override]\npublic_keys = [\"{public}\"]\n")).unwrap();
    let link = shop.expect("preview 9f2c1e7", 0, "/?__release=").out;
    shop.expect(&format!("explain --uri {}", link.trim()), 0, "302");
    shop.expect("preview off", 0, "/?__release=off");
    for command in ["preview c0ffee1", "verify c0ffee1 --host 127.0.0.1:9"] {
        shop.expect(command, 1, "`c0ffee1` is not registered");
    }
    shop.expect("verify 9f2c1e7 --host 127.0.0.1:9", 1, "9f2c1e7: 0 passed, 2 failed");
}

#[test]
#[ignore = "needs `make setup`"]
fn explain_says_who_gets_what_by_the_plan_of_the_parameter() {
    let shop = Shop::open("explained");
    shop.expect("promote 9f2c1e7 --now -y", 0, "everybody will get 9f2c1e7");
    shop.expect("explain --uri /", 0, "9f2c1e7, because of stage");
    shop.expect("capacity", 1, "too many reads");
}
