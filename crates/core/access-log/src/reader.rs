//! Lines become rows.

#[cfg(feature = "parquet")]
use std::io::BufReader;
use std::io::{BufRead, Read};
use std::mem;

use memchr::{memchr, memmem};

use crate::columns::{Columns, column};
use crate::json::Object;
use crate::line::{self, Line};
use crate::skipped::Skip;
#[cfg(feature = "parquet")]
use crate::table::Table;
use crate::{Error, Fields, Input, Row, Skipped, input};

const FIELDS: &str = "#Fields:";
const VERSION: &str = "#Version:";

/// Reads the rows of a log.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    /// The current line. It can hold more than one row, where files were joined without a line break.
    line: String,
    /// Where the part of the line that was not looked at begins.
    rest: usize,
    number: u64,
    last: Line,
    columns: Option<Columns>,
    ends: Vec<u32>,
    object: Object,
    /// The rows, if they are not in the input.
    #[cfg(feature = "parquet")]
    table: Option<Table>,
    current: Current,
    skipped: Skipped,
}

/// Where the current row is.
#[derive(Debug, Clone, Copy)]
enum Current {
    /// In the line, between these bytes.
    Line(usize, usize, End),
    Object,
}

/// How a row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    LineBreak,
    /// The input ended, or another file was joined to it.
    Nothing,
}

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Row,
    NoRow,
}

impl<R: Read> Reader<Input<R>> {
    /// Reads a file, standard input, or an object's body, whether it is compressed or not.
    ///
    /// With the feature `parquet`, also a Parquet file. It is read into memory as a whole, since its index is at its end.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if the input fails, [`Error::Parquet`] if it is a Parquet file and the feature is off.
    pub fn open(input: R) -> Result<Self, Error> {
        let (input, kind) = input::look(input)?;
        #[cfg(feature = "parquet")]
        if kind == input::Kind::Parquet {
            return Reader::of_table(input);
        }
        Ok(Reader::new(Input::of(input, kind)?))
    }

    #[cfg(feature = "parquet")]
    fn of_table(mut input: BufReader<R>) -> Result<Self, Error> {
        let table = Table::read(&mut input).map_err(|source| Error::Read { line: 0, source })?;
        let nothing = Input::of(input, input::Kind::Text)?;
        Ok(Reader { table: Some(table), ..Reader::new(nothing) })
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads text.
    #[must_use]
    pub fn new(input: R) -> Reader<R> {
        Reader {
            input,
            line: String::new(),
            rest: 0,
            number: 0,
            last: Line::Terminated,
            columns: None,
            ends: Vec::new(),
            object: Object::new(),
            #[cfg(feature = "parquet")]
            table: None,
            current: Current::Object,
            skipped: Skipped::default(),
        }
    }

    /// Sets the columns of rows without a `#Fields` line: of the format raw, and of files whose start is lost.
    ///
    /// For v2, these are the `recordFields` of the delivery. A `#Fields` line in the input replaces them.
    #[must_use]
    pub fn with_fields(mut self, fields: Fields) -> Reader<R> {
        self.columns = Some(Columns::new(fields));
        self
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if the input fails, [`Error::Rtmp`] and [`Error::RealTime`] if this is another kind of log.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, Error> {
        #[cfg(feature = "parquet")]
        if self.table.is_some() {
            return self.next_of_table();
        }
        loop {
            if self.rest >= self.line.len() && !self.read_line()? {
                return Ok(None);
            }
            if self.look()? == Part::Row {
                return Ok(Some(self.row()));
            }
        }
    }

    #[cfg(feature = "parquet")]
    fn next_of_table(&mut self) -> Result<Option<Row<'_>>, Error> {
        while let Some(next) = self.table.as_mut().and_then(|table| table.next(&mut self.object)) {
            let row = next.map_err(|source| Error::Read { line: self.number, source })?;
            self.number += 1;
            match row {
                Ok(()) => return Ok(Some(self.row())),
                Err(why) => drop(self.skip(why)),
            }
        }
        Ok(None)
    }

    /// The lines that were no rows, so far. Headers and empty lines are not counted.
    #[must_use]
    pub fn skipped(&self) -> &Skipped {
        &self.skipped
    }

    fn row(&self) -> Row<'_> {
        let (text, ends, fields, end) = match (self.current, &self.columns) {
            (Current::Line(start, end, how), Some(columns)) => {
                let text = self.line.get(start..end).unwrap_or_default();
                (text, &self.ends, &columns.fields, how)
            }
            (Current::Line(..), None) | (Current::Object, _) => {
                let object = &self.object;
                (object.text.as_str(), &object.ends, &object.fields, End::LineBreak)
            }
        };
        Row { text, ends, fields, line: self.number, is_unterminated: end == End::Nothing }
    }

    /// Reads the next line. Its buffer is used again.
    fn read_line(&mut self) -> Result<bool, Error> {
        let mut buffer = mem::take(&mut self.line).into_bytes();
        buffer.clear();
        self.rest = 0;
        self.last = match line::read(&mut self.input, &mut buffer) {
            Ok(line) => line,
            Err(source) => return Err(Error::Read { line: self.number, source }),
        };
        if self.last == Line::End {
            return Ok(false);
        }
        self.number += 1;
        if self.last == Line::TooLong {
            self.skipped.add(self.number, Skip::TooLong);
        }
        // CloudFront writes ASCII. Other bytes come from editors and other programs.
        self.line = String::from_utf8(buffer)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        if self.number == 1 && self.line.starts_with('\u{feff}') {
            self.rest = '\u{feff}'.len_utf8();
        }
        Ok(true)
    }

    /// Looks at the next part of the line.
    fn look(&mut self) -> Result<Part, Error> {
        let start = self.rest;
        let part = self.line.get(start..).unwrap_or_default();
        self.rest = self.line.len();
        let end = match part.as_bytes().first() {
            None => return Ok(Part::NoRow),
            Some(b'{') => return Ok(self.look_at_object(start)),
            Some(_) => header_within(part).map_or(self.line.len(), |at| start + at),
        };
        if part.starts_with('#') {
            let header = self.line.get(start..end).unwrap_or_default();
            self.rest = object_within(header).map_or(end, |at| start + at);
            self.look_at_header(start, self.rest)?;
            return Ok(Part::NoRow);
        }
        self.rest = end;
        self.look_at_columns(start, end)
    }

    fn look_at_header(&mut self, start: usize, end: usize) -> Result<(), Error> {
        let header = self.line.get(start..end).unwrap_or_default();
        let Some(list) = header.strip_prefix(FIELDS) else { return Ok(()) };
        let fields = Fields::parse(list);
        self.columns = None;
        if fields.is_rtmp() {
            return Err(Error::Rtmp { line: self.number });
        }
        if fields.has_known() {
            self.columns = Some(Columns::new(fields));
        } else {
            self.skipped.add(self.number, Skip::NotAnAccessLog);
        }
        Ok(())
    }

    fn look_at_object(&mut self, start: usize) -> Part {
        let part = self.line.get(start..).unwrap_or_default();
        match self.object.read(part) {
            Ok(length) => {
                self.rest = start + length;
                self.current = Current::Object;
                Part::Row
            }
            Err(why) => {
                let after = part.get(1..).unwrap_or_default();
                let next = [header_within(part), object_within(after).map(|at| at + 1)];
                self.rest = next.into_iter().flatten().min().map_or(self.rest, |at| start + at);
                self.skip(why)
            }
        }
    }

    fn look_at_columns(&mut self, start: usize, end: usize) -> Result<Part, Error> {
        let part = self.line.get(start..end).unwrap_or_default();
        let (part, after) = match part.strip_suffix('\r') {
            Some(part) => (part, end - 1),
            None => (part, end),
        };
        if part.trim().is_empty() {
            return Ok(Part::NoRow);
        }
        let Some(columns) = &mut self.columns else {
            if is_real_time(part) {
                return Err(Error::RealTime { line: self.number });
            }
            return Ok(self.skip(Skip::NoFields));
        };
        let split = columns.split(part, &mut self.ends);
        let searched = match &split {
            Ok(()) => column(part, &self.ends, self.ends.len() - 1).unwrap_or_default(),
            Err(_) => part,
        };
        let object = object_within(searched).filter(|_| columns.objects_may_follow);
        let mut after = after;
        if let Some(at) = object {
            self.rest = after - searched.len() + at;
            let row = self.line.get(start..self.rest).unwrap_or_default();
            after = start + row.trim_end_matches('\r').len();
        }
        if let Err(why) = split {
            return Ok(self.skip(why));
        }
        if let Some(last) = self.ends.last_mut() {
            *last = (*last).min((after - start) as u32);
        }
        let is_whole = self.rest == self.line.len() && self.last == Line::Terminated;
        let how = if is_whole { End::LineBreak } else { End::Nothing };
        self.current = Current::Line(start, after, how);
        Ok(Part::Row)
    }

    fn skip(&mut self, why: Skip) -> Part {
        self.skipped.add(self.number, why);
        Part::NoRow
    }
}

/// Where a header begins after the start of the line, because the file before ended without a line break.
///
/// Values have no `#`: CloudFront writes `%23`.
fn header_within(part: &str) -> Option<usize> {
    let mut from = 1;
    while let Some(at) = part.as_bytes().get(from..).and_then(|rest| memchr(b'#', rest)) {
        let header = part.get(from + at..).unwrap_or_default();
        if header.starts_with(FIELDS) || header.starts_with(VERSION) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Where a JSON object begins, because the file before ended without a line break. Values have no `{` either.
fn object_within(part: &str) -> Option<usize> {
    memmem::find(part.as_bytes(), b"{\"")
}

/// A real-time record starts with a time in seconds and milliseconds: `1607374371.516` (page `real-time-logs`).
fn is_real_time(part: &str) -> bool {
    let Some((time, _)) = part.split_once('\t') else { return false };
    let Some((seconds, fraction)) = time.split_once('.') else { return false };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (9..=11).contains(&seconds.len())
        && is_number(seconds)
        && fraction.len() == 3
        && is_number(fraction)
}
