use std::io;

use plan_change::Change;

use crate::control::{Console, Project, Session, Updated, WritePlanError, Writing, update};

/// Makes a change without any output, so also without a question.
pub(crate) async fn quietly(
    session: &Session<'_>,
    project: &Project,
    change: &Change,
) -> Result<Updated, WritePlanError> {
    let (mut out, mut err) = (io::sink(), io::sink());
    let console = Console::unwatched(&mut out, &mut err);
    let writer = session.writer.clone();
    let mut quiet = Session { cloud: session.cloud, clock: session.clock, console, writer };
    update(&mut quiet, project, change, Writing::AGREED).await
}
