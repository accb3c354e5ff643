use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::{View, bucket_name, is_bucket};

/// A bucket's domain is the one of its Region, and not its website.
pub(crate) fn bucket_domain(view: &View<'_>, notes: &mut Notes) {
    for origin in view.serving_origins() {
        let (field, bucket) = (origin.get("DomainName"), bucket_name(&origin));
        let Some(bucket) = bucket else { continue };
        if field.text().contains(".s3-website") {
            let words = Words::new(
                "the origin is the bucket's website: it takes no signed requests, so the bucket is open to everybody",
                "use the bucket's own domain with origin access control",
                command::set(view, &field, &format!("\"{bucket}.s3.REGION.amazonaws.com\"")),
            );
            notes.error(&field, words);
            continue;
        }
        let source = Source::BucketLocation(bucket.into());
        let Some(location) = notes.read(view, &source) else { continue };
        let region = match location.get("LocationConstraint").text() {
            "" => "us-east-1",
            "EU" => "eu-west-1",
            region => region,
        };
        let regional = format!("{bucket}.s3.{region}.amazonaws.com");
        let is_global = field.text() == format!("{bucket}.s3.amazonaws.com");
        if field.text() != regional && !(is_global && region == "us-east-1") {
            let words = Words::new(
                format!(
                    "the bucket is in `{region}`: S3 redirects viewers to its own address, past CloudFront and the functions"
                ),
                format!("use `{regional}`"),
                command::set(view, &field, &format!("\"{regional}\"")),
            );
            notes.error(&field, words);
        }
    }
}

/// The origin's path and the releases' prefix do not say the same twice.
pub(crate) fn path(view: &View<'_>, notes: &mut Notes) {
    let Some(prefix) = view.sample_prefix() else {
        return notes.skip(&Source::Distribution, Why::NoConfiguration);
    };
    for origin in view.serving_origins().iter().filter(|origin| is_bucket(origin)) {
        let field = origin.get("OriginPath");
        if field.is_set() && prefix.starts_with(&format!("{}/", field.text())) {
            let words = Words::new(
                format!(
                    "CloudFront puts `{0}` before a prefix that begins with `{0}`: viewers get a 404 for every file",
                    field.text()
                ),
                "empty the origin's path",
                command::set(view, &field, "\"\""),
            );
            notes.warning(&field, words);
        }
    }
}

/// A back end's domain resolves, and CloudFront can talk to it by TLS.
pub(crate) fn custom(view: &View<'_>, notes: &mut Notes) {
    for origin in view.serving_origins().iter().filter(|origin| !is_bucket(origin)) {
        let (domain, config) = (origin.get("DomainName"), origin.get("CustomOriginConfig"));
        if !config.is_object() || bucket_name(origin).is_some() {
            continue;
        }
        resolves(view, notes, &domain);
        let protocol = config.get("OriginProtocolPolicy");
        if protocol.text() == "http-only" {
            let words = Words::new(
                "CloudFront talks to the back end without TLS: viewers' cookies cross the network in the clear",
                "use `https-only`, with a certificate for the origin's domain",
                command::set(view, &protocol, "\"https-only\""),
            );
            notes.warning(&protocol, words);
        } else {
            certificate(view, notes, &domain);
        }
    }
}

fn resolves(view: &View<'_>, notes: &mut Notes, domain: &Field<'_>) {
    let source = Source::Addresses(domain.text().into());
    let is_missing = view.missing(&source).is_some();
    let known = notes.read(view, &source);
    if is_missing || known.is_some_and(|known| known.get("Addresses").list().is_empty()) {
        let words = Words::new(
            "the domain does not resolve: CloudFront answers 502 before origin-request can choose another one",
            "name a domain that always resolves; the functions replace it for each release",
            command::set(view, domain, "\"DOMAIN\""),
        );
        notes.error(domain, words);
    }
}

fn certificate(view: &View<'_>, notes: &mut Notes, domain: &Field<'_>) {
    let source = Source::Certificates(domain.text().into());
    let Some(known) = notes.read(view, &source) else { return };
    let names = known.get("Names");
    if !names.texts().iter().any(|name| covers(name, domain.text())) {
        let words = Words::new(
            format!("no certificate of the listener is for `{}`: viewers get a 502", domain.text()),
            "use a domain that is on the certificate, or add the domain to the listener's certificates",
            command::set(view, domain, "\"DOMAIN\""),
        );
        notes.error(&names, words);
    }
}

/// `*.example.com` is for one label: `api.example.com`, but not `a.b.example.com`.
fn covers(name: &str, domain: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(parent) => domain.split_once('.').is_some_and(|(_, rest)| rest == parent),
        None => name.eq_ignore_ascii_case(domain),
    }
}

/// No VPC origin stands behind a function of an origin event.
pub(crate) fn vpc(view: &View<'_>, notes: &mut Notes) {
    for behavior in view.serving() {
        let mut events = behavior.associations().into_iter();
        let has_ours = events.any(|(event, _)| event.starts_with("origin-"));
        // `attach` will put one there.
        if view.is_attached() && !has_ours {
            continue;
        }
        for origin in view.origins(&behavior) {
            let field = origin.get("VpcOriginConfig");
            if field.is_set() {
                let words = Words::new(
                    format!(
                        "CloudFront allows no origin-facing Lambda@Edge on VPC origins and refuses behaviour `{}`",
                        behavior.pattern
                    ),
                    "use a public load balancer that takes only CloudFront's requests",
                    command::set(view, &behavior.field.get("TargetOriginId"), "\"ORIGIN\""),
                );
                notes.error(&field, words);
            }
        }
    }
}
