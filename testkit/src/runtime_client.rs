use std::path::Path;
use std::process::Command;

use crate::tools::Tools;

/// The program that loads a package: one of AWS's runtime clients, as in Lambda's managed runtimes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimeClient {
    /// No client: `bootstrap` is started directly.
    Bare,
    /// `awslambdaric` of the Python runtimes.
    Python,
    /// `aws-lambda-ric` on Node.js 22.
    Node22,
    /// `aws-lambda-ric` on Node.js 24.
    Node24,
}

impl RuntimeClient {
    /// All of AWS's clients.
    pub const MANAGED: [Self; 3] = [Self::Python, Self::Node22, Self::Node24];

    /// The command that Lambda would run for the package unpacked in `task_root`.
    pub fn command(self, tools: &Tools, task_root: &Path) -> Command {
        let mut command = match self {
            Self::Bare => clean(&task_root.join("bootstrap")),
            Self::Python => python(tools),
            Self::Node22 => node(tools, "node22/bin/node"),
            Self::Node24 => node(tools, "node24/bin/node"),
        };
        command.current_dir(task_root).envs(VARIABLES).env("LAMBDA_TASK_ROOT", task_root);
        command
    }
}

/// The environment variables of every function at the edge. The Region is the replica's.
const VARIABLES: [(&str, &str); 16] = [
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_DEFAULT_REGION", "eu-central-1"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ("AWS_LAMBDA_FUNCTION_NAME", "us-east-1.edgeswitch"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/us-east-1.edgeswitch"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/22/[1]00000000000000000000000000000000"),
    ("AWS_REGION", "eu-central-1"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("AWS_SESSION_TOKEN", "test"),
    ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
    ("LANG", "en_US.UTF-8"),
    ("PATH", "/usr/local/bin:/usr/bin/:/bin"),
    // In Lambda the task folder is read-only, so Python caches nothing there.
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("TZ", ":UTC"),
];

fn python(tools: &Tools) -> Command {
    let handler = "lambda_function.lambda_handler";
    let mut command = clean(&tools.python("python"));
    command.args(["-m", "awslambdaric", handler]).env("_HANDLER", handler);
    command
}

fn node(tools: &Tools, program: &str) -> Command {
    let handler = "index.handler";
    let mut command = clean(&tools.node_module(program));
    command
        .arg(tools.node_module("aws-lambda-ric/index.mjs"))
        .arg(handler)
        .env("_HANDLER", handler);
    command
}

/// A command that inherits no environment variables.
fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command
}
