use std::{fmt, hash::Hasher};

use siphasher::sip::SipHasher24;

/// The algorithm of [`roll`] and its version. A different name means different draws.
///
/// SipHash-2-4 with the 16 ASCII bytes `edgeswitch-roll1` as its key, over these fields in order:
/// rollout, stage index, client IP, User-Agent. Each text is written as its length in bytes (a
/// little-endian u64), then its bytes. The index is a little-endian u64. Two different inputs therefore
/// never give the same bytes.
pub const ROLL_ALGORITHM: &str = "siphash-2-4/edgeswitch-roll1";

const KEY: &[u8; 16] = b"edgeswitch-roll1";

/// The number in [0, 1) that a draw is made with: `bits` / 2^64, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Roll(u64);

impl Roll {
    /// The roll `bits` / 2^64.
    #[must_use]
    pub fn new(bits: u64) -> Self {
        Self(bits)
    }

    /// The roll times 2^64.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The roll times `total`, rounded down. The result is below `total`, and all results are equally
    /// likely.
    pub(crate) fn scaled(self, total: u64) -> u64 {
        // The high half of the product: always below 2^64.
        ((u128::from(self.0) * u128::from(total)) >> u64::BITS) as u64
    }
}

impl fmt::Display for Roll {
    /// Four decimal places, rounded down so that no roll reads as 1.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0.{:04}", self.scaled(10_000))
    }
}

/// The roll of one viewer in one stage.
///
/// Within a stage a viewer always gets the same roll. Rolls of different stages or rollouts are
/// independent.
#[must_use]
pub fn roll(rollout: &str, stage: usize, client_ip: &str, user_agent: &str) -> Roll {
    let length = |text: &str| (text.len() as u64).to_le_bytes();
    let parts: [&[u8]; 7] = [
        &length(rollout),
        rollout.as_bytes(),
        &(stage as u64).to_le_bytes(),
        &length(client_ip),
        client_ip.as_bytes(),
        &length(user_agent),
        user_agent.as_bytes(),
    ];
    let hasher = SipHasher24::new_with_key(KEY);
    let mut space = [0; ROOM];
    Roll(match joined(&parts, &mut space) {
        Some(bytes) => hasher.hash(bytes),
        None => hash_each(hasher, &parts),
    })
}

/// Enough for a usual User-Agent and the other fields. One hash of the joined bytes takes a sixth fewer
/// instructions than seven writes.
const ROOM: usize = 512;

/// The parts one after the other in `space`, if they fit.
fn joined<'s>(parts: &[&[u8]], space: &'s mut [u8; ROOM]) -> Option<&'s [u8]> {
    let mut end = 0;
    for part in parts {
        let begin = end;
        end += part.len();
        space.get_mut(begin..end)?.copy_from_slice(part);
    }
    space.get(..end)
}

fn hash_each(mut hasher: SipHasher24, parts: &[&[u8]]) -> u64 {
    parts.iter().for_each(|part| hasher.write(part));
    hasher.finish()
}
