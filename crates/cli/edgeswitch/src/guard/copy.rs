use futures_util::future::join_all;
use guard_rules::{Copy, copies_due};

use crate::control::{Order, Place, Session, write_everywhere};
use crate::guard::context::Watched;
use crate::guard::{GuardRun, Intent};

/// Gives the replica Regions that need it the home Region's plan.
pub(super) async fn copy(
    session: &Session<'_>,
    watched: &Watched<'_>,
    intent: Intent,
    run: &mut GuardRun,
) {
    let project = watched.project;
    let Some(stored) = &watched.home.stored else { return };
    let mut replicas = project.replicas(session.cloud);
    let read = join_all(replicas.iter_mut().map(Place::read)).await;
    let mut readable: Vec<Place> = Vec::new();
    for (place, read) in replicas.into_iter().zip(read) {
        match read {
            Ok(()) => readable.push(place),
            Err(error) => run.trouble(&error),
        }
    }
    let copies: Vec<Copy> = readable.iter().map(seen).collect();
    let due = copies_due(&stored.text, &copies, session.clock.now());
    readable.retain(|place| due.contains(&place.region()));
    if intent == Intent::Look {
        return run.did.extend(due.iter().map(|region| format!("due: the plan for {region}")));
    }
    for place in &mut readable {
        let region = place.region().to_owned();
        match write_everywhere(&mut [place], &stored.text, Order::Each, project).await {
            Ok(_) => run.did(format!("gave {region} the plan")),
            Err(error) => run.trouble(&error),
        }
    }
}

fn seen(place: &Place) -> Copy {
    let stored = place.stored.as_ref().map(|stored| (stored.text.clone(), stored.modified));
    Copy { region: place.region().to_owned(), stored }
}
