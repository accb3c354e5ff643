use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_cloudfront::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_cloudfront::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cloudfront::error::BoxError;
use bytes::Bytes;

/// Keeps the body of an answer as AWS sent it.
///
/// The SDK's types drop every element that they do not know. A caller that must not lose one takes the body.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawAnswer(Arc<Mutex<Bytes>>);

impl RawAnswer {
    /// The body of the last answer; empty before the first one.
    pub(crate) fn body(&self) -> Bytes {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Intercept for RawAnswer {
    fn name(&self) -> &'static str {
        "RawAnswer"
    }

    /// The first moment at which the whole body is in memory.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().map(Bytes::copy_from_slice);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body.unwrap_or_default();
        Ok(())
    }
}

/// Sends these bytes as the body of a request, in place of the SDK's own.
#[derive(Debug, Clone)]
pub(crate) struct RawRequest(pub(crate) Bytes);

impl Intercept for RawRequest {
    fn name(&self) -> &'static str {
        "RawRequest"
    }

    /// Runs before the signature, which covers the body.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        request.headers_mut().insert("content-length", self.0.len().to_string());
        *request.body_mut() = self.0.to_vec().into();
        Ok(())
    }
}
