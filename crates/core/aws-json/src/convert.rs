use percent_encoding::percent_decode_str;
use serde_json::{Map, Number, Value};

use crate::element::Element;
use crate::names::Names;

/// The value of an element. The names decide; for an unknown name its children do.
pub(crate) fn value(element: &Element, names: &Names) -> Value {
    let (name, text) = (&*element.name, &*element.text);
    let has_only = |child: &str| element.children.iter().all(|one| one.name == child);
    if element.children.is_empty() {
        return if names.lists.contains(&name) {
            Value::Array(Vec::new())
        } else if names.objects.contains(&name) {
            Value::Object(Map::new())
        } else {
            scalar(name, text, names)
        };
    }
    if names.lists.contains(&name) || has_only("member") {
        element.children.iter().map(|one| value(one, names)).collect()
    } else if has_only("entry") {
        element.children.iter().filter_map(|entry| pair(entry, names)).collect()
    } else {
        fields(element, names)
    }
}

/// The children of an element as an object. Children of the same name become a list.
pub(crate) fn fields(element: &Element, names: &Names) -> Value {
    let mut object = Map::new();
    for child in &element.children {
        let value = value(child, names);
        match object.get_mut(&child.name) {
            None => _ = object.insert(child.name.clone(), value),
            Some(Value::Array(all)) => all.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(object)
}

/// An entry of a map: `<entry><key>a</key><value>b</value></entry>`.
fn pair(entry: &Element, names: &Names) -> Option<(String, Value)> {
    let child = |name: &str| entry.children.iter().find(|one| one.name == name);
    Some((child("key")?.text.clone(), value(child("value")?, names)))
}

/// A text that is not what its name says stays a text.
fn scalar(name: &str, text: &str, names: &Names) -> Value {
    let known = if names.numbers.contains(&name) {
        number(text)
    } else if names.booleans.contains(&name) {
        text.parse().ok().map(Value::Bool)
    } else if names.documents.contains(&name) {
        document(text)
    } else {
        None
    };
    known.unwrap_or_else(|| text.into())
}

fn number(text: &str) -> Option<Value> {
    let whole = text.parse::<i64>().ok().map(Number::from);
    let number = whole.or_else(|| Number::from_f64(text.parse().ok()?))?;
    Some(Value::Number(number))
}

/// A policy document as IAM sends it.
fn document(text: &str) -> Option<Value> {
    serde_json::from_str(&percent_decode_str(text).decode_utf8().ok()?).ok()
}
