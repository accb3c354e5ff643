//! Turns XML answers of AWS's APIs into the JSON that `aws ... --output json` prints.
//!
//! It knows no operation: elements keep their names, and two tables of names say which values are numbers, booleans
//! and lists. An element that AWS adds later appears too, as a text or an object. Headers of an answer, such as the
//! ETag, are not in its XML: the caller adds them.
//!
//! Start reading at [`rest_xml`], for CloudFront, and [`query_xml`], for IAM, CloudFormation and STS. Load balancers and
//! Route 53 have names of their own: [`load_balancers_xml`] and [`records_xml`].

#![allow(missing_docs, reason = "not published: a name that says everything needs no sentence")]

mod convert;
mod element;
mod names;

use serde_json::{Map, Value};
use thiserror::Error;

use element::Element;
use names::{LOAD_BALANCERS, Names, QUERY, RECORDS, REST};

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
    query(text, &QUERY)
}

/// An answer of Elastic Load Balancing, version 2: `{"Rules": [...]}`. Ports are numbers, those of redirects too, which
/// the AWS command line prints as texts.
///
/// # Errors
/// If the text is not well-formed XML, or its root is not an operation's answer.
pub fn load_balancers_xml(text: &str) -> Result<Value, XmlError> {
    query(text, &LOAD_BALANCERS)
}

/// An answer of Route 53: `{"ResourceRecordSets": [...]}`.
///
/// # Errors
/// If the text is not well-formed XML.
pub fn records_xml(text: &str) -> Result<Value, XmlError> {
    Ok(convert::fields(&Element::parse(text)?, &RECORDS))
}

fn query(text: &str, names: &Names) -> Result<Value, XmlError> {
    let root = Element::parse(text)?;
    let Some(operation) = root.name.strip_suffix("Response") else {
        return Err(XmlError::NoAnswer(root.name));
    };
    let result = format!("{operation}Result");
    let result = root.children.iter().find(|child| child.name == result);
    Ok(result.map_or_else(|| Map::new().into(), |result| convert::fields(result, names)))
}
