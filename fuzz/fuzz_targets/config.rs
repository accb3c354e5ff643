//! Whatever the configuration file holds: one that is read can be packaged and read again.
#![no_main]

use edge_config::Config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for config in [Config::from_toml(text), Config::from_json(text)].into_iter().flatten() {
        assert_eq!(Config::from_json(&config.to_json()).as_ref(), Ok(&config));
    }
});
