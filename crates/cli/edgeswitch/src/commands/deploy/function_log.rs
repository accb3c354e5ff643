use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::report_line::ReportLine;

/// The end of a function's log: lines of Lambda, and our functions' JSON lines.
pub(crate) struct FunctionLog {
    text: String,
    lines: Vec<Value>,
}

impl FunctionLog {
    pub(crate) fn new(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Self { text: text.to_owned(), lines }
    }

    /// Reads the Base64 of Lambda's answer. What cannot be read is an empty log.
    pub(crate) fn from_base64(log: Option<&str>) -> Self {
        let bytes = log.and_then(|log| BASE64_STANDARD.decode(log).ok()).unwrap_or_default();
        Self::new(&String::from_utf8_lossy(&bytes))
    }

    pub(crate) fn report(&self) -> Option<ReportLine> {
        ReportLine::find(&self.text)
    }

    /// The error of the entry module, which could not start the binary.
    pub(crate) fn not_started(&self) -> Option<String> {
        let line = self.last(|message| message.starts_with("bootstrap is not running"))?;
        Some(text(line, "error").unwrap_or_default().to_owned())
    }

    /// The error of a function without a usable configuration.
    pub(crate) fn no_configuration(&self) -> Option<String> {
        let line = self.last(|message| message.starts_with("no usable configuration"))?;
        Some(text(line, "error").unwrap_or_default().to_owned())
    }

    /// How fresh the plan was with which the last event was decided, in the word of the log.
    pub(crate) fn plan(&self) -> Option<&str> {
        text(self.last(|message| message == "handled")?, "plan")
    }

    /// Why the plan was not read.
    pub(crate) fn plan_error(&self) -> Option<String> {
        let line = self.last(|message| message == "plan not refreshed")?;
        text(line, "error").map(ToOwned::to_owned)
    }

    fn last(&self, is_it: impl Fn(&str) -> bool) -> Option<&Value> {
        self.lines.iter().rev().find(|line| text(line, "message").is_some_and(&is_it))
    }
}

fn text<'a>(line: &'a Value, field: &str) -> Option<&'a str> {
    line.get(field)?.as_str()
}
