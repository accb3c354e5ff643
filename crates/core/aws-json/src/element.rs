use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::XmlError;

/// More levels than any answer of AWS has.
pub(crate) const LEVELS: usize = 64;

/// An element without its attributes, which say nothing in the answers of these APIs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) children: Vec<Element>,
    pub(crate) text: String,
}

impl Element {
    /// The root of a document.
    pub(crate) fn parse(text: &str) -> Result<Self, XmlError> {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(syntax)? {
                Event::Start(start) => {
                    if open.len() > LEVELS {
                        return Err(XmlError::TooDeep);
                    }
                    open.push(Self::named(&start));
                }
                Event::Empty(start) => add(&mut open, Self::named(&start)),
                Event::End(_) => {
                    if let Some(closed) = open.pop() {
                        add(&mut open, closed);
                    }
                }
                Event::Text(part) => write(&mut open, &part.xml_content(XmlVersion::Implicit1_0)),
                Event::CData(part) => write(&mut open, &part.xml_content(XmlVersion::Implicit1_0)),
                Event::GeneralRef(entity) => write(&mut open, &referred(&entity)?),
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        match open.as_mut_slice() {
            [document] => document.children.pop().ok_or(XmlError::Empty),
            _ => Err(XmlError::Syntax("an element is not closed".into())),
        }
    }

    fn named(start: &BytesStart<'_>) -> Self {
        let name = start.local_name().as_ref().to_owned();
        Self { name, ..Self::default() }
    }
}

fn add(open: &mut [Element], closed: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(closed);
    }
}

fn write(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// The character that `&amp;` or `&#38;` stands for.
fn referred(entity: &BytesRef<'_>) -> Result<String, XmlError> {
    if let Some(character) = entity.resolve_char_ref().map_err(syntax)? {
        return Ok(character.into());
    }
    let name: &str = entity.as_ref();
    let known = resolve_predefined_entity(name);
    known.map(ToOwned::to_owned).ok_or_else(|| XmlError::Syntax(format!("unknown entity `{name}`")))
}

fn syntax(error: impl std::fmt::Display) -> XmlError {
    XmlError::Syntax(error.to_string())
}
