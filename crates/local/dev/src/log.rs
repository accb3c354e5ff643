use std::io::{self, Write, stderr};

use terminal_text::Lines;
use tracing::Level;

/// Sends log lines to standard error: 0 for errors only, 1 also for the functions' lines, 2 for everything.
pub(crate) fn log(verbose: u8) {
    let level = match verbose {
        0 => Level::ERROR,
        1 => Level::INFO,
        2.. => Level::DEBUG,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_writer(|| Escaped(stderr()))
        .with_max_level(level)
        .with_target(false)
        .finish();
    // A second call in one process fails and keeps the first subscriber, which is fine.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Writes each log line with its characters escaped: functions and viewers put any character into them.
struct Escaped<W>(W);

impl<W: Write> Write for Escaped<W> {
    /// The subscriber writes a whole line at once, with a line break at its end. Lambda's report of an invocation has
    /// tabs between its fields.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line).replace('\t', "  ");
        let text = format!("{}\n", Lines::from(text.trim_end_matches('\n')));
        self.0.write_all(text.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::Escaped;

    #[test]
    fn a_log_line_stays_one_line_and_acts_on_no_terminal() {
        let mut written = Vec::new();
        let line = "INFO REPORT\tDuration: 1 ms \u{1b}]52;c;aGk=\u{7}\n::error::x\n";
        Escaped(&mut written).write_all(line.as_bytes()).unwrap();
        assert_eq!(
            String::from_utf8(written).unwrap(),
            "INFO REPORT  Duration: 1 ms \\u{1b}]52;c;aGk=\\u{7}\\n::error::x\n"
        );
    }
}
