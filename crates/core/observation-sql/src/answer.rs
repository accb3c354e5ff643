//! The rows of an answer become an observation.

use std::fmt::Display;
use std::str::FromStr;

use edge_time::Timestamp;
use observation::{Apart, By, Content, Distinct, InSpan, Observation, Times, Traffic, Way};
use thiserror::Error;

use crate::COLUMNS;

/// What the logs say, and what was found in them besides rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The same counts as if the logs had been read.
    pub observation: Observation,
    /// Rows that were in the logs before.
    pub doubles: u64,
    /// Rows without an id, which may be counted twice.
    pub without_id: u64,
    /// Rows before the time that is looked at.
    pub before: u64,
    /// Lines that are no rows.
    pub skipped_lines: u64,
    /// `#Fields` lines with other fields than those that the query expected: the rows after them were cut wrongly.
    pub other_fields: u64,
}

/// The answer is not one to this query.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the answer has an unexpected value in column `{column}`: `{value}`")]
pub struct AnswerError {
    column: &'static str,
    value: String,
}

impl Answer {
    /// Reads the rows of an answer, without its headings. `None` is `NULL`.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] if a value is not what the query computes.
    pub fn of<'a>(
        rows: impl IntoIterator<Item = &'a [Option<String>]>,
        by: Option<By>,
    ) -> Result<Answer, AnswerError> {
        let mut answer = Answer { observation: Observation::by(by), ..Answer::default() };
        let (mut named, mut counted, mut in_spans) = (0, 0, 0);
        for row in rows {
            let row = Row(row);
            match row.text("part")? {
                "class" => named += answer.add_class(row)?,
                "way" => counted += answer.add_way(row)?,
                "content" => counted += answer.add_content(row)?,
                "bin" => answer.add_bin(row)?,
                "origin bin" => row.add_times(&mut answer.traffic(row)?.origin_times)?,
                "lcp bin" => row.add_times(&mut answer.traffic(row)?.vitals.lcp)?,
                "inp bin" => row.add_times(&mut answer.traffic(row)?.vitals.inp)?,
                "cls bin" => row.add_times(&mut answer.traffic(row)?.vitals.cls)?,
                "minute" => in_spans += answer.add_minute(row)?,
                _ => return Err(row.unexpected("part")),
            }
        }
        answer.observation.too_many = named - counted.min(named);
        if by.is_some() {
            answer.observation.beyond_spans = counted - in_spans.min(counted);
        }
        Ok(answer)
    }

    /// Returns the rows that name a release.
    fn add_class(&mut self, row: Row<'_>) -> Result<u64, AnswerError> {
        let rows: u64 = row.number("requests")?;
        let (apart, named) = match row.text("class")? {
            "blank" | "header" => return Ok(0),
            "skipped" => {
                self.skipped_lines += rows;
                return Ok(0);
            }
            "other fields" => {
                self.other_fields += rows;
                return Ok(0);
            }
            "before" => {
                self.before += rows;
                self.add_ids(row)?;
                return Ok(0);
            }
            "crawler" => (Some(Apart::Crawler), 0),
            "override" => (Some(Apart::Override), 0),
            "left" => (Some(Apart::Left), 0),
            "answered" => (Some(Apart::Answered), 0),
            "beacon" => return self.add_beacons(row),
            "unnamed" => (None, 0),
            "named" => (None, rows),
            _ => return Err(row.unexpected("class")),
        };
        self.add_rows(row, rows)?;
        let observation = &mut self.observation;
        match apart {
            Some(apart) => *observation.apart.entry(apart).or_default() += rows,
            None => observation.unnamed += rows - named,
        }
        Ok(named)
    }

    /// Returns the beacons that name a release.
    fn add_beacons(&mut self, row: Row<'_>) -> Result<u64, AnswerError> {
        let (beacons, unnamed) = (row.number("beacons")?, row.number::<u64>("unnamed_beacons")?);
        self.add_rows(row, beacons)?;
        self.observation.beacons += beacons;
        self.observation.unnamed_beacons += unnamed;
        Ok(beacons.saturating_sub(unnamed))
    }

    fn add_rows(&mut self, row: Row<'_>, rows: u64) -> Result<(), AnswerError> {
        self.add_ids(row)?;
        let observation = &mut self.observation;
        observation.rows += rows;
        if let (Some(from), Some(to)) = (row.maybe("first_ms")?, row.maybe("last_ms")?) {
            let (first, last) = observation.times.unwrap_or((from, to));
            observation.times = Some((first.min(from), last.max(to)));
        }
        Ok(())
    }

    fn add_ids(&mut self, row: Row<'_>) -> Result<(), AnswerError> {
        self.doubles += row.number::<u64>("doubles")?;
        self.without_id += row.number::<u64>("without_id")?;
        Ok(())
    }

    /// Returns the rows.
    fn add_way(&mut self, row: Row<'_>) -> Result<u64, AnswerError> {
        let rows: u64 = row.number("requests")?;
        let way = match row.text("way")? {
            "label" => Way::Label,
            "path pin" => Way::PathPin,
            "query pin" => Way::QueryPin,
            "cookie" => Way::Cookie,
            _ => return Err(row.unexpected("way")),
        };
        *self.observation.ways.entry(way).or_default() += rows;
        match row.get("agreement") {
            Some("agrees") => self.observation.agreed += rows,
            Some("differs") => self.observation.disagreed += rows,
            None => {}
            Some(_) => return Err(row.unexpected("agreement")),
        }
        Ok(rows)
    }

    /// Returns the beacons.
    fn add_content(&mut self, row: Row<'_>) -> Result<u64, AnswerError> {
        let traffic = self.traffic(row)?;
        traffic.requests = row.number("requests")?;
        traffic.viewers = row.viewers("viewers")?;
        traffic.server_errors = row.number("server_errors")?;
        traffic.viewers_with_server_errors = row.viewers("viewers_with_server_errors")?;
        traffic.missing_files = row.number("missing_files")?;
        traffic.viewers_with_missing_files = row.viewers("viewers_with_missing_files")?;
        traffic.function_errors = row.number("function_errors")?;
        traffic.hits = row.number("hits")?;
        traffic.misses = row.number("misses")?;
        traffic.page_errors = row.number("page_errors")?;
        traffic.viewers_with_page_errors = row.viewers("viewers_with_page_errors")?;
        row.number("beacons")
    }

    fn add_bin(&mut self, row: Row<'_>) -> Result<(), AnswerError> {
        let traffic = self.traffic(row)?;
        let times = match row.text("cache")? {
            "hit" => &mut traffic.hit_times,
            "miss" => &mut traffic.miss_times,
            _ => return Err(row.unexpected("cache")),
        };
        row.add_times(times)
    }

    /// Returns the rows.
    fn add_minute(&mut self, row: Row<'_>) -> Result<u64, AnswerError> {
        let requests: u64 = row.number("requests")?;
        let counts = InSpan {
            requests,
            page_loads: row.number("page_loads")?,
            viewers: row.viewers("viewers")?,
            bad_viewers: row.viewers("bad_viewers")?,
        };
        let span = self.observation.spans.entry(Timestamp(row.number("minute_ms")?)).or_default();
        span.releases.insert(row.text("release")?.into(), counts);
        Ok(requests + row.number::<u64>("beacons")?)
    }

    fn traffic(&mut self, row: Row<'_>) -> Result<&mut Traffic, AnswerError> {
        let name = row.text("content")?;
        let content = Content::ALL.into_iter().find(|content| content.name() == name);
        let content = content.ok_or_else(|| row.unexpected("content"))?;
        let contents = self.observation.releases.entry(row.text("release")?.into()).or_default();
        Ok(contents.entry(content).or_default())
    }
}

/// A row of the answer.
#[derive(Clone, Copy)]
struct Row<'a>(&'a [Option<String>]);

impl<'a> Row<'a> {
    fn get(self, column: &'static str) -> Option<&'a str> {
        let at = COLUMNS.iter().position(|name| *name == column)?;
        self.0.get(at)?.as_deref()
    }

    fn text(self, column: &'static str) -> Result<&'a str, AnswerError> {
        self.get(column).ok_or_else(|| self.unexpected(column))
    }

    fn number<N: FromStr<Err: Display>>(self, column: &'static str) -> Result<N, AnswerError> {
        self.text(column)?.parse().map_err(|_| self.unexpected(column))
    }

    fn maybe(self, column: &'static str) -> Result<Option<i64>, AnswerError> {
        self.get(column).map(|_| self.number(column)).transpose()
    }

    fn viewers<const KEPT: usize>(
        self,
        column: &'static str,
    ) -> Result<Distinct<KEPT>, AnswerError> {
        self.number(column).map(Distinct::counted)
    }

    fn add_times(self, times: &mut Times) -> Result<(), AnswerError> {
        let times_or_beacons = self.number::<u64>("requests")? + self.number::<u64>("beacons")?;
        times.add_to_bin(self.number("bin")?, times_or_beacons);
        Ok(())
    }

    fn unexpected(self, column: &'static str) -> AnswerError {
        AnswerError { column, value: self.get(column).unwrap_or("NULL").into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of an answer: names and values.
    fn row(values: &[(&str, &str)]) -> Vec<Option<String>> {
        let value = |name: &&str| values.iter().find(|(one, _)| one == name);
        COLUMNS.iter().map(|name| value(name).map(|(_, value)| (*value).to_owned())).collect()
    }

    fn answer(rows: &[Vec<Option<String>>]) -> Result<Answer, AnswerError> {
        Answer::of(rows.iter().map(Vec::as_slice), Some(By::Minute))
    }

    #[test]
    fn what_is_missing_in_the_parts_is_counted() {
        let named = [
            ("part", "class"),
            ("class", "named"),
            ("requests", "10"),
            ("doubles", "2"),
            ("without_id", "1"),
        ];
        let way = [("part", "way"), ("release", "41ab03d"), ("way", "label"), ("requests", "7")];
        let minute = [
            ("part", "minute"),
            ("release", "41ab03d"),
            ("minute_ms", "60000"),
            ("requests", "4"),
            ("page_loads", "1"),
            ("beacons", "0"),
            ("viewers", "2"),
            ("bad_viewers", "0"),
        ];
        let answer = answer(&[row(&named), row(&way), row(&minute)]).unwrap();
        let observation = &answer.observation;
        assert_eq!((observation.rows, answer.doubles, answer.without_id), (10, 2, 1));
        assert_eq!((observation.too_many, observation.beyond_spans), (3, 3));
        let span = &observation.spans[&Timestamp(60_000)].releases["41ab03d"];
        assert_eq!((span.requests, span.viewers.count()), (4, 2));
    }

    #[test]
    fn another_answer_is_refused() {
        let table = [
            (row(&[("part", "else")]), "`part`: `else`"),
            (row(&[]), "`part`: `NULL`"),
            (row(&[("part", "way"), ("requests", "-1")]), "`requests`: `-1`"),
            (row(&[("part", "content"), ("content", "video")]), "`content`: `video`"),
            (vec![Some("class".into())], "`requests`: `NULL`"),
        ];
        for (row, expected) in table {
            let error = answer(&[row]).unwrap_err().to_string();
            assert!(error.ends_with(expected), "{error}");
        }
    }
}
