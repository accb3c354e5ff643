//! `fixtures/config/shop.json` is `shop.toml` as packaging writes it.
//!
//! `UPDATE_EXPECT=1` rewrites it; read the difference before you commit it.

use std::fs;
use std::path::Path;

use edge_config::Config;

/// The functions read JSON only, so `cargo lambda watch` needs this file.
#[test]
fn the_json_fixture_says_what_the_toml_fixture_says() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures/config");
    let toml = fs::read_to_string(fixtures.join("shop.toml")).unwrap();
    let written = Config::from_toml(&toml).unwrap().to_json() + "\n";
    let json = fixtures.join("shop.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&json, &written).unwrap();
    }
    assert_eq!(fs::read_to_string(json).unwrap(), written);
}
