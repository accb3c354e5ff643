//! Whatever a token looks like: only those that the key signed are valid, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use override_token::{Keys, PublicKey};
use edge_time::Timestamp;
use routing_core::VerifyToken;

fuzz_target!(|token: &str| {
    let key = PublicKey::parse("iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w").expect("a fixture");
    let keys = Keys::try_new(vec![key]).expect("one key");
    if let Ok(claim) = keys.verify(token, Some("shop.example.com"), Timestamp(1_795_342_200_000)) {
        let signed = ["c0ffee1", "dead000", "0badc0d"];
        assert!(signed.contains(&claim.release.as_str()), "only the seeds are signed");
    }
});
