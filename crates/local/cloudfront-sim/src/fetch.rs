//! A cache miss: origin-request, the origin or the second one of its group, origin-response.

use std::time::{Duration, Instant};

use bytes::Bytes;
use edge_event::{Origin, Outcome, Request, Trigger};
use http::Response;
use http::header::SET_COOKIE;

use crate::cache::{OriginKind, Stored};
use crate::distribution::Target;
use crate::exchange::{Step, micros_since};
use crate::forward::{Forward, over_the_wire};
use crate::origin::OriginError;
use crate::reply::{self, Passed};
use crate::visit::Visit;
use crate::{response, wire};

/// The default read timeout of an origin, in seconds (page `DownloadDistValuesOrigin`).
const READ_TIMEOUT: u32 = 30;

/// The response to a miss.
pub(crate) struct Fetched {
    pub(crate) response: Response<Bytes>,
    pub(crate) origin: OriginKind,
}

/// The outcome of asking one origin.
enum Attempt {
    /// The origin-request function answered; the origin was not asked.
    Generated(Response<Bytes>),
    /// The origin answered. The request is the one that the function returned.
    Answered(Box<Request>, Response<Bytes>),
    /// The origin did not answer.
    Unanswered(OriginError),
}

impl Attempt {
    /// The origin that answered. The function may have changed it.
    fn origin(&self) -> Option<&Origin> {
        match self {
            Attempt::Answered(request, _) => request.origin.as_ref(),
            Attempt::Generated(_) | Attempt::Unanswered(_) => None,
        }
    }
}

impl Visit<'_> {
    /// Gets the response to a request that the cache cannot answer.
    ///
    /// # Errors
    /// The viewer's reply when a function fails.
    pub(crate) async fn fetch(
        &mut self,
        request: &Request,
        body: Bytes,
        stale: Option<&Stored>,
    ) -> Passed<Fetched> {
        let target = self.distribution.target(self.behavior);
        let mut configured = target.primary;
        let mut attempt = self.attempt(configured, request, body.clone(), stale).await?;
        if let Some(secondary) = failover_origin(&target, request, &attempt) {
            configured = secondary;
            attempt = self.attempt(configured, request, body, stale).await?;
        }
        let origin = kind(attempt.origin().unwrap_or(configured));
        let mut response = self.origin_response(attempt).await?;
        response::complete(&mut response, &request.method, self.now());
        Ok(Fetched { response, origin })
    }

    /// Asks one origin. Its name is resolved first: if that fails, the function does not run (page
    /// `lambda-at-edge-function-restrictions`).
    async fn attempt(
        &mut self,
        origin: &Origin,
        request: &Request,
        body: Bytes,
        stale: Option<&Stored>,
    ) -> Passed<Attempt> {
        if let Err(error) = self.cloudfront.network.resolve(origin.domain_name()) {
            return Ok(self.unanswered(origin, &request.uri, error, 0));
        }
        let forward =
            Forward { behavior: self.behavior, viewer: self.viewer, via: &self.edge.via, stale };
        let request = forward.request(request, origin);
        match self.run_on_request(Trigger::OriginRequest, request).await? {
            Outcome::Response(response) => Ok(Attempt::Generated(response::generated(*response))),
            Outcome::Request(request) => Ok(self.ask(request, origin, body).await),
        }
    }

    async fn ask(&mut self, request: Box<Request>, configured: &Origin, body: Bytes) -> Attempt {
        let origin = request.origin.as_ref().unwrap_or(configured);
        let wire = match over_the_wire(&request, origin, &self.exchange.id, body) {
            Ok(wire) => wire,
            Err(url) => {
                let error = OriginError::Invalid(format!("`{url}` is not a URL"));
                return self.unanswered(origin, &url, error, 0);
            }
        };
        let url = wire.uri().to_string();
        let (began, at) = (Instant::now(), self.now());
        let served = self.serve(wire, origin).await;
        self.exchange.origin_ms = Some(self.now().0 - at.0);
        match served {
            Ok(mut response) => {
                wire::strip(response.headers_mut());
                self.asked(origin, url, Ok(response.status().as_u16()), micros_since(began));
                Attempt::Answered(request, response)
            }
            Err(error) => self.unanswered(origin, &url, error, micros_since(began)),
        }
    }

    async fn serve(
        &self,
        wire: http::Request<Bytes>,
        origin: &Origin,
    ) -> Result<Response<Bytes>, OriginError> {
        let server = self.cloudfront.network.resolve(origin.domain_name())?;
        let limit = Duration::from_secs(read_timeout(origin).into());
        let served = tokio::time::timeout(limit, server.serve(wire, origin)).await;
        served.unwrap_or(Err(OriginError::TimedOut))
    }

    fn unanswered(
        &mut self,
        origin: &Origin,
        url: &str,
        error: OriginError,
        micros: u64,
    ) -> Attempt {
        self.asked(origin, url.into(), Err(error.clone()), micros);
        Attempt::Unanswered(error)
    }

    fn asked(
        &mut self,
        origin: &Origin,
        url: String,
        status: Result<u16, OriginError>,
        micros: u64,
    ) {
        let domain_name = origin.domain_name().to_owned();
        self.exchange.steps.push(Step::Origin { domain_name, url, status, micros });
    }

    /// Runs origin-response on an origin's response. It does not run on a response of origin-request, nor if no
    /// origin answered (page `lambda-cloudfront-trigger-events`).
    async fn origin_response(&mut self, attempt: Attempt) -> Passed<Response<Bytes>> {
        let mut response = match attempt {
            Attempt::Generated(response) => response,
            Attempt::Unanswered(error) => reply::error_page(status_of(&error)),
            Attempt::Answered(request, mut response) => {
                self.withhold_cookies(&mut response);
                if let Some(Origin::Custom(_)) = request.origin {
                    response::narrow_vary(response.headers_mut(), self.behavior);
                }
                self.run_on_response(Trigger::OriginResponse, *request, response).await?
            }
        };
        self.withhold_cookies(&mut response);
        Ok(response)
    }

    /// If no policy has cookies, responses have none (page `Cookies`). The page does not say whether that
    /// includes cookies that a function adds. The safe reading: they are removed too.
    fn withhold_cookies(&self, response: &mut Response<Bytes>) {
        if !self.behavior.forwards_cookies() {
            response.headers_mut().remove(SET_COOKIE);
        }
    }
}

/// The second origin of a group, if the first one has failed (page `high_availability_origin_failover`).
fn failover_origin<'a>(
    target: &Target<'a>,
    request: &Request,
    attempt: &Attempt,
) -> Option<&'a Origin> {
    let (secondary, statuses) = target.secondary?;
    let may_fail_over = ["GET", "HEAD", "OPTIONS"].contains(&request.method.as_str());
    let failed = match attempt {
        Attempt::Generated(_) => false,
        Attempt::Answered(_, response) => statuses.contains(&response.status().as_u16()),
        Attempt::Unanswered(_) => true,
    };
    (may_fail_over && failed).then_some(secondary)
}

fn read_timeout(origin: &Origin) -> u32 {
    origin.read_timeout().unwrap_or(READ_TIMEOUT)
}

/// Every origin that is not a bucket is a server.
fn kind(origin: &Origin) -> OriginKind {
    if matches!(origin, Origin::S3(_)) { OriginKind::S3 } else { OriginKind::Custom }
}

/// Pages `http-502-bad-gateway` and `http-504-gateway-timeout`.
fn status_of(error: &OriginError) -> u16 {
    match error {
        OriginError::UnknownDomain(_) | OriginError::Unreachable(_) | OriginError::Invalid(_) => {
            502
        }
        OriginError::TimedOut => 504,
    }
}
