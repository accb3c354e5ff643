use crate::control::write::{WriteError, put_back, write};
use crate::control::write_status::WriteStatus;
use crate::control::{Outcome, Partial, Place, Project, WritePlanError};

/// In which order the Regions get the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The home Region last; the first failure ends it.
    HomeLast,
    /// The home Region first; without it no other is written, and every other is tried.
    HomeFirst,
    /// Every Region is tried.
    Each,
}

/// Writes `text` to the places, which are in their order; returns the versions.
///
/// # Errors
/// The first failure if no Region has the text, else [`WritePlanError::Partial`].
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

/// A Region without the parameter gets its first version; one that has the text keeps it.
///
/// What was replaced unread is put back, except by a rollback, which is made again on top of it.
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
    match write(place, text).await {
        Err(WriteError::Race(WriteStatus::Overwrote(lost))) if order == Order::HomeLast => {
            let kept = put_back(place, text, lost).await;
            let kept = kept.map_err(|error| error.tell(project, place))?;
            Err(WritePlanError::PutBack { by: project.who_wrote(&kept) })
        }
        done => done.map_err(|error| error.tell(project, place)),
    }
}
