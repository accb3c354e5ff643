use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use url::form_urlencoded;

/// A call of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The service, in the credential's word: `cloudformation`.
    pub service: String,
    /// The operation, for example `DescribeStacks`.
    pub operation: String,
}

/// What happens to calls of an account. A number counts the calls of one operation, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This call is carried out, but its answer is lost.
    Lose(String, usize),
    /// This call is carried out, but from now on all answers are lost.
    LoseAll(String, usize),
    /// This call is carried out, and never answered.
    Hold(String, usize),
    /// This call waits before it is carried out.
    Pause(String, usize),
    /// All calls of this operation of a service are refused: the account lacks the permission.
    Refuse(String, String),
    /// In each answer to this operation, one text stands for another.
    Rewrite(String, String, String),
    /// The next call of this operation gets this body, and is not carried out.
    Answer(String, String),
}

impl Fault {
    /// Whether the fault meets a call of which `before` came before.
    pub(super) fn meets(&self, before: &[Call], call: &Call) -> bool {
        let count = |operation: &str| {
            before.iter().filter(|earlier| earlier.operation == *operation).count()
        };
        match self {
            Self::Lose(operation, number)
            | Self::Hold(operation, number)
            | Self::Pause(operation, number) => {
                call.operation == *operation && count(operation) == *number
            }
            Self::LoseAll(operation, number) => {
                count(operation) > *number
                    || (call.operation == *operation && count(operation) == *number)
            }
            Self::Refuse(service, operation) => {
                call.service == *service && call.operation == *operation
            }
            Self::Rewrite(operation, ..) | Self::Answer(operation, _) => {
                call.operation == *operation
            }
        }
    }

    pub(super) fn is_once(&self) -> bool {
        match self {
            Self::Lose(..) | Self::Hold(..) | Self::Pause(..) | Self::Answer(..) => true,
            Self::LoseAll(..) | Self::Refuse(..) | Self::Rewrite(..) => false,
        }
    }
}

impl Call {
    /// Reads the operation from the header of AWS JSON, from the form of AWS Query, or from method and path.
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let service = credential(request, 3).unwrap_or_default();
        let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
        let target = target.and_then(|target| Some(target.rsplit_once('.')?.1.to_owned()));
        let action = || {
            let mut fields = form_urlencoded::parse(request.body());
            fields.find(|(key, _)| key == "Action").map(|(_, value)| value.into_owned())
        };
        let operation = target.or_else(action).unwrap_or_else(|| rest(&service, request));
        Self { service, operation }
    }
}

/// The operation of a service whose API has a path and a method for each.
fn rest(service: &str, request: &Request<Bytes>) -> String {
    let path = request.uri().path().trim_matches('/');
    let query = request.uri().query().unwrap_or_default();
    let has = |name: &str| query.split('&').any(|field| field.split('=').next() == Some(name));
    let is_bucket = !path.contains('/');
    let operation = match (service, request.method()) {
        ("s3", &Method::HEAD) if is_bucket => "HeadBucket",
        ("s3", &Method::HEAD) => "HeadObject",
        ("s3", &Method::PUT) if has("publicAccessBlock") => "PutPublicAccessBlock",
        ("s3", &Method::PUT) if has("encryption") => "PutBucketEncryption",
        ("s3", &Method::PUT) if has("tagging") => "PutBucketTagging",
        ("s3", &Method::PUT) if is_bucket => "CreateBucket",
        ("s3", &Method::PUT) => "PutObject",
        ("s3", &Method::GET) if has("tagging") => "GetBucketTagging",
        ("s3", &Method::GET) if has("policy") => "GetBucketPolicy",
        ("s3", &Method::GET) if has("location") => "GetBucketLocation",
        ("s3", &Method::GET) if has("encryption") => "GetBucketEncryption",
        ("s3", &Method::GET) if is_bucket => "ListObjectsV2",
        ("s3", &Method::DELETE) if is_bucket => "DeleteBucket",
        ("s3", &Method::DELETE) => "DeleteObject",
        ("lambda", &Method::POST) if path.ends_with("/invocations") => "Invoke",
        ("lambda", &Method::GET) if path.ends_with("/configuration") => "GetFunctionConfiguration",
        ("lambda", &Method::GET) if path.contains("/tags/") => "ListTags",
        ("lambda", &Method::POST) if path.contains("/tags/") => "TagResource",
        ("lambda", &Method::GET) => "ListFunctions",
        ("cloudfront", &Method::GET) if path.ends_with("distribution") => "ListDistributions",
        ("cloudfront", &Method::PUT) if path.ends_with("/config") => "UpdateDistribution",
        ("cloudfront", &Method::GET) => return get_from_cloudfront(path),
        ("route53", &Method::GET) if path.ends_with("/rrset") => "ListResourceRecordSets",
        ("route53", &Method::POST) if path.ends_with("/rrset") => "ChangeResourceRecordSets",
        (_, method) => return format!("{method} /{path}"),
    };
    operation.to_owned()
}

/// The operation that reads one thing: `GetDistributionConfig`, `GET cache-policy`.
fn get_from_cloudfront(path: &str) -> String {
    match path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["distribution", _, "config"] => "GetDistributionConfig".into(),
        ["distribution", _] => "GetDistribution".into(),
        [kind, ..] => format!("GET {kind}"),
        [] => "GET /".into(),
    }
}

/// A part of the credential `<key>/<date>/<region>/<service>/aws4_request`.
pub(super) fn credential(request: &Request<Bytes>, part: usize) -> Option<String> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let (_, rest) = header.split_once("Credential=")?;
    Some(rest.split([',', ' ']).next()?.split('/').nth(part)?.to_owned())
}

/// AWS's answer to a call without permission, in the format of the service.
pub(super) fn denied(request: &Request<Bytes>, call: &Call) -> Response<Body> {
    let Call { service, operation } = call;
    let message = format!("User is not authorized to perform: {service}:{operation}");
    let (content_type, body) = match &**service {
        "cloudformation" | "cloudfront" | "elasticloadbalancing" | "iam" | "route53" | "sts" => (
            "text/xml",
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                 <Message>{message}</Message></Error></ErrorResponse>"
            ),
        ),
        "s3" => (
            "application/xml",
            format!("<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>"),
        ),
        _ => (
            "application/x-amz-json-1.1",
            format!("{{\"__type\":\"AccessDeniedException\",\"message\":\"{message}\"}}"),
        ),
    };
    let body = if *request.method() == Method::HEAD { String::new() } else { body };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = match &**service {
        "ssm" => StatusCode::BAD_REQUEST,
        _ => StatusCode::FORBIDDEN,
    };
    response.headers_mut().insert("content-type", http::HeaderValue::from_static(content_type));
    response
}
