use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use edge_time::Timestamp;
use plan_change::{
    Change, ChangeRefusal, Changed, Context, Document, Effect, MARGIN, Share, When, apply,
};
use routing_core::ReleaseId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::json::{Answer, ApiError, JsonBody};
use super::page_state::PageState;
use crate::plan_parameter::{NO_PLAN_YET, USER};

/// A change of the plan, as the page's buttons send it.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum ChangeRequest {
    Promote {
        release: String,
        when: PromoteWhen,
    },
    Canary {
        release: String,
        percent: f64,
    },
    /// To the release that the button names. Without a name, to the one that was active before.
    Rollback {
        #[serde(default)]
        to: Option<String>,
    },
    /// Write the last good plan again.
    Restore,
}

/// When a promote takes effect.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PromoteWhen {
    /// At every edge location in the same second.
    Flip,
    /// At each edge location as soon as it reads the plan.
    Now,
}

/// A change, and the version of the parameter whose effects the person confirmed.
#[derive(Debug, Deserialize)]
pub(super) struct Confirmed {
    version: u64,
    #[serde(flatten)]
    asked: ChangeRequest,
}

/// The outcome of a change, before it is written.
struct Proposed {
    /// The new text of the parameter.
    text: String,
    effects: Vec<String>,
    /// The version of the parameter that the change is based on; 0 if there is no parameter.
    version: u64,
    /// When the cached documents must be invalidated, if at all.
    invalidate_at: Option<Timestamp>,
}

/// What a change would do. A refusal is a normal answer here (status 200): people are still choosing.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Checked {
    Possible { effects: Vec<String>, version: u64 },
    Impossible { refusal: ApiError },
}

/// Says what a change would do, and writes nothing.
pub(super) async fn check(
    State(page): State<Arc<PageState>>,
    JsonBody(asked): JsonBody<ChangeRequest>,
) -> Json<Checked> {
    Json(match page.propose(asked) {
        Ok(Proposed { effects, version, .. }) => Checked::Possible { effects, version },
        Err(refusal) => Checked::Impossible { refusal },
    })
}

/// Writes a change and schedules the invalidation it needs. Refused if somebody else has written the
/// parameter since the effects were shown.
pub(super) async fn write(
    State(page): State<Arc<PageState>>,
    JsonBody(Confirmed { version, asked }): JsonBody<Confirmed>,
) -> Answer<Value> {
    let _writing = page.history.writing.lock().await;
    let proposed = page.propose(asked)?;
    if proposed.version != version {
        return Err(raced(version, proposed.version));
    }
    let written = page.parameter.write(&proposed.text).await;
    let written =
        written.map_err(|error| ApiError::new(StatusCode::BAD_GATEWAY, error.to_string()))?;
    if let Some(at) = proposed.invalidate_at {
        tokio::spawn(Arc::clone(&page).invalidate_at(at));
    }
    if written == version + 1 {
        Ok(Json(json!({ "version": written })))
    } else {
        Err(written_over(version, written))
    }
}

impl PageState {
    fn propose(&self, asked: ChangeRequest) -> Result<Proposed, ApiError> {
        match asked.change()? {
            Some(change) => self.changed(&change),
            None => self.restored(),
        }
    }

    fn changed(&self, change: &Change) -> Result<Proposed, ApiError> {
        let (document, version) = self.document()?;
        let Changed { document, effects } = apply(&document, change, &self.context())?;
        let invalidate_at = effects.iter().find_map(invalidation);
        let effects = effects.iter().map(in_words).collect();
        Ok(Proposed { text: document.text().into(), effects, version, invalidate_at })
    }

    /// The last good plan, unchanged. Edge locations still use it.
    fn restored(&self) -> Result<Proposed, ApiError> {
        let last = self.history.plans.last_good();
        let last =
            last.ok_or_else(|| ApiError::new(StatusCode::CONFLICT, "there was no plan yet"))?;
        let revision = last.plan.revision();
        Ok(Proposed {
            text: last.text.clone(),
            effects: vec![format!(
                "the parameter holds revision {revision} again; viewers notice nothing"
            )],
            version: self.parameter.current().map_or(0, |current| current.version),
            invalidate_at: None,
        })
    }

    /// The plan that the parameter holds, and the parameter's version.
    pub(super) fn document(&self) -> Result<(Document, u64), ApiError> {
        let Some(current) = self.parameter.current() else {
            return Err(self.no_parameter());
        };
        let document = Document::parse(&current.value, &self.running().config.release_defaults)
            .map_err(|error| self.no_plan(format!("the parameter holds no plan: {error}")))?;
        Ok((document, current.version))
    }

    fn no_parameter(&self) -> ApiError {
        if self.history.plans.last_good().is_none() {
            return ApiError::new(StatusCode::CONFLICT, NO_PLAN_YET);
        }
        self.no_plan("the parameter does not exist".into())
    }

    /// Says what edge locations use meanwhile, and how to repair the parameter.
    fn no_plan(&self, error: String) -> ApiError {
        let hint = match (self.history.plans.last_good(), &self.running().config.fallback) {
            (Some(_), _) => "write the last good plan again; edge locations still use it",
            (None, Some(_)) => "correct it; edge locations use `fallback` meanwhile",
            (None, None) => "correct it; meanwhile every request passes unchanged",
        };
        ApiError { hint: Some(hint.into()), ..ApiError::new(StatusCode::CONFLICT, error) }
    }

    /// Why a rollback would be refused; `None` if it is possible.
    pub(super) fn no_rollback(&self) -> Option<String> {
        self.propose(ChangeRequest::Rollback { to: None }).err().map(|refused| refused.error)
    }

    pub(super) fn context(&self) -> Context {
        let config = Arc::clone(&self.running().config);
        Context {
            hard_ttl: config.refresh.hard_ttl,
            margin: MARGIN,
            cookie_max_age: Duration::from_secs(config.cookie_max_age.into()),
            release_defaults: Some(config.release_defaults.clone()),
            decide_at: config.rules.decide_at,
            writer: Some(USER.into()),
            now: self.clock.now(),
        }
    }
}

impl ChangeRequest {
    /// The change of the plan; `None` for [`ChangeRequest::Restore`].
    fn change(self) -> Result<Option<Change>, ApiError> {
        let bad = |error: &dyn ToString| ApiError::new(StatusCode::BAD_REQUEST, error.to_string());
        let id = |release: String| ReleaseId::parse(&release).map_err(|error| bad(&error));
        Ok(Some(match self {
            Self::Promote { release, when } => Change::Promote {
                id: id(release)?,
                at: match when {
                    PromoteWhen::Flip => When::NextFlip,
                    PromoteWhen::Now => When::Now,
                },
            },
            Self::Canary { release, percent } => {
                let share = Share::from_percent(percent).map_err(|error| bad(&error))?;
                Change::Canary { id: id(release)?, share }
            }
            Self::Rollback { to } => Change::Rollback { to: to.map(id).transpose()?, reason: None },
            Self::Restore => return Ok(None),
        }))
    }
}

impl From<ChangeRefusal> for ApiError {
    fn from(refusal: ChangeRefusal) -> Self {
        let hint = way_out(&refusal).map(Into::into);
        Self { status: StatusCode::CONFLICT, error: refusal.to_string(), hint }
    }
}

/// The button of the page that helps, if one does.
fn way_out(refusal: &ChangeRefusal) -> Option<&'static str> {
    match refusal {
        ChangeRefusal::UnderWay(_)
        | ChangeRefusal::OnItsWay(_)
        | ChangeRefusal::Leased(_)
        | ChangeRefusal::Paused => Some("roll back first"),
        ChangeRefusal::OtherCandidate(_) => Some("promote it, or roll back first"),
        ChangeRefusal::Everybody(_) | ChangeRefusal::NoShares => {
            Some("promote the release instead")
        }
        ChangeRefusal::Active(_) => Some("choose another release to share the traffic with it"),
        ChangeRefusal::NoPrevious { .. }
        | ChangeRefusal::OnTrial { .. }
        | ChangeRefusal::NeverActive { .. } => Some("promote the release that viewers should get"),
        ChangeRefusal::CannotRun { .. } | ChangeRefusal::CutOff { .. } => {
            Some("change the state in a terminal: `edgeswitch state set --local`")
        }
        ChangeRefusal::Unknown { .. }
        | ChangeRefusal::Withdrawn(_)
        | ChangeRefusal::Registered(_)
        | ChangeRefusal::Already(_)
        | ChangeRefusal::TooSoon { .. }
        | ChangeRefusal::NoSteps
        | ChangeRefusal::Steps { .. }
        | ChangeRefusal::PauseAt(_)
        | ChangeRefusal::ShortLease { .. }
        | ChangeRefusal::NoLease
        | ChangeRefusal::NoRamp
        | ChangeRefusal::TooLate(_)
        | ChangeRefusal::Serving { .. }
        | ChangeRefusal::Named(_)
        | ChangeRefusal::Draining { .. }
        | ChangeRefusal::Unread { .. }
        | ChangeRefusal::CutsTraffic { .. }
        | ChangeRefusal::CutsUnread { .. }
        | ChangeRefusal::CutsWayBack { .. }
        | ChangeRefusal::SlotServes { .. }
        | ChangeRefusal::TooLarge { .. }
        | ChangeRefusal::LastRevision
        | ChangeRefusal::Plan(_) => None,
    }
}

/// The page invalidates by itself, so its words differ from those that tell people to do it.
fn in_words(effect: &Effect) -> String {
    if let Effect::NeedsInvalidation { at } = effect {
        format!("`/*` will be invalidated at {at}, when every edge location has the plan")
    } else {
        effect.to_string()
    }
}

fn invalidation(effect: &Effect) -> Option<Timestamp> {
    if let Effect::NeedsInvalidation { at } = effect { Some(at.at) } else { None }
}

fn raced(version: u64, current: u64) -> ApiError {
    let error = format!(
        "somebody else wrote the plan meanwhile: it was version {version}, now it is {current}"
    );
    ApiError {
        hint: Some("nothing was written: look at the plan, and try again".into()),
        ..ApiError::new(StatusCode::CONFLICT, error)
    }
}

fn written_over(version: u64, written: u64) -> ApiError {
    let error = format!(
        "version {written} overwrote a version of somebody else's: it is based on version {version}"
    );
    ApiError {
        hint: Some("the overwritten plan is in the parameter's history".into()),
        ..ApiError::new(StatusCode::CONFLICT, error)
    }
}
