use std::sync::PoisonError;

use bytes::Bytes;
use cloudfront_sim::{Exchange, Step, log_row};
use edge_time::Timestamp;
use http::Response;

use super::World;
use super::site::SERVED_RELEASE;

/// A request in the access log, and the truth about it.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Its row, with the line break.
    pub row: String,
    /// The release that served it. `None` if no release did: functions answered, or no release has the file.
    pub served: Option<String>,
}

/// The access log of all requests.
impl World {
    /// The requests so far, in the order of their ends.
    #[must_use]
    pub fn log(&self) -> Vec<Logged> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The texts that were written into the parameter, valid or not, each with its time.
    #[must_use]
    pub fn history(&self) -> Vec<(Timestamp, String)> {
        self.0.history.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn note(&self, response: &Response<Bytes>, exchange: &Exchange) {
        let Some(row) = log_row(exchange) else { return };
        let named = response.headers().get(SERVED_RELEASE);
        let named = named.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let served = named.or_else(|| asked(exchange));
        let mut log = self.0.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push(Logged { row, served });
    }
}

/// The release whose object the bucket was asked for, if it did not have it.
fn asked(exchange: &Exchange) -> Option<String> {
    let asked = exchange.steps.iter().rev().find_map(|step| match step {
        Step::Origin { url, .. } => Some(url),
        Step::Function { .. } | Step::Lookup { .. } | Step::Kept { .. } => None,
    })?;
    let (_, rest) = asked.split_once("/releases/")?;
    Some(rest.split('/').next()?.to_owned())
}
