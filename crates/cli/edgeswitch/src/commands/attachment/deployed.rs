use std::time::Duration;

use tokio::time::sleep;

use crate::aws::{AwsError, Configuration, Deployment};
use crate::control::{Session, TerminalError};

/// The time between two reads of the state.
const LOOK: Duration = Duration::from_secs(10);

/// Says that the distribution's last change has not reached every edge location, if that is so.
pub(crate) fn say_earlier_change(
    session: &mut Session<'_>,
    id: &str,
    deployment: Deployment,
) -> Result<(), TerminalError> {
    match deployment {
        Deployment::Deployed => Ok(()),
        Deployment::InProgress => session.console.say(&format!(
            "an earlier change of distribution `{id}` is still on its way: this one follows it"
        )),
    }
}

/// Waits until every edge location has the configuration.
pub(crate) async fn wait_deployed<E>(
    session: &mut Session<'_>,
    configuration: &dyn Configuration,
) -> Result<(), E>
where
    E: From<AwsError> + From<TerminalError>,
{
    let is_deployed = || async {
        match configuration.state().await {
            Ok(state) => Ok(state.deployment == Deployment::Deployed),
            Err(error) if error.kind.is_passing() => Ok(false),
            Err(error) => Err(error),
        }
    };
    if is_deployed().await? {
        return Ok(());
    }
    let what = "waiting until every edge location has the change, typically some minutes: Ctrl-C ends only the wait";
    let bar = session.console.spinner(what)?;
    while !is_deployed().await? {
        sleep(LOOK).await;
    }
    bar.finish_and_clear();
    Ok(())
}
