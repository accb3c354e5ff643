use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Header;
use crate::header::Values;

/// A map from lower-case header names to lists of values, in the order of the JSON document.
///
/// Look-ups ignore the case of ASCII letters. A document can have no map at all
/// ([`Headers::default`]) or an empty one ([`Headers::new`]); each is written as it was read.
///
/// AWS: [Lambda@Edge event structure][guide], "headers".
///
/// [guide]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
///
/// ```
/// use edge_event::Headers;
///
/// let mut headers = Headers::from_iter([("Accept", "*/*"), ("Cookie", "a=1")]);
/// headers.append("Cookie", "b=2");
/// headers.set("accept", "text/html");
/// assert_eq!(headers.get("ACCEPT"), Some("text/html"));
/// assert_eq!(headers.values("cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Headers(Option<Vec<Named>>);

/// A name of the map and its values. The list can be empty, and is then written empty.
type Named = (String, Vec<Header>);

impl Headers {
    /// An empty map. Unlike the default, it is written as `"headers": {}`.
    #[must_use]
    pub fn new() -> Headers {
        Headers(Some(Vec::new()))
    }

    /// The first value of the header `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// All values of the header `name`, in the order of the document.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.named().iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).flat_map(values_of)
    }

    /// Whether the header `name` has at least one value.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Makes `value` the only value of the header `name`, and keeps the place of its first value.
    ///
    /// The name goes over the wire in the casing given here. The map gets it in lower case.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let header = Header::new(name, value);
        let at = self.position(name);
        self.remove(name);
        self.named_mut().insert(at, (name.to_ascii_lowercase(), vec![header]));
    }

    /// Adds `value` after the values that the header `name` already has.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        let header = Header::new(name, value);
        let named = self.named_mut();
        match named.iter_mut().rfind(|(n, _)| n.eq_ignore_ascii_case(name)) {
            Some((_, values)) => values.push(header),
            None => named.push((name.to_ascii_lowercase(), vec![header])),
        }
    }

    /// Removes the header `name` with all its values. Returns whether it was in the map.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.len();
        self.retain(|n| !n.eq_ignore_ascii_case(name));
        self.len() < before
    }

    /// Keeps only the headers for which `keep` returns true. It gets the name from the map.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        if let Some(named) = &mut self.0 {
            named.retain(|(name, _)| keep(name));
        }
    }

    /// The names of the map with their values, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Header])> {
        self.named().iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// The number of names in the map, not of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.named().len()
    }

    /// The size of all names and values in bytes. A name counts once for each of its values.
    #[must_use]
    pub fn size(&self) -> usize {
        let bytes = |(name, values): &Named| {
            values.iter().map(|header| name.len() + header.value.len()).sum::<usize>()
        };
        self.named().iter().map(bytes).sum()
    }

    /// Whether there is no header: the map is empty or absent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.named().is_empty()
    }

    /// Whether the document has no map of headers at all.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    fn position(&self, name: &str) -> usize {
        let named = self.named();
        named.iter().position(|(n, _)| n.eq_ignore_ascii_case(name)).unwrap_or(named.len())
    }

    fn named(&self) -> &[Named] {
        self.0.as_deref().unwrap_or_default()
    }

    fn named_mut(&mut self) -> &mut Vec<Named> {
        self.0.get_or_insert_default()
    }
}

fn values_of((_, values): &Named) -> impl Iterator<Item = &str> {
    values.iter().map(|header| header.value.as_str())
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: AsRef<str>, V: Into<String>> FromIterator<(N, V)> for Headers {
    /// Takes names in any casing. A name that occurs again adds a value.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Headers {
        let mut headers = Headers::new();
        headers.extend(pairs);
        headers
    }
}

impl<N: AsRef<str>, V: Into<String>> Extend<(N, V)> for Headers {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.append(name.as_ref(), value);
        }
    }
}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, values) in self.named() {
            map.serialize_entry(name, values)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Headers, D::Error> {
        deserializer.deserialize_map(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of header names to lists of values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
        let mut named = Vec::with_capacity(map.size_hint().unwrap_or(16).min(256));
        while let Some((name, Values(values))) = map.next_entry()? {
            named.push((name, values));
        }
        Ok(Headers(Some(named)))
    }
}
