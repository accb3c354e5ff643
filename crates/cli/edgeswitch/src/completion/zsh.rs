use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::env::{self as shells, EnvCompleter};

/// Zsh, with a script that also works as a file of `fpath`: zsh then loads it when it is needed, and takes the whole
/// file for the function that completes.
pub(super) struct Zsh;

impl EnvCompleter for Zsh {
    fn name(&self) -> &'static str {
        shells::Zsh.name()
    }

    fn is(&self, name: &str) -> bool {
        shells::Zsh.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        command: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        shells::Zsh.write_registration(variable, name, command, completer, out)?;
        writeln!(out, "if [[ $funcstack[1] == _{command} ]]; then")?;
        writeln!(out, "    _clap_dynamic_completer_{name}")?;
        writeln!(out, "fi")
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        shells::Zsh.write_complete(command, words, folder, out)
    }
}
