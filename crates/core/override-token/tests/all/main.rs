//! Which tokens count.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edge_time::Timestamp;
use override_token::{Claims, Keys, MAX_LIFETIME, MAX_TOKEN_LEN, PublicKey, SigningKey};
use proptest::prelude::*;
use routing_core::{OverrideClaim, ReleaseId, TokenProblem, VerifyToken};

const HOST: &str = "shop.example.com";
const EXPIRES: Timestamp = Timestamp(1_800_000_000_000);
const BEFORE: Timestamp = Timestamp(EXPIRES.0 - 1);

/// The key pair of RFC 8032 section 7.1, test 1, and another.
fn signing_key() -> SigningKey {
    SigningKey::parse("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap()
}

fn other_key() -> SigningKey {
    SigningKey::parse("TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs").unwrap()
}

fn keys(signers: &[SigningKey]) -> Keys {
    Keys::try_new(signers.iter().map(SigningKey::public).collect()).unwrap()
}

fn claims(host: Option<&str>) -> Claims {
    let release = ReleaseId::parse("9f2c1e7").unwrap();
    Claims { release, expires: EXPIRES, host: host.map(Into::into), not_before: None }
}

/// A token with any header and claims, rightly signed with `key`'s own signature of other claims.
fn unsigned(header: &str, claims: &str, signature: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{signature}", part(header), part(claims))
}

/// A token with any claims, signed by `key`.
fn signed(header: &str, claims: &str, key: &SigningKey) -> String {
    let seed = URL_SAFE_NO_PAD.decode(key.to_text()).unwrap();
    let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let unsigned = unsigned(header, claims, "");
    let signature = pair.sign(unsigned.trim_end_matches('.').as_bytes());
    format!("{unsigned}{}", URL_SAFE_NO_PAD.encode(signature))
}

fn verify(token: &str) -> Result<OverrideClaim, TokenProblem> {
    keys(&[signing_key()]).verify(token, Some(HOST), BEFORE)
}

#[test]
fn a_token_says_its_release_and_its_end() {
    let release = ReleaseId::parse("9f2c1e7").unwrap();
    let token = signing_key().sign(&claims(None));
    assert_eq!(verify(&token), Ok(OverrideClaim { release, expires: EXPIRES }));
}

/// The same bytes for ever: links that are out stay valid. Ed25519 signatures are deterministic.
#[test]
fn the_format_of_a_token_is_fixed() {
    let token = signing_key().sign(&claims(Some(HOST)));
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    let parts: Vec<String> = unsigned
        .split('.')
        .map(|part| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!(
        parts,
        [
            r#"{"typ":"JWT","alg":"EdDSA"}"#,
            r#"{"release":"9f2c1e7","exp":1800000000,"host":"shop.example.com"}"#
        ]
    );
    assert_eq!(
        signing_key().public().to_string(),
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "the public key that RFC 8032 gives"
    );
}

#[test]
fn a_token_ends_at_its_expiry() {
    let token = signing_key().sign(&claims(None));
    let rows = [
        ("a millisecond before", -1, None),
        ("at it", 0, Some(TokenProblem::Expired)),
        ("a millisecond after", 1, Some(TokenProblem::Expired)),
        ("a day after", 86_400_000, Some(TokenProblem::Expired)),
    ];
    for (name, offset, problem) in rows {
        let now = Timestamp(EXPIRES.0 + offset);
        let result = keys(&[signing_key()]).verify(&token, None, now);
        assert_eq!(result.err(), problem, "{name}");
    }
}

#[test]
fn a_token_for_a_host_is_good_for_that_host_alone() {
    let wrong = Some(TokenProblem::WrongHost);
    let rows = [
        ("its host", Some(HOST), Some(HOST), None),
        ("its host in capitals", Some(HOST), Some("SHOP.example.COM"), None),
        ("another host", Some(HOST), Some("www.example.com"), wrong),
        ("its host as a suffix", Some(HOST), Some("evil-shop.example.com"), wrong),
        ("no host", Some(HOST), None, wrong),
        ("any host, host given", None, Some(HOST), None),
        ("any host, none given", None, None, None),
    ];
    for (name, claimed, host, problem) in rows {
        let token = signing_key().sign(&claims(claimed));
        let result = keys(&[signing_key()]).verify(&token, host, BEFORE);
        assert_eq!(result.err(), problem, "{name}");
    }
}

#[test]
fn keys_are_replaced_with_two_at_a_time() {
    let (old, new) = (signing_key(), other_key());
    let bad = Some(TokenProblem::BadSignature);
    let rows = [
        ("before: old token", vec![old.clone()], &old, None),
        ("before: new token", vec![old.clone()], &new, bad),
        ("during: old token", vec![old.clone(), new.clone()], &old, None),
        ("during: new token", vec![old.clone(), new.clone()], &new, None),
        ("after: old token", vec![new.clone()], &old, bad),
        ("after: new token", vec![new.clone()], &new, None),
        ("without keys", vec![], &old, bad),
    ];
    for (name, known, signer, problem) in rows {
        let result = keys(&known).verify(&signer.sign(&claims(None)), None, BEFORE);
        assert_eq!(result.err(), problem, "{name}");
    }
}

/// Whoever made a wrong claim must not be told to look for the key.
#[test]
fn a_wrong_claim_is_called_that_whichever_key_signed_it() {
    const EDDSA: &str = r#"{"alg":"EdDSA"}"#;
    const GOOD: &str = r#"{"release":"r","exp":1800000000}"#;
    let (first, second, stranger) = (signing_key(), other_key(), SigningKey::generate().unwrap());
    let rows = [
        ("a good token", GOOD, None),
        ("no release", r#"{"exp":1800000000}"#, Some(TokenProblem::Malformed)),
        ("no expiry", r#"{"release":"r"}"#, Some(TokenProblem::Malformed)),
        (
            "release out of pattern",
            r#"{"release":"../r","exp":1800000000}"#,
            Some(TokenProblem::Malformed),
        ),
        ("expired", r#"{"release":"r","exp":1700000000}"#, Some(TokenProblem::Expired)),
        (
            "not valid yet",
            r#"{"release":"r","exp":1800000000,"nbf":1800000000}"#,
            Some(TokenProblem::NotYetValid),
        ),
        (
            "for another host",
            r#"{"release":"r","exp":1800000000,"host":"x.example.com"}"#,
            Some(TokenProblem::WrongHost),
        ),
        ("ends too late", r#"{"release":"r","exp":1900000000}"#, Some(TokenProblem::TooLong)),
    ];
    for known in [[first.clone(), second.clone()], [second.clone(), first.clone()]] {
        let keys = keys(&known);
        for (name, claims, problem) in &rows {
            for signer in [&first, &second] {
                let result = keys.verify(&signed(EDDSA, claims, signer), Some(HOST), BEFORE);
                assert_eq!(result.err(), *problem, "{name}, signed by {signer:?}");
            }
            let result = keys.verify(&signed(EDDSA, claims, &stranger), Some(HOST), BEFORE);
            let bad = Some(TokenProblem::BadSignature);
            assert_eq!(result.err(), bad, "{name}, signed by a stranger");
        }
    }
}

#[test]
fn a_token_begins_at_its_not_before() {
    let begins = Timestamp(EXPIRES.0 - 60_000);
    let token = signing_key().sign(&Claims { not_before: Some(begins), ..claims(None) });
    let rows = [
        ("a millisecond before", begins.0 - 1, Some(TokenProblem::NotYetValid)),
        ("at it", begins.0, None),
        ("its last millisecond", BEFORE.0, None),
        ("at its end", EXPIRES.0, Some(TokenProblem::Expired)),
    ];
    for (name, now, problem) in rows {
        let result = keys(&[signing_key()]).verify(&token, None, Timestamp(now));
        assert_eq!(result.err(), problem, "{name}");
    }
}

/// Nothing that must be understood is understood here (RFC 7515 section 4.1.11).
#[test]
fn critical_extensions_are_refused() {
    const GOOD: &str = r#"{"release":"r","exp":1800000000}"#;
    let critical = Some(TokenProblem::Critical);
    let rows = [
        ("one", r#"{"alg":"EdDSA","crit":["exp"],"exp":1}"#, critical),
        ("another", r#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#, critical),
        ("none named", r#"{"alg":"EdDSA","crit":[]}"#, critical),
        ("no list", r#"{"alg":"EdDSA","crit":"exp"}"#, Some(TokenProblem::Malformed)),
        ("headers that are not critical", r#"{"alg":"EdDSA","kid":"1","x":[1]}"#, None),
    ];
    for (name, header, problem) in rows {
        let result = verify(&signed(header, GOOD, &signing_key()));
        assert_eq!(result.err(), problem, "{name}");
    }
}

#[test]
fn a_token_ends_at_most_thirty_days_ahead() {
    const DAY: i64 = 86_400_000;
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let default = keys(&[signing_key()]);
    let (short, long) =
        (default.clone().with_max_lifetime(days(1)), default.clone().with_max_lifetime(days(90)));
    let too_long = Some(TokenProblem::TooLong);
    let rows = [
        ("30 days", &default, 30 * DAY, None),
        ("a millisecond more", &default, 30 * DAY + 1, too_long),
        ("configured: a day", &short, DAY, None),
        ("configured: a millisecond more", &short, DAY + 1, too_long),
        ("configured: 90 days", &long, 90 * DAY, None),
        ("configured: 91 days", &long, 91 * DAY, too_long),
    ];
    let token = signing_key().sign(&claims(None));
    for (name, keys, ahead, problem) in rows {
        let result = keys.verify(&token, None, Timestamp(EXPIRES.0 - ahead));
        assert_eq!(result.err(), problem, "{name}");
    }
    assert_eq!(default.max_lifetime(), MAX_LIFETIME);
    assert_eq!(MAX_LIFETIME, days(30));
}

#[test]
fn a_problem_is_told_in_words() {
    let rows = [
        (TokenProblem::Malformed, "the token is malformed"),
        (TokenProblem::BadSignature, "no public key verifies the token's signature"),
        (TokenProblem::Expired, "the token has expired"),
        (TokenProblem::WrongHost, "the token is for another host"),
        (TokenProblem::NotYetValid, "the token is not valid yet"),
        (TokenProblem::TooLong, "the token ends too far in the future"),
        (
            TokenProblem::Critical,
            "the token has critical extensions (`crit`), which are not supported",
        ),
    ];
    for (problem, words) in rows {
        assert_eq!(problem.to_string(), words);
    }
}

#[test]
fn there_are_at_most_two_keys() {
    let three = vec![signing_key().public(); 3];
    let error = Keys::try_new(three).unwrap_err();
    assert_eq!(error.to_string(), "3 public keys are too many: at most 2 are allowed");
}

#[test]
fn no_bit_of_a_token_can_be_changed() {
    let token = signing_key().sign(&claims(Some(HOST)));
    for position in 0..token.len() {
        for bit in 0..7 {
            let mut bytes = token.clone().into_bytes();
            bytes[position] ^= 1 << bit;
            let tampered = String::from_utf8(bytes).unwrap();
            assert!(verify(&tampered).is_err(), "{position}: {tampered}");
        }
    }
}

#[test]
fn no_byte_of_a_token_can_be_left_out_or_added() {
    let token = signing_key().sign(&claims(None));
    for position in 0..token.len() {
        let (before, after) = token.split_at(position);
        assert!(verify(&format!("{before}{}", &after[1..])).is_err(), "without {position}");
        assert!(verify(&format!("{before}A{after}")).is_err(), "with one more at {position}");
    }
}

#[test]
fn what_is_signed_must_also_make_sense() {
    const EDDSA: &str = r#"{"alg":"EdDSA"}"#;
    const GOOD: &str = r#"{"release":"r","exp":1800000000}"#;
    let malformed = Some(TokenProblem::Malformed);
    let rows = [
        ("good", EDDSA, GOOD, None),
        (
            "claims that nobody knows",
            EDDSA,
            r#"{"release":"r","exp":1800000000,"sub":"me","aud":"them","iat":9}"#,
            None,
        ),
        ("no release", EDDSA, r#"{"exp":1800000000}"#, malformed),
        ("no expiry", EDDSA, r#"{"release":"r"}"#, malformed),
        ("release out of pattern", EDDSA, r#"{"release":"../r","exp":1800000000}"#, malformed),
        ("expiry as text", EDDSA, r#"{"release":"r","exp":"1800000000"}"#, malformed),
        ("expiry below zero", EDDSA, r#"{"release":"r","exp":-1}"#, malformed),
        ("expiry beyond time", EDDSA, r#"{"release":"r","exp":18446744073709551615}"#, malformed),
        ("a beginning in the past", EDDSA, r#"{"release":"r","exp":1800000000,"nbf":9}"#, None),
        ("a beginning as text", EDDSA, r#"{"release":"r","exp":1800000000,"nbf":"9"}"#, malformed),
        (
            "a beginning beyond time",
            EDDSA,
            r#"{"release":"r","exp":1800000000,"nbf":18446744073709551615}"#,
            malformed,
        ),
        ("claims that are no object", EDDSA, r#""r""#, malformed),
        ("another algorithm's name", r#"{"alg":"HS256"}"#, GOOD, malformed),
        ("no algorithm", r#"{"alg":"none"}"#, GOOD, malformed),
        ("no algorithm named", "{}", GOOD, malformed),
        ("an algorithm that nobody knows", r#"{"alg":"XX256"}"#, GOOD, malformed),
    ];
    for (name, header, claims, problem) in rows {
        let result = verify(&signed(header, claims, &signing_key()));
        assert_eq!(result.err(), problem, "{name}");
    }
}

/// The classic attacks: an unsigned token, and the public key taken as a shared secret.
#[test]
fn the_algorithm_is_not_the_tokens_choice() {
    const GOOD: &str = r#"{"release":"r","exp":1800000000}"#;
    for name in ["none", "None", "NONE"] {
        let header = format!(r#"{{"alg":"{name}","typ":"JWT"}}"#);
        let token = unsigned(&header, GOOD, "");
        assert_eq!(verify(&token), Err(TokenProblem::Malformed), "{name}");
    }
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    let public = URL_SAFE_NO_PAD.decode(signing_key().public().to_string()).unwrap();
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &public);
    let message = unsigned(header, GOOD, "");
    let tag = ring::hmac::sign(&secret, message.trim_end_matches('.').as_bytes());
    let token = format!("{message}{}", URL_SAFE_NO_PAD.encode(tag));
    assert_eq!(verify(&token), Err(TokenProblem::Malformed));
}

#[test]
fn a_long_token_is_refused_unread() {
    let padded = |length: usize| {
        let claims = |pad: usize| {
            format!(r#"{{"release":"r","exp":1800000000,"pad":"{}"}}"#, "x".repeat(pad))
        };
        (0..length)
            .map(|pad| signed(r#"{"alg":"EdDSA"}"#, &claims(pad), &signing_key()))
            .find(|token| token.len() >= length)
            .unwrap()
    };
    let longest = padded(MAX_TOKEN_LEN);
    let (at, above) = (longest.len() == MAX_TOKEN_LEN, padded(MAX_TOKEN_LEN + 1));
    assert!(at && verify(&longest).is_ok(), "{}", longest.len());
    assert_eq!(verify(&above), Err(TokenProblem::Malformed));
}

#[test]
fn keys_are_43_characters_of_base64url() {
    let good = signing_key().public().to_string();
    let rows = [
        ("good", good.as_str(), true),
        ("empty", "", false),
        ("one character less", &good[1..], false),
        ("padded", &format!("{good}="), false),
        ("white space", &format!("{good} "), false),
        ("the other base64", &good.replace('_', "/"), false),
    ];
    for (name, text, is_good) in rows {
        assert_eq!(PublicKey::parse(text).is_ok(), is_good, "{name}");
    }
}

#[test]
fn a_new_key_signs_and_prints_no_secret() {
    let key = SigningKey::generate().unwrap();
    assert_ne!(key, SigningKey::generate().unwrap());
    assert_eq!(SigningKey::parse(&key.to_text()), Ok(key.clone()));
    let token = key.sign(&claims(None));
    assert!(keys(std::slice::from_ref(&key)).verify(&token, None, BEFORE).is_ok());
    assert!(!format!("{key:?}").contains(&key.to_text()));
    let broken = SigningKey::parse("c2VjcmV0").unwrap_err().to_string();
    assert!(!broken.contains("c2VjcmV0"), "{broken}");
}

proptest! {
    #[test]
    fn no_text_is_a_token_by_chance(text in any::<String>()) {
        prop_assert!(verify(&text).is_err());
    }

    #[test]
    fn no_three_parts_are_a_token_by_chance(
        header in r#"\{"alg":"(EdDSA|HS256|none)"(,"crit":\["x"\])?\}"#,
        claims in any::<String>(),
        signature in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let token = unsigned(&header, &claims, &URL_SAFE_NO_PAD.encode(signature));
        prop_assert!(verify(&token).is_err());
    }

    #[test]
    fn what_is_signed_is_what_is_read(
        release in "[A-Za-z0-9][A-Za-z0-9_-]{0,63}",
        seconds in 86_400_i64..4_102_444_800,
        host in proptest::option::of("[a-z.]{1,30}"),
        begins in proptest::option::of(1_i64..86_400),
    ) {
        let release = ReleaseId::parse(&release).unwrap();
        let expires = Timestamp(seconds * 1000);
        let not_before = begins.map(|earlier| Timestamp(expires.0 - earlier * 1000));
        let claims =
            Claims { release: release.clone(), expires, host: host.clone(), not_before };
        let token = signing_key().sign(&claims);
        let now = Timestamp(expires.0 - 1);
        let result = keys(&[signing_key()]).verify(&token, host.as_deref(), now);
        prop_assert_eq!(result, Ok(OverrideClaim { release, expires }));
    }
}
