use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::aws::{AwsError, AwsErrorKind, Stored};
use crate::control::write_status::{Race, WriteStatus, status_of};
use crate::control::{Place, Project, WritePlanError};

/// The number of attempts of one write.
const ATTEMPTS: u32 = 4;
/// The number of times that a version is put back, or a rollback written again, while others write too.
pub(crate) const ROUNDS: u32 = 8;
/// The pause before the second attempt. Each further pause is twice as long.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest time from a read to the write that relies on it.
const FRESH: Duration = Duration::from_millis(500);
/// The time after which no other write can arrive that relies on a read from before ours.
pub(crate) const SETTLE: Duration = Duration::from_secs(1);

/// The reason why a write is not reported as done.
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
    /// The error that the user sees.
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
            WriteStatus::Overwrote(other) | WriteStatus::Replaced(other) => {
                WritePlanError::Overwrote {
                    lost: project.who_wrote(&other),
                    version: other.version,
                }
            }
            WriteStatus::Overwritten(other) => {
                WritePlanError::Overwritten { by: project.who_wrote(&other) }
            }
            WriteStatus::Undone(other) => WritePlanError::PutBack { by: project.who_wrote(&other) },
            WriteStatus::Unclear(other) => {
                WritePlanError::Unclear { by: project.who_wrote(&other) }
            }
            WriteStatus::NotWritten | WriteStatus::Kept(_) => {
                WritePlanError::Vanished(place.region().into())
            }
        }
    }
}

/// Writes `text` on top of the version that the place has read. Returns the new version.
///
/// Parameter Store has no compare-and-set, so each attempt reads the parameter immediately before it writes.
/// That read also finds the text of an earlier attempt whose answer was lost, so it is not written twice.
pub(crate) async fn write(place: &mut Place, text: &str) -> Result<u64, WriteError> {
    let base = place.version();
    place.wrote = None;
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

/// Puts back the version that the write of `ours` on top of `base` replaced without having read it: `lost`, or one that
/// others have made from it since. Returns what became of the write.
///
/// A version that the put-back itself replaces unread is put back in turn. If somebody else wrote last, nothing is
/// written: the plan is then theirs.
pub(crate) async fn put_back(
    place: &mut Place,
    base: u64,
    ours: &str,
    lost: Stored,
) -> WriteStatus {
    let (mut written, mut standing) = (ours.to_owned(), lost);
    let mut pause = Duration::ZERO;
    for round in 1..=ROUNDS {
        sleep(pause).await;
        let Ok(history) = history(place).await else { break };
        let race = Race::of(&history, base, ours);
        let is_last = |last: &Stored| match place.wrote {
            Some(version) => last.version == version,
            None => last.text == written,
        };
        let Some(version) = race.to_put_back(is_last) else { return race.status() };
        standing = version;
        match write(place, &standing.text).await {
            Ok(_) => pause = Duration::ZERO,
            Err(WriteError::Race(_)) => pause = turn(&written) * round,
            Err(WriteError::NotWritten(_)) => return WriteStatus::Replaced(standing),
            Err(WriteError::Unconfirmed(_)) => break,
        }
        written.clone_from(&standing.text);
    }
    WriteStatus::Unclear(standing)
}

/// The current version, which the place remembers, and the history up to it or further.
async fn history(place: &mut Place) -> Result<Vec<Stored>, AwsError> {
    place.read().await?;
    place.parameter.history().await
}

/// A pause that depends on the text, so that two commands that put versions back do not collide forever.
fn turn(ours: &str) -> Duration {
    let sum: u32 = ours.bytes().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    Duration::from_millis(50 + u64::from(sum % 100))
}

/// Writes once, unless the base version was replaced. After a passing error the write is unconfirmed.
async fn attempt(place: &mut Place, base: u64, text: &str) -> Result<u64, WriteError> {
    if !is_fresh(place) {
        match look(place, base, text).await.map_err(trouble)? {
            WriteStatus::NotWritten => {}
            WriteStatus::Kept(version) => return Ok(version),
            status @ (WriteStatus::Overtaken(_)
            | WriteStatus::Overwrote(_)
            | WriteStatus::Replaced(_)
            | WriteStatus::Overwritten(_)
            | WriteStatus::Undone(_)
            | WriteStatus::Unclear(_)) => return Err(WriteError::Race(status)),
        }
    }
    let version = place.parameter.write(text).await.map_err(trouble)?;
    place.wrote = Some(version);
    if version == base + 1 { Ok(version) } else { settle(place, base, text).await }
}

fn trouble(error: AwsError) -> WriteError {
    if error.kind.is_passing() {
        WriteError::Unconfirmed(error)
    } else {
        WriteError::NotWritten(error)
    }
}

/// Checks, some time after the write, that it is still in force.
pub(crate) async fn confirm(place: &mut Place, base: u64, text: &str) -> Result<u64, WriteError> {
    sleep(SETTLE).await;
    settle(place, base, text).await
}

/// Checks a write that AWS has confirmed. If a read does not show it yet, the read is repeated.
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

/// After the last attempt, finds out whether the text was written.
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

/// The current status of our text. The history is read only if the latest version does not decide it.
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
