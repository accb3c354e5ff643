use crate::error::{ErrorCode, ServiceError};
use crate::parameter_version::ParameterVersion;

/// The most versions on a page, and the default (`GetParameterHistory` of the Systems Manager reference).
pub const MAX_RESULTS: usize = 50;

/// The part of a history to return. The default is the first 50 versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// 1 to 50; the default is 50.
    pub max_results: Option<usize>,
    /// [`HistoryPage::next_token`] of the page before.
    pub next_token: Option<String>,
}

/// A part of a parameter's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// Versions, oldest first.
    pub parameters: Vec<ParameterVersion>,
    /// The token for the next page; `None` on the last page.
    pub next_token: Option<String>,
}

impl Page {
    /// Takes this page from `versions`, which is the whole history, oldest first.
    ///
    /// A token names the version to begin with. So a write between two pages shifts nothing.
    pub(crate) fn of(&self, versions: Vec<ParameterVersion>) -> Result<HistoryPage, ServiceError> {
        let (size, first) = (self.size()?, self.first()?);
        let mut parameters: Vec<_> =
            versions.into_iter().filter(|one| one.version >= first).take(size + 1).collect();
        let next = if parameters.len() > size { parameters.pop() } else { None };
        let next_token = next.map(|one| one.version.to_string());
        Ok(HistoryPage { parameters, next_token })
    }

    fn size(&self) -> Result<usize, ServiceError> {
        let refused = |limit| Err(ServiceError::limit("maxResults", limit));
        match self.max_results.unwrap_or(MAX_RESULTS) {
            0 => refused(format_args!("value greater than or equal to 1")),
            size @ 1..=MAX_RESULTS => Ok(size),
            _ => refused(format_args!("value less than or equal to {MAX_RESULTS}")),
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
