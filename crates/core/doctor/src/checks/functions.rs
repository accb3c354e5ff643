use crate::arn::VersionArn;
use crate::command;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::view::View;
use crate::wanted::function;

/// The largest package (page `cloudfront-limits`), in bytes.
const MAX_CODE: i64 = 50 * 1024 * 1024;
/// The longest timeout in seconds, and the one that older pages still name for viewer events.
const MAX_TIMEOUT: i64 = 30;
const VIEWER_TIMEOUT: i64 = 5;

/// A version that is attached, with the configuration that AWS returned.
struct Attached<'a> {
    name: &'a str,
    event: &'a str,
    known: Field<'a>,
}

/// Every version that is attached and known, once.
fn attached<'a>(view: &View<'a>, notes: &mut Notes) -> Vec<Attached<'a>> {
    let mut sources = Vec::new();
    let mut all = Vec::new();
    for behavior in view.serving() {
        for (event, field) in behavior.associations() {
            let Ok(arn) = VersionArn::parse(field.text()) else { continue };
            let source = function(arn);
            if sources.contains(&source) {
                continue;
            }
            if let Some(known) = notes.read(view, &source) {
                all.push(Attached { name: arn.name, event, known });
            }
            sources.push(source);
        }
    }
    all
}

/// The runtime is one of Lambda@Edge's, and the handler is that of the entry module.
pub(crate) fn runtime(view: &View<'_>, notes: &mut Notes) {
    for Attached { name, known, .. } in attached(view, notes) {
        let (runtime, handler) = (known.get("Runtime"), known.get("Handler"));
        let expected = match runtime.text() {
            text if text.starts_with("python3.") => "lambda_function.lambda_handler",
            text if text.starts_with("nodejs2") => "index.handler",
            _ => {
                let words = Words::new(
                    "CloudFront takes functions with a Python or Node.js runtime only, and refuses this one",
                    "use `python3.13` with the handler `lambda_function.lambda_handler`",
                    command::function(
                        name,
                        "--runtime python3.13 --handler lambda_function.lambda_handler",
                    ),
                );
                notes.error(&runtime, words);
                continue;
            }
        };
        if handler.text() != expected {
            let words = Words::new(
                "the runtime does not find the entry module: every viewer gets a 503",
                format!(
                    "set the handler `{expected}`; `cargo lambda deploy` always sets `bootstrap`"
                ),
                command::function(name, &format!("--handler {expected}")),
            );
            notes.error(&handler, words);
        }
    }
}

/// The function has no setting that Lambda@Edge refuses.
pub(crate) fn settings(view: &View<'_>, notes: &mut Notes) {
    for one in attached(view, notes) {
        refused(&one, notes);
        limits(&one, notes);
    }
}

fn refused(Attached { name, event, known }: &Attached<'_>, notes: &mut Notes) {
    let variables = known.at("Environment.Variables");
    let layers = known.get("Layers");
    let network = known.at("VpcConfig.VpcId");
    let letters = known.at("DeadLetterConfig.TargetArn");
    let tracing = known.at("TracingConfig.Mode");
    let key = known.get("KMSKeyArn");
    let architectures = known.get("Architectures");
    let package = known.get("PackageType");
    let storage = known.at("EphemeralStorage.Size");
    let is_arm = architectures.texts().contains(&"arm64");
    let rules = [
        (variables.is_set(), variables, "environment variables", "--environment Variables={}"),
        (layers.is_set(), layers, "layers", "--layers"),
        (network.is_set(), network, "a VPC", "--vpc-config SubnetIds=[],SecurityGroupIds=[]"),
        (letters.is_set(), letters, "a dead letter queue", "--dead-letter-config TargetArn="),
        (tracing.text() == "Active", tracing, "tracing", "--tracing-config Mode=PassThrough"),
        (key.is_set(), key, "a key of the customer", "--kms-key-arn ''"),
        (
            storage.number().is_some_and(|size| size > 512),
            storage,
            "more than 512 MB in /tmp",
            "--ephemeral-storage Size=512",
        ),
    ];
    for (is_set, field, what, setting) in rules {
        if is_set {
            let words = Words::new(
                format!(
                    "Lambda@Edge takes no function with {what}: CloudFront refuses the version"
                ),
                format!("remove {what} from `{name}`, publish a version and attach it"),
                command::function(name, setting),
            );
            notes.error(&field, words);
        }
    }
    let code = format!(
        "aws lambda update-function-code --region us-east-1 --function-name {} \
         --architectures x86_64 --zip-file {} --publish",
        command::word(name),
        command::word(&format!("fileb://dist/{event}.zip"))
    );
    for (is_wrong, field, what) in [
        (is_arm, architectures, "the architecture arm64"),
        (package.text() == "Image", package, "a container image"),
    ] {
        if is_wrong {
            let words = Words::new(
                format!(
                    "Lambda@Edge takes no function with {what}: CloudFront refuses the version"
                ),
                "deploy the package as a zip for x86_64",
                code.clone(),
            );
            notes.error(&field, words);
        }
    }
}

fn limits(Attached { name, event, known }: &Attached<'_>, notes: &mut Notes) {
    let (timeout, size) = (known.get("Timeout"), known.get("CodeSize"));
    let seconds = timeout.number().unwrap_or_default();
    let shorter = command::function(name, "--timeout 5");
    if seconds > MAX_TIMEOUT {
        let words = Words::new(
            format!("CloudFront refuses a timeout of more than {MAX_TIMEOUT} s"),
            "set a timeout of 5 s",
            shorter,
        );
        notes.error(&timeout, words);
    } else if event.starts_with("viewer-") && seconds > VIEWER_TIMEOUT {
        let words = Words::new(
            "a viewer waits that long if the function hangs, and older deployment tools refuse it",
            "set a timeout of 5 s",
            shorter,
        );
        notes.warning(&timeout, words);
    }
    if size.number().is_some_and(|bytes| bytes > MAX_CODE) {
        let words = Words::new(
            "CloudFront refuses a package of more than 50 MB",
            "deploy the packages of `make package`, which are smaller than 4 MiB",
            "make package",
        );
        notes.error(&size, words);
    }
}
