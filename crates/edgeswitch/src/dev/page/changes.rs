use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use plan_change::{Change, Changed, Context, Document, MARGIN, Refusal, Share, When, apply};
use routing_core::ReleaseId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Answer, Refused};
use super::desk::Desk;
use crate::dev::parameters::USER;

/// A change as the page's buttons ask for it.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Asked {
    Promote { release: String, when: Moment },
    Canary { release: String, percent: f64 },
    Rollback,
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

/// Says what a change would do. Nothing is written.
pub(super) async fn check(
    State(desk): State<Arc<Desk>>,
    Json(asked): Json<Asked>,
) -> Answer<Value> {
    let (changed, version) = desk.change(asked)?;
    let effects: Vec<String> = changed.effects.iter().map(ToString::to_string).collect();
    Ok(Json(json!({ "effects": effects, "version": version })))
}

/// Writes a change, unless the parameter is another one by now.
pub(super) async fn write(
    State(desk): State<Arc<Desk>>,
    Json(Confirmed { version, asked }): Json<Confirmed>,
) -> Answer<Value> {
    let (changed, current) = desk.change(asked)?;
    if current != version {
        return Err(raced(version, current));
    }
    let written = desk.parameters.write(changed.document.text()).await;
    let written =
        written.map_err(|error| Refused::new(StatusCode::BAD_GATEWAY, error.to_string()))?;
    if written == version + 1 {
        Ok(Json(json!({ "version": written })))
    } else {
        Err(raced(version, written))
    }
}

impl Desk {
    /// The changed plan, and the version of the parameter that it is made from.
    fn change(&self, asked: Asked) -> Result<(Changed, u64), Refused> {
        let (document, version) = self.document()?;
        Ok((apply(&document, &asked.change()?, &self.context())?, version))
    }

    /// The plan that the parameter holds, and the parameter's version.
    pub(super) fn document(&self) -> Result<(Document, u64), Refused> {
        let conflict = |error: String| Refused::new(StatusCode::CONFLICT, error);
        let current = self.parameters.current();
        let current = current.ok_or_else(|| conflict("the parameter does not exist".into()))?;
        let document = Document::parse(&current.value, &self.config.prefix_template)
            .map_err(|error| conflict(format!("the parameter holds no plan: {error}")))?;
        Ok((document, current.version))
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
    fn change(self) -> Result<Change, Refused> {
        let bad = |error: &dyn ToString| Refused::new(StatusCode::BAD_REQUEST, error.to_string());
        let id = |release: String| ReleaseId::parse(&release).map_err(|error| bad(&error));
        Ok(match self {
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
        })
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let hint = Some(refusal.hint());
        Self { status: StatusCode::CONFLICT, error: refusal.to_string(), hint }
    }
}

fn raced(version: u64, current: u64) -> Refused {
    let error = format!(
        "somebody else wrote the plan meanwhile: it was version {version}, now it is {current}"
    );
    Refused {
        hint: Some("look at the plan, and try again".into()),
        ..Refused::new(StatusCode::CONFLICT, error)
    }
}
