use crate::error::{ErrorCode, ServiceError};
use crate::parameter::Parameter;

/// The most versions on a page, and the number without a wish (`GetParameterHistory` of the Systems Manager
/// reference).
pub const MAX_RESULTS: usize = 50;

/// Which part of a history is wanted. The default is the first 50 versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// 1 to 50 versions.
    pub max_results: Option<usize>,
    /// Where to go on: [`HistoryPage::next_token`] of the page before.
    pub next_token: Option<String>,
}

/// A part of a parameter's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// Versions, oldest first.
    pub parameters: Vec<Parameter>,
    /// Where the next page begins; none on the last one.
    pub next_token: Option<String>,
}

impl Page {
    /// Cuts this page out of `versions`, which are whole and oldest first.
    ///
    /// A token names the version to begin with, so that what is written meanwhile shifts nothing.
    pub(crate) fn of(&self, versions: Vec<Parameter>) -> Result<HistoryPage, ServiceError> {
        let (size, first) = (self.size()?, self.first()?);
        let mut parameters: Vec<_> =
            versions.into_iter().filter(|one| one.version >= first).take(size + 1).collect();
        let next = if parameters.len() > size { parameters.pop() } else { None };
        let next_token = next.map(|one| one.version.to_string());
        Ok(HistoryPage { parameters, next_token })
    }

    fn size(&self) -> Result<usize, ServiceError> {
        let breaks = |limit| Err(ServiceError::breaks("maxResults", limit));
        match self.max_results.unwrap_or(MAX_RESULTS) {
            0 => breaks(format_args!("value greater than or equal to 1")),
            size @ 1..=MAX_RESULTS => Ok(size),
            _ => breaks(format_args!("value less than or equal to {MAX_RESULTS}")),
        }
    }

    fn first(&self) -> Result<u64, ServiceError> {
        let Some(token) = &self.next_token else {
            return Ok(1);
        };
        let invalid =
            |_| ServiceError::new(ErrorCode::InvalidNextToken, "The specified token isn't valid.");
        token.parse().map_err(invalid)
    }
}
