use edge_event::{CustomOrigin, Headers, Origin, Request, S3Origin};
use routing_core::{Release, Rules, document_uri, origin_key, s3_path, strip_pin};

/// Points `request` at `release`: its prefix in a bucket, its domain behind a custom origin.
///
/// A pin is stripped from the path. A custom origin without a route, or whose key the release does not
/// have, stays where it is.
///
/// # Errors
/// Says why the request cannot be pointed anywhere; it is then as it came.
pub(crate) fn aim(
    request: &mut Request,
    release: &Release,
    rules: &Rules,
) -> Result<(), &'static str> {
    let (path, pin) = strip_pin(&request.uri);
    let uri = match &mut request.origin {
        Some(Origin::S3(bucket)) => {
            aim_bucket(bucket, release)?;
            document_uri(path, rules).or_else(|| pin.map(|_| path.to_owned()))
        }
        Some(Origin::Custom(server)) => {
            let domain = origin_key(path, rules).and_then(|key| release.origin(key));
            if let Some(domain) = domain {
                aim_server(server, &mut request.headers, domain);
            }
            pin.map(|_| path.to_owned())
        }
        Some(_) => return Err("the event's origin is neither a bucket nor a server"),
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

/// `Host` follows only where it named the old domain: an origin that is asked for the viewer's host
/// goes on being asked for it.
fn aim_server(server: &mut CustomOrigin, headers: &mut Headers, domain: &str) {
    if headers.get("host") == Some(&server.domain_name) {
        headers.set("Host", domain);
    }
    domain.clone_into(&mut server.domain_name);
}
