use clap::Args;
use plan_change::NewRelease;
use routing_core::ReleaseId;
use thiserror::Error;

use crate::completion::slots;
use crate::control::Project;
use crate::failure::{Advice, Failure};

/// What serves a release.
#[derive(Debug, Args)]
#[command(next_help_heading = "Release")]
pub struct Registration {
    /// The key prefix of the release in the bucket [default: from `prefix_template` in the configuration].
    #[arg(long, value_name = "PATH")]
    pub prefix: Option<String>,
    /// The slot of the release, for example blue. The configuration gives each slot its origins. `release add
    /// --slot idle` takes the slot without traffic.
    #[arg(long, value_name = "NAME", add = slots())]
    pub slot: Option<String>,
    /// The domain for an origin key, for example api=green-alb.example.com. Overrides the slot's domain. May
    /// be repeated.
    #[arg(long, value_name = "KEY=DOMAIN", value_parser = origin)]
    pub origin: Vec<(String, String)>,
}

/// The slot or the origins of a release do not fit the configuration.
#[derive(Debug, Error)]
pub(crate) enum RegistrationError {
    #[error("the configuration has no slot `{name}`: it has {known}")]
    NoSlot { name: String, known: String },
    /// A route of the configuration has no origin in this release.
    #[error("route `{path}` needs origin `{origin}`, but `{release}` has none")]
    NoOrigin {
        path: String,
        origin: String,
        release: String,
        /// The slots that have the origin.
        slots: Vec<String>,
    },
}

impl Failure for RegistrationError {
    fn advice(&self) -> Advice {
        match self {
            Self::NoSlot { .. } => Advice::usage(),
            Self::NoOrigin { origin, slots, .. } => {
                let slots = slots.iter().map(|slot| format!("`--slot {slot}`, or "));
                let slots: String = slots.collect();
                Advice::usage().hint(format!("{slots}`--origin {origin}=DOMAIN`"))
            }
        }
    }
}

impl Registration {
    /// The release in this slot, with the origins of the slot and those of `--origin`.
    pub(crate) fn release(
        &self,
        id: &ReleaseId,
        slot: Option<&str>,
        project: &Project,
    ) -> Result<NewRelease, RegistrationError> {
        let mut origins = match slot {
            Some(slot) => slot_origins(project, slot)?,
            None => Vec::new(),
        };
        for (key, domain) in &self.origin {
            origins.retain(|(other, _)| other != key);
            origins.push((key.clone(), domain.clone()));
        }
        check_routes(project, id, &origins)?;
        Ok(NewRelease {
            id: id.clone(),
            prefix: self.prefix.clone(),
            origins,
            slot: slot.map(ToOwned::to_owned),
            needs_idle_slot: false,
            keep: None,
            needs: None,
        })
    }
}

/// The origins of a slot. If the configuration has no slots, a slot is only a label.
fn slot_origins(project: &Project, name: &str) -> Result<Vec<(String, String)>, RegistrationError> {
    let slots = project.slots();
    if let Some(slot) = slots.iter().find(|slot| slot.name == name) {
        return Ok(slot.origins.clone());
    }
    if slots.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<String> = slots.iter().map(|slot| format!("`{}`", slot.name)).collect();
    Err(RegistrationError::NoSlot { name: name.into(), known: known.join(", ") })
}

/// Refuses a release that lacks the origin of a route. Its pages would call the back end of another release.
fn check_routes(
    project: &Project,
    id: &ReleaseId,
    origins: &[(String, String)],
) -> Result<(), RegistrationError> {
    let Some(config) = &project.config else { return Ok(()) };
    let has = |origins: &[(String, String)], key: &str| origins.iter().any(|(one, _)| one == key);
    let Some(route) = config.rules.routes.iter().find(|route| !has(origins, &route.origin)) else {
        return Ok(());
    };
    let slots =
        config.release_defaults.slots.iter().filter(|slot| has(&slot.origins, &route.origin));
    Err(RegistrationError::NoOrigin {
        path: route.pattern.to_string(),
        origin: route.origin.clone(),
        release: id.to_string(),
        slots: slots.map(|slot| slot.name.clone()).collect(),
    })
}

fn origin(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(key, domain)| !key.is_empty() && !domain.is_empty());
    let (key, domain) = parts.ok_or("expected KEY=DOMAIN, such as api=green-alb.example.com")?;
    Ok((key.into(), domain.into()))
}
