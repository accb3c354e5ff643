use std::collections::BTreeMap;
use std::path::Path;

use edge_time::{Clock, SystemClock};
use uuid::Uuid;

use crate::launch::Launch;

/// The environment variables of a process: those that Lambda sets for a function (page
/// `configuration-envvars` of Lambda's guide), then those of the options.
pub(crate) fn variables(
    launch: &Launch,
    runtime_api: &str,
    temporary: &Path,
) -> BTreeMap<String, String> {
    let placed = &launch.placed;
    let (name, region) = (placed.function_name(), placed.region());
    let task_root = launch.package.root().display().to_string();
    let own = [
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", launch.options.memory.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", placed.version().to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream()),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
        ("AWS_REGION", region.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_SESSION_TOKEN", "local".to_owned()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
        ("LAMBDA_TASK_ROOT", task_root),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin".to_owned()),
        // In Lambda each execution environment has its own `/tmp`.
        ("TMPDIR", temporary.display().to_string()),
        ("TZ", ":UTC".to_owned()),
        ("_HANDLER", placed.handler().to_owned()),
    ];
    let runtime = placed.execution_environment().map(|name| ("AWS_EXECUTION_ENV", name.to_owned()));
    let own = own.into_iter().chain(runtime).map(|(name, value)| (name.to_owned(), value));
    own.chain(launch.options.variables.clone()).collect()
}

/// `2026/11/22/[1]4459c970fa6d4c77aca62c95850fce54`
fn log_stream() -> String {
    let date = SystemClock.now().utc().date();
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year}/{month:02}/{day:02}/[1]{}", Uuid::new_v4().simple())
}
