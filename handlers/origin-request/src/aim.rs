use edge_event::{CustomOrigin, Headers, Origin, Request, S3Origin};
use routing_core::{Release, Rules, page_object, route, s3_path, strip_pin};

/// Points `request` at `release`: at its prefix in a bucket, or at its domain for a custom origin.
///
/// Strips a pin from the path. A custom origin stays as it is if it has no route, or if the release has no
/// domain for the route.
///
/// # Errors
/// Why the request cannot be pointed at the release. The request is then unchanged.
pub(crate) fn aim(
    request: &mut Request,
    release: &Release,
    rules: &Rules,
) -> Result<(), &'static str> {
    let (path, pin) = strip_pin(&request.uri);
    let uri = match &mut request.origin {
        Some(Origin::S3(bucket)) => {
            aim_bucket(bucket, release)?;
            page_object(path, rules).or_else(|| pin.map(|_| path.to_owned()))
        }
        Some(Origin::Custom(server)) => {
            let domain = route(path, rules).and_then(|route| release.origin(&route.origin));
            if let Some(domain) = domain {
                aim_server(server, &mut request.headers, domain);
            }
            pin.map(|_| path.to_owned())
        }
        Some(_) => return Err("the event has an origin of an unknown kind"),
        None => return Err("the event has no origin"),
    };
    if let Some(uri) = uri {
        request.uri = uri;
    }
    Ok(())
}

fn aim_bucket(bucket: &mut S3Origin, release: &Release) -> Result<(), &'static str> {
    let configured = bucket.path.as_deref().unwrap_or_default();
    let path = s3_path(configured, &release.prefix);
    bucket.path =
        Some(path.ok_or("the origin's path and the prefix are over 255 characters together")?);
    Ok(())
}

/// Changes `Host` only if it was the old domain. If CloudFront forwards the viewer's `Host`, it stays.
fn aim_server(server: &mut CustomOrigin, headers: &mut Headers, domain: &str) {
    if headers.get("host") == Some(&server.domain_name) {
        headers.set("Host", domain);
    }
    domain.clone_into(&mut server.domain_name);
}
