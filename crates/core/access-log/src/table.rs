//! Rows of v2 in Parquet. The columns have the names of Athena's tables, and AWS writes all values as strings.

use std::fmt;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::record::reader::RowIter;
use parquet::record::{Field as Value, Row as Values};

use crate::json::Object;
use crate::skipped::Skip;

/// The rows of a Parquet file.
pub(crate) struct Table(RowIter<'static>);

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Table")
    }
}

impl Table {
    /// Reads the whole file into memory: its index is at its end.
    pub(crate) fn read(mut input: impl Read) -> io::Result<Table> {
        let mut file = Vec::new();
        input.read_to_end(&mut file)?;
        let file = undamaged(|| SerializedFileReader::new(Bytes::from(file)))?;
        let file = file.map_err(io::Error::other)?;
        let columns = file.metadata().file_metadata().schema().get_fields();
        if let Some(nested) = columns.iter().find(|column| !column.is_primitive()) {
            let problem =
                format!("the column `{}` has more than one value in a row", nested.name());
            return Err(io::Error::other(ParquetError::General(problem)));
        }
        Ok(Table(RowIter::from_file_into(Box::new(file))))
    }

    /// Reads the next row into `object`. `None` at the end.
    pub(crate) fn next(&mut self, object: &mut Object) -> Option<io::Result<Result<(), Skip>>> {
        let row = match undamaged(|| self.0.next()) {
            Ok(row) => row?.map_err(io::Error::other),
            Err(error) => Err(error),
        };
        Some(row.map(|row| fill(object, &row)))
    }
}

fn fill(object: &mut Object, row: &Values) -> Result<(), Skip> {
    object.begin();
    for (name, value) in row.get_column_iter() {
        object.key(name);
        if let Value::Str(text) = value {
            object.value(text);
        } else if let Value::Bytes(bytes) = value {
            object.value(&String::from_utf8_lossy(bytes.data()));
        } else if *value == Value::Null {
            object.value("-");
        } else {
            object.value(&value.to_string());
        }
    }
    object.end()
}

/// The decoder panics at some damaged files.
fn undamaged<T>(read: impl FnOnce() -> T) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(read))
        .map_err(|_| io::Error::other("the Parquet file is damaged"))
}
