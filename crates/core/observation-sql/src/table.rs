//! Tables over the folders of a bucket.

use sha2::{Digest, Sha256};

/// The names of the partitions, from the largest on.
pub(crate) const LEVELS: [&str; 4] = ["year", "month", "day", "hour"];

/// Each partition with all its values, so that projection loses no hour. They have zeros: `09`.
const RANGES: [(&str, u8); 4] = [("2008,2099", 4), ("1,12", 2), ("1,31", 2), ("0,23", 2)];

/// A table whose one column is the line of a log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    /// `s3://BUCKET/FOLDER/`.
    pub(crate) location: String,
    /// What stands before the value in each folder of a date: `year=`, or nothing.
    pub(crate) levels: Vec<String>,
}

impl Table {
    /// The name, with a hash of the definition: a changed definition is a table beside the old one.
    #[must_use]
    pub fn name(&self) -> String {
        let hash = Sha256::digest(self.definition());
        let hash: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("edgeswitch_logs_{hash}")
    }

    /// The statement that makes the table in a database, if it is not there.
    ///
    /// The delimiter of columns is Hive's own, a control character that no log has.
    #[must_use]
    pub fn statement(&self, database: &str) -> String {
        let name = self.name();
        format!("CREATE EXTERNAL TABLE IF NOT EXISTS `{database}`.`{name}` {}", self.definition())
    }

    fn definition(&self) -> String {
        let location = &self.location;
        let partitions = self.partitions();
        let columns: Vec<String> =
            partitions.iter().map(|name| format!("`{name}` string")).collect();
        let partitioned = match columns.as_slice() {
            [] => String::new(),
            columns => format!("PARTITIONED BY ({})\n", columns.join(", ")),
        };
        let properties = self.properties();
        let properties = match properties.as_slice() {
            [] => String::new(),
            some => format!("\nTBLPROPERTIES (\n  {}\n)", some.join(",\n  ")),
        };
        format!(
            "(\n  `line` string\n)\n{partitioned}STORED AS TEXTFILE\nLOCATION '{location}'{properties}"
        )
    }

    /// The names of the partitions.
    pub(crate) fn partitions(&self) -> &'static [&'static str] {
        LEVELS.get(..self.levels.len()).unwrap_or_default()
    }

    /// Partition projection: Athena computes the folders, so that no partition has to be added.
    fn properties(&self) -> Vec<String> {
        let partitions = self.partitions();
        if partitions.is_empty() {
            return Vec::new();
        }
        let property = |key: String, value: &str| format!("'{key}' = '{value}'");
        let mut all = vec![property("projection.enabled".into(), "true")];
        for (name, (range, digits)) in partitions.iter().zip(RANGES) {
            all.push(property(format!("projection.{name}.type"), "integer"));
            all.push(property(format!("projection.{name}.range"), range));
            all.push(property(format!("projection.{name}.digits"), &digits.to_string()));
        }
        let folders = partitions.iter().zip(&self.levels);
        let folders: String =
            folders.map(|(name, before)| format!("{before}${{{name}}}/")).collect();
        let template = format!("{}{folders}", self.location);
        all.push(property("storage.location.template".into(), &template));
        all
    }
}
