//! One request.

use std::borrow::Cow;

use crate::columns::column;
use crate::{Field, Fields, Pairs, ResultType, decode, time};

/// One request in the log. It borrows from the reader.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(crate) text: &'a str,
    pub(crate) ends: &'a [u32],
    pub(crate) fields: &'a Fields,
    pub(crate) line: u64,
    pub(crate) is_unterminated: bool,
}

impl<'a> Row<'a> {
    /// The value of a field as it stands in the log. `None`: the log has no such field, or the value is `-`.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&'a str> {
        let value = column(self.text, self.ends, self.fields.column(field)?)?;
        (value != "-").then_some(value)
    }

    /// The value of the field with this name, also of one that [`Field`] does not have.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&'a str> {
        let value = column(self.text, self.ends, self.fields.column_named(name)?)?;
        (value != "-").then_some(value)
    }

    /// Each name and value, as they stand in the log. A value can be `-`.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let Row { text, ends, fields, .. } = *self;
        let value = move |at| column(text, ends, at).unwrap_or_default();
        fields.names().enumerate().map(move |(at, name)| (name, value(at)))
    }

    /// The columns of the row.
    #[must_use]
    pub fn fields(&self) -> &'a Fields {
        self.fields
    }

    /// The number of the row's line in the input, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Whether a log ended in this row without a line break: at the input's end, or where files were joined.
    ///
    /// Complete logs can end so. **If the log was cut, the row's last value may be cut.**
    #[must_use]
    pub fn is_unterminated(&self) -> bool {
        self.is_unterminated
    }

    /// The value without the log's layer of encoding: the path, query or header as the viewer sent it.
    ///
    /// For the User-Agent, use [`Row::user_agent`].
    #[must_use]
    pub fn decoded(&self, field: Field) -> Option<Cow<'a, str>> {
        self.get(field).map(decode::decode)
    }

    /// When the response ended, in milliseconds since 1970: `timestamp(ms)`, else `date` and `time`.
    #[must_use]
    pub fn unix_ms(&self) -> Option<i64> {
        if let Some(timestamp) = self.get(Field::TimestampMs) {
            return time::timestamp(timestamp);
        }
        time::unix_ms(self.get(Field::Date)?, self.get(Field::Time)?)
    }

    /// The status of the response. 0: the viewer closed the connection before.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.get(Field::Status)?.parse().ok()
    }

    /// The value as a whole number: bytes, ports.
    #[must_use]
    pub fn number(&self, field: Field) -> Option<u64> {
        self.get(field)?.parse().ok()
    }

    /// The value as seconds. `None` also for a value that is not a number.
    #[must_use]
    pub fn seconds(&self, field: Field) -> Option<f64> {
        self.get(field)?.parse().ok().filter(|seconds: &f64| seconds.is_finite())
    }

    /// The id of the request, which no other request has.
    #[must_use]
    pub fn request_id(&self) -> Option<&'a str> {
        self.get(Field::RequestId)
    }

    /// How CloudFront classified the response after its last byte.
    ///
    /// A viewer that closes the connection makes it an [`ResultType::Error`], although
    /// [`Row::response_result`] is a hit or a miss.
    #[must_use]
    pub fn result(&self) -> Option<ResultType<'a>> {
        self.get(Field::ResultType).map(ResultType::from_name)
    }

    /// How CloudFront classified the response before it left.
    #[must_use]
    pub fn response_result(&self) -> Option<ResultType<'a>> {
        self.get(Field::ResponseResultType).map(ResultType::from_name)
    }

    /// The result in detail: which error, which kind of miss.
    #[must_use]
    pub fn detailed_result(&self) -> Option<ResultType<'a>> {
        self.get(Field::DetailedResultType).map(ResultType::from_name)
    }

    /// The User-Agent header as the viewer sent it. Logs have it encoded once or twice.
    #[must_use]
    pub fn user_agent(&self) -> Option<Cow<'a, str>> {
        self.get(Field::UserAgent).map(decode::user_agent)
    }

    /// The cookies of the request, as they stand in the log.
    #[must_use]
    pub fn cookies(&self) -> Pairs<'a> {
        Pairs::new(self.get(Field::Cookie).unwrap_or_default())
    }

    /// The value of the first cookie with this name, as it stands in the log.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&'a str> {
        self.cookies().find(|(one, _)| *one == name).map(|(_, value)| value)
    }

    /// The type of the response without its parameters: `text/html`.
    #[must_use]
    pub fn content_type(&self) -> Option<&'a str> {
        Pairs::new(self.get(Field::ContentType)?).next().map(|(name, _)| name)
    }

    /// A parameter of the response's Content-Type: `charset`, or one of the site's own.
    #[must_use]
    pub fn content_type_parameter(&self, name: &str) -> Option<&'a str> {
        let mut parameters = Pairs::new(self.get(Field::ContentType)?).skip(1);
        parameters.find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}
