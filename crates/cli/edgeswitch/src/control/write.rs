use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::aws::{AwsError, AwsErrorKind, Stored};
use crate::control::write_status::{WriteStatus, status_of};
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
    Race(WriteStatus),
}

impl WriteError {
    /// The same for people.
    pub(crate) fn tell(self, project: &Project, place: &Place) -> WritePlanError {
        let status = match self {
            Self::NotWritten(error) => return error.into(),
            Self::Unconfirmed(error) => return WritePlanError::Unconfirmed(error),
            Self::Race(status) => status,
        };
        match status {
            WriteStatus::Overtaken(other) => {
                WritePlanError::Overtaken { by: project.who_wrote(&other) }
            }
            WriteStatus::Overwrote(other) => WritePlanError::Overwrote {
                lost: project.who_wrote(&other),
                version: other.version,
            },
            WriteStatus::Overwritten(other) => {
                WritePlanError::Overwritten { by: project.who_wrote(&other) }
            }
            WriteStatus::NotWritten | WriteStatus::Kept(_) => {
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
            Err(WriteError::Race(WriteStatus::Overwrote(other))) => {
                ours = std::mem::replace(&mut lost, other).text;
            }
            Ok(_) | Err(WriteError::Race(_)) => return Ok(lost),
            Err(error) => return Err(error),
        }
    }
    Err(WriteError::Race(WriteStatus::Overwrote(lost)))
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
            WriteStatus::NotWritten => {}
            WriteStatus::Kept(version) => return Ok(version),
            status @ (WriteStatus::Overtaken(_)
            | WriteStatus::Overwrote(_)
            | WriteStatus::Overwritten(_)) => return Err(WriteError::Race(status)),
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
            Ok(WriteStatus::NotWritten) => {}
            Ok(WriteStatus::Kept(version)) => return Ok(version),
            Ok(status) => return Err(WriteError::Race(status)),
            Err(error) if error.kind.is_passing() => {}
            Err(error) => return Err(WriteError::Unconfirmed(error)),
        }
        sleep(pause).await;
        pause *= 2;
    }
    let status = look(place, base, text).await.map_err(WriteError::Unconfirmed)?;
    if let WriteStatus::Kept(version) = status {
        Ok(version)
    } else {
        Err(WriteError::Race(status))
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
        (Ok(WriteStatus::Kept(version)), _) => Ok(version),
        (Ok(WriteStatus::NotWritten), AwsErrorKind::Throttled) => {
            Err(WriteError::NotWritten(error))
        }
        (Ok(WriteStatus::NotWritten) | Err(_), _) => Err(WriteError::Unconfirmed(error)),
        (Ok(status), _) => Err(WriteError::Race(status)),
    }
}

/// How our text stands now. The history is read only where the latest version does not tell.
async fn look(place: &mut Place, base: u64, text: &str) -> Result<WriteStatus, AwsError> {
    place.read().await?;
    let version = place.version();
    if version == base {
        return Ok(WriteStatus::NotWritten);
    }
    if version == base + 1 && place.has(text) {
        return Ok(WriteStatus::Kept(version));
    }
    Ok(status_of(&place.parameter.history().await?, base, text))
}

fn is_fresh(place: &Place) -> bool {
    place.read_at.is_some_and(|at: Instant| at.elapsed() < FRESH)
}
