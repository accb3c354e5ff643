//! The roll is a contract: another algorithm needs another name.

use std::hash::Hasher;

use routing_core::{ROLL_ALGORITHM, Roll, roll};
use siphasher::sip::SipHasher24;

/// Lines of rollout, stage, client IP, User-Agent and the roll's 64 bits, separated by tabs.
const GOLDEN: &str = include_str!("../golden/roll.txt");

#[test]
fn rolls_are_those_of_the_golden_table() {
    let mut lines = GOLDEN.lines();
    assert_eq!(lines.next(), Some(format!("# {ROLL_ALGORITHM}").as_str()));
    let rows: Vec<_> = lines.filter(|line| !line.starts_with('#')).collect();
    assert!(rows.len() >= 20, "{} rows", rows.len());
    for row in rows {
        let [rollout, stage, ip, agent, bits] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("`{row}` has not five columns");
        };
        let expected = u64::from_str_radix(bits, 16).unwrap();
        let found = roll(rollout, stage.parse().unwrap(), ip, agent).bits();
        assert_eq!(found, expected, "{row}: {found:016x}");
    }
}

#[test]
fn fields_do_not_run_into_each_other() {
    let rolls = [
        roll("ab", 1, "c", "d"),
        roll("a", 1, "bc", "d"),
        roll("a", 1, "b", "cd"),
        roll("ab", 1, "cd", ""),
        roll("ab", 1, "", "cd"),
        roll("ab", 11, "c", "d"),
        roll("ab1", 1, "c", "d"),
    ];
    for (index, roll) in rolls.iter().enumerate() {
        assert!(!rolls[..index].contains(roll), "{index}");
    }
}

#[test]
fn a_roll_prints_below_one() {
    let table =
        [(0, "0.0000"), (1 << 63, "0.5000"), (u64::MAX, "0.9999"), (u64::MAX / 3, "0.3333")];
    for (bits, text) in table {
        assert_eq!(Roll::new(bits).to_string(), text);
    }
}

/// Hashes the fields in small writes, as `ROLL_ALGORITHM` describes them.
fn by_the_description(rollout: &str, stage: u64, client_ip: &str, user_agent: &str) -> u64 {
    let mut hasher = SipHasher24::new_with_key(b"edgeswitch-roll1");
    let write = |hasher: &mut SipHasher24, text: &str| {
        hasher.write(&(text.len() as u64).to_le_bytes());
        hasher.write(text.as_bytes());
    };
    write(&mut hasher, rollout);
    hasher.write(&stage.to_le_bytes());
    write(&mut hasher, client_ip);
    write(&mut hasher, user_agent);
    hasher.finish()
}

#[test]
fn a_user_agent_of_any_length_is_hashed_whole() {
    let agent = "é".repeat(1_000);
    for length in (0..=agent.len()).step_by(2) {
        let agent = &agent[..length];
        let found = roll("r12", 1, "203.0.113.178", agent).bits();
        assert_eq!(found, by_the_description("r12", 1, "203.0.113.178", agent), "{length} bytes");
    }
}
