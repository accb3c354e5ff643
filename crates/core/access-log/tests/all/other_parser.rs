//! A second reader, as simple as can be: the whole text at once, and a list for each row.

use crate::support::{LOGS, bytes, read, text};

pub(crate) type Values = Vec<(String, String)>;

/// The rows of a complete log.
pub(crate) fn rows(text: &str) -> Vec<Values> {
    let mut rows = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for line in text.replace("}{", "}\n{").replace("\r\n", "\n").split('\n') {
        if let Some(list) = line.strip_prefix("#Fields:") {
            names = list.split_whitespace().map(str::to_owned).collect();
        } else if line.starts_with('{') {
            rows.push(object(line));
        } else if !line.starts_with('#') && !line.is_empty() {
            let delimiter = if line.contains('\t') { '\t' } else { ',' };
            let values: Vec<&str> = line.split(delimiter).collect();
            assert_eq!(values.len(), names.len(), "{line}");
            rows.push(names.iter().cloned().zip(values.into_iter().map(str::to_owned)).collect());
        }
    }
    rows
}

fn object(line: &str) -> Values {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    let order = serde_json::from_str::<Ordered>(line).unwrap().0;
    let text = |value: &serde_json::Value| match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_null() => "-".to_owned(),
        None => value.to_string(),
    };
    order.into_iter().map(|key| (key.clone(), text(&value[key.as_str()]))).collect()
}

/// The keys of an object in their order.
struct Ordered(Vec<String>);

impl<'de> serde::Deserialize<'de> for Ordered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> serde::de::Visitor<'de> for Keys {
            type Value = Vec<String>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: serde::de::MapAccess<'de>>(
                self,
                mut map: M,
            ) -> Result<Self::Value, M::Error> {
                let mut keys = Vec::new();
                while let Some((key, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                    keys.push(key);
                }
                Ok(keys)
            }
        }
        deserializer.deserialize_map(Keys).map(Ordered)
    }
}

#[test]
fn both_parsers_read_the_same() {
    for name in LOGS.into_iter().chain(["two-members.log.gz"]) {
        let log = bytes(name);
        let whole = read(&log);
        assert!(whole.error.is_none(), "{name}: {:?}", whole.error);
        let expected = rows(&text(&log).replace("==#Version", "==\n#Version"));
        assert!(!expected.is_empty(), "{name}");
        assert_eq!(whole.values(), expected, "{name}");
        assert_eq!(whole.skipped.lines, 0, "{name}: {:?}", whole.skipped);
    }
}
