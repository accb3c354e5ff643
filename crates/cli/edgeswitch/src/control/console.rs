use std::io::{self, BufRead, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use terminal_text::{Lines, escaped, json};
use thiserror::Error;

use crate::cli::Output;
use crate::control::fold::fold;
use crate::failure::{Advice, Failure};
use crate::failure_report::Paint;

/// The time between two pictures of a spinner.
const FRAME: Duration = Duration::from_millis(100);

/// The output and input of a command.
pub struct Console<'a> {
    /// Standard output: only results.
    pub out: &'a mut dyn Write,
    /// Standard error: everything else.
    pub err: &'a mut dyn Write,
    /// The source of answers to questions.
    pub input: Input<'a>,
    /// The format of results.
    pub output: Output,
    pub progress: WaitDisplay,
    /// Whether results are coloured where a command has colours.
    pub paint: Paint,
    /// Returns the current width of standard output's terminal; `None` if standard output is not a terminal.
    pub columns: fn() -> Option<usize>,
}

/// The source of answers to questions.
pub enum Input<'a> {
    /// A person at a terminal.
    Person(&'a mut dyn BufRead),
    /// Standard input is not a terminal, so nobody can answer.
    Nobody,
}

/// How waits are shown on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitDisplay {
    /// As progress bars: standard error is a terminal.
    Bars,
    /// As one line for each wait.
    Lines,
}

/// Standard output or the terminal cannot be written.
#[derive(Debug, Error)]
#[error("write to the terminal")]
pub(crate) struct TerminalError(#[from] io::Error);

impl Failure for TerminalError {
    fn advice(&self) -> Advice {
        Advice::failed()
    }
}

/// The question was not answered with yes.
#[derive(Debug, Error)]
pub(crate) enum AskError {
    #[error("there is nobody to ask: standard input is not a terminal")]
    NobodyToAsk,
    #[error("nothing was written")]
    Declined,
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for AskError {
    fn advice(&self) -> Advice {
        match self {
            Self::NobodyToAsk => Advice::usage()
                .hint("`-y` writes without a question, `--dry-run` only shows the changes"),
            Self::Declined => Advice::failed(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

impl<'a> Console<'a> {
    /// For a run that nobody watches: what it says is lost, and nobody answers its questions.
    pub(crate) fn unwatched(out: &'a mut io::Sink, err: &'a mut io::Sink) -> Self {
        Self {
            out,
            err,
            input: Input::Nobody,
            output: Output::Text,
            progress: WaitDisplay::Lines,
            paint: Paint::Plain,
            columns: || None,
        }
    }
}

impl Console<'_> {
    /// Prints a result: `text` for people, or `value` as one JSON document.
    pub(crate) fn print(
        &mut self,
        text: impl Into<Lines>,
        value: &impl Serialize,
    ) -> Result<(), TerminalError> {
        self.output.print(&mut *self.out, text, value)
    }

    /// Like [`Self::print`], but folds text in columns to the terminal's width.
    pub(crate) fn print_columns(
        &mut self,
        text: impl Into<Lines>,
        value: &impl Serialize,
    ) -> Result<(), TerminalError> {
        let text = self.folded(text);
        self.print(text, value)
    }

    /// The text with its lines folded to the terminal's width.
    pub(crate) fn folded(&self, text: impl Into<Lines>) -> Lines {
        fold(text.into(), (self.columns)())
    }

    /// Like [`Self::print_columns`], for one of many results: each JSON document takes one line.
    pub(crate) fn print_document(
        &mut self,
        text: impl Into<Lines>,
        value: &impl Serialize,
    ) -> Result<(), TerminalError> {
        match self.output {
            Output::Text => self.print_columns(text, value),
            Output::Json => {
                let document = serde_json::to_string(value).map_err(io::Error::from)?;
                Ok(writeln!(self.out, "{}", json(&document))?)
            }
        }
    }

    /// Whether the next output may overwrite this one on the screen: text, on a terminal.
    pub(crate) fn is_painted_over(&self) -> bool {
        self.output == Output::Text && (self.columns)().is_some()
    }

    /// Writes a line to standard error.
    pub(crate) fn say(&mut self, line: &str) -> Result<(), TerminalError> {
        Ok(writeln!(self.err, "{}", escaped(line))?)
    }

    /// Writes each of several lines to standard error.
    pub(crate) fn say_each(
        &mut self,
        lines: &[impl std::fmt::Display],
    ) -> Result<(), TerminalError> {
        lines.iter().try_for_each(|line| self.say(&line.to_string()))
    }

    /// Writes lines to standard error, if there are any.
    pub(crate) fn say_lines(&mut self, lines: &Lines) -> Result<(), TerminalError> {
        if lines.is_empty() {
            return Ok(());
        }
        Ok(writeln!(self.err, "{lines}")?)
    }

    /// Asks a question that must be answered with yes.
    ///
    /// # Errors
    /// `NobodyToAsk` without a terminal, `Declined` for any other answer.
    pub(crate) fn ask(&mut self, question: &str) -> Result<(), AskError> {
        let Input::Person(input) = &mut self.input else { return Err(AskError::NobodyToAsk) };
        let question = format!("{} [y/N] ", escaped(question));
        let answer = typed(*input, self.err, &question).map_err(TerminalError)?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(AskError::Declined),
        }
    }

    /// Asks for a value. Returns `None` for an empty answer, and without a terminal.
    pub(crate) fn ask_for(&mut self, what: &str) -> Result<Option<String>, TerminalError> {
        let Input::Person(input) = &mut self.input else { return Ok(None) };
        let answer = typed(*input, self.err, &format!("{} ", escaped(what)))?;
        Ok(Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty()))
    }

    /// Says `what` the wait is for, and returns a bar that counts `seconds`.
    pub(crate) fn bar(&mut self, seconds: u64, what: &str) -> Result<ProgressBar, TerminalError> {
        self.say(what)?;
        let bar = ProgressBar::with_draw_target(Some(seconds), self.target());
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len} s");
        Ok(bar.with_style(style.expect("the template is well-formed")))
    }

    /// Says `what` the wait is for, and returns a bar that counts parts of it, none at first.
    pub(crate) fn counter(&mut self, what: &str) -> Result<ProgressBar, TerminalError> {
        self.say(what)?;
        let bar = ProgressBar::with_draw_target(Some(0), self.target());
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len}");
        Ok(bar.with_style(style.expect("the template is well-formed")))
    }

    /// Says `what` the wait is for, and returns a sign that the program still waits. Nobody knows how long.
    pub(crate) fn spinner(&mut self, what: &str) -> Result<ProgressBar, TerminalError> {
        self.say(what)?;
        let bar = ProgressBar::with_draw_target(None, self.target());
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
        let bar = bar.with_style(style.expect("the template is well-formed"));
        bar.enable_steady_tick(FRAME);
        Ok(bar)
    }

    fn target(&self) -> ProgressDrawTarget {
        match self.progress {
            WaitDisplay::Bars => ProgressDrawTarget::stderr(),
            WaitDisplay::Lines => ProgressDrawTarget::hidden(),
        }
    }
}

/// The line that is typed after a prompt.
fn typed(input: &mut dyn BufRead, err: &mut dyn Write, prompt: &str) -> io::Result<String> {
    write!(err, "{prompt}")?;
    err.flush()?;
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    Ok(answer)
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").field("output", &self.output).finish_non_exhaustive()
    }
}
