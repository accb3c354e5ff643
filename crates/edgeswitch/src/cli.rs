use std::io::Write;

use clap::{Parser, Subcommand, ValueEnum};

use crate::dev::{DevArgs, dev};
use crate::explain::{self, ExplainArgs};
use crate::package::{Built, LIMIT, Packaging, package};

/// Blue/green and canary releases at the CloudFront edge.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Cli {
    /// How results are printed.
    #[arg(long, global = true, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How results are printed on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Lines for people.
    Text,
    /// One JSON document for programs.
    Json,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the three zips that Lambda@Edge accepts.
    Package(Packaging),
    /// Run the local CloudFront: edge locations, functions, origins and Parameter Store on this machine.
    Dev(DevArgs),
    /// Say what becomes of a request, and why.
    Explain(ExplainArgs),
}

/// Carries out one command and writes its result to `out`.
///
/// # Errors
/// When the command is refused or fails; the message is for people.
pub fn run(cli: &Cli, out: &mut impl Write) -> anyhow::Result<()> {
    match &cli.command {
        Command::Package(packaging) => print(&package(packaging)?, cli.output, out),
        Command::Dev(args) => dev(args, out),
        Command::Explain(args) => explain::run(args, cli.output, out),
    }
}

fn print(packages: &[Built], output: Output, out: &mut impl Write) -> anyhow::Result<()> {
    match output {
        Output::Json => writeln!(out, "{}", serde_json::to_string_pretty(packages)?)?,
        Output::Text => {
            for Built { path, size, sha256 } in packages {
                let share = 100.0 * *size as f64 / LIMIT as f64;
                writeln!(
                    out,
                    "{}  {size} bytes ({share:.1} % of the limit)  sha256 {sha256}",
                    path.display()
                )?;
            }
        }
    }
    Ok(())
}
