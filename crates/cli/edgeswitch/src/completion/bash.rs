use std::env;
use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine::complete;
use clap_complete::env::{self as shells, EnvCompleter};

use super::words::Whole;

/// The index of the completed word, and what separates two answers: the script sets both.
const INDEX: &str = "_CLAP_COMPLETE_INDEX";
const SEPARATOR: &str = "_CLAP_IFS";

/// Bash, with the words of [`Whole`]: the engine would take the parts of `--slot=green` for three arguments.
pub(super) struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        shells::Bash.name()
    }

    fn is(&self, name: &str) -> bool {
        shells::Bash.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        command: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        shells::Bash.write_registration(variable, name, command, completer, out)
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let current = env::var(INDEX).ok().and_then(|index| index.parse().ok());
        let Whole { words, current, before } = Whole::new(words, current.unwrap_or_default());
        let separator = env::var(SEPARATOR).unwrap_or_else(|_| "\n".into());
        let before = before.to_string_lossy();
        let answers = complete(command, words, current, folder)?;
        let answers = answers.iter().map(|answer| answer.get_value().to_string_lossy());
        let answers = answers.map(|answer| match answer.strip_prefix(&*before) {
            Some(rest) => rest.to_owned(),
            None => answer.into_owned(),
        });
        write!(out, "{}", answers.collect::<Vec<_>>().join(&separator))
    }
}
