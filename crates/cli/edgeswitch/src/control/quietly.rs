use std::io;

use plan_change::Change;

use crate::cli::Output;
use crate::control::{
    Console, Input, Project, Session, Updated, WaitDisplay, WritePlanError, Writing, update,
};
use crate::failure_report::Paint;

/// Makes a change without any output.
pub(crate) async fn quietly(
    session: &Session<'_>,
    project: &Project,
    change: &Change,
    writing: Writing,
) -> Result<Updated, WritePlanError> {
    let (mut out, mut err) = (io::sink(), io::sink());
    let console = Console {
        out: &mut out,
        err: &mut err,
        input: Input::Nobody,
        output: Output::Text,
        progress: WaitDisplay::Lines,
        paint: Paint::Plain,
        columns: || None,
    };
    let writer = session.writer.clone();
    let mut quiet = Session { cloud: session.cloud, clock: session.clock, console, writer };
    update(&mut quiet, project, change, writing).await
}
