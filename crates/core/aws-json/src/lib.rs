//! Turns XML answers of AWS's APIs into the JSON that `aws ... --output json` prints.
//!
//! It knows no operation: elements keep their names, and two tables of names say which values are numbers, booleans
//! and lists. An element that AWS adds later appears too, as a text or an object. Headers of an answer, such as the
//! ETag, are not in its XML: the caller adds them.
//!
//! Start reading at [`rest_xml`], for CloudFront, and [`query_xml`], for IAM, CloudFormation and STS.

#![allow(missing_docs, reason = "not published: a name that says everything needs no sentence")]

mod convert;
mod element;
mod names;

use serde_json::{Map, Value};
use thiserror::Error;

use element::Element;
use names::{QUERY, REST};

/// The text is not the answer of such an API.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XmlError {
    #[error("no XML: {0}")]
    Syntax(String),
    #[error("no XML: there is no element")]
    Empty,
    #[error("the XML has more than {} levels", element::LEVELS)]
    TooDeep,
    #[error("the root is `{0}`: expected the answer of an operation, such as `GetRoleResponse`")]
    NoAnswer(String),
}

/// An answer of CloudFront: `{"DistributionConfig": {...}}`.
///
/// # Errors
/// If the text is not well-formed XML.
pub fn rest_xml(text: &str) -> Result<Value, XmlError> {
    let root = Element::parse(text)?;
    let value = convert::value(&root, &REST);
    Ok(Map::from_iter([(root.name, value)]).into())
}

/// An answer of IAM, CloudFormation or STS, without `ResponseMetadata`: `{"Role": {...}}`. Policy documents, which
/// IAM sends percent-encoded, become JSON.
///
/// # Errors
/// If the text is not well-formed XML, or its root is not an operation's answer.
pub fn query_xml(text: &str) -> Result<Value, XmlError> {
    let root = Element::parse(text)?;
    let Some(operation) = root.name.strip_suffix("Response") else {
        return Err(XmlError::NoAnswer(root.name));
    };
    let result = format!("{operation}Result");
    let result = root.children.iter().find(|child| child.name == result);
    Ok(result.map_or_else(|| Map::new().into(), |result| convert::fields(result, &QUERY)))
}
