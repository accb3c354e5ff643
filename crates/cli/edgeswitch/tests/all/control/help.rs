//! The help, by which a newcomer finds the way: every command has one that reads well.

use std::collections::BTreeSet;
use std::fs;

use clap::builder::StyledStr;
use clap::{Command, CommandFactory, Parser};
use edgeswitch::Cli;
use regex_lite::Regex;

use crate::golden;

/// Every command, the program itself first, in a terminal of so many columns.
pub(crate) fn commands(columns: usize) -> Vec<Command> {
    let mut cli = Cli::command().term_width(columns);
    cli.build();
    let mut all = vec![cli];
    let mut next = 0;
    while let Some(command) = all.get(next) {
        let nested = command.get_subcommands().filter(|nested| nested.get_name() != "help");
        all.extend(nested.cloned().collect::<Vec<_>>());
        next += 1;
    }
    all
}

/// `edgeswitch ramp pause`.
fn name(command: &Command) -> &str {
    command.get_bin_name().unwrap_or(command.get_name())
}

fn long_help(command: &Command) -> String {
    command.clone().render_long_help().to_string()
}

/// The examples and the exit codes.
pub(crate) fn after_help(command: &Command) -> String {
    let text = command.get_after_long_help().or_else(|| command.get_after_help());
    text.map(ToString::to_string).unwrap_or_default()
}

#[test]
fn the_help_of_every_command() {
    let mut files = BTreeSet::new();
    for command in commands(80) {
        let file = format!("{}.txt", name(&command).replace(' ', "-"));
        let text = format!("$ {} --help\n{}", name(&command), long_help(&command));
        golden::check(&format!("control/golden/help/{file}"), &text);
        files.insert(file);
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/control/golden/help");
    let kept = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let kept: BTreeSet<String> = kept.map(|name| name.into_string().unwrap()).collect();
    assert_eq!(kept, files, "a file for each command, and no other");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for command in commands(80) {
        for line in long_help(&command).lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", name(&command));
        }
    }
}

/// A command's summary is one line in the list of commands, and a sentence without its full stop.
#[test]
fn every_command_and_option_says_what_it_is() {
    for command in commands(80) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let (first, count) = (about.chars().next(), about.chars().count());
        assert!(first.is_some_and(char::is_uppercase), "{}: {about}", name(&command));
        assert!(count <= 65 && !about.ends_with('.'), "{}: {about}", name(&command));
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(!help.is_empty(), "{} {}", name(&command), argument.get_id());
        }
    }
}

/// Everything that the help says of a command in words, without its name.
fn words(command: &Command) -> Vec<(String, String)> {
    let of = |text: Option<&StyledStr>| text.map(ToString::to_string).unwrap_or_default();
    let arguments = command.get_arguments().flat_map(|argument| {
        let id = argument.get_id().to_string();
        [(id.clone(), of(argument.get_help())), (id, of(argument.get_long_help()))]
    });
    let own = [command.get_about(), command.get_long_about()];
    own.map(|text| ("about".into(), of(text))).into_iter().chain(arguments).collect()
}

/// Sentences name their subjects: no "what ..." or "who ..." stands for one.
#[test]
fn the_help_has_no_headless_clauses() {
    let headless = Regex::new(r"(?i)\b(what|whatever|who|whoever)\b").unwrap();
    let relative = Regex::new(r"(?i)\b(viewers?|anyone|person|people) who\b").unwrap();
    for command in commands(80) {
        for (of, text) in words(&command) {
            let rest = relative.replace_all(&text, "");
            assert!(!headless.is_match(&rest), "{} {of}: {text}", name(&command));
        }
    }
}

/// A help text begins like a sentence, and its first paragraph ends without a full stop, as clap prints it.
#[test]
fn every_argument_has_a_sentence() {
    for command in commands(80) {
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let begins = help.starts_with(|first: char| first.is_uppercase());
            let is_sentence = begins && help.split(' ').count() > 1 && !help.ends_with('.');
            assert!(is_sentence, "{} {}: {help}", name(&command), argument.get_id());
            let values = argument.get_possible_values();
            let explained = values.iter().filter(|value| value.get_help().is_some()).count();
            assert!([0, values.len()].contains(&explained), "{}", argument.get_id());
        }
    }
}

/// A command that does something shows how it is typed.
#[test]
fn every_command_that_does_something_has_an_example_of_itself() {
    for command in commands(80).iter().filter(|command| !command.has_subcommands()) {
        let own = format!("$ {}", name(command));
        let help = after_help(command);
        assert!(help.contains(&own), "{}: {help}", name(command));
    }
}

#[test]
fn the_list_of_commands_has_a_line_for_each() {
    let cli = Cli::command().term_width(80);
    let nested = cli.get_subcommands().map(|nested| (nested.get_name(), nested.get_about()));
    let help = long_help(&cli);
    for (name, about) in nested {
        let line = help.lines().find(|line| line.trim_start().starts_with(&format!("{name} ")));
        let about = about.map(ToString::to_string).unwrap_or_default();
        assert!(line.is_some_and(|line| line.ends_with(&about)), "{name}: {line:?}");
    }
}

/// What follows `$` in the help can be typed, and is not broken in two.
#[test]
fn every_example_is_a_command_line() {
    let mut examples = 0;
    for command in commands(80) {
        let help = after_help(&command);
        assert!(long_help(&command).trim_end().ends_with(&help), "{help}");
        for line in help.lines().filter_map(|line| line.trim_start().strip_prefix("$ ")) {
            let words = shlex::split(line).unwrap();
            let words = words.into_iter().take_while(|word| word != ">");
            let parsed = Cli::try_parse_from(words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            examples += 1;
        }
    }
    assert!(examples > 30, "{examples}");
}
