//! The patterns of the names in a configuration.

use routing_core::is_id;

use crate::error::ConfigError;

type Checked = Result<String, ConfigError>;

/// A name that people choose. It has the pattern of ids.
pub(crate) fn name(key: &str, text: String) -> Checked {
    let allowed = "1 to 64 of A-Z, a-z, 0-9, `_` and `-`, a letter or digit first";
    check(key, text, "a name", allowed, is_id)
}

/// A parameter's name (page `sysman-paramstore-su-create` of the Systems Manager guide).
pub(crate) fn parameter(key: &str, text: String) -> Checked {
    let allowed = "up to 1011 of A-Z, a-z, 0-9, `_`, `.`, `-` and `/`, at most 15 levels, none empty, \
                   the first not beginning with `aws` or `ssm`";
    check(key, text, "a parameter's name", allowed, |text| {
        let path = text.strip_prefix('/').unwrap_or(text);
        // Without a leading `/` it has one level.
        let levels_end = if path.len() < text.len() { 15 } else { 1 };
        let reserved = path.get(..3).is_some_and(|start| {
            start.eq_ignore_ascii_case("aws") || start.eq_ignore_ascii_case("ssm")
        });
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-/".contains(&byte);
        text.len() <= 1011
            && !reserved
            && path.bytes().all(good)
            && path.split('/').all(|level| !level.is_empty())
            && path.split('/').count() <= levels_end
    })
}

/// An alarm's name (page `API_PutMetricAlarm` of CloudWatch's API reference).
pub(crate) fn alarm(key: &str, text: String) -> Checked {
    let allowed = "1 to 255 printable characters";
    check(key, text, "an alarm's name", allowed, |text| {
        (1..=255).contains(&text.chars().count()) && !text.contains(char::is_control)
    })
}

/// A Region's name: `eu-central-1`.
pub(crate) fn region(key: &str, text: String) -> Checked {
    check(key, text, "a Region", "a Region's code, such as `eu-central-1`", |text| {
        let mut parts: Vec<&str> = text.split('-').collect();
        let number = parts.pop().unwrap_or_default();
        let letters =
            |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
        parts.len() >= 2 && parts.iter().all(letters) && matches!(number.as_bytes(), [b'1'..=b'9'])
    })
}

/// A cookie's name: a token (RFC 6265 section 4.1.1) that CloudFront does not drop for its `$` (page
/// `Cookies`).
pub(crate) fn cookie(key: &str, text: String) -> Checked {
    let allowed = "up to 64 letters, digits and `!#%&'*+-.^_`|~`";
    check(key, text, "a cookie's name", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"!#%&'*+-.^_`|~".contains(&byte);
        (1..=64).contains(&text.len()) && text.bytes().all(good)
    })
}

/// The name of an object below a release's prefix, in S3's safe characters (page `object-keys` of the S3
/// guide).
pub(crate) fn object(key: &str, text: String) -> Checked {
    let allowed = "a path below the release's prefix, such as `index.html`, without a leading `/`, of \
                   A-Z, a-z, 0-9 and `!-_.*'()/`";
    check(key, text, "an object's name", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"!-_.*'()/".contains(&byte);
        text.len() <= 255
            && text.bytes().all(good)
            && text.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
    })
}

/// A distribution's id: `E2QWRUHAPOMQZL`.
pub(crate) fn distribution(key: &str, text: String) -> Checked {
    let allowed = "its id, such as `E2QWRUHAPOMQZL`";
    check(key, text, "a distribution's id", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        (2..=32).contains(&text.len()) && text.starts_with('E') && text.bytes().all(good)
    })
}

/// A bucket's name (page `bucketnamingrules` of the S3 guide).
pub(crate) fn bucket(key: &str, text: String) -> Checked {
    let allowed = "3 to 63 of a-z, 0-9, `.` and `-`, a letter or digit first and last";
    check(key, text, "a bucket's name", allowed, |text| {
        let outer = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = text.as_bytes();
        (3..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| outer(byte) || b".-".contains(byte))
            && bytes.first().is_some_and(outer)
            && bytes.last().is_some_and(outer)
    })
}

/// An edge location's code: `FRA50`, `FRA50-C1`.
pub(crate) fn edge_location(key: &str, text: String) -> Checked {
    let allowed = "an airport's three letters and a number, such as `FRA50` or `FRA50-C1`";
    check(key, text, "an edge location", allowed, |text| {
        let Some((airport, rest)) = text.split_at_checked(3) else { return false };
        let (number, part) = rest.split_once('-').unwrap_or((rest, "C1"));
        let digits =
            |text: &str| matches!(text.len(), 1..=3) && text.bytes().all(|b| b.is_ascii_digit());
        let letter = part.bytes().next().is_some_and(|b| b.is_ascii_uppercase());
        airport.bytes().all(|b| b.is_ascii_uppercase())
            && digits(number)
            && letter
            && part.get(1..).is_some_and(digits)
    })
}

/// Where a server of this machine listens: `http://127.0.0.1:4001`.
pub(crate) fn local_address(key: &str, text: String) -> Checked {
    let allowed = "`http://`, a host and a port, without a path";
    check(key, text, "a local address", allowed, |text| {
        let rest = text.strip_prefix("http://");
        let Some((host, port)) = rest.and_then(|rest| rest.rsplit_once(':')) else { return false };
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte);
        !host.is_empty() && host.bytes().all(good) && port.parse::<u16>().is_ok()
    })
}

/// A host name that viewers use: `shop.test`, `192.168.178.20`.
pub(crate) fn host(key: &str, text: String) -> Checked {
    let allowed = "lower-case letters, digits, `-` and `.`, without a port, at most 253 characters";
    check(key, text, "a host name", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(good);
        text.len() <= 253 && text.split('.').all(is_label)
    })
}

/// A listener of an Application Load Balancer (`ModifyListener` of ELB's API).
pub(crate) fn listener(key: &str, text: String) -> Checked {
    let allowed = "`arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/app/NAME/ID/ID`";
    check(key, text, "a listener of an Application Load Balancer", allowed, |text| {
        is_balancing_arn(text, "listener/app/", 3)
    })
}

/// A rule of a listener (`ModifyRule` of ELB's API).
pub(crate) fn listener_rule(key: &str, text: String) -> Checked {
    let allowed = "`arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener-rule/app/NAME/ID/ID/ID`";
    check(key, text, "a rule of an Application Load Balancer", allowed, |text| {
        is_balancing_arn(text, "listener-rule/app/", 4)
    })
}

/// A target group (`TargetGroupTuple` of ELB's API).
pub(crate) fn target_group(key: &str, text: String) -> Checked {
    let allowed = "`arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID`";
    check(key, text, "a target group", allowed, |text| is_balancing_arn(text, "targetgroup/", 2))
}

/// Whether `text` is the ARN of a load balancer's resource, with this many parts after `kind`.
fn is_balancing_arn(text: &str, kind: &str, parts: usize) -> bool {
    let mut fields = text.splitn(6, ':');
    let mut next = || fields.next().unwrap_or_default();
    let (arn, partition, service, region, account, resource) =
        (next(), next(), next(), next(), next(), next());
    let is_id = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    arn == "arn"
        && partition.starts_with("aws")
        && service == "elasticloadbalancing"
        && is_id(region)
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && resource
            .strip_prefix(kind)
            .is_some_and(|rest| rest.split('/').count() == parts && rest.split('/').all(is_id))
}

/// A hosted zone's id (`ResourceId` of Route 53's API).
pub(crate) fn hosted_zone(key: &str, text: String) -> Checked {
    let allowed = "its id, such as `Z0123456789ABCDEFGHIJ`";
    check(key, text, "a hosted zone's id", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        (2..=32).contains(&text.len()) && text.starts_with('Z') && text.bytes().all(good)
    })
}

/// The name of a record: `api.example.com`.
pub(crate) fn record(key: &str, text: String) -> Checked {
    let allowed = "lower-case letters, digits, `-`, `_` and `.`, without a dot at the end";
    check(key, text, "a record's name", allowed, |text| {
        let good = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        };
        let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(good);
        text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
    })
}

/// The name of a record within its set (`ResourceRecordSetIdentifier` of Route 53's API).
pub(crate) fn set_identifier(key: &str, text: String) -> Checked {
    let allowed = "1 to 128 printable ASCII characters";
    check(key, text, "a set identifier", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        (1..=128).contains(&text.len()) && text.bytes().all(good)
    })
}

/// The path of the beacon, which is no page, no pin and no path pattern: `/_b`.
pub(crate) fn beacon(key: &str, text: String) -> Checked {
    let allowed = "2 to 128 of A-Z, a-z, 0-9 and `-._~/`, `/` first and no `//`, not below `/_r/`";
    check(key, text, "a path", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        (2..=128).contains(&text.len())
            && text.bytes().all(good)
            && text.starts_with('/')
            && !text.contains("//")
            && !text.starts_with("/_r/")
    })
}

/// A part of a User-Agent. One character is not enough to recognise a crawler.
pub(crate) fn crawler(key: &str, text: String) -> Checked {
    let allowed = "2 to 128 printable ASCII characters";
    check(key, text, "a part of a User-Agent", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        (2..=128).contains(&text.len()) && !text.trim().is_empty() && text.bytes().all(good)
    })
}

/// The extension of a file, without its dot: `woff2`.
pub(crate) fn file_type(key: &str, text: String) -> Checked {
    let allowed = "1 to 16 of a-z and 0-9, without a dot";
    check(key, text, "a file type", allowed, |text| {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        (1..=16).contains(&text.len()) && text.bytes().all(good)
    })
}

fn check(
    key: &str,
    text: String,
    what: &str,
    allowed: &str,
    is_good: impl FnOnce(&str) -> bool,
) -> Checked {
    if is_good(&text) {
        return Ok(text);
    }
    Err(ConfigError::value(key, format!("`{text}` is not {what}: allowed are {allowed}")))
}
