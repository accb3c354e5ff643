use quick_xml::{de, se};
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use crate::cache::InvalidationPath;

/// How many invalidations a page of the list has (page `API_ListInvalidations`).
pub(super) const PAGE: usize = 100;

/// `InvalidationBatch`: the paths, and a text that is the same when a caller repeats its call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Batch {
    pub(super) paths: Paths,
    pub(super) caller_reference: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Paths {
    quantity: usize,
    #[serde(default)]
    items: Items,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Items {
    #[serde(default, rename = "Path")]
    paths: Vec<String>,
}

/// `Invalidation`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Invalidation {
    pub(super) id: String,
    pub(super) status: &'static str,
    pub(super) create_time: String,
    pub(super) invalidation_batch: Batch,
}

/// `InvalidationList`, with all of them on one page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InvalidationList {
    marker: String,
    max_items: usize,
    is_truncated: bool,
    quantity: usize,
    items: Summaries,
}

#[derive(Debug, Serialize)]
struct Summaries {
    #[serde(rename = "InvalidationSummary")]
    summaries: Vec<Summary>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    id: String,
    create_time: String,
    status: &'static str,
}

impl Batch {
    /// Reads the body of `CreateInvalidation`, and checks its paths.
    pub(super) fn read(xml: &str) -> Result<(Self, Vec<InvalidationPath>), ApiError> {
        let batch: Self =
            de::from_str(xml).map_err(|error| ApiError::MalformedXml(error.to_string()))?;
        let paths = &batch.paths.items.paths;
        if paths.len() != batch.paths.quantity {
            return Err(ApiError::InconsistentQuantities);
        }
        let paths = paths.iter().map(|path| InvalidationPath::parse(path));
        let paths = paths.collect::<Result<_, _>>().map_err(ApiError::InvalidArgument)?;
        Ok((batch, paths))
    }
}

impl InvalidationList {
    pub(super) fn of(invalidations: Vec<Invalidation>) -> Self {
        let summary =
            |Invalidation { id, status, create_time, .. }| Summary { id, create_time, status };
        let summaries: Vec<_> = invalidations.into_iter().map(summary).collect();
        Self {
            marker: String::new(),
            max_items: PAGE,
            is_truncated: false,
            quantity: summaries.len(),
            items: Summaries { summaries },
        }
    }
}

pub(super) fn to_xml(root: &str, value: &impl Serialize) -> String {
    let xml = se::to_string_with_root(root, value);
    xml.expect("texts, numbers and lists of structs always have an XML form")
}
