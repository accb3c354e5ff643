use crate::control::write::{WriteError, put_back, write};
use crate::control::write_status::WriteStatus;
use crate::control::{Outcome, Partial, Place, Project, WritePlanError};

/// The order in which the Regions get the plan, and what a failure means for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The home Region last. After a failure, no further Region is written.
    HomeLast,
    /// The home Region first. If that fails, no other Region is written. If it succeeds, every other Region is
    /// tried.
    HomeFirst,
    /// Every Region is tried, whatever happens to the others.
    Each,
}

/// Writes `text` to the places, which the caller has put in order. Returns the version in each Region.
///
/// # Errors
/// The first failure if no Region was written, else [`WritePlanError::Partial`].
pub(crate) async fn write_everywhere(
    places: &mut [&mut Place],
    text: &str,
    order: Order,
    project: &Project,
) -> Result<Vec<(String, u64)>, WritePlanError> {
    let (mut written, mut outcomes, mut failure) = (Vec::new(), Vec::new(), None);
    for place in places {
        let region = place.region().to_owned();
        let goes_on = match order {
            Order::HomeLast => false,
            Order::HomeFirst => !written.is_empty(),
            Order::Each => true,
        };
        if failure.is_some() && !goes_on {
            outcomes.push((region, Outcome::NotTried));
            continue;
        }
        match write_one(place, text, order, project).await {
            Ok(version) => {
                written.push((region.clone(), version));
                outcomes.push((region, Outcome::Written(version)));
            }
            Err(error) => {
                outcomes.push((region, Outcome::Failed(error.to_string())));
                failure.get_or_insert(error);
            }
        }
    }
    match failure {
        None => Ok(written),
        Some(error) if written.is_empty() => Err(error),
        Some(_) => Err(WritePlanError::Partial(Partial(outcomes))),
    }
}

/// Writes one Region. If the Region has the text already, nothing is written.
///
/// If the write replaced a version that it had not read, that version is put back. A rollback does not put it
/// back: the caller makes the rollback again on top of that version.
async fn write_one(
    place: &mut Place,
    text: &str,
    order: Order,
    project: &Project,
) -> Result<u64, WritePlanError> {
    if place.read_at.is_none() {
        place.read().await?;
    }
    if place.has(text) {
        return Ok(place.version());
    }
    let base = place.version();
    match write(place, text).await {
        Err(WriteError::Race(WriteStatus::Overwrote(lost))) if order == Order::HomeLast => {
            let status = put_back(place, base, text, lost).await;
            Err(WriteError::Race(status).tell(project, place))
        }
        done => done.map_err(|error| error.tell(project, place)),
    }
}
