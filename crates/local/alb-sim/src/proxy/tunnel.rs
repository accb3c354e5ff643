use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use super::lanes::UnderWay;

/// Passes bytes between a viewer and a target until one of them ends, or the deregistration delay of the target does.
pub(super) async fn tunnel(viewer: OnUpgrade, target: OnUpgrade, under_way: UnderWay) {
    let pass = async {
        let (viewer, target) = tokio::try_join!(viewer, target)?;
        let (mut viewer, mut target) = (TokioIo::new(viewer), TokioIo::new(target));
        // An error of the connection ends the WebSocket, which both ends see.
        let _ = copy_bidirectional(&mut viewer, &mut target).await;
        Ok::<_, hyper::Error>(())
    };
    let cut = under_way.cut();
    tokio::select! {
        passed = pass => if let Err(error) = passed {
            tracing::debug!(%error, "a WebSocket could not be opened");
        },
        () = cut.cancelled() => {}
    }
}
