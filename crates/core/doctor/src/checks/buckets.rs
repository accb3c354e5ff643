use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::policy_document::{Statement, statements};
use crate::source::Source;
use crate::view::{View, bucket_name, is_bucket};
use crate::wanted::key_of;

const SERVICE: &str = "cloudfront.amazonaws.com";

/// The buckets behind the serving behaviors, with their origins.
fn buckets<'a>(view: &View<'a>) -> Vec<(&'a str, Field<'a>)> {
    let mut all: Vec<(&'a str, Field<'a>)> = Vec::new();
    for origin in view.serving_origins() {
        if let Some(bucket) = bucket_name(&origin).filter(|_| is_bucket(&origin)) {
            all.push((bucket, origin));
        }
    }
    all
}

/// CloudFront signs its requests, and the bucket lets exactly this distribution read.
pub(crate) fn access(view: &View<'_>, notes: &mut Notes) {
    let all = buckets(view);
    for (index, (bucket, origin)) in all.iter().enumerate() {
        let control = origin.get("OriginAccessControlId");
        let identity = origin.at("S3OriginConfig.OriginAccessIdentity");
        match (control.is_set(), identity.is_set()) {
            (true, true) => {
                let words = Words::new(
                    "the origin has an access control and an access identity: CloudFront refuses the configuration",
                    "remove the origin access identity",
                    command::set(view, &identity, "\"\""),
                );
                notes.error(&identity, words);
            }
            (false, true) => continue,
            (false, false) => {
                let words = Words::new(
                    "CloudFront does not sign its requests: viewers get a 403, or the bucket is open to everybody",
                    "give the origin an origin access control",
                    command::set(view, &control, "\"ORIGIN_ACCESS_CONTROL_ID\""),
                );
                notes.error(&control, words);
                continue;
            }
            (true, false) => signing(view, notes, control.text()),
        }
        let is_first = all.iter().take(index).all(|(earlier, _)| earlier != bucket);
        if is_first {
            may_read(view, notes, bucket, origin);
            may_decrypt(view, notes, bucket);
        }
    }
}

fn signing(view: &View<'_>, notes: &mut Notes, id: &str) {
    let source = Source::OriginAccessControl(id.into());
    let Some(control) = notes.read(view, &source) else { return };
    let config = control.at("OriginAccessControl.OriginAccessControlConfig");
    let (id, name) =
        (command::word(id), command::word(&format!("Name={}", config.get("Name").text())));
    let rules = [
        ("SigningBehavior", "always"),
        ("SigningProtocol", "sigv4"),
        ("OriginAccessControlOriginType", "s3"),
    ];
    for (key, expected) in rules {
        let field = config.get(key);
        if field.text() != expected {
            let words = Words::new(
                "CloudFront does not sign every request to the bucket: viewers get a 403",
                format!("set `{key}` to `{expected}`"),
                format!(
                    "aws cloudfront update-origin-access-control --id {id} --if-match \
                     \"$(aws cloudfront get-origin-access-control --id {id} --query ETag --output text)\" \
                     --origin-access-control-config {name},SigningProtocol=sigv4,\
                     SigningBehavior=always,OriginAccessControlOriginType=s3"
                ),
            );
            notes.error(&field, words);
        }
    }
}

fn may_read(view: &View<'_>, notes: &mut Notes, bucket: &str, origin: &Field<'_>) {
    let source = Source::BucketPolicy(bucket.into());
    let is_missing = view.missing(&source).is_some();
    let known = notes.read(view, &source);
    if known.is_none() && !is_missing {
        return;
    }
    let field = known.map_or_else(|| origin.get("DomainName"), |known| known.get("Policy"));
    let all = statements(&field);
    let reads = |one: &&Statement<'_>| {
        one.allows() && one.is_about("s3:GetObject") && one.is_for_service(SERVICE)
    };
    let is_ours = |one: &Statement<'_>| one.source_arns().iter().any(|arn| is_this(view, arn));
    let problem = match all.iter().find(reads) {
        None => "does not let CloudFront read: viewers get a 403 for every file",
        Some(one) if one.source_arns().is_empty() => {
            "lets any distribution of any account read: viewers can get the files past this one"
        }
        Some(_) if !all.iter().filter(reads).any(is_ours) => {
            "lets another distribution read, not this one: viewers get a 403 for every file"
        }
        Some(_) => return,
    };
    let words = Words::new(
        format!("the policy of bucket `{bucket}` {problem}"),
        "allow `s3:GetObject` to CloudFront for this distribution",
        policy(view, bucket),
    );
    notes.error(&field, words);
}

/// Without a known id, any distribution may be this one.
fn is_this(view: &View<'_>, arn: &str) -> bool {
    let Some((_, named)) = arn.rsplit_once("distribution/") else { return false };
    named == "*" || view.id().is_none_or(|id| id == named)
}

fn policy(view: &View<'_>, bucket: &str) -> String {
    let (id, account) = (view.id().unwrap_or("ID"), view.account().unwrap_or("ACCOUNT"));
    let document = format!(
        "{{\"Version\":\"2012-10-17\",\
         \"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"{SERVICE}\"}},\
         \"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::{bucket}/*\",\"Condition\":\
         {{\"StringEquals\":{{\"AWS:SourceArn\":\"arn:aws:cloudfront::{account}:distribution/{id}\"}}}}}}]}}"
    );
    let (bucket, document) = (command::word(bucket), command::quoted(&document));
    format!("aws s3api put-bucket-policy --bucket {bucket} --policy {document}")
}

/// A key of the account's own must let CloudFront decrypt.
fn may_decrypt(view: &View<'_>, notes: &mut Notes, bucket: &str) {
    let source = Source::BucketEncryption(bucket.into());
    let Some(key) = notes.read(view, &source).and_then(|known| key_of(&known)) else { return };
    let Some(known) = notes.read(view, &Source::KeyPolicy(key.clone())) else { return };
    let field = known.get("Policy");
    let decrypts = |one: &Statement<'_>| {
        one.allows() && one.is_about("kms:Decrypt") && one.is_for_service(SERVICE)
    };
    if !statements(&field).iter().any(decrypts) {
        let words = Words::new(
            format!(
                "CloudFront may not decrypt the objects of bucket `{bucket}`: viewers get a 403"
            ),
            format!("allow `kms:Decrypt` to `{SERVICE}` in the key's policy"),
            format!(
                "aws kms put-key-policy --key-id {} --policy-name default --policy file://key.json",
                command::word(&key)
            ),
        );
        notes.error(&field, words);
    }
}

/// A bucket that may be listed is not listed at `/`.
pub(crate) fn listing(view: &View<'_>, notes: &mut Notes) {
    let root = view.config.get("DefaultRootObject");
    if root.is_set() {
        return;
    }
    let mut seen = Vec::new();
    for (bucket, _) in buckets(view) {
        if seen.contains(&bucket) {
            continue;
        }
        seen.push(bucket);
        let source = Source::BucketPolicy(bucket.into());
        let Some(known) = notes.read(view, &source) else { continue };
        let lists = |one: &Statement<'_>| {
            one.allows() && one.is_about("s3:ListBucket") && one.is_for_service(SERVICE)
        };
        if statements(&known.get("Policy")).iter().any(lists) {
            let words = Words::new(
                format!(
                    "if a function passes `/` through, viewers get the list of all objects in `{bucket}`"
                ),
                "set a default root object; the functions choose the page as before",
                command::set(view, &root, "\"index.html\""),
            );
            notes.warning(&root, words);
        }
    }
}
