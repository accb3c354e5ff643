use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::control::{Target, endpoint_url};

/// A command line whose words are whole again.
///
/// Bash takes a line apart at `=` and `:`, too: `--local=http://127.0.0.1:8082` is seven words to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) words: Vec<OsString>,
    /// The index of the word that is completed.
    pub(super) current: usize,
    /// The part of that word that the shell takes for earlier words.
    pub(super) before: OsString,
}

impl Whole {
    /// Joins `words`, of which the one at `current` is completed.
    pub(super) fn new(words: impl IntoIterator<Item = OsString>, current: usize) -> Self {
        let mut whole = Self { words: Vec::new(), current: 0, before: OsString::new() };
        let mut is_open = false;
        for (index, word) in words.into_iter().enumerate() {
            let is_joint = word == "=" || word == ":";
            match whole.words.last_mut().filter(|_| is_joint || is_open) {
                Some(last) => {
                    if index == current {
                        whole.before.clone_from(last);
                    }
                    last.push(&word);
                }
                None => whole.words.push(word),
            }
            is_open = is_joint;
            if index == current {
                whole.current = whole.words.len() - 1;
            }
        }
        whole
    }
}

/// The plan that the words of the process name, as far as they are typed.
pub(super) fn typed_target() -> Option<Target> {
    let words = env::args_os().skip_while(|word| word != "--").skip(1);
    let words = Whole::new(words, 0).words.into_iter();
    target(words.map(|word| word.to_string_lossy().into_owned()))
}

/// Reads the options of [`Target`]. clap would stop at the first word that is not complete yet.
fn target(words: impl Iterator<Item = String>) -> Option<Target> {
    let mut target = Target::default();
    let mut words = words.take_while(|word| word != "--");
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word, None),
        };
        match name.as_str() {
            "--config" => target.config = value.or_else(|| words.next()).map(path),
            "--parameter" => target.parameter = value.or_else(|| words.next()),
            "--region" => target.region = value.or_else(|| words.next()),
            "--local" => target.local = Some(value.map(|url| endpoint_url(&url)).transpose().ok()?),
            _ => {}
        }
    }
    Some(target)
}

/// The path that the shell will make of a word: it has not replaced `~` yet.
fn path(word: String) -> PathBuf {
    match (word.strip_prefix("~/"), env::home_dir()) {
        (Some(below), Some(home)) => home.join(below),
        _ => word.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::{Whole, target};

    #[test]
    fn words_that_bash_took_apart_are_whole_again() {
        let rows = [
            ("whole", "edgeswitch promote 9f", 2, "edgeswitch promote 9f", 2, ""),
            ("a value", "edgeswitch add --slot = gr", 4, "edgeswitch add --slot=gr", 2, "--slot="),
            (
                "an address",
                "edgeswitch promote --local = http : //127.0.0.1 : 8082 9f",
                9,
                "edgeswitch promote --local=http://127.0.0.1:8082 9f",
                3,
                "",
            ),
            ("nothing to join", "= edgeswitch", 1, "=edgeswitch", 0, "="),
        ];
        for (name, words, current, expected, at, before) in rows {
            let split = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
            let whole = Whole { words: split(expected), current: at, before: before.into() };
            assert_eq!(Whole::new(split(words), current), whole, "{name}");
        }
    }

    #[test]
    fn the_plan_is_the_one_that_is_typed() {
        let read = |line: &str| target(line.split(' ').map(ToOwned::to_owned));
        let found =
            read("edgeswitch promote --config a.toml --region=eu-west-1 --parameter /p").unwrap();
        assert_eq!(found.config.unwrap().to_str(), Some("a.toml"));
        assert_eq!(
            (found.region.as_deref(), found.parameter.as_deref()),
            (Some("eu-west-1"), Some("/p"))
        );
        assert_eq!(read("edgeswitch promote --local 9f").unwrap().local, Some(None));
        let url = Some(Some("http://127.0.0.1:8082".to_owned()));
        assert_eq!(
            read("edgeswitch promote --local=http://127.0.0.1:8082/ 9f").unwrap().local,
            url
        );
        assert!(read("edgeswitch promote --local=nowhere 9f").is_none());
        assert!(read("edgeswitch promote --config").unwrap().config.is_none());
        assert!(read("edgeswitch promote -- --local").unwrap().local.is_none());
    }
}
