use std::time::Duration;

use tokio::time::sleep;

use crate::aws::{Configuration, Deployment};
use crate::control::{Session, TerminalError, WaitError, persist};

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
pub(crate) async fn wait_deployed(
    session: &mut Session<'_>,
    configuration: &dyn Configuration,
) -> Result<(), WaitError> {
    match configuration.state().await {
        Ok(state) if state.deployment == Deployment::Deployed => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind.is_passing() => {}
        Err(error) => return Err(error.into()),
    }
    let what = "waiting until every edge location has the change, typically some minutes: Ctrl-C ends only the wait";
    let bar = session.console.spinner(what)?;
    while persist(session, &bar, || configuration.state()).await?.deployment != Deployment::Deployed
    {
        sleep(LOOK).await;
    }
    bar.finish_and_clear();
    Ok(())
}
