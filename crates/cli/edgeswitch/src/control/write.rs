use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::aws::{AwsError, AwsErrorKind, Stored};
use crate::control::judge::{Standing, judge};
use crate::control::{Place, Project, WritePlanError};

/// How often a write is tried.
const ATTEMPTS: u32 = 4;
/// How often a version is put back, or a rollback written again, while others write at the same time.
pub(crate) const ROUNDS: u32 = 8;
/// The pause before the second attempt; it doubles.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest time from a read to the write that relies on it.
const FRESH: Duration = Duration::from_millis(500);
/// After this time a write that relies on a read before ours has arrived, or it is lost.
pub(crate) const SETTLE: Duration = Duration::from_secs(1);

/// Why a write is not reported as done.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// Nothing was written.
    NotWritten(AwsError),
    /// It may have been written.
    Unconfirmed(AwsError),
    /// Others wrote at the same time.
    Race(Standing),
}

impl WriteError {
    /// The same for people.
    pub(crate) fn tell(self, project: &Project, place: &Place) -> WritePlanError {
        let standing = match self {
            Self::NotWritten(error) => return error.into(),
            Self::Unconfirmed(error) => return WritePlanError::Unconfirmed(error),
            Self::Race(standing) => standing,
        };
        match standing {
            Standing::Overtaken(other) => {
                WritePlanError::Overtaken { by: project.who_wrote(&other) }
            }
            Standing::Overwrote(other) => WritePlanError::Overwrote {
                lost: project.who_wrote(&other),
                version: other.version,
            },
            Standing::Overwritten(other) => {
                WritePlanError::Overwritten { by: project.who_wrote(&other) }
            }
            Standing::NotWritten | Standing::Kept(_) => {
                WritePlanError::Vanished(place.region().into())
            }
        }
    }
}

/// Writes `text` on top of the version that the place has read; returns the new version.
///
/// Each attempt follows a read closely: the store has no compare-and-set, and a text whose answer was lost
/// is found again rather than written twice.
pub(crate) async fn write(place: &mut Place, text: &str) -> Result<u64, WriteError> {
    let base = place.version();
    let mut pause = PAUSE;
    for _ in 1..ATTEMPTS {
        match attempt(place, base, text).await {
            Err(WriteError::Unconfirmed(_)) => sleep(pause).await,
            done => return done,
        }
        place.read_at = None;
        pause *= 2;
    }
    match attempt(place, base, text).await {
        Err(WriteError::Unconfirmed(error)) => give_up(place, base, text, error).await,
        done => done,
    }
}

/// Puts `lost` back: the version that the write of `ours` replaced without having read it. Returns the
/// version that stands.
///
/// If others write at the same time, theirs is the one that must not be lost. If somebody has written
/// since, having read `ours`, nothing is put back.
pub(crate) async fn put_back(
    place: &mut Place,
    ours: &str,
    lost: Stored,
) -> Result<Stored, WriteError> {
    let (mut ours, mut lost) = (ours.to_owned(), lost);
    for round in 0..ROUNDS {
        sleep(turn(&ours) * round).await;
        place.read().await.map_err(WriteError::Unconfirmed)?;
        if !place.has(&ours) {
            return Ok(lost);
        }
        match write(place, &lost.text).await {
            Err(WriteError::Race(Standing::Overwrote(other))) => {
                ours = std::mem::replace(&mut lost, other).text;
            }
            Ok(_) | Err(WriteError::Race(_)) => return Ok(lost),
            Err(error) => return Err(error),
        }
    }
    Err(WriteError::Race(Standing::Overwrote(lost)))
}

/// A pause that differs between writers, so that two who put versions back take turns.
fn turn(ours: &str) -> Duration {
    let sum: u32 = ours.bytes().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    Duration::from_millis(50 + u64::from(sum % 100))
}

/// One write, unless what it would follow has changed. Passing trouble leaves it unconfirmed.
async fn attempt(place: &mut Place, base: u64, text: &str) -> Result<u64, WriteError> {
    if !is_fresh(place) {
        match look(place, base, text).await.map_err(trouble)? {
            Standing::NotWritten => {}
            Standing::Kept(version) => return Ok(version),
            standing @ (Standing::Overtaken(_)
            | Standing::Overwrote(_)
            | Standing::Overwritten(_)) => return Err(WriteError::Race(standing)),
        }
    }
    let version = place.parameter.write(text).await.map_err(trouble)?;
    if version == base + 1 { Ok(version) } else { settle(place, base, text).await }
}

fn trouble(error: AwsError) -> WriteError {
    if error.kind.is_passing() {
        WriteError::Unconfirmed(error)
    } else {
        WriteError::NotWritten(error)
    }
}

/// Looks again, some time after the write, whether it still stands.
pub(crate) async fn confirm(place: &mut Place, base: u64, text: &str) -> Result<u64, WriteError> {
    sleep(SETTLE).await;
    settle(place, base, text).await
}

/// How the write stands that AWS has confirmed: a read that does not show it yet is repeated.
pub(crate) async fn settle(place: &mut Place, base: u64, text: &str) -> Result<u64, WriteError> {
    let mut pause = PAUSE;
    for _ in 1..ATTEMPTS {
        match look(place, base, text).await {
            Ok(Standing::NotWritten) => {}
            Ok(Standing::Kept(version)) => return Ok(version),
            Ok(standing) => return Err(WriteError::Race(standing)),
            Err(error) if error.kind.is_passing() => {}
            Err(error) => return Err(WriteError::Unconfirmed(error)),
        }
        sleep(pause).await;
        pause *= 2;
    }
    let standing = look(place, base, text).await.map_err(WriteError::Unconfirmed)?;
    if let Standing::Kept(version) = standing {
        Ok(version)
    } else {
        Err(WriteError::Race(standing))
    }
}

/// After the last attempt: what is known for certain.
async fn give_up(
    place: &mut Place,
    base: u64,
    text: &str,
    error: AwsError,
) -> Result<u64, WriteError> {
    match (look(place, base, text).await, error.kind) {
        (Ok(Standing::Kept(version)), _) => Ok(version),
        (Ok(Standing::NotWritten), AwsErrorKind::Throttled) => Err(WriteError::NotWritten(error)),
        (Ok(Standing::NotWritten) | Err(_), _) => Err(WriteError::Unconfirmed(error)),
        (Ok(standing), _) => Err(WriteError::Race(standing)),
    }
}

/// How our text stands now. The history is read only where the latest version does not tell.
async fn look(place: &mut Place, base: u64, text: &str) -> Result<Standing, AwsError> {
    place.read().await?;
    let version = place.version();
    if version == base {
        return Ok(Standing::NotWritten);
    }
    if version == base + 1 && place.has(text) {
        return Ok(Standing::Kept(version));
    }
    Ok(judge(&place.parameter.history().await?, base, text))
}

fn is_fresh(place: &Place) -> bool {
    place.read_at.is_some_and(|at: Instant| at.elapsed() < FRESH)
}
