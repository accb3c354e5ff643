use std::time::Duration;

use indicatif::ProgressBar;
use observation_sql::COLUMNS;
use tokio::time::sleep;

use super::options::Place;
use super::{AthenaError, Cost};
use crate::aws::{Athena, AthenaState, AwsError, Statement};
use crate::control::{Session, persist};

/// The first wait between two looks at a statement, and the longest one.
const SHORTEST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);

/// Runs statements one after the other. Returns the rows of the last one, and what it costs.
pub(super) async fn run(
    athena: &Athena,
    place: &Place,
    statements: &[String],
    session: &mut Session<'_>,
) -> Result<(Vec<Vec<Option<String>>>, Cost), AthenaError> {
    let sign = session.console.spinner("waiting for Athena")?;
    let mut last = (String::new(), 0);
    for text in statements {
        let ran = run_one(athena, place, text, session, &sign).await;
        last = ran.inspect_err(|_| sign.finish_and_clear())?;
    }
    let (id, bytes) = last;
    sign.set_message("reading the answer");
    let rows = rows(athena, &id).await;
    sign.finish_and_clear();
    Ok((rows?, Cost::of(bytes, Some(id))))
}

/// Returns the id, and the bytes that were read.
async fn run_one(
    athena: &Athena,
    place: &Place,
    text: &str,
    session: &mut Session<'_>,
    sign: &ProgressBar,
) -> Result<(String, u64), AthenaError> {
    let Place { workgroup, output, database } = place;
    let statement = Statement { text, database, workgroup, output: output.as_deref() };
    let id = athena.start(statement).await?;
    let mut pause = SHORTEST;
    loop {
        // The statement runs meanwhile, and costs.
        match persist(session, sign, async || athena.state(&id).await).await? {
            AthenaState::Done { scanned } => return Ok((id, scanned)),
            AthenaState::Failed(reason) => return Err(AthenaError::Failed(reason)),
            AthenaState::Queued => sign.set_message("the query waits for others"),
            AthenaState::Running => sign.set_message("the query runs"),
        }
        sleep(pause).await;
        pause = (pause * 3 / 2).min(LONGEST);
    }
}

/// All rows, without the headings.
async fn rows(athena: &Athena, id: &str) -> Result<Vec<Vec<Option<String>>>, AwsError> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = athena.answer(id, after).await?;
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let is_heading = |row: &Vec<Option<String>>| row.iter().flatten().eq(COLUMNS.iter());
    if rows.first().is_some_and(is_heading) {
        rows.remove(0);
    }
    Ok(rows)
}
