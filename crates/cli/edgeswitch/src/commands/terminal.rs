use std::env;
use std::io::{self, IsTerminal, Write};

use edge_time::SystemClock;
use terminal_size::{Width, terminal_size_of};

use crate::cli::{Color, Output};
use crate::commands::runtime::runtime;
use crate::commands::{Control, carry_out};
use crate::control::{Console, Input, Session, WaitDisplay, account};
use crate::exit::Exit;
use crate::failure::Failure;

/// The environment variables that name the user. Those of pipelines come first.
const WRITERS: [&str; 3] = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER"];

/// The width of standard output's terminal, if it is one.
fn columns() -> Option<usize> {
    terminal_size_of(io::stdout()).map(|(Width(columns), _)| columns.into())
}

/// Carries out a command with this process's terminal and AWS account.
pub(crate) fn control(
    command: &Control,
    output: Output,
    color: Color,
    out: &mut impl Write,
) -> Result<Exit, Box<dyn Failure>> {
    let (mut input, mut err) = (io::stdin().lock(), io::stderr());
    let progress = if err.is_terminal() { WaitDisplay::Bars } else { WaitDisplay::Lines };
    let input = if input.is_terminal() { Input::Person(&mut input) } else { Input::Nobody };
    let paint = color.paint(io::stdout().is_terminal());
    let console = Console { out, err: &mut err, input, output, progress, paint, columns };
    let writer = WRITERS.iter().find_map(|name| env::var(name).ok());
    let runtime = runtime()?;
    let account = runtime.block_on(account(command.target()))?;
    let mut session = Session { cloud: &account, clock: &SystemClock, console, writer };
    runtime.block_on(carry_out(command, &mut session))
}
