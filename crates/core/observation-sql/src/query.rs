//! The question: one query over all logs of a span.

use std::fmt::Write;

use access_log::Field;
use edge_time::Timestamp;
use observation::{MAX_RELEASES, MAX_SPANS, Times};
use routing_core::Rules;

use crate::pattern::{group, is_in};
use crate::{Form, Source, rules};

/// The longest query that Athena takes, in bytes.
pub const LONGEST: usize = 262_144;

/// The columns of the answer, in their order.
pub const COLUMNS: [&str; 28] = [
    "part",
    "class",
    "release",
    "way",
    "agreement",
    "content",
    "cache",
    "bin",
    "minute_ms",
    "requests",
    "page_loads",
    "beacons",
    "unnamed_beacons",
    "doubles",
    "without_id",
    "first_ms",
    "last_ms",
    "viewers",
    "server_errors",
    "viewers_with_server_errors",
    "missing_files",
    "viewers_with_missing_files",
    "page_errors",
    "viewers_with_page_errors",
    "function_errors",
    "bad_viewers",
    "hits",
    "misses",
];

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// The database with the tables.
    pub database: &'a str,
    /// The tables, and which of their logs are read.
    pub sources: &'a [Source],
    /// The form of all these logs.
    pub form: &'a Form,
    /// The names of cookies, the crawlers, the routes.
    pub rules: &'a Rules,
    /// The path of beacons, if pages send any.
    pub beacon: Option<&'a str>,
    /// Rows before are counted apart.
    pub since: Option<Timestamp>,
    /// Whether to count by minute, too.
    pub by_minute: bool,
}

impl Query<'_> {
    /// The text of the query. Athena scans the logs once.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from("WITH ");
        let steps = [
            ("lines", self.lines()),
            ("cut", self.cut()),
            ("named", self.named()),
            ("placed", self.placed()),
            ("judged", self.judged()),
            ("once", ONCE.into()),
            ("counted", COUNTED.into()),
            ("sized", SIZED.into()),
            ("ranked", RANKED.into()),
        ];
        for (at, (name, step)) in steps.iter().enumerate() {
            let comma = if at == 0 { "" } else { ",\n" };
            // Writing to a text cannot fail.
            let _ = write!(text, "{comma}{name} AS (\n{step}\n)");
        }
        let columns = COLUMNS.join(", ");
        let _ = write!(
            text,
            "\nSELECT {columns}\nFROM ranked\nWHERE part = 'class'\n  OR (place <= {MAX_RELEASES} AND (part <> 'way' OR way IS NOT NULL)\n    AND (part NOT LIKE '%bin' OR bin IS NOT NULL)\n    AND (part <> 'minute' OR (minute_ms IS NOT NULL AND nth <= {MAX_SPANS})))"
        );
        text
    }

    /// The lines of the span.
    fn lines(&self) -> String {
        let of = |source: &Source| {
            let (database, table) = (self.database, source.table.name());
            format!(
                "SELECT coalesce(line, '') AS line FROM \"{database}\".\"{table}\" WHERE {}",
                source.filter
            )
        };
        let all: Vec<String> = self.sources.iter().map(of).collect();
        all.join("\nUNION ALL\n")
    }

    /// The values of each line, as they stand in the log, and what the line is.
    fn cut(&self) -> String {
        let values = [
            (Field::Date, "day_text"),
            (Field::Time, "time_text"),
            (Field::TimestampMs, "timestamp_text"),
            (Field::TimeTaken, "taken_text"),
            (Field::RequestId, "request_id"),
            (Field::ClientIp, "address"),
            (Field::UserAgent, "user_agent"),
            (Field::Method, "method"),
            (Field::UriStem, "uri"),
            (Field::UriQuery, "query"),
            (Field::Cookie, "cookie"),
            (Field::Status, "status_text"),
            (Field::ContentType, "content_type"),
            (Field::ResultType, "result"),
            (Field::ResponseResultType, "response_result"),
            (Field::DetailedResultType, "detailed"),
            (Field::TimeToFirstByte, "first_byte_text"),
            (Field::OriginFirstByte, "origin_text"),
        ];
        let values = values.map(|(field, name)| format!("  {} AS {name}", self.form.value(field)));
        let (other, row) = (self.form.has_other_fields(), self.form.is_row());
        let time = self.has_time();
        format!(
            "SELECT line,\n{},\n  CASE WHEN trim(line) = '' THEN 'blank' WHEN {other} THEN 'other fields' WHEN line LIKE '#%' THEN \
             'header'\n    WHEN {row} AND {time} THEN 'row' ELSE 'skipped' END AS kind\nFROM lines",
            values.join(",\n")
        )
    }

    /// Whether the time of a line is one: a row with shifted columns has none.
    fn has_time(&self) -> String {
        let checks = [
            (Field::Date, r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"),
            (Field::Time, r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)$"),
            (Field::TimestampMs, r"^[0-9]{1,18}$"),
        ];
        let checks = checks.into_iter().filter(|(field, _)| self.form.has(*field));
        let checks: Vec<String> =
            checks.map(|(field, pattern)| is_in(&self.form.value(field), pattern)).collect();
        checks.join(" AND ")
    }

    /// Values with their types, and the releases that the row names.
    fn named(&self) -> String {
        let taken = format!("coalesce({}, 0e0)", seconds("taken_text"));
        let columns = [
            ("request_id", "CASE WHEN kind = 'row' THEN request_id END".into()),
            ("ended_ms", AT.into()),
            ("taken_ms", format!("CAST(floor({taken} * 1e3) AS bigint)")),
            ("viewer", VIEWER.into()),
            ("agent", "lower(coalesce(user_agent, ''))".into()),
            ("method", "coalesce(method, 'GET')".into()),
            ("said", rules::said(self.beacon)),
            ("uri", "coalesce(uri, '/')".into()),
            ("query", "coalesce(query, '')".into()),
            ("cookie", "coalesce(cookie, '')".into()),
            (
                "status",
                format!(
                    "coalesce(TRY_CAST({} AS bigint), 0)",
                    group("status_text", "^[0-9]{1,4}$", 0)
                ),
            ),
            ("content_type", "content_type".into()),
            ("result", "coalesce(result, '')".into()),
            ("response_result", "response_result".into()),
            ("response", "coalesce(response_result, result, '')".into()),
            ("detailed", "coalesce(detailed, '')".into()),
            ("first_byte_bin", bin("first_byte_text")),
            ("origin_bin", bin("origin_text")),
            ("label", rules::label()),
            ("path_pin", rules::path_pin()),
            ("query_pin", rules::query_pin()),
            ("cookie_release", rules::cookie(self.rules)),
            ("beacon_release", rules::of_beacon(self.rules)),
        ];
        let columns = columns.map(|(name, value)| format!("  {value} AS {name}"));
        format!("SELECT line, kind,\n{}\nFROM cut", columns.join(",\n"))
    }

    /// The path without its pin, and what the request was for.
    fn placed(&self) -> String {
        let path = rules::path();
        let is_file = rules::is_file(self.rules);
        let (no_pages, html) = (rules::has_no_pages(self.rules), rules::may_be_a_page());
        format!(
            "SELECT with_file.*,\n  CASE WHEN method IN ('GET', 'HEAD') AND NOT is_file AND NOT {no_pages} AND {html} THEN 'page'\n    \
             WHEN is_file THEN 'file' ELSE 'data' END AS content\nFROM (\n  SELECT with_path.*, {is_file} AS is_file,\n    \
             CASE WHEN path LIKE '/%' THEN substr(path, 2) ELSE path END AS bare\n  FROM (SELECT named.*, {path} AS path FROM named) AS \
             with_path\n) AS with_file"
        )
    }

    /// Which release served the row, how it ended, and what it counts as.
    fn judged(&self) -> String {
        let before = match self.since {
            Some(since) => format!("WHEN ended_ms < {} THEN 'before' ", since.0),
            None => String::new(),
        };
        let (crawler, preview) = (rules::is_crawler(self.rules), rules::is_override(self.rules));
        let (left, answered) = (rules::HAS_LEFT, rules::IS_ANSWERED);
        let failure = rules::is_function_error();
        let cache = rules::CACHE;
        let [lcp, inp, cls] = ["lcp", "inp", "cls"].map(vital);
        let minute = if self.by_minute {
            "ended_ms - taken_ms - (ended_ms - taken_ms) % 60000"
        } else {
            "CAST(NULL AS bigint)"
        };
        format!(
            "SELECT line, request_id, ended_ms, class,\n{JUDGED}\nFROM (\n  SELECT line, request_id, ended_ms, viewer, content, label, \
             nearest, next_one, said, query, beacon_release,\n    \
             coalesce(label, nearest) AS release,\n    CASE WHEN label IS NOT NULL THEN nearest ELSE next_one END AS other,\n    \
             CASE WHEN kind <> 'row' THEN kind {before}WHEN {crawler} THEN 'crawler'\n      WHEN {preview} THEN 'override'\n      \
             WHEN said IS NOT NULL THEN 'beacon'\n      WHEN {left} THEN 'left'\n      WHEN {answered} THEN 'answered'\n      \
             WHEN coalesce(label, nearest) IS NULL THEN 'unnamed' ELSE 'named' END AS class,\n    \
             CASE WHEN label IS NOT NULL THEN 'label' ELSE named_by END AS way,\n    \
             CASE WHEN {failure} THEN 'function error'\n      WHEN status >= 500 AND status < 600 THEN 'server error'\n      \
             WHEN content = 'file' AND status IN (403, 404) THEN 'missing file' ELSE 'fine' END AS outcome,\n    \
             {cache} AS cache,\n    first_byte_bin, origin_bin, {lcp} AS lcp_bin, {inp} AS inp_bin, {cls} AS cls_bin, {minute} AS \
             minute_ms\n  FROM (\n{WAYS}\n  ) AS with_ways\n) AS with_class"
        )
    }
}

/// Milliseconds since 1970 of the response's end.
const AT: &str = "coalesce(TRY_CAST(timestamp_text AS bigint),\n    \
    date_diff('day', DATE '1970-01-01', TRY_CAST(day_text AS date)) * 86400000\n    \
    + (TRY_CAST(substr(time_text, 1, 2) AS bigint) * 3600 + TRY_CAST(substr(time_text, 4, 2) AS bigint) * 60\n    \
    + TRY_CAST(substr(time_text, 7, 2) AS bigint)) * 1000)";

/// A User-Agent can be logged in two ways, in which it is the same.
const VIEWER: &str =
    "coalesce(address, '-') || ' ' || coalesce(replace(user_agent, '%2520', '%20'), '-')";

/// The surest way but the label, and the next one. The cookie of a page load does not count: the load can have given the
/// viewer another release.
const WAYS: &str = "    SELECT with_cookie.*, coalesce(path_pin, query_pin, cookie_pin) AS nearest,\n      \
    CASE WHEN path_pin IS NOT NULL THEN coalesce(query_pin, cookie_pin)\n        \
    WHEN query_pin IS NOT NULL THEN cookie_pin END AS next_one,\n      \
    CASE WHEN path_pin IS NOT NULL THEN 'path pin' WHEN query_pin IS NOT NULL THEN 'query pin' ELSE 'cookie' END AS named_by\n    \
    FROM (SELECT placed.*, CASE WHEN content <> 'page' THEN cookie_release END AS cookie_pin FROM placed) AS with_cookie";

/// Only rows that count for a release have the rest, so that groups stay small.
const JUDGED: &str = "  \
    CASE WHEN class = 'named' THEN release WHEN class = 'beacon' THEN beacon_release END AS release,\n  \
    CASE WHEN class = 'named' THEN way END AS way,\n  \
    CASE WHEN class = 'named' AND other = release THEN 'agrees' WHEN class = 'named' AND other <> release THEN 'differs' END AS agreement,\n  \
    CASE WHEN class = 'named' THEN content WHEN class = 'beacon' THEN 'page' END AS content,\n  \
    CASE WHEN class IN ('named', 'beacon') THEN viewer END AS viewer,\n  \
    CASE WHEN class = 'named' THEN outcome WHEN class = 'beacon' AND said <> 'vitals' THEN 'page error' END AS outcome,\n  \
    CASE WHEN class = 'named' THEN cache END AS cache,\n  \
    CASE WHEN class = 'named' AND cache IS NOT NULL THEN first_byte_bin END AS edge_bin,\n  \
    CASE WHEN class = 'named' AND cache = 'miss' THEN origin_bin END AS origin_bin,\n  \
    CASE WHEN class = 'beacon' AND said = 'vitals' THEN nullif(lcp_bin, 0) END AS lcp_bin,\n  \
    CASE WHEN class = 'beacon' AND said = 'vitals' THEN inp_bin END AS inp_bin,\n  \
    CASE WHEN class = 'beacon' AND said = 'vitals' THEN cls_bin END AS cls_bin,\n  \
    CASE WHEN class IN ('named', 'beacon') THEN minute_ms END AS minute_ms";

/// Each row once, by the id of its request. Rows without an id, and other lines, count as often as they are there.
const ONCE: &str = "SELECT request_id, min(class) AS class, min(ended_ms) AS ended_ms, min(release) AS release, min(way) AS way,\n  \
    min(agreement) AS agreement, min(content) AS content, min(viewer) AS viewer, min(outcome) AS outcome,\n  \
    min(cache) AS cache, min(edge_bin) AS edge_bin, min(origin_bin) AS origin_bin,\n  \
    min(lcp_bin) AS lcp_bin, min(inp_bin) AS inp_bin, min(cls_bin) AS cls_bin, min(minute_ms) AS minute_ms,\n  \
    CASE WHEN request_id IS NULL THEN count(*) ELSE 1 END AS weight,\n  \
    CASE WHEN request_id IS NULL THEN 0 ELSE count(*) - 1 END AS doubles\n\
    FROM judged\n\
    GROUP BY request_id, CASE WHEN request_id IS NULL THEN line END";

/// One pass over the rows, counted in several ways: the bits of `grouping` tell which.
const COUNTED: &str = "SELECT\n  \
    CASE grouping(class, way, content, edge_bin, origin_bin, lcp_bin, inp_bin, cls_bin, minute_ms)\n    \
    WHEN 255 THEN 'class' WHEN 383 THEN 'way' WHEN 447 THEN 'content' WHEN 415 THEN 'bin' WHEN 431 THEN 'origin bin'\n    \
    WHEN 439 THEN 'lcp bin' WHEN 443 THEN 'inp bin' WHEN 445 THEN 'cls bin' ELSE 'minute' END AS part,\n  \
    class, release, way, agreement, content, cache, coalesce(edge_bin, origin_bin, lcp_bin, inp_bin, cls_bin) AS bin, minute_ms,\n  \
    sum(CASE WHEN class = 'beacon' THEN 0 ELSE weight END) AS requests,\n  \
    sum(CASE WHEN class = 'named' AND content = 'page' THEN weight ELSE 0 END) AS page_loads,\n  \
    sum(CASE WHEN class = 'beacon' THEN weight ELSE 0 END) AS beacons,\n  \
    sum(CASE WHEN class = 'beacon' AND release IS NULL THEN weight ELSE 0 END) AS unnamed_beacons,\n  \
    sum(doubles) AS doubles,\n  \
    sum(CASE WHEN request_id IS NULL THEN weight ELSE 0 END) AS without_id,\n  \
    min(ended_ms) AS first_ms, max(ended_ms) AS last_ms,\n  \
    count(DISTINCT viewer) AS viewers,\n  \
    sum(CASE WHEN outcome = 'server error' THEN weight ELSE 0 END) AS server_errors,\n  \
    count(DISTINCT CASE WHEN outcome = 'server error' THEN viewer END) AS viewers_with_server_errors,\n  \
    sum(CASE WHEN outcome = 'missing file' THEN weight ELSE 0 END) AS missing_files,\n  \
    count(DISTINCT CASE WHEN outcome = 'missing file' THEN viewer END) AS viewers_with_missing_files,\n  \
    sum(CASE WHEN outcome = 'page error' THEN weight ELSE 0 END) AS page_errors,\n  \
    count(DISTINCT CASE WHEN outcome = 'page error' THEN viewer END) AS viewers_with_page_errors,\n  \
    sum(CASE WHEN outcome = 'function error' THEN weight ELSE 0 END) AS function_errors,\n  \
    count(DISTINCT CASE WHEN outcome IN ('server error', 'missing file', 'page error') THEN viewer END) AS bad_viewers,\n  \
    sum(CASE WHEN cache = 'hit' THEN weight ELSE 0 END) AS hits,\n  \
    sum(CASE WHEN cache = 'miss' THEN weight ELSE 0 END) AS misses\n\
    FROM once\n\
    GROUP BY GROUPING SETS ((class), (release, way, agreement), (release, content), (release, content, cache, edge_bin),\n  \
    (release, content, cache, origin_bin), (release, content, lcp_bin), (release, content, inp_bin), (release, content, cls_bin),\n  \
    (release, minute_ms))";

/// The requests of each release. Cookies can be forged: only the releases with the most requests are answered.
const SIZED: &str = "SELECT counted.*, sum(CASE WHEN part = 'content' THEN requests + beacons END) OVER (PARTITION BY release) AS all_requests\n\
    FROM counted\n\
    WHERE part = 'class' OR release IS NOT NULL";

const RANKED: &str = "SELECT sized.*, dense_rank() OVER (ORDER BY all_requests DESC NULLS LAST, release) AS place,\n  \
    dense_rank() OVER (ORDER BY minute_ms NULLS LAST) AS nth\n\
    FROM sized";

/// The number of seconds in a text, as CloudFront writes it.
fn seconds(text: &str) -> String {
    format!("TRY_CAST({} AS double)", group(text, r"^[0-9]{1,9}(?:\.[0-9]{1,9})?$", 0))
}

/// The bin of a time in the histograms of `observation`.
fn bin(text: &str) -> String {
    bin_of(&format!("{} * 1e3", seconds(text)))
}

/// The bin of a measurement in a beacon: at most ten minutes in milliseconds. No browser sends `0` for a time to paint.
fn vital(name: &str) -> String {
    let value = group("query", &format!("(?:^|&){name}=([^&]*)"), 1);
    let number = format!("TRY_CAST({} AS bigint)", group(&value, "^0*[0-9]{1,6}$", 0));
    bin_of(&format!("CASE WHEN {number} <= 600000 THEN CAST({number} AS double) END"))
}

fn bin_of(milliseconds: &str) -> String {
    let (step, last) = (Times::STEP, Times::LAST_BIN);
    let bin = format!("1e0 + ceil(ln(greatest({milliseconds}, 1e0)) / ln({step}e0))");
    format!(
        "CASE WHEN {milliseconds} <= 0e0 THEN 0 WHEN {milliseconds} > 0e0 THEN CAST(least({bin}, {last}e0) AS bigint) END"
    )
}
