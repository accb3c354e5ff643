use std::pin::Pin;
use std::task::{Context, Poll};

use axum::BoxError;
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use thiserror::Error;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::lanes::UnderWay;

/// The body of an answer: that of a target, or a text of the load balancer.
pub(super) type Answer = Either<Tracked, Full<Bytes>>;

/// The deregistration delay ended while the target was still answering.
#[derive(Debug, Error)]
#[error("the target was deregistered, and its deregistration delay is over")]
pub(super) struct Cut;

/// The body of a target's answer. The request is under way until the whole body was sent.
pub(super) struct Tracked {
    body: Incoming,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    _under_way: UnderWay,
}

impl Tracked {
    pub(super) fn new(body: Incoming, under_way: UnderWay) -> Self {
        Self { body, cut: Box::pin(under_way.cut().cancelled_owned()), _under_way: under_way }
    }
}

impl Body for Tracked {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.cut.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(Cut.into())));
        }
        Pin::new(&mut self.body).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
