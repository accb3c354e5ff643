//! The columns of a log.

use crate::Field;

const ABSENT: u16 = u16::MAX;

/// The columns of a log, in their order: a `#Fields` line, or the keys of a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    names: Vec<Box<str>>,
    /// The column of each [`Field`], by its position in [`Field::ALL`].
    columns: [u16; Field::ALL.len()],
}

impl Fields {
    /// Columns with these names.
    #[must_use]
    pub fn new<N: Into<Box<str>>>(names: impl IntoIterator<Item = N>) -> Fields {
        let names: Vec<Box<str>> = names.into_iter().map(Into::into).collect();
        let mut columns = [ABSENT; Field::ALL.len()];
        for (column, name) in (0..ABSENT).zip(&names) {
            let slot = Field::from_name(name).and_then(|field| columns.get_mut(field as usize));
            if let Some(slot) = slot.filter(|slot| **slot == ABSENT) {
                *slot = column;
            }
        }
        Fields { names, columns }
    }

    /// The columns that a `#Fields` line lists, after the colon. Spaces and tabs separate them: both are found in logs.
    #[must_use]
    pub fn parse(list: &str) -> Fields {
        Fields::new(list.split_ascii_whitespace())
    }

    /// The 33 fields of legacy logs since 2019, for files without a `#Fields` line.
    #[must_use]
    pub fn legacy() -> Fields {
        Fields::new(Field::ALL.iter().take(33).map(|field| field.name()))
    }

    /// The number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names of the columns.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// Whether there is a column for `field`.
    #[must_use]
    pub fn contains(&self, field: Field) -> bool {
        self.column(field).is_some()
    }

    pub(crate) fn column(&self, field: Field) -> Option<usize> {
        let column = self.columns.get(field as usize).copied();
        column.filter(|column| *column != ABSENT).map(usize::from)
    }

    pub(crate) fn column_named(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|one| **one == *name)
    }

    /// Whether values can have `{`, which CloudFront encodes in all fields that it documents.
    pub(crate) fn may_have_braces(&self) -> bool {
        let may = |name: &str| Field::from_name(name).is_none_or(Field::is_free_text);
        self.names().any(may)
    }

    /// Other lists of names are not those of an access log.
    pub(crate) fn has_known(&self) -> bool {
        self.columns.iter().any(|column| *column != ABSENT)
    }

    /// The fields of the logs of RTMP distributions, which ended in 2020.
    pub(crate) fn is_rtmp(&self) -> bool {
        ["x-event", "x-cf-status", "x-cf-client-id"]
            .iter()
            .any(|name| self.column_named(name).is_some())
    }
}
