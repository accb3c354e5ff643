use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use edge_time::Timestamp;
use plan_change::{
    Change, Changed, Context, Document, Effect, MARGIN, Refusal, Share, When, apply,
};
use routing_core::ReleaseId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api::{Answer, Refused, Told};
use super::desk::Desk;
use crate::parameters::{NO_PLAN_YET, USER};

/// A change as the page's buttons ask for it.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Asked {
    Promote {
        release: String,
        when: Moment,
    },
    Canary {
        release: String,
        percent: f64,
    },
    Rollback,
    /// Writes the last good plan again.
    Restore,
}

/// When a promote takes effect.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Moment {
    /// At every edge location in the same second.
    Flip,
    /// At each edge location as it takes up the plan.
    Now,
}

/// A change of the version of the parameter that its effects were shown for.
#[derive(Debug, Deserialize)]
pub(super) struct Confirmed {
    version: u64,
    #[serde(flatten)]
    asked: Asked,
}

/// A change, worked out.
struct Proposed {
    /// What is to be written.
    text: String,
    effects: Vec<String>,
    /// The version of the parameter that it is made from, 0 if there is none.
    version: u64,
    /// When the cached documents must go, if they must.
    invalidate_at: Option<Timestamp>,
}

/// What a change would do. That it is refused is an answer as well: people are still choosing.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Checked {
    Possible { effects: Vec<String>, version: u64 },
    Impossible { refusal: Refused },
}

/// Says what a change would do. Nothing is written.
pub(super) async fn check(
    State(desk): State<Arc<Desk>>,
    Told(asked): Told<Asked>,
) -> Json<Checked> {
    Json(match desk.propose(asked) {
        Ok(Proposed { effects, version, .. }) => Checked::Possible { effects, version },
        Err(refusal) => Checked::Impossible { refusal },
    })
}

/// Writes a change, unless the parameter is another one by now, and invalidates what it makes stale.
pub(super) async fn write(
    State(desk): State<Arc<Desk>>,
    Told(Confirmed { version, asked }): Told<Confirmed>,
) -> Answer<Value> {
    let _writing = desk.history.writing.lock().await;
    let proposed = desk.propose(asked)?;
    if proposed.version != version {
        return Err(raced(version, proposed.version));
    }
    let written = desk.parameters.write(&proposed.text).await;
    let written =
        written.map_err(|error| Refused::new(StatusCode::BAD_GATEWAY, error.to_string()))?;
    if let Some(at) = proposed.invalidate_at {
        tokio::spawn(Arc::clone(&desk).invalidate_at(at));
    }
    if written == version + 1 {
        Ok(Json(json!({ "version": written })))
    } else {
        Err(written_over(version, written))
    }
}

impl Desk {
    fn propose(&self, asked: Asked) -> Result<Proposed, Refused> {
        match asked.change()? {
            Some(change) => self.changed(&change),
            None => self.restored(),
        }
    }

    fn changed(&self, change: &Change) -> Result<Proposed, Refused> {
        let (document, version) = self.document()?;
        let Changed { document, effects } = apply(&document, change, &self.context())?;
        let invalidate_at = effects.iter().find_map(invalidation);
        let effects = effects.iter().map(in_words).collect();
        Ok(Proposed { text: document.text().into(), effects, version, invalidate_at })
    }

    /// The last good plan, as it was: edge locations go on with it anyway.
    fn restored(&self) -> Result<Proposed, Refused> {
        let last = self.plans().into_iter().next();
        let last =
            last.ok_or_else(|| Refused::new(StatusCode::CONFLICT, "there was no plan yet"))?;
        let revision = last.plan.revision();
        Ok(Proposed {
            text: last.text.clone(),
            effects: vec![format!("the parameter holds revision {revision} again: nobody notices")],
            version: self.parameters.current().map_or(0, |current| current.version),
            invalidate_at: None,
        })
    }

    /// The plan that the parameter holds, and the parameter's version.
    pub(super) fn document(&self) -> Result<(Document, u64), Refused> {
        let Some(current) = self.parameters.current() else {
            return Err(self.no_parameter());
        };
        let document = Document::parse(&current.value, &self.config.prefix_template)
            .map_err(|error| self.no_plan(format!("the parameter holds no plan: {error}")))?;
        Ok((document, current.version))
    }

    fn no_parameter(&self) -> Refused {
        if self.plans().is_empty() {
            return Refused::new(StatusCode::CONFLICT, NO_PLAN_YET);
        }
        self.no_plan("the parameter does not exist".into())
    }

    /// What edge locations go on with, and what repairs it.
    fn no_plan(&self, error: String) -> Refused {
        let hint = match (self.plans().as_slice(), &self.config.fallback) {
            ([_, ..], _) => "write the last good plan again, which edge locations go on with",
            ([], Some(_)) => "correct it: edge locations go on with `fallback`",
            ([], None) => "correct it: everything passes through as it came",
        };
        Refused { hint: Some(hint.into()), ..Refused::new(StatusCode::CONFLICT, error) }
    }

    /// Why the traffic cannot go back, if it cannot.
    pub(super) fn no_rollback(&self) -> Option<String> {
        self.propose(Asked::Rollback).err().map(|refused| refused.error)
    }

    pub(super) fn context(&self) -> Context {
        Context {
            hard_ttl: self.config.refresh.hard_ttl,
            margin: MARGIN,
            cookie_max_age: Duration::from_secs(self.config.cookie_max_age.into()),
            prefix_template: self.config.prefix_template.clone(),
            decide_at: self.config.rules.decide_at,
            writer: Some(USER.into()),
            now: self.clock.now(),
        }
    }
}

impl Asked {
    /// The change of the plan; `None` for the plan as it was.
    fn change(self) -> Result<Option<Change>, Refused> {
        let bad = |error: &dyn ToString| Refused::new(StatusCode::BAD_REQUEST, error.to_string());
        let id = |release: String| ReleaseId::parse(&release).map_err(|error| bad(&error));
        Ok(Some(match self {
            Self::Promote { release, when } => Change::Promote {
                id: id(release)?,
                at: match when {
                    Moment::Flip => When::NextFlip,
                    Moment::Now => When::Now,
                },
            },
            Self::Canary { release, percent } => {
                let share = Share::from_percent(percent).map_err(|error| bad(&error))?;
                Change::Canary { id: id(release)?, share }
            }
            Self::Rollback => Change::Rollback { to: None, reason: None },
            Self::Restore => return Ok(None),
        }))
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let hint = Some(refusal.hint());
        Self { status: StatusCode::CONFLICT, error: refusal.to_string(), hint }
    }
}

/// The page does by itself what the plan's writer has to do elsewhere.
fn in_words(effect: &Effect) -> String {
    if let Effect::Invalidate(at) = effect {
        format!("`/*` is invalidated at {at}, when every edge location has the plan")
    } else {
        effect.to_string()
    }
}

fn invalidation(effect: &Effect) -> Option<Timestamp> {
    if let Effect::Invalidate(moment) = effect { Some(moment.at) } else { None }
}

fn raced(version: u64, current: u64) -> Refused {
    let error = format!(
        "somebody else wrote the plan meanwhile: it was version {version}, now it is {current}"
    );
    Refused {
        hint: Some("nothing is written: look at the plan, and try again".into()),
        ..Refused::new(StatusCode::CONFLICT, error)
    }
}

fn written_over(version: u64, written: u64) -> Refused {
    let error = format!(
        "version {written} is written, over one of somebody else's: it is made from version {version}"
    );
    Refused {
        hint: Some("the parameter's history has what it replaced".into()),
        ..Refused::new(StatusCode::CONFLICT, error)
    }
}
