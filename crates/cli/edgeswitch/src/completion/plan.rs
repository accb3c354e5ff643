use std::time::Duration;

use edge_time::{Clock, SystemClock};
use plan_change::{Context, Document};
use tokio::time::timeout;

use super::words::typed_target;
use crate::commands::runtime;
use crate::control::{Project, Target, account};

/// The longest that somebody waits for the plan after a press of TAB.
const PATIENCE: Duration = Duration::from_secs(2);

/// The project that the command line names, and its plan if it can be read in time.
pub(super) struct Known {
    pub(super) project: Project,
    pub(super) context: Context,
    pub(super) document: Option<Document>,
}

impl Known {
    /// `None` if the configuration does not say where the plan is.
    pub(super) fn look() -> Option<Self> {
        let target = typed_target()?;
        let project = Project::find(&target).ok()?;
        let context = project.context(SystemClock.now(), None);
        let document = read(&project, &target);
        Some(Self { project, context, document })
    }
}

fn read(project: &Project, target: &Target) -> Option<Document> {
    let runtime = runtime().ok()?;
    let document = runtime.block_on(async {
        let reading = async {
            let account = account(Some(target)).await.ok()?.without_retries();
            project.current(&account).await.ok()
        };
        timeout(PATIENCE, reading).await.ok()?
    });
    // The name of a host may still be looked up. Without this, the end of the runtime waits for it.
    runtime.shutdown_background();
    document
}
