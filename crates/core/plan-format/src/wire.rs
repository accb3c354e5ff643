use edge_time::Timestamp;
use routing_core::{Lease, Plan, PlanError, PlanParts, Release, ReleaseId, StageParts};
use serde::{Deserialize, Serialize};

use crate::bare;
use crate::error::{MAX_PLAN_BYTES, PlanProblem};
use crate::former::WireFormer;
use crate::ordered::Ordered;
use crate::release_defaults::ReleaseDefaults;
use crate::weight::Weight;
use crate::whole;

const SCHEMA: u64 = 1;

/// Reads the value of the parameter: a plan as JSON, or bare release ids, at most [`MAX_PLAN_BYTES`].
///
/// Unknown fields are ignored here; programs that rewrite a plan keep them. `defaults` gives each
/// release the values that the plan leaves out. The rollout of bare ids is `0`, its revision is 0, and its only stage began in 1970.
/// `null`, `true`, `false` and numbers of fewer than 7 digits are refused as bare ids, because such a
/// text was not meant as a plan.
///
/// # Errors
/// The first [`PlanProblem`] found, which names the field, the value and what is allowed.
pub fn parse(text: &str, defaults: &ReleaseDefaults) -> Result<Plan, PlanProblem> {
    if text.len() > MAX_PLAN_BYTES {
        return Err(PlanProblem::TooLarge(text.len()));
    }
    parse_any_size(text, defaults)
}

/// Like [`parse`], for a plan of any size: one that is not in a parameter, such as the fallback in the
/// configuration.
///
/// # Errors
/// Those of [`parse`], except [`PlanProblem::TooLarge`].
pub fn parse_any_size(text: &str, defaults: &ReleaseDefaults) -> Result<Plan, PlanProblem> {
    let first = text.trim_start().chars().next().ok_or(PlanProblem::Empty)?;
    if first.is_ascii_alphanumeric() {
        bare::parse(text, &defaults.prefix_template)
    } else {
        parse_json(text, defaults)
    }
}

/// Writes a plan as JSON, always in the same order, with nothing left out. The JSON of a bare plan is longer than its text,
/// and may be too long for a parameter.
#[must_use]
pub fn to_json(plan: &Plan) -> String {
    serde_json::to_string(&Wire::of(plan)).expect("strings, numbers and lists are always JSON")
}

#[derive(Deserialize)]
#[serde(expecting = "a plan: a JSON object")]
struct Head {
    #[serde(deserialize_with = "whole::number")]
    schema: u64,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(deserialize_with = "whole::number")]
    schema: u64,
    #[serde(default, deserialize_with = "whole::number")]
    revision: u64,
    #[serde(default, skip_serializing)]
    former: Vec<WireFormer>,
    releases: Ordered<WireRelease>,
    rollout: String,
    stages: Vec<WireStage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lease: Option<WireLease>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    withdrawn: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "a release: an object")]
pub(crate) struct WireRelease {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) origins: Option<Ordered<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) slot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) served_until: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "a stage: an object with `from` and `weights`")]
struct WireStage {
    from: String,
    weights: Vec<(String, Weight)>,
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "a lease: an object with `until` and `else`")]
struct WireLease {
    until: String,
    #[serde(rename = "else", deserialize_with = "whole::number")]
    otherwise: usize,
}

fn parse_json(text: &str, defaults: &ReleaseDefaults) -> Result<Plan, PlanProblem> {
    let Head { schema } = read(text)?;
    if schema != SCHEMA {
        return Err(PlanProblem::UnknownSchema(schema));
    }
    let wire: Wire = read(text)?;
    Ok(Plan::try_new(wire.into_parts(defaults)?)?)
}

/// Reads JSON. An error names the path. If the text breaks off, that path ends in `?`, which is
/// removed.
fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, PlanProblem> {
    let mut json = serde_json::Deserializer::from_str(text);
    let unreadable = |path: String, problem: &serde_json::Error| {
        let known = path.trim_end_matches(['?', '.']);
        let path = if known.is_empty() { "plan" } else { known };
        PlanProblem::Unreadable { path: path.into(), message: problem.to_string() }
    };
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| unreadable(error.path().to_string(), error.inner()))?;
    json.end().map_err(|error| unreadable(".".into(), &error))?;
    Ok(value)
}

impl Wire {
    fn into_parts(self, defaults: &ReleaseDefaults) -> Result<PlanParts, PlanProblem> {
        let former = self.former.iter().flat_map(WireFormer::releases);
        let releases = former.chain(self.releases.0);
        let releases = releases.map(|(id, release)| release.into_release(&id, defaults));
        let stages =
            self.stages.into_iter().enumerate().map(|(index, stage)| stage.into_parts(index));
        let withdrawn = self.withdrawn.iter().enumerate();
        Ok(PlanParts {
            revision: self.revision,
            releases: releases.collect::<Result<_, _>>()?,
            rollout: self.rollout,
            stages: stages.collect::<Result<_, _>>()?,
            lease: self.lease.map(WireLease::into_lease).transpose()?,
            withdrawn: withdrawn
                .map(|(index, text)| id(&format!("withdrawn[{index}]"), text))
                .collect::<Result<_, _>>()?,
        })
    }

    fn of(plan: &Plan) -> Self {
        let releases = plan.releases();
        let stage = |stage: &routing_core::Stage| WireStage {
            from: stage.from().to_string(),
            weights: stage
                .weights()
                .iter()
                .filter_map(|(index, weight)| {
                    Some((releases.get(*index)?.id.to_string(), Weight(u32::from(*weight))))
                })
                .collect(),
        };
        Self {
            schema: SCHEMA,
            revision: plan.revision(),
            former: Vec::new(),
            releases: Ordered(releases.iter().map(WireRelease::of).collect()),
            rollout: plan.rollout().into(),
            stages: plan.stages().iter().map(stage).collect(),
            lease: plan.lease().map(|Lease { until, otherwise }| WireLease {
                until: until.to_string(),
                otherwise,
            }),
            withdrawn: plan.withdrawn().iter().map(ToString::to_string).collect(),
        }
    }
}

impl WireRelease {
    fn into_release(self, text: &str, defaults: &ReleaseDefaults) -> Result<Release, PlanProblem> {
        let Self { prefix, origins, slot, served_until } = self;
        let id = id("releases", text)?;
        let read = |until: String| read_time(&format!("releases.{id}.served_until"), &until);
        let served_until = served_until.map(read).transpose()?;
        let prefix = prefix.unwrap_or_else(|| defaults.prefix(&id));
        let origins = match origins {
            Some(origins) => origins.0,
            None => defaults.origins(&id, slot.as_deref())?,
        };
        Ok(Release { id, prefix, origins, slot, served_until })
    }

    fn of(release: &Release) -> (String, Self) {
        let Release { id, prefix, origins, slot, served_until } = release.clone();
        let served_until = served_until.map(|until| until.to_string());
        // A slot without `origins` means the slot's, so that none at all are written out as well.
        let origins = (slot.is_some() || !origins.is_empty()).then_some(Ordered(origins));
        (id.to_string(), Self { prefix: Some(prefix), origins, slot, served_until })
    }
}

impl WireStage {
    fn into_parts(self, index: usize) -> Result<StageParts, PlanProblem> {
        let from = read_time(&format!("stages[{index}].from"), &self.from)?;
        let weights = self.weights.into_iter().map(|(id, Weight(weight))| (id, weight)).collect();
        Ok(StageParts { from, weights })
    }
}

impl WireLease {
    fn into_lease(self) -> Result<Lease, PlanProblem> {
        let until = read_time("lease.until", &self.until)?;
        Ok(Lease { until, otherwise: self.otherwise })
    }
}

fn id(field: &str, text: &str) -> Result<ReleaseId, PlanError> {
    ReleaseId::parse(text)
        .map_err(|error| PlanError { field: field.into(), problem: error.to_string() })
}

fn read_time(field: &str, text: &str) -> Result<Timestamp, PlanError> {
    Timestamp::parse(text)
        .map_err(|error| PlanError { field: field.into(), problem: error.to_string() })
}
