use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use aws_sdk_ssm::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_ssm::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ssm::error::BoxError;
use routing_core::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// Notes AWS's own time off the `Date` header of an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answered(Arc<Mutex<Option<Timestamp>>>);

impl Answered {
    /// When AWS answered by its own clock, to the second; `None` if it did not say.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Answered {
    fn name(&self) -> &'static str {
        "Answered"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date").and_then(date);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date;
        Ok(())
    }
}

fn date(text: &str) -> Option<Timestamp> {
    let date = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    Some(Timestamp(date.unix_timestamp() * 1000))
}
